"""Whatever is missing, wherever the clocks change, however narrow the screen: the chart tells the truth about the readings."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.service.stored_meter import LONDON, event_of, readings_of, store_of
from wattsup_core import timegrid
from wattsup_core.service import views
from wattsup_core.view_models import Resolution, SeriesView

BEGINNINGS = st.sampled_from(
    [datetime(2026, 1, 5, 7, tzinfo=UTC), datetime(2026, 3, 27, tzinfo=UTC), datetime(2026, 10, 23, 23, tzinfo=UTC)]
)
SLOTS = 480
HALF_HOUR = timedelta(minutes=30)


@st.composite
def charts(draw: st.DrawFn) -> tuple[SeriesView, np.ndarray, list[str]]:
    """A chart of the whole of a meter with holes, its kWh, and the local times of its readings."""
    start = draw(BEGINNINGS)
    kwh = np.random.default_rng(draw(st.integers(0, 99))).lognormal(-1, 1, SLOTS)
    is_there = np.ones(SLOTS, bool)
    for first, length in draw(st.lists(st.tuples(st.integers(0, SLOTS - 1), st.integers(1, 60)), max_size=6)):
        is_there[first : first + length] = False
    is_there[draw(st.integers(0, SLOTS - 1))] = True
    spans = draw(st.lists(st.tuples(st.integers(0, SLOTS - 2), st.integers(1, 40)), max_size=4))
    events = [event_of(start + at * HALF_HOUR, length / 2, f"e{number}") for number, (at, length) in enumerate(spans)]
    readings = readings_of(kwh, start)[is_there]
    width = draw(st.sampled_from([20, 100, 2000]))
    resolution = draw(st.sampled_from([Resolution.RAW, Resolution.HOUR, Resolution.DAY]))
    view = views.series(store_of(readings, events), "home", start, start + SLOTS * HALF_HOUR, resolution, width)
    seconds = timegrid.to_epoch_seconds(readings.index)
    return view, kwh[is_there], timegrid.wall_clock_text(timegrid.to_wall_seconds(seconds, LONDON.timezone))


@settings(max_examples=30, deadline=None)
@given(charts())
def test_the_chart_is_true_to_the_readings(chart: tuple[SeriesView, np.ndarray, list[str]]) -> None:
    view, kwh, clocks = chart
    columns = (view.actual, view.expected, view.lower, view.upper, view.moving_average)
    assert {len(view.x)} == {len(column) for column in columns}
    drawn = [(x, y) for x, y in zip(view.x, view.actual, strict=True) if y is not None]
    assert len(drawn) == view.shown
    assert view.total == len(kwh)
    if view.resolution is Resolution.RAW:
        measured = list(zip(clocks, kwh * 2, strict=True))
        assert all(any(x == clock and abs(y - kw) <= 1e-3 * kw + 1e-5 for clock, kw in measured) for x, y in drawn)
        values = [y for _, y in drawn]
        np.testing.assert_allclose([min(values), max(values)], [2 * kwh.min(), 2 * kwh.max()], rtol=1e-3, atol=1e-5)
    if view.resolution is Resolution.DAY:
        np.testing.assert_allclose(sum(y for _, y in drawn), kwh.sum(), rtol=1e-3)


@settings(max_examples=30, deadline=None)
@given(charts())
def test_time_runs_forward_within_each_piece_of_the_line_and_anomalies_lie_on_it(chart: tuple[SeriesView, np.ndarray, list[str]]) -> None:
    view, _, _ = chart
    previous = ""
    for x, y in zip(view.x, view.actual, strict=True):
        assert y is None or x > previous
        previous = "" if y is None else x
    line = set(zip(view.x, view.actual, strict=True))
    assert {(x, y) for x, y in zip(view.anomaly_x, view.anomaly_y, strict=True) if x is not None} <= line
    assert {(marker.x, marker.y) for marker in view.markers if marker.y} <= line


def test_no_local_time_is_lost_between_the_edges_of_a_gap() -> None:
    start = datetime(2026, 1, 5, tzinfo=UTC)
    readings = readings_of(np.ones(SLOTS), start)
    kept = readings.drop(index=readings.index[100:200])
    view = views.series(store_of(kept), "home", start, start + SLOTS * HALF_HOUR, Resolution.RAW, 20)
    gap = view.actual.index(None)
    assert (view.x[gap - 1], view.x[gap], view.x[gap + 1]) == ("2026-01-07T01:30", "2026-01-07T02:00", "2026-01-09T04:00")
