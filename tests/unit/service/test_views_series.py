from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from tests.unit.service.stored_meter import LONDON, START, event_of, readings_of, scored_of, send, store_of
from wattsup_core.analysis.pipeline import Analysis
from wattsup_core.errors import BadRequestError, NotFoundError
from wattsup_core.frames import BAND_COLUMNS
from wattsup_core.service import views
from wattsup_core.service.views.arrays import forget_arrays
from wattsup_core.service.views.markers import MOST_MARKERS
from wattsup_core.types import Direction, EventClass, EventKind
from wattsup_core.view_models import Resolution, SeriesView

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def whole(view: SeriesView) -> list[tuple[str, float | None]]:
    return list(zip(view.x, view.actual, strict=True))


@pytest.mark.parametrize("days", [3, 60])
def test_a_band_that_is_not_known_yet_leaves_the_rest(days: int) -> None:
    readings = readings_of(np.tile([0.5, 1.0], 60 * 24))
    store = store_of(readings, is_scored=False)
    scored = scored_of(readings, ()).assign(**dict.fromkeys(BAND_COLUMNS, np.nan))
    store.save_analysis("home", 1, Analysis(scored, (), "earlier", ()))
    view = views.series(store, "home", START, START + days * DAY)
    assert set(view.lower) == set(view.upper) == {None}
    assert None not in view.actual
    assert None not in view.expected


def test_readings_are_drawn_as_power_on_the_local_clock() -> None:
    store = store_of(readings_of([0.25, 0.5, 1.0, 0.25] * 24, datetime(2026, 7, 5, tzinfo=UTC)), expected_kwh=0.2)
    view = views.series(store, "home", datetime(2026, 7, 5, tzinfo=UTC), datetime(2026, 7, 5, 1, 30, tzinfo=UTC))
    assert whole(view) == [("2026-07-05T01:00", 0.5), ("2026-07-05T01:30", 1.0), ("2026-07-05T02:00", 2.0)]
    assert (view.unit, view.resolution, view.shown, view.total) == ("kW", Resolution.RAW, 3, 3)
    assert (view.expected, view.lower, view.upper) == ([0.4] * 3, [0.2] * 3, [0.8] * 3)
    assert (view.y_min, view.y_max) == (0.2, 2.0)


@pytest.mark.parametrize(("days", "is_known"), [(1.5, False), (2, True)])
@pytest.mark.parametrize("resolution", [Resolution.RAW, Resolution.HOUR, Resolution.DAY])
def test_nothing_is_usual_for_a_meter_without_days_to_compare(days: float, is_known: bool, resolution: Resolution) -> None:
    store = store_of(readings_of(np.ones(round(48 * days))), expected_kwh=1.0)
    view = views.series(store, "home", START, START + DAY, resolution)
    for usual in (view.expected, view.lower, view.upper):
        assert [value is not None for value in usual] == [value is not None and is_known for value in view.actual]
    assert max(value or 0.0 for value in view.actual) > 0


def test_days_are_energy_and_the_days_that_the_window_cuts_are_whole() -> None:
    kwh = np.repeat([1.0, 2.0, 3.0, 4.0], 48)
    store = store_of(readings_of(kwh))
    view = views.series(store, "home", START + 12 * HOUR, START + 2 * DAY + HOUR, Resolution.DAY)
    assert whole(view) == [("2026-01-05T00:00", 48.0), ("2026-01-06T00:00", 96.0), ("2026-01-07T00:00", 144.0)]
    assert view.unit == "kWh per day"
    assert view.expected == [24.0] * 3
    assert view.total == 24 + 48 + 2


def test_hours_are_the_mean_power_of_what_was_recorded() -> None:
    kwh = np.array([1.0, 2.0, 3.0, np.nan, 5.0, 6.0])
    readings = readings_of(kwh).dropna(subset="kwh")
    view = views.series(store_of(readings), "home", START, START + 3 * HOUR, Resolution.HOUR)
    assert whole(view) == [("2026-01-05T00:00", 3.0), ("2026-01-05T01:00", 6.0), ("2026-01-05T02:00", 11.0)]


def test_a_daily_meter_is_drawn_by_its_readings_in_every_resolution() -> None:
    daily = dataclasses.replace(LONDON, interval_minutes=1440.0)
    store = store_of(readings_of([8.0, 9.0, 10.0], interval_minutes=1440), meter=daily)
    for resolution in Resolution:
        view = views.series(store, "home", START, START + 3 * DAY, resolution)
        assert (view.resolution, view.unit, view.actual) == (Resolution.DAY, "kWh per day", [8.0, 9.0, 10.0])


def test_the_line_breaks_where_readings_are_missing() -> None:
    readings = readings_of(np.ones(10)).drop(index=readings_of(np.ones(10)).index[4:7])
    view = views.series(store_of(readings), "home", START, START + 5 * HOUR)
    assert [value is None for value in view.actual] == [False] * 4 + [True] + [False] * 3
    assert view.x[3:6] == ["2026-01-05T01:30", "2026-01-05T02:00", "2026-01-05T03:30"]
    assert view.expected[4] is view.lower[4] is view.upper[4] is view.moving_average[4] is None


def test_the_hour_that_the_autumn_clock_repeats_is_drawn_twice_in_two_pieces() -> None:
    start = datetime(2026, 10, 25, tzinfo=UTC)
    view = views.series(store_of(readings_of(np.arange(1.0, 7.0), start)), "home", start, start + 3 * HOUR)
    assert whole(view) == [
        ("2026-10-25T01:00", 2.0),
        ("2026-10-25T01:30", 4.0),
        ("2026-10-25T01:00", None),
        ("2026-10-25T01:00", 6.0),
        ("2026-10-25T01:30", 8.0),
        ("2026-10-25T02:00", 10.0),
        ("2026-10-25T02:30", 12.0),
    ]


def test_the_hour_that_the_spring_clock_skips_leaves_no_gap_in_the_line() -> None:
    start = datetime(2026, 3, 29, tzinfo=UTC)
    view = views.series(store_of(readings_of(np.ones(6), start)), "home", start, start + 3 * HOUR)
    assert view.x[:4] == ["2026-03-29T00:00", "2026-03-29T00:30", "2026-03-29T02:00", "2026-03-29T02:30"]
    assert None not in view.actual


def test_anomalies_lie_on_the_line_in_runs() -> None:
    kwh = np.full(96, 0.5)
    kwh[[10, 11, 12, 13, 40]] = [2.0, 3.0, 2.5, 2.0, 4.0]
    first, second = event_of(START + 5 * HOUR, 2, "a"), event_of(START + 20 * HOUR, 0.5, "b", severity=95)
    view = views.series(store_of(readings_of(kwh), [first, second]), "home", START, START + 2 * DAY)
    assert view.anomaly_y == [4.0, 6.0, 5.0, 4.0, None, 8.0]
    assert view.anomaly_x[3:] == ["2026-01-05T06:30", None, "2026-01-05T20:00"]
    assert {point for point in zip(view.anomaly_x, view.anomaly_y, strict=True) if point[0]} <= set(whole(view))
    assert [(marker.event_id, marker.x, marker.y) for marker in view.markers] == [
        ("a", "2026-01-05T05:30", 6.0),
        ("b", "2026-01-05T20:00", 8.0),
    ]
    assert (view.markers[0].start_x, view.markers[0].end_x) == ("2026-01-05T05:00", "2026-01-05T07:00")
    assert (view.markers[0].actual_kwh, view.markers_left_out) == (3.0, 0)


def test_the_anomaly_line_breaks_where_readings_of_an_event_are_missing() -> None:
    readings = readings_of(np.ones(96))
    store = store_of(readings.drop(index=readings.index[12:14]), [event_of(START + 5 * HOUR, 4)])
    view = views.series(store, "home", START, START + 2 * DAY)
    assert view.anomaly_y == [2.0, 2.0, None, 2.0, 2.0, 2.0, 2.0]


def test_runs_are_not_joined_even_when_they_are_narrower_than_the_screen_can_show() -> None:
    flagged = [event_of(START + number * HOUR, 0.5, f"e{number:03}") for number in range(0, 2400, 2)]
    store = store_of(readings_of(np.random.default_rng(3).random(4800)), flagged)
    view = views.series(store, "home", START, START + 100 * DAY, Resolution.RAW, width_points=100)
    drawn = list(zip(view.anomaly_x, view.anomaly_y, strict=True))
    assert len([point for point in drawn if point[0]]) == len(flagged)
    assert all(one[0] is None or other[0] is None for one, other in pairwise(drawn))


def test_a_low_event_is_marked_at_its_lowest_point_and_a_gap_on_the_axis() -> None:
    kwh = np.full(96, 0.5)
    kwh[10:14] = [0.2, 0.1, 0.2, 0.3]
    low = event_of(START + 5 * HOUR, 2, "low", direction=Direction.LOW, kind=EventKind.DROP)
    gap = event_of(START + 20 * HOUR, 2, "gap", direction=Direction.FLAT, kind=EventKind.GAP, event_class=EventClass.DATA_GAP, cost=None)
    readings = readings_of(kwh)
    store = store_of(readings.drop(index=readings.index[40:44]), [low, gap])
    view = views.series(store, "home", START, START + 2 * DAY)
    assert [(marker.x, marker.y, marker.actual_kwh) for marker in view.markers] == [
        ("2026-01-05T05:30", 0.2, 3.0),
        ("2026-01-05T20:00", 0.0, None),
    ]


def test_an_event_is_marked_at_its_extreme_within_the_window() -> None:
    kwh = np.full(96, 0.5)
    kwh[10:14] = [9.0, 3.0, 2.0, 2.0]
    store = store_of(readings_of(kwh), [event_of(START + 5 * HOUR, 2)])
    view = views.series(store, "home", START + timedelta(hours=5, minutes=30), START + 2 * DAY)
    assert [(marker.x, marker.y) for marker in view.markers] == [("2026-01-05T05:30", 6.0)]


def test_a_step_is_not_painted_and_is_marked_where_it_begins() -> None:
    kwh = np.full(14 * 48, 0.5)
    kwh[300] = 4.0
    step = event_of(START + 2 * DAY, 12 * 24, "step", kind=EventKind.BASELOAD_STEP)
    spike = event_of(START + 6 * DAY + 6 * HOUR, 0.5, "spike")
    store = store_of(readings_of(kwh), [step, spike])
    view = views.series(store, "home", START, START + 14 * DAY)
    assert (view.anomaly_x, view.anomaly_y) == (["2026-01-11T06:00"], [8.0])
    marks = {marker.event_id: (marker.x, marker.y, marker.is_long) for marker in view.markers}
    assert marks == {"step": ("2026-01-07T00:00", 1.0, True), "spike": ("2026-01-11T06:00", 8.0, False)}
    later = views.series(store, "home", START + 8 * DAY, START + 9 * DAY)
    assert [(marker.x, marker.start_x, marker.end_x) for marker in later.markers] == [
        ("2026-01-07T00:00", "2026-01-07T00:00", "2026-01-19T00:00")
    ]
    assert later.anomaly_x == []


def test_what_lasts_for_days_is_painted_only_where_little_else_is_shown() -> None:
    away = event_of(START + 2 * DAY, 72, "away", direction=Direction.LOW, kind=EventKind.SUSTAINED_LOW)
    store = store_of(readings_of(np.full(10 * 48, 0.5)), [away])
    week, day = (views.series(store, "home", START + 2 * DAY, START + (2 + days) * DAY) for days in (7, 1))
    assert (week.markers[0].is_long, len(week.anomaly_x)) == (True, 0)
    assert (day.markers[0].is_long, len(day.anomaly_x)) == (False, 48)


def test_a_long_event_without_any_reading_is_marked_where_it_begins() -> None:
    readings = readings_of(np.full(20 * 48, 0.5))
    gap = event_of(START + 5 * DAY, 72, "gap", direction=Direction.FLAT, kind=EventKind.GAP, event_class=EventClass.DATA_GAP, cost=None)
    view = views.series(store_of(readings.drop(index=readings.index[240:384]), [gap]), "home", START, START + 20 * DAY)
    assert [(marker.x, marker.y, marker.is_long) for marker in view.markers] == [("2026-01-10T00:00", 0.0, True)]


def test_by_day_an_event_is_marked_on_its_day() -> None:
    kwh = np.full(5 * 48, 0.5)
    kwh[58:62] = 3.0
    store = store_of(readings_of(kwh), [event_of(START + 29 * HOUR, 2)])
    view = views.series(store, "home", START, START + 5 * DAY, Resolution.DAY)
    assert [(marker.x, marker.y) for marker in view.markers] == [("2026-01-06T00:00", 34.0)]
    assert (view.anomaly_x, view.anomaly_y) == (["2026-01-06T00:00"], [34.0])


def test_no_spike_and_no_event_is_lost_in_a_long_window() -> None:
    kwh = np.random.default_rng(1).random(48 * 200) * 0.5 + 0.1
    spikes = [1_000, 4_321, 9_000]
    kwh[spikes] = [5.0, 6.0, 7.0]
    faint = event_of(START + 30 * DAY, 0.5, "faint")
    store = store_of(readings_of(kwh), [faint, *(event_of(START + spike * HOUR / 2, 0.5, f"e{spike}") for spike in spikes)])
    view = views.series(store, "home", START, START + 200 * DAY, Resolution.RAW, width_points=300)
    drawn = dict(whole(view))
    assert view.shown < 400
    assert view.total == len(kwh)
    assert [marker.event_id for marker in view.markers] == ["e1000", "faint", "e4321", "e9000"]
    assert all(drawn[marker.x] == marker.y for marker in view.markers)
    assert [drawn[marker.x] for marker in view.markers if marker.event_id != "faint"] == [10.0, 12.0, 14.0]
    assert view.y_max == 14.0


def test_no_spike_gap_or_event_is_lost_among_so_many_readings_that_only_their_outline_is_searched() -> None:
    minutes = dataclasses.replace(LONDON, interval_minutes=1.0)
    kwh = np.random.default_rng(8).random(60_000) * 0.01
    kwh[[7, 31_111, 59_998]] = [0.5, 0.7, 0.6]
    kwh[45_000] = 0.2
    readings = readings_of(kwh, interval_minutes=1)
    event = event_of(START + timedelta(minutes=45_000), 1 / 60)
    store = store_of(readings.drop(index=readings.index[20_000:24_000]), [event], minutes)
    view = views.series(store, "home", START, START + 42 * DAY, Resolution.RAW, width_points=200)
    drawn = dict(whole(view))
    assert view.shown < 300
    assert {30.0, 42.0, 36.0, 12.0} <= set(drawn.values())
    assert view.anomaly_y == [12.0]
    gap = view.actual.index(None)
    assert (view.x[gap - 1], view.x[gap], view.x[gap + 1]) == ("2026-01-18T21:19", "2026-01-18T21:20", "2026-01-21T16:00")


def test_the_moving_average_is_that_of_all_readings() -> None:
    kwh = np.random.default_rng(2).random(48 * 60)
    store = store_of(readings_of(kwh))
    view = views.series(store, "home", START + 10 * DAY, START + 40 * DAY, Resolution.RAW, width_points=100)
    at = [(datetime.fromisoformat(x).replace(tzinfo=UTC) - START) // timedelta(minutes=30) for x in view.x]
    assert view.moving_average == pytest.approx([2 * kwh[place - 24 : place + 24].mean() for place in at], abs=0.001)


def test_the_moving_average_of_days_is_that_of_a_week() -> None:
    kwh = np.repeat(np.arange(1.0, 31.0), 48)
    view = views.series(store_of(readings_of(kwh)), "home", START, START + 30 * DAY, Resolution.DAY)
    assert view.moving_average[3] == pytest.approx(48 * np.mean(np.arange(1, 8)))
    assert view.moving_average[0] == pytest.approx(48 * np.mean(np.arange(1, 5)))


def test_readings_without_a_score_are_drawn_without_a_band() -> None:
    view = views.series(store_of(readings_of([1.0, 2.0]), is_scored=False), "home", START, START + DAY)
    assert view.actual == [2.0, 4.0]
    assert view.expected == view.lower == view.upper == [None, None]


def test_more_events_than_a_chart_can_show_are_told() -> None:
    count = MOST_MARKERS + 10
    events = [event_of(START + number * HOUR, 0.5, f"e{number:04}", severity=90 if number >= 10 else 10) for number in range(count)]
    view = views.series(store_of(readings_of(np.ones(2 * count)), events), "home", START, START + 30 * DAY)
    assert len(view.markers) == MOST_MARKERS
    assert view.markers_left_out == 10
    assert {marker.severity for marker in view.markers} == {90}
    assert [marker.x for marker in view.markers] == sorted(marker.x for marker in view.markers)


def test_a_window_without_readings_is_empty() -> None:
    view = views.series(store_of(readings_of([1.0, 2.0])), "home", START + 40 * DAY, START + 41 * DAY)
    assert view.x == view.actual == view.expected == view.moving_average == view.anomaly_x == []
    assert (view.shown, view.total, view.y_min, view.y_max) == (0, 0, 0.0, 0.0)


def test_a_single_reading_makes_a_chart() -> None:
    for resolution in Resolution:
        assert len(views.series(store_of(readings_of([1.0])), "home", START, START + DAY, resolution).x) == 1


def test_a_window_that_ends_before_it_begins_and_an_unknown_meter_are_refused() -> None:
    store = store_of(readings_of([1.0, 2.0]))
    with pytest.raises(BadRequestError, match="ends before it begins"):
        views.series(store, "home", START, START)
    with pytest.raises(NotFoundError):
        views.series(store, "elsewhere", START, START + DAY)


def test_a_meter_without_readings_says_so() -> None:
    store = store_of(readings_of([1.0]))
    store.add_meter(dataclasses.replace(LONDON, meter_id="empty", name="Garage"))
    with pytest.raises(NotFoundError, match="Garage has no readings yet"):
        views.series(store, "empty", START, START + DAY)


def test_arrays_are_built_once_for_each_state_of_a_meter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    forget_arrays()
    store = store_of(readings_of([1.0, 2.0]), url=f"sqlite:///{tmp_path / 'wattsup.db'}")
    built: list[str] = []
    scored = store.scored
    monkeypatch.setattr(store, "scored", lambda *window: built.append("built") or scored(*window))
    for _ in range(3):
        assert views.series(store, "home", START, START + DAY).actual == [2.0, 4.0]
    assert built == ["built"]
    send(store, readings_of([3.0], START + HOUR), upload_id="u2")
    assert views.series(store, "home", START, START + DAY).actual == [2.0, 4.0, 6.0]
    assert built == ["built", "built"]
    forget_arrays()


def test_two_stores_in_memory_do_not_see_each_other() -> None:
    one, other = store_of(readings_of([1.0])), store_of(readings_of([5.0]))
    assert views.series(one, "home", START, START + DAY).actual == [2.0]
    assert views.series(other, "home", START, START + DAY).actual == [10.0]
