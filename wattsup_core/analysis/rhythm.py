"""Days whose highs and lows come hours earlier or later than on the days around: a clock set wrong, or a household on other hours."""

from __future__ import annotations

import numpy as np

from wattsup_core.analysis.both_sides import sides
from wattsup_core.analysis.findings import Pattern
from wattsup_core.analysis.grid import Grid
from wattsup_core.analysis.peaks import Statistic
from wattsup_core.analysis.trailing import trailing_mean
from wattsup_core.types import EventKind

WINDOW_DAYS = 3.0
NEAR_DAYS, FAR_DAYS = 5, 14
SHIFTS_HOURS = (-7, -6, -5, -4, -3, -2, 2, 3, 4, 5, 6, 7)
SOFT_MISFIT = 0.02
MIN_SLOTS = 8


def moved_days(hourly: Grid, level: np.ndarray, is_day_off: np.ndarray) -> list[Statistic]:
    """How much better three days fit the usual day moved by two to seven hours than the usual day as it is.

    The fit is the mean distance on the comparing scale, taken against the days before and against those after; the statistic is the
    logarithm of the ratio of both fits, on the side where it tells less. `level` is each hour's use on the comparing scale, shape
    (hours,). Three days with a day off among them (`is_day_off`, shape (hours,)) say nothing: a quiet day fits anything better than
    the working days around it.
    """
    if hourly.slots_per_day < MIN_SLOTS:
        return []
    window, day = hourly.cells(24.0 * WINDOW_DAYS), hourly.cells(24.0)
    gains, local = [], []
    for usual in sides(hourly, level, NEAR_DAYS, FAR_DAYS):
        apart = np.abs(level - usual)
        moved = [np.abs(level - np.roll(usual, hours * hourly.cells(1.0))) for hours in SHIFTS_HOURS]
        gains.append(np.log((trailing_mean(apart, window) + SOFT_MISFIT) / (_least_mean(moved, window) + SOFT_MISFIT)))
        local.append(_centred(trailing_mean(apart, day) - _least_mean(moved, day), day))
    statistic = np.fmin(*gains)
    statistic[:window] = np.nan
    statistic[~hourly.observed | (trailing_mean(is_day_off.astype(float), window) > 0)] = np.nan
    guard = window // 2
    return [Statistic(EventKind.SUSTAINED_HIGH, statistic, np.fmin(*local), window, guard, side=0, pattern=Pattern.MOVED)]


def _least_mean(distances: list[np.ndarray], cells: int) -> np.ndarray:
    """The smallest trailing mean of all, shape (n,)."""
    return np.asarray(np.minimum.reduce([trailing_mean(distance, cells) for distance in distances]))


def _centred(trailing: np.ndarray, cells: int) -> np.ndarray:
    """A trailing mean moved back by half its window."""
    return np.asarray(np.r_[trailing[cells // 2 :], np.full(min(cells // 2, len(trailing)), trailing[-1])][: len(trailing)])
