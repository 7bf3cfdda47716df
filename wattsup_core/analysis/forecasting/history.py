"""A meter's past as a table of local days by hours, which every forecasting method works on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from wattsup_core import timegrid
from wattsup_core.analysis.runs import find_runs
from wattsup_core.types import Meter

DAY_SECONDS = 86_400
HOUR_SECONDS = 3_600
MOST_DAYS = 730
"""Older days are left out: two years hold two of each season, and more would cost memory and little else."""
FULL_DAY_SHARE = 0.75
FULL_CELL_SHARE = 0.5
LASTING_DAYS = 7.0
"""What has been odd for longer is how the meter is now."""
NATURAL_NEGATIVE_SHARE = 0.01


@dataclass(frozen=True)
class History:
    """Local days from the first to the last that is over, and what a day of each is like.

    Attributes
    ----------
    kwh
        Energy of each cell [kWh], shape (days, slots); NaN where nothing was read or nothing is to be learned. An hour that the clock
        shows twice is their mean.
    actual_kwh
        The same with what was odd left in: what a forecast is judged by.
    day_length
        Cells in each day: 23, 24 or 25 hours, shape (days,).
    first_day
        The first local day, counted from 1970.
    slots
        Cells in a day of 24 hours.
    cell_seconds
        Length of a cell [s].
    phase_seconds
        Where in the day's first slot a cell begins on the wall clock [s].
    temperature_c
        Mean outdoor temperature of each day [°C], shape (days,), or None.
    start_seconds
        UTC start of the first cell after the last reading: where a forecast begins.
    today_kwh
        Energy read in the day that has begun when the forecast begins [kWh]; 0 at midnight.
    is_signed
        Whether readings below zero are natural; they are counted as zero here, being energy sent.
    """

    kwh: np.ndarray
    actual_kwh: np.ndarray
    day_length: np.ndarray
    first_day: int
    slots: int
    cell_seconds: int
    phase_seconds: int
    temperature_c: np.ndarray | None
    start_seconds: int
    today_kwh: float
    is_signed: bool

    def __len__(self) -> int:
        return len(self.kwh)

    @property
    def weekday(self) -> np.ndarray:
        """0 (Monday) to 6 of each day, shape (days,); 1970 began on a Thursday."""
        return (self.first_day + np.arange(len(self)) + 3) % 7

    @property
    def day_kwh(self) -> np.ndarray:
        """Energy of each day to learn from, as of 24 hours [kWh], shape (days,); NaN where a quarter of it or more is missing."""
        return day_sums(self.kwh, FULL_DAY_SHARE)

    def until(self, day: int) -> History:
        """The history as it was when `day` (counted from its first) began."""
        temperature = None if self.temperature_c is None else self.temperature_c[:day]
        return History(
            self.kwh[:day],
            self.actual_kwh[:day],
            self.day_length[:day],
            self.first_day,
            self.slots,
            self.cell_seconds,
            self.phase_seconds,
            temperature,
            self.start_seconds,
            0.0,
            self.is_signed,
        )


def day_sums(table: np.ndarray, least_share: float) -> np.ndarray:
    """Energy of each day [kWh] of a (days, slots) table; missing cells count as the day's mean, up to ``1 - least_share`` of them."""
    known = np.isfinite(table)
    count = known.sum(axis=1)
    total = np.where(known, table, 0.0).sum(axis=1)
    full = count >= max(1.0, least_share * table.shape[1])
    return np.where(full, total / np.maximum(count, 1) * table.shape[1], np.nan)


def build_history(readings: pd.DataFrame, meter: Meter, is_odd: np.ndarray | None = None, is_fault: np.ndarray | None = None) -> History:
    """Lay READINGS with at least one value on local days.

    Parameters
    ----------
    readings : pd.DataFrame
        READINGS.
    meter : Meter
        Its interval and timezone.
    is_odd : np.ndarray, optional
        Readings not to learn from, shape (rows,), bool. A stretch longer than a week is learned all the same.
    is_fault : np.ndarray, optional
        Readings that count for nothing, shape (rows,), bool, with the same exception.
    """
    index = pd.DatetimeIndex(readings.index)
    seconds = timegrid.to_epoch_seconds(index)
    kwh = readings["kwh"].to_numpy(float)
    known = kwh[np.isfinite(kwh)]
    is_signed = bool((known < 0).mean() > NATURAL_NEGATIVE_SHARE)
    kwh = np.maximum(kwh, 0.0) if is_signed else np.where(kwh < 0, np.nan, kwh)
    row_seconds = max(1, round((meter.interval_minutes or timegrid.commonest_interval_minutes(index)) * 60))
    cell_seconds = _cell_seconds(row_seconds)
    if is_fault is not None:
        kwh[_passing(np.asarray(is_fault, bool), row_seconds)] = np.nan
    learned = kwh.copy()
    if is_odd is not None:
        learned[_passing(np.asarray(is_odd, bool), row_seconds)] = np.nan
    wall = timegrid.to_wall_seconds(seconds, meter.timezone)
    phase = _phase(wall, cell_seconds)
    shifted = wall - phase
    start = _next_cell(int(seconds[-1]), int(shifted[-1]), phase, cell_seconds, meter.timezone)
    start_day = (int(timegrid.to_wall_seconds(np.array([start]), meter.timezone)[0]) - phase) // DAY_SECONDS
    first_day = max(int(shifted[0] // DAY_SECONDS), start_day - MOST_DAYS)
    slots = DAY_SECONDS // cell_seconds
    cells = _Cells(shifted, seconds, first_day, start_day - first_day, slots, cell_seconds, row_seconds)
    today = shifted // DAY_SECONDS >= start_day
    temperature = readings["temperature_c"].to_numpy(float) if "temperature_c" in readings.columns else None
    return History(
        kwh=cells.energy(learned),
        actual_kwh=cells.energy(kwh),
        day_length=day_lengths(first_day, cells.days, meter.timezone, cell_seconds),
        first_day=first_day,
        slots=slots,
        cell_seconds=cell_seconds,
        phase_seconds=phase,
        temperature_c=None if temperature is None else cells.day_means(temperature),
        start_seconds=start,
        today_kwh=float(np.nansum(kwh[today])),
        is_signed=is_signed,
    )


def day_lengths(first_day: int, days: int, timezone: str, cell_seconds: int) -> np.ndarray:
    """Cells in each of `days` local days from `first_day` on, shape (days,): 23 or 25 hours where the clock changes."""
    if cell_seconds >= DAY_SECONDS:
        return np.ones(days)
    midnights = timegrid.from_wall_seconds((first_day + np.arange(days + 1)) * DAY_SECONDS, timezone)
    lengths = np.diff(midnights) / cell_seconds
    plain = DAY_SECONDS / cell_seconds
    return np.where(np.abs(lengths - plain) <= plain / 6, lengths, plain)


@dataclass(frozen=True)
class _Cells:
    """Where each row stands in the table of days by slots."""

    shifted: np.ndarray
    seconds: np.ndarray
    first_day: int
    days: int
    slots: int
    cell_seconds: int
    row_seconds: int

    def energy(self, kwh: np.ndarray) -> np.ndarray:
        """Energy of each cell [kWh], shape (days, slots): the mean of its readings times those of a full cell."""
        day = self.shifted // DAY_SECONDS - self.first_day
        chosen = np.isfinite(kwh) & (day >= 0) & (day < self.days)
        place = day[chosen] * self.slots + (self.shifted[chosen] % DAY_SECONDS) // self.cell_seconds
        size = self.days * self.slots
        count = np.bincount(place, minlength=size)
        total = np.bincount(place, weights=kwh[chosen], minlength=size)
        per_cell = self.cell_seconds / self.row_seconds
        full = count >= max(1.0, FULL_CELL_SHARE * per_cell)
        mean = np.divide(total, count, out=np.full(size, np.nan), where=full)
        return np.asarray(mean * per_cell).reshape(self.days, self.slots)

    def day_means(self, values: np.ndarray) -> np.ndarray:
        """Mean of each day, shape (days,), NaN without one."""
        day = self.shifted // DAY_SECONDS - self.first_day
        chosen = np.isfinite(values) & (day >= 0) & (day < self.days)
        count = np.bincount(day[chosen], minlength=self.days)
        total = np.bincount(day[chosen], weights=values[chosen], minlength=self.days)
        return np.asarray(np.divide(total, count, out=np.full(self.days, np.nan), where=count > 0))


def _cell_seconds(row_seconds: int) -> int:
    """An hour, or the interval when it is longer and divides a day."""
    if row_seconds <= HOUR_SECONDS:
        return HOUR_SECONDS
    divides = [hours * HOUR_SECONDS for hours in (2, 3, 4, 6, 8, 12, 24)]
    return next((length for length in divides if length >= row_seconds), DAY_SECONDS)


def _next_cell(second: int, shifted: int, phase: int, cell_seconds: int, timezone: str) -> int:
    """UTC start of the cell after the one that `second` is in; a day's next cell is a local day on, be it 23 hours."""
    into = shifted % cell_seconds
    if cell_seconds < DAY_SECONDS:
        return second - into + cell_seconds
    clock = timegrid.datetime_from_epoch(shifted - into + cell_seconds + phase).replace(tzinfo=None)
    return timegrid.epoch_of(timegrid.from_wall(clock, timezone))


def _phase(wall: np.ndarray, cell_seconds: int) -> int:
    """Where in a cell most of its first readings lie [s]: other than 0 for a daily meter read at six in the morning."""
    if cell_seconds <= HOUR_SECONDS:
        return 0
    phases, counts = np.unique(wall % cell_seconds, return_counts=True)
    phase = int(phases[counts.argmax()])
    return phase if phase <= cell_seconds // 2 else phase - cell_seconds


def _passing(is_odd: np.ndarray, row_seconds: int) -> np.ndarray:
    """The odd rows without those of stretches that last over a week, shape (rows,)."""
    starts, stops = find_runs(is_odd)
    passing = is_odd.copy()
    for start, stop in zip(starts, stops, strict=True):
        if (stop - start) * row_seconds > LASTING_DAYS * DAY_SECONDS:
            passing[start:stop] = False
    return passing
