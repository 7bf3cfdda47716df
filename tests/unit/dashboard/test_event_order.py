"""Filter, sort and pages of the anomaly table."""

from __future__ import annotations

import pytest

from dashboard.layout.event_order import DEFAULT_SORT, Listed, arrange, next_sort
from tests.unit.dashboard import scenes

EVENTS = scenes.events()


def order(column: str, descending: bool) -> list[str]:
    return [event.event_id for event in arrange(EVENTS, {"column": column, "descending": descending}, Listed(), 0, scenes.ZONE).events]


@pytest.mark.parametrize(
    ("column", "descending", "expected"),
    [
        ("severity", True, ["e1", "e2", "e3", "e4", "e5", "e6"]),
        ("severity", False, ["e6", "e5", "e4", "e3", "e2", "e1"]),
        ("when", True, ["e6", "e1", "e5", "e2", "e4", "e3"]),
        ("energy", True, ["e2", "e1", "e5", "e4", "e3", "e6"]),
        ("cause", False, ["e2", "e3", "e5", "e4", "e6", "e1"]),
    ],
)
def test_each_column_sorts_both_ways(column: str, descending: bool, expected: list[str]) -> None:
    assert order(column, descending) == expected


def test_events_without_a_price_stand_last_either_way() -> None:
    assert order("cost", descending=True) == ["e2", "e1", "e3", "e6", "e5", "e4"]
    assert order("cost", descending=False) == ["e3", "e1", "e2", "e6", "e5", "e4"]


@pytest.mark.parametrize(
    ("needle", "expected"),
    [
        ("NIGHT", ["e1"]),
        ("27 jan", ["e1"]),
        ("data gap", ["e5"]),
        ("fridge left", ["e2"]),
        ("  ", ["e1", "e2", "e3", "e4", "e5", "e6"]),
        ("zebra", []),
    ],
)
def test_a_filter_keeps_rows_that_hold_every_word(needle: str, expected: list[str]) -> None:
    assert [event.event_id for event in arrange(EVENTS, DEFAULT_SORT, Listed(needle), 0, scenes.ZONE).events] == expected


def test_a_second_press_turns_the_order() -> None:
    once = next_sort(DEFAULT_SORT, "cost")
    assert once == {"column": "cost", "descending": True}
    assert next_sort(once, "cost") == {"column": "cost", "descending": False}
    assert next_sort(DEFAULT_SORT, "cause") == {"column": "cause", "descending": False}


def test_a_page_knows_its_ranks() -> None:
    page = arrange(scenes.many_events(34), DEFAULT_SORT, Listed(), 3, scenes.ZONE)
    assert (page.first, page.last, page.pages, page.matching) == (31, 34, 4, 34)
    assert arrange((), DEFAULT_SORT, Listed(), 5, scenes.ZONE).first == 0
