"""The chart's points for one window of a meter.

Local wall-clock times
----------------------
The times are those of the wall clock, without an offset, because charts drop zones. In the night when summer time ends the
clock shows one hour twice. The points stay in the order in which they happened and the line is broken between the two passes
of the hour, so both are drawn, one over the other, with no stroke back from the end of the first to the start of the second.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

from wattsup_core import timegrid
from wattsup_core.analysis.downsample import LEAST_POINTS
from wattsup_core.errors import BadRequestError
from wattsup_core.service.views.arrays import MeterArrays, arrays_of
from wattsup_core.service.views.curve import Curve, curve_of, fit_resolution
from wattsup_core.service.views.markers import Mark, draw_markers, find_marks
from wattsup_core.service.views.outline import is_enough, outline_rows
from wattsup_core.service.views.painting import painted_points
from wattsup_core.service.views.points import ChosenPoints, choose_points
from wattsup_core.service.views.rounding import round_or_none
from wattsup_core.service.views.smoothing import moving_average
from wattsup_core.view_models import Resolution, SeriesView

if TYPE_CHECKING:
    from wattsup_core.store import Store

DAY = timedelta(days=1)


@dataclass(frozen=True)
class _Line:
    """Chosen points with a row of nothing after each piece; shapes are (k,). `at` is -1 in those rows, `run` as in ChosenPoints.

    `seconds` are epoch seconds, `wall_seconds` the same by the wall clock.
    """

    at: np.ndarray
    seconds: np.ndarray
    wall_seconds: np.ndarray
    run: np.ndarray


def series(
    store: Store,
    meter_id: str,
    start: datetime,
    end: datetime,
    resolution: Resolution = Resolution.AUTO,
    width_points: int = 2000,
    *,
    with_average: bool = True,
) -> SeriesView:
    """The points of ``[start, end)``, downsampled to about `width_points` without losing an extreme.

    Power [kW] for readings and hours, energy [kWh] for days. Hours and days that the window cuts are shown whole.

    Parameters
    ----------
    store
        Where the meter is.
    meter_id
        Which meter.
    start, end
        The window, aware.
    resolution
        What to draw; `AUTO` chooses by the window's length. Never finer than the meter's interval.
    width_points
        How many points the screen can show.
    with_average
        Whether the moving average is asked for; without it the list is empty.

    Raises
    ------
    NotFoundError
        When there is no such meter.
    BadRequestError
        When the window is empty.
    """
    if not start < end:
        raise BadRequestError("This window ends before it begins.", "Choose an earlier start or a later end.")
    meter = store.meter(meter_id)
    arrays = arrays_of(store, meter, store.state(meter_id))
    curve = curve_of(arrays, meter, fit_resolution(resolution, (end - start) / DAY, meter.interval_minutes))
    window = curve.points(start.timestamp(), end.timestamp())
    marks = find_marks(curve, window, store.events(meter_id, start, end), end - start)
    line = _line(curve, _choose(arrays, curve, window, marks, width_points), meter.timezone)
    x, actual = timegrid.wall_clock_text(line.wall_seconds), _drawn(curve, curve.actual, line)
    expected, lower, upper = (_drawn(curve, values, line) for values in (curve.expected, curve.lower, curve.upper))
    anomaly_x, anomaly_y = _anomaly_line(line, x, actual)
    y_min, y_max = _extent([actual, expected, lower, upper])
    markers = draw_markers(curve, marks, meter.timezone)
    return SeriesView(
        start=start,
        end=end,
        timezone=meter.timezone,
        resolution=curve.resolution,
        unit=curve.unit,
        x=x,
        seconds=line.seconds.tolist(),
        in_event=(line.run >= 0).tolist(),
        actual=actual,
        expected=expected,
        lower=lower,
        upper=upper,
        moving_average=_drawn_mean(curve, line) if with_average else [],
        anomaly_x=anomaly_x,
        anomaly_y=anomaly_y,
        markers=markers,
        shown=int((line.at >= 0).sum()),
        total=int(np.isfinite(arrays.kwh[arrays.rows(start, end)]).sum()),
        y_max=y_max,
        y_min=y_min,
        markers_left_out=len(marks) - len(markers),
    )


def _choose(arrays: MeterArrays, curve: Curve, window: slice, marks: list[Mark], width_points: int) -> ChosenPoints:
    """The points to draw, by their positions in the curve."""
    marked = [mark.at for mark in marks if mark.at is not None and window.start <= mark.at < window.stop]
    keep = np.array(marked, dtype=np.int64)
    is_painted = painted_points(curve, window, [mark.event for mark in marks if not (mark.is_long or mark.event.is_expected)])
    if curve.ends is None and is_enough(len(is_painted), width_points):
        rows = outline_rows(arrays, window, is_painted, keep, curve.step_seconds)
    else:
        rows = np.arange(window.start, window.stop)
    chosen = choose_points(
        curve.starts[rows],
        curve.actual[rows],
        is_painted[rows - window.start],
        np.searchsorted(rows, keep),
        curve.step_seconds,
        max(width_points, LEAST_POINTS),
    )
    return dataclasses.replace(chosen, at=rows[chosen.at])


def _line(curve: Curve, chosen: ChosenPoints, timezone: str) -> _Line:
    at = chosen.at
    seconds = curve.starts[at]
    wall = timegrid.to_wall_seconds(seconds, timezone)
    is_repeated = np.zeros(len(at), dtype=bool)
    is_repeated[:-1] = np.diff(wall) <= 0
    breaks = np.flatnonzero(chosen.ends_piece | is_repeated)
    after = seconds[breaks] + round(curve.step_seconds)
    return _Line(
        at=np.insert(at, breaks + 1, -1),
        seconds=np.insert(seconds, breaks + 1, after),
        wall_seconds=np.insert(wall, breaks + 1, timegrid.to_wall_seconds(after, timezone)),
        run=np.insert(chosen.run, breaks + 1, -1),
    )


def _drawn(curve: Curve, values: np.ndarray, line: _Line) -> list[float | None]:
    drawn = np.where(line.at >= 0, values[line.at], np.nan) * curve.factor if len(line.at) else np.empty(0)
    return round_or_none(drawn)


def _drawn_mean(curve: Curve, line: _Line) -> list[float | None]:
    is_point = line.at >= 0
    means = np.full(len(line.at), np.nan)
    means[is_point] = moving_average(curve.starts, curve.actual, line.at[is_point], curve.half_mean_seconds, curve.step_seconds)
    return round_or_none(means * curve.factor)


def _anomaly_line(line: _Line, x: list[str], actual: list[float | None]) -> tuple[list[str | None], list[float | None]]:
    """The drawn points inside events, which therefore lie on the drawn line, with nothing between two runs or two pieces."""
    inside = np.flatnonzero(line.run >= 0)
    starts_new = np.flatnonzero((np.diff(line.run[inside]) != 0) | (np.diff(inside) > 1)) + 1
    order = np.insert(inside, starts_new, -1).tolist()
    return [x[at] if at >= 0 else None for at in order], [actual[at] if at >= 0 else None for at in order]


def _extent(lists: list[list[float | None]]) -> tuple[float, float]:
    known = [value for values in lists for value in values if value is not None]
    return (min(known), max(known)) if known else (0.0, 0.0)
