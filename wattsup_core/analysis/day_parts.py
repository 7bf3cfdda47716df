"""Daytimes on their own: days whose waking hours use less than usual, while the nights are as ever."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from wattsup_core.analysis.day_median import quantile_sorted
from wattsup_core.analysis.grid import Grid
from wattsup_core.analysis.peaks import Statistic, sparse_penalty
from wattsup_core.types import EventKind

FIRST_HOUR, LAST_HOUR = 7, 22
IN_A_ROW = (2, 4)
QUARTILE = 0.25
MIN_KNOWN_SHARE = 0.6
MIN_SLOTS = 8


def low_daytimes(hourly: Grid, low: np.ndarray) -> list[Statistic]:
    """How far three in four hours of the daytimes of two and of four days lie below the usual of both sides.

    `low` is the distance of each hour from the nearer side, negative below both, shape (hours,).
    """
    if hourly.slots_per_day < MIN_SLOTS:
        return []
    is_daytime = (hourly.hour >= FIRST_HOUR) & (hourly.hour < LAST_HOUR)
    below = np.where(is_daytime, -low, np.nan)
    evenings = np.flatnonzero(is_daytime & np.r_[~is_daytime[1:], True])
    return [_statistic(below, evenings, days, hourly) for days in IN_A_ROW]


def _statistic(below: np.ndarray, evenings: np.ndarray, days: int, hourly: Grid) -> Statistic:
    hours = LAST_HOUR - FIRST_HOUR
    window = hourly.cells(24.0 * (days - 1) + hours)
    values = np.full(len(hourly), np.nan)
    ends = evenings[evenings >= window - 1]
    if len(ends):
        windows = sliding_window_view(below, window)[ends - window + 1]
        known = np.isfinite(windows).sum(axis=1) >= MIN_KNOWN_SHARE * days * hourly.cells(hours)
        values[ends] = np.where(known, quantile_sorted(windows, QUARTILE), np.nan)
    guard, penalty = hourly.cells(12.0 * days), sparse_penalty(hourly)
    return Statistic(EventKind.SUSTAINED_LOW, values, below, window, guard, side=-1, penalty=penalty)
