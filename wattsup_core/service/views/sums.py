"""Energy summed over local hours and days, with what was usual for the same readings."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wattsup_core import timegrid
from wattsup_core.service.views.arrays import MeterArrays
from wattsup_core.service.views.sum_band import half_width_of_sums

HOUR_SECONDS = 3_600
DAY_SECONDS = 86_400


@dataclass(eq=False, frozen=True)
class Sums:
    """Sums over spans of time that hold at least one reading; shapes are (m,).

    Attributes
    ----------
    starts, ends
        The spans ``[start, end)``, seconds since 1970 (UTC), int64.
    kwh, expected_kwh, lower_kwh, upper_kwh
        Energy recorded in the span, and the usual for those readings [kWh]; NaN where a reading is not scored yet.
    hours
        Time recorded in the span [h].
    """

    starts: np.ndarray
    ends: np.ndarray
    kwh: np.ndarray
    expected_kwh: np.ndarray
    lower_kwh: np.ndarray
    upper_kwh: np.ndarray
    hours: np.ndarray

    @property
    def nbytes(self) -> int:
        """Bytes of the arrays."""
        return sum(getattr(self, name).nbytes for name in self.__dataclass_fields__)


def hour_sums(arrays: MeterArrays, timezone: str, interval_minutes: float) -> Sums:
    """Sums over the hours of the local clock; the hour that the autumn clock repeats is two hours."""
    known = np.flatnonzero(np.isfinite(arrays.kwh))
    seconds = arrays.seconds[known]
    wall = timegrid.to_wall_seconds(seconds, timezone)
    starts_of_rows = seconds - wall % HOUR_SECONDS
    starts, span_of_row = _spans(starts_of_rows)
    return _sum(arrays, known, span_of_row, starts, starts + HOUR_SECONDS, interval_minutes)


def day_sums(arrays: MeterArrays, timezone: str, interval_minutes: float) -> Sums:
    """Sums over local days, which have 23 or 25 hours where the clocks change."""
    known = np.flatnonzero(np.isfinite(arrays.kwh))
    seconds = arrays.seconds[known]
    if not len(seconds):
        return _sum(arrays, known, known, seconds, seconds, interval_minutes)
    first, last = (timegrid.to_wall(timegrid.datetime_from_epoch(int(end)), timezone).date() for end in seconds[[0, -1]])
    midnights = timegrid.local_day_starts(first, last, timezone)
    days, span_of_row = _spans(np.searchsorted(midnights, seconds, side="right") - 1)
    return _sum(arrays, known, span_of_row, midnights[days], midnights[days + 1], interval_minutes)


def _spans(label_of_row: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The distinct labels of rows in time order, and the position of each row's label among them."""
    is_first = np.ones(len(label_of_row), dtype=bool)
    is_first[1:] = label_of_row[1:] != label_of_row[:-1]
    return label_of_row[is_first], np.cumsum(is_first) - 1


def _sum(
    arrays: MeterArrays, known: np.ndarray, span_of_row: np.ndarray, starts: np.ndarray, ends: np.ndarray, interval_minutes: float
) -> Sums:
    def total(values: np.ndarray) -> np.ndarray:
        return np.bincount(span_of_row, weights=values, minlength=len(starts))

    kwh, expected = arrays.kwh[known].astype(float), arrays.expected_kwh[known].astype(float)
    is_usual = ~arrays.is_anomaly[known]
    below = half_width_of_sums(expected - arrays.lower_kwh[known], expected - kwh, span_of_row, is_usual)
    above = half_width_of_sums(arrays.upper_kwh[known] - expected, kwh - expected, span_of_row, is_usual)
    expected_kwh = total(expected)
    return Sums(
        starts=starts,
        ends=ends,
        kwh=total(kwh),
        expected_kwh=expected_kwh,
        lower_kwh=expected_kwh - below,
        upper_kwh=expected_kwh + above,
        hours=np.minimum(total(np.full(len(known), interval_minutes / 60.0)), (ends - starts) / HOUR_SECONDS),
    )
