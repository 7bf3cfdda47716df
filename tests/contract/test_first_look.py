"""What a first look tells of rows as they come, on a meter whose last days were odd as well, and what it takes back."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.factories import make_event, make_meter, make_readings, make_upload
from wattsup_core.service.live.looking import FirstLook, _of_now
from wattsup_core.service.scoring import score_meter
from wattsup_core.store import Store
from wattsup_core.timegrid import datetime_from_epoch
from wattsup_core.types import AnomalyEvent, Direction, EventKind

DAYS = 60
MINUTES = 30
ROWS_A_DAY = 48
LIVE = DAYS * ROWS_A_DAY - ROWS_A_DAY


@pytest.fixture
def rows() -> pd.DataFrame:
    """Two months of half-hours with a steady habit; the last day arrives live."""
    readings = make_readings(days=DAYS)
    readings["kwh"] *= np.random.default_rng(5).lognormal(0, 0.15, len(readings))
    return readings


def begin(store: Store, rows: pd.DataFrame) -> FirstLook:
    store.add_meter(make_meter(interval_minutes=MINUTES))
    store.save_upload(make_upload("u-1", ("m-home",)), [("m-home", rows.iloc[:LIVE])])
    score_meter(store, "m-home")
    return FirstLook(store)


def send(store: Store, looks: FirstLook, row: pd.DataFrame) -> list[AnomalyEvent]:
    """The events of the live day once the row has come and was looked at."""
    store.append_readings([("m-home", row)])
    assert store.save_looks(looks.look(store.fresh(100))) == ["m-home"]
    return [event for event in store.events("m-home") if event.is_provisional]


def test_a_high_night_is_told_after_a_day_that_was_higher(store: Store, rows: pd.DataFrame) -> None:
    """The hours of that day are among the few that the forest ranks by, and each of them is odder."""
    rows.iloc[LIVE - 94 : LIVE - 64, 0] = 4.0
    rows.iloc[LIVE + 4 : LIVE + 8, 0] = [0.61, 0.66, 0.63, 0.64]
    looks = begin(store, rows)
    assert any(event.start < rows.index[LIVE - 70] < event.end for event in store.events("m-home"))
    seen = [send(store, looks, rows.iloc[place : place + 1]) for place in range(LIVE, LIVE + 8)]
    assert seen[3] == []
    (event,) = seen[-1]
    assert event.direction is Direction.HIGH
    assert (event.start, event.end) == (rows.index[LIVE + 4], rows.index[LIVE + 8])


@pytest.mark.parametrize("cut", [0, 1])
def test_zeros_are_one_outage_while_they_come_and_once_they_have_ended(store: Store, rows: pd.DataFrame, cut: int) -> None:
    """Also where the supply went in the middle of a reading."""
    first, stop = LIVE + 16, LIVE + 22
    rows.iloc[first:stop, 0] = 0.0
    rows.iloc[first - cut, 0] *= 0.1
    looks = begin(store, rows)
    seen = [send(store, looks, rows.iloc[place : place + 1]) for place in range(LIVE, stop + 2)]
    assert all(len(events) <= 1 for events in seen)
    assert {event.kind for event in seen[stop - 1 - LIVE]} == {EventKind.OUTAGE}, "while the zeros come"
    for events in seen[stop - LIVE :]:
        assert [(event.kind, event.start, event.end) for event in events] == [(EventKind.OUTAGE, rows.index[first], rows.index[stop])]
    score_meter(store, "m-home")
    (settled,) = [event for event in store.events("m-home") if event.end > rows.index[LIVE]]
    assert (settled.event_id, settled.severity) == (seen[-1][0].event_id, seen[-1][0].severity)
    assert set(store.scored("m-home")["event_id"]) == {event.event_id for event in store.events("m-home")} | {""}


def event(event_id: str, start: int, end: int) -> AnomalyEvent:
    """An event from and to these hours."""
    return make_event(event_id, start=datetime_from_epoch(start * 3600), hours=end - start)


@pytest.mark.parametrize(
    ("found", "held", "told", "replaced"),
    [
        ([("a", 8, 10)], [], ["a"], []),  # it has ended where the fresh row begins
        ([("a", 6, 9)], [], [], []),  # over an hour ago: the whole analysis tells of it
        ([("b", 7, 10)], [("a", 6, 9)], ["b"], ["a"]),  # with other edges
        ([("b", 6, 9)], [("a", 6, 10)], ["b"], ["a"]),  # shorter than it was told
        ([], [("a", 6, 10)], [], []),  # it has ended, and stays as it was told
        ([], [("a", 6, 11)], [], ["a"]),  # it would reach the fresh row, and does not
        ([("b", 8, 11)], [("a", 2, 4)], ["b"], []),  # something else
        ([("b", 8, 11), ("c", 2, 4)], [("a", 2, 4)], ["b"], []),  # of which nothing is told anew
    ],
)
def test_what_was_told_is_replaced_by_what_is_found_in_its_place(
    found: list[tuple[str, int, int]], held: list[tuple[str, int, int]], told: list[str], replaced: list[str]
) -> None:
    events, gone = _of_now([event(*one) for one in found], [event(*one) for one in held], datetime_from_epoch(10 * 3600))
    assert [one.event_id for one in events] == told
    assert [one.event_id for one in gone] == replaced
