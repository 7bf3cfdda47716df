"""A meter's readings at the resolution they are drawn in."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from wattsup_core import timegrid
from wattsup_core.service.views.arrays import MeterArrays
from wattsup_core.service.views.sums import DAY_SECONDS, HOUR_SECONDS, Sums, day_sums, hour_sums
from wattsup_core.service.views.usual import is_usual_known
from wattsup_core.service.views.window import DataSpan
from wattsup_core.types import Meter
from wattsup_core.view_models import Resolution

DAY_MINUTES = 1_440.0
LONGEST_RAW_DAYS = 45
LONGEST_HOURLY_DAYS = 120
HALF_DAY_SECONDS = DAY_SECONDS // 2
HALF_WEEK_SECONDS = 7 * DAY_SECONDS // 2


@dataclass(eq=False, frozen=True)
class Curve:
    """Points in time order, for the whole history of a meter; shapes are (n,).

    Attributes
    ----------
    starts, ends
        What a point stands for, seconds since 1970 (UTC); `ends` is None where a point is one reading.
    actual, expected, lower, upper
        Values that become `unit` when multiplied by `factor`; NaN where missing.
    step_seconds
        The usual distance of two points.
    half_mean_seconds
        Half the width of the centred moving average.
    """

    resolution: Resolution
    unit: str
    starts: np.ndarray
    ends: np.ndarray | None
    actual: np.ndarray
    expected: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    factor: float
    step_seconds: float
    half_mean_seconds: int

    def points(self, start_seconds: float, end_seconds: float) -> slice:
        """The readings that start in ``[start, end)``; the hours or days that overlap it."""
        first, last = (int(at) for at in np.searchsorted(self.starts, [start_seconds, end_seconds]))
        if self.ends is not None and first > 0 and self.ends[first - 1] > start_seconds:
            first -= 1
        return slice(first, last)


def fit_resolution(asked: Resolution, span_days: float, interval_minutes: float) -> Resolution:
    """The resolution to draw a span in: as asked, but never finer than the meter's interval; by the span when left to us."""
    if interval_minutes >= DAY_MINUTES:
        return Resolution.DAY
    if asked is Resolution.AUTO:
        asked = Resolution.RAW if span_days <= LONGEST_RAW_DAYS else Resolution.HOUR if span_days <= LONGEST_HOURLY_DAYS else Resolution.DAY
    if asked is Resolution.HOUR and interval_minutes >= HOUR_SECONDS / 60:
        return Resolution.RAW
    return asked


def curve_of(arrays: MeterArrays, meter: Meter, resolution: Resolution) -> Curve:
    """The curve of a meter in a resolution that :func:`fit_resolution` gave; hours and days are summed once and kept.

    It has nothing usual as long as the meter is too young for that to be known.
    """
    curve = _whole_curve(arrays, meter, resolution)
    if not len(arrays) or is_usual_known(_span(arrays, meter)):
        return curve
    unknown = np.full(len(curve.starts), np.nan)
    return replace(curve, expected=unknown, lower=unknown, upper=unknown)


def _span(arrays: MeterArrays, meter: Meter) -> DataSpan:
    first, last = (timegrid.datetime_from_epoch(int(arrays.seconds[at])) for at in (0, -1))
    return DataSpan.of(first, last, meter.interval_minutes)


def _whole_curve(arrays: MeterArrays, meter: Meter, resolution: Resolution) -> Curve:
    key = (resolution, meter.timezone, meter.interval_minutes)
    if resolution is Resolution.RAW:
        return _readings_curve(arrays, meter, resolution)
    if meter.interval_minutes >= DAY_MINUTES:
        return _readings_curve(arrays, meter, Resolution.DAY)
    sum_up = hour_sums if resolution is Resolution.HOUR else day_sums
    sums = arrays.derived(key, lambda: sum_up(arrays, meter.timezone, meter.interval_minutes))
    return _sums_curve(sums, resolution)


def prepare_sums(arrays: MeterArrays, meter: Meter) -> None:
    """Sum a meter up by hour and by day now, so that the first zoom out of a long history waits no longer than the next."""
    for resolution in (Resolution.HOUR, Resolution.DAY):
        curve_of(arrays, meter, fit_resolution(resolution, 0.0, meter.interval_minutes))


def _readings_curve(arrays: MeterArrays, meter: Meter, resolution: Resolution) -> Curve:
    """Each reading a point: mean power of its interval, or energy a day of a meter that reads once a day or less often."""
    is_daily = resolution is Resolution.DAY
    per_day = DAY_MINUTES / meter.interval_minutes
    return Curve(
        resolution=resolution,
        unit="kWh per day" if is_daily else "kW",
        starts=arrays.seconds,
        ends=None,
        actual=arrays.kwh,
        expected=arrays.expected_kwh,
        lower=arrays.lower_kwh,
        upper=arrays.upper_kwh,
        factor=per_day if is_daily else timegrid.MINUTES_PER_HOUR / meter.interval_minutes,
        step_seconds=meter.interval_minutes * 60,
        half_mean_seconds=HALF_WEEK_SECONDS if is_daily else HALF_DAY_SECONDS,
    )


def _sums_curve(sums: Sums, resolution: Resolution) -> Curve:
    """Hours as mean power of the time recorded, so a missing quarter of an hour is no dip; days as energy recorded."""
    is_daily = resolution is Resolution.DAY
    per = 1.0 if is_daily else 1.0 / sums.hours
    return Curve(
        resolution=resolution,
        unit="kWh per day" if is_daily else "kW",
        starts=sums.starts,
        ends=sums.ends,
        actual=sums.kwh * per,
        expected=sums.expected_kwh * per,
        lower=sums.lower_kwh * per,
        upper=sums.upper_kwh * per,
        factor=1.0,
        step_seconds=DAY_SECONDS if is_daily else HOUR_SECONDS,
        half_mean_seconds=HALF_WEEK_SECONDS if is_daily else HALF_DAY_SECONDS,
    )
