"""What pages make of anomalies that a person expected: there to be seen, and counted nowhere."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from tests.unit.service.stored_meter import LONDON, START, event_of, readings_of, store_of
from wattsup_core.answered import Answer
from wattsup_core.board import Board
from wattsup_core.service import views
from wattsup_core.service.live.arrivals import seq_of
from wattsup_core.service.live.notices import MeterNotice, notice_of, tell, tell_answered
from wattsup_core.service.shown_table import events_table
from wattsup_core.store import Store
from wattsup_core.types import AnomalyEvent, EventKind
from wattsup_core.view_models import OverviewView, ViewQuery

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ROWS = readings_of(np.ones(10 * 48))  # half a kWh above what is expected, each half-hour


def store_with(*events: AnomalyEvent, expected: tuple[str, ...] = ()) -> Store:
    store = store_of(ROWS, events)
    for event_id in expected:
        assert store.answer_event("home", event_id, Answer.EXPECTED).is_expected
    return store


def overview(*events: AnomalyEvent, expected: tuple[str, ...] = ()) -> OverviewView:
    return views.overview(store_with(*events, expected=expected), ViewQuery("home", "all"))


def test_expected_ones_are_counted_apart_and_not_priced() -> None:
    spike, other = event_of(START + DAY, 2, "spike"), event_of(START + 3 * DAY + 5 * HOUR, 2, "other", severity=70)
    both = overview(spike, other).anomalies
    assert (both.count, both.expected, both.excess_kwh, both.cost) == (2, 0, pytest.approx(4.0), pytest.approx(1.0))
    view = overview(spike, other, expected=("spike",))
    assert (view.anomalies.count, view.anomalies.expected) == (1, 1)
    assert (view.anomalies.excess_kwh, view.anomalies.cost) == (pytest.approx(2.0), pytest.approx(0.5))
    assert [event.event_id for event in view.events] == ["spike", "other"]  # still there


def test_an_expected_spike_is_not_priced_within_a_longer_event_and_a_spike_is_within_an_expected_one() -> None:
    long = event_of(START + DAY, 20, "long", kind=EventKind.SUSTAINED_HIGH, severity=60, excess_kwh=20.0, cost=5.0)
    spike = event_of(START + DAY + 5 * HOUR, 2, "spike", severity=90)
    within = overview(long, spike, expected=("spike",)).anomalies
    assert (within.count, within.excess_kwh) == (1, pytest.approx(18.0))  # the twentieth part an hour, two of them expected
    around = overview(long, spike, expected=("long",)).anomalies
    assert (around.count, around.excess_kwh) == (1, pytest.approx(2.0))


def test_the_order_in_which_they_are_severe_does_not_free_what_was_expected() -> None:
    long = event_of(START + DAY, 20, "long", kind=EventKind.SUSTAINED_HIGH, severity=95, excess_kwh=20.0, cost=5.0)
    spike = event_of(START + DAY + 5 * HOUR, 2, "spike", severity=40)
    assert overview(long, spike, expected=("spike",)).anomalies.excess_kwh == pytest.approx(18.0)
    assert overview(long, spike, expected=("long",)).anomalies.excess_kwh == pytest.approx(2.0)


def test_of_an_expected_one_that_begins_before_a_longer_event_only_what_they_share_is_not_priced() -> None:
    long = event_of(START + DAY, 20, "long", kind=EventKind.SUSTAINED_HIGH, severity=95, excess_kwh=20.0, cost=5.0)
    before = event_of(START + DAY - 2 * HOUR, 3, "before", severity=40)
    after = event_of(START + DAY + 18 * HOUR, 4, "after", severity=40)
    assert overview(long, before, expected=("before",)).anomalies.excess_kwh == pytest.approx(19.0)
    assert overview(long, after, expected=("after",)).anomalies.excess_kwh == pytest.approx(18.0)
    far = event_of(START + 3 * DAY, 2, "far", severity=40)
    assert overview(long, far, expected=("far",)).anomalies.excess_kwh == pytest.approx(20.0)
    assert overview(long, event_of(START, 2, "early", severity=40), expected=("early",)).anomalies.excess_kwh == pytest.approx(20.0)


def test_the_risk_of_a_day_is_that_of_what_nobody_expected() -> None:
    spike, other = event_of(START + DAY, 2, "spike", severity=90), event_of(START + DAY + 5 * HOUR, 2, "other", severity=70)
    day = overview(spike, other, expected=("spike",)).risk[1]
    assert (day.severity, day.events, day.event_id) == (70, 1, "other")


def test_on_the_chart_the_line_stays_as_it_is_and_the_mark_says_so() -> None:
    spike, other = event_of(START + DAY, 2, "spike"), event_of(START + 3 * DAY, 2, "other")
    store = store_with(spike, other, expected=("spike",))
    series = views.series(store, "home", START, START + 10 * DAY)
    assert {marker.event_id: marker.is_expected for marker in series.markers} == {"spike": True, "other": False}
    painted = [at for at in series.anomaly_x if at]
    assert painted
    assert all(at.startswith("2026-01-08") for at in painted)
    assert views.event_view(store, "home", "spike").event.is_expected


def test_on_the_live_page_nothing_is_red_that_was_expected() -> None:
    on = event_of(START + 10 * DAY - 2 * HOUR, 2, "on")
    before = views.live(store_with(on), "home")
    assert before.power is not None
    assert before.power.is_anomaly
    assert any(value is not None for value in before.series.anomaly)
    view = views.live(store_with(on, expected=("on",)), "home")
    assert view.power is not None
    assert not view.power.is_anomaly
    assert all(value is None for value in view.series.anomaly)
    assert [(marker.event_id, marker.is_expected) for marker in view.series.markers] == [("on", True)]
    assert [event.event_id for event in view.events] == ["on"]


def test_a_table_of_them_names_the_answer_and_no_cost() -> None:
    spike, other = event_of(START + DAY, 2, "spike"), event_of(START + 3 * DAY + 5 * HOUR, 2, "other")
    store = store_with(spike, other, expected=("spike",))
    table = events_table(LONDON, store.events("home"), [])
    cost, status = (table.header.index(name) for name in ("Cost (GBP)", "Status"))
    assert [(row[cost], row[status]) for row in table.rows] == [(None, "expected"), (0.5, "new")]


def test_an_answer_changes_the_cursor_of_the_news(tmp_path: Path) -> None:
    board = Board(tmp_path / "board")
    tell(board, "home", MeterNotice("7.look", 1000, 5.0, is_settled=False))
    tell_answered(board, "home")
    first = notice_of(board, "home")
    tell_answered(board, "home")
    second = notice_of(board, "home")
    assert first is not None
    assert second is not None
    assert len({"7.look", first.cursor, second.cursor}) == 3
    assert seq_of(second.cursor) == 7
    assert notice_of(board, "other") is None
