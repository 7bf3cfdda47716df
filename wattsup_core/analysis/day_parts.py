"""Nights and daytimes on their own: what stands out in one part of the day for a few days, while the rest of the day is as usual."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from wattsup_core.analysis.both_sides import sides
from wattsup_core.analysis.day_median import quantile_sorted
from wattsup_core.analysis.grid import Grid
from wattsup_core.analysis.peaks import Statistic, sparse_penalty
from wattsup_core.analysis.scale import Scale
from wattsup_core.types import EventKind

NIGHT, DAYTIME = (23, 7), (7, 22)
NIGHTS = (1, 2, 3)
DAYTIMES = (2, 4)
NIGHT_NEAR_DAYS, NIGHT_FAR_DAYS = 4, 13
USUAL_NIGHT_SHARE = 0.75
QUARTILE = 0.25
MIN_KNOWN_SHARE = 0.6
MIN_SLOTS = 8


def odd_nights(hourly: Grid, scale: Scale) -> list[Statistic]:
    """Nights whose quieter hours lie above what three in four nights on both sides used, one to three in a row."""
    if hourly.slots_per_day < MIN_SLOTS:
        return []
    level = scale.compress(hourly.kwh)
    before, after = sides(hourly, level, NIGHT_NEAR_DAYS, NIGHT_FAR_DAYS, USUAL_NIGHT_SHARE)
    high = np.where(_is_in(hourly, NIGHT), np.fmin(level - before, level - after), np.nan)
    return [_statistic(EventKind.NIGHT_USE, high, hourly, NIGHT, nights, side=1) for nights in NIGHTS]


def low_daytimes(hourly: Grid, scale: Scale) -> list[Statistic]:
    """Daytimes whose hours lie below the usual of both sides, while the nights may be as ever."""
    if hourly.slots_per_day < MIN_SLOTS:
        return []
    level = scale.compress(hourly.kwh)
    before, after = sides(hourly, level)
    low = np.where(_is_in(hourly, DAYTIME), -np.fmax(level - before, level - after), np.nan)
    return [_statistic(EventKind.SUSTAINED_LOW, low, hourly, DAYTIME, days, side=-1) for days in DAYTIMES]


def _is_in(grid: Grid, part: tuple[int, int]) -> np.ndarray:
    first, last = part
    return np.asarray((grid.hour >= first) & (grid.hour < last) if first < last else (grid.hour >= first) | (grid.hour < last))


def _statistic(kind: EventKind, beyond: np.ndarray, hourly: Grid, part: tuple[int, int], days: int, side: int) -> Statistic:
    """The lower quartile of the part's cells over `days` days, at the end of each part."""
    hours = (part[1] - part[0]) % 24
    window = hourly.cells(24.0 * (days - 1) + hours)
    values = np.full(len(hourly), np.nan)
    is_part = _is_in(hourly, part)
    ends = np.flatnonzero(is_part & np.r_[~is_part[1:], True])
    ends = ends[ends >= window - 1]
    if len(hourly) >= window and len(ends):
        windows = sliding_window_view(beyond, window)[ends - window + 1]
        known = np.isfinite(windows).sum(axis=1) >= MIN_KNOWN_SHARE * days * hourly.cells(hours)
        values[ends] = np.where(known, quantile_sorted(windows, QUARTILE), np.nan)
    guard = hourly.cells(12.0 * days)
    return Statistic(kind, values, beyond, window, guard, side, penalty=sparse_penalty(hourly))
