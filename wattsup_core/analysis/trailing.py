"""Windows that end at the cell itself: means, minima, the day so far, the last night."""

from __future__ import annotations

import numpy as np

from wattsup_core.analysis.day_median import neighbour_starts, rolling_quantile
from wattsup_core.analysis.grid import Grid

USUAL_DAYS = 21
NIGHT_HOURS = (0, 5)


def trailing_mean(values: np.ndarray, cells: int) -> np.ndarray:
    """Mean of the last `cells` values, missing ones left out; 0 where all are missing, shape (n,)."""
    known = np.isfinite(values)
    total = np.r_[0.0, np.cumsum(np.where(known, values, 0.0))]
    count = np.r_[0, np.cumsum(known)]
    stop = np.arange(1, len(values) + 1)
    start = np.maximum(stop - cells, 0)
    return np.asarray((total[stop] - total[start]) / np.maximum(count[stop] - count[start], 1))


def trailing_min(values: np.ndarray, cells: int) -> np.ndarray:
    """Minimum of the last `cells` values, missing ones left out, shape (n,)."""
    from scipy.ndimage import minimum_filter1d

    filled = np.where(np.isfinite(values), values, np.inf)
    cells = min(cells, len(values))
    least = minimum_filter1d(filled, cells, mode="constant", cval=np.inf, origin=(cells - 1) // 2 if cells % 2 else cells // 2 - 1)
    return np.where(np.isfinite(least), least, np.nan)


def hours_so_far(grid: Grid, values: np.ndarray) -> np.ndarray:
    """Difference from the median of the same slot on the three weeks before, shape (n,); 0 where there is none."""
    return np.asarray(np.nan_to_num(values - grid.from_day(_usual(grid.by_day(values)))))


def day_so_far(grid: Grid, level: np.ndarray, soft_kwh: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Logarithm of the day's energy so far, and its lowest and highest level so far, each against its usual at that time.

    `soft_kwh` is the energy below which differences count linearly.
    """
    energy = np.cumsum(np.nan_to_num(grid.by_day(grid.kwh)), axis=1)
    usual_kwh = _usual(energy)
    ratio = np.log(np.maximum(energy, 0.0) + soft_kwh) - np.log(np.maximum(usual_kwh, 0.0) + soft_kwh)
    table = grid.by_day(level)
    least = np.fmin.accumulate(table, axis=1)
    most = np.fmax.accumulate(table, axis=1)
    low, high = least - _usual(least), most - _usual(most)
    return np.nan_to_num(grid.from_day(ratio)), np.nan_to_num(grid.from_day(low)), np.nan_to_num(grid.from_day(high))


def night_level(grid: Grid, residual: np.ndarray) -> np.ndarray:
    """Median residual of the last night that has ended (midnight to five), held through the day, shape (n,)."""
    first, last = NIGHT_HOURS
    is_night = (grid.hour >= first) & (grid.hour < last)
    table = grid.by_day(np.where(is_night, residual, np.nan))
    slots = np.flatnonzero(np.isfinite(table).any(axis=0))
    if not len(slots):
        return np.zeros(len(grid))
    nightly = rolling_quantile(np.ascontiguousarray(table[:, slots].T), np.zeros(1, dtype=np.intp), len(slots))[0]
    previous = np.r_[np.nan, nightly[:-1]]
    return np.asarray(np.nan_to_num(np.where(grid.hour >= last, nightly[grid.day], previous[grid.day])))


def _usual(table: np.ndarray) -> np.ndarray:
    days = len(table)
    return rolling_quantile(table, neighbour_starts(np.arange(days), days, USUAL_DAYS, is_trailing=True), USUAL_DAYS)
