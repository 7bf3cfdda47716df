"""What was usual on the days before and on the days after, a few days away: the two sides that an odd stretch stands between."""

from __future__ import annotations

import numpy as np

from wattsup_core.analysis.day_median import rolling_quantile
from wattsup_core.analysis.grid import Grid

NEAR_DAYS, FAR_DAYS = 5, 18


def sides(
    grid: Grid, level: np.ndarray, near_days: int = NEAR_DAYS, far_days: int = FAR_DAYS, share: float = 0.5
) -> tuple[np.ndarray, np.ndarray]:
    """The quantile `share` of the slot's levels `near_days` to `far_days` before, and after, each cell, shapes (n,)."""
    table = grid.by_day(level)
    rows, width = np.arange(len(table)), far_days - near_days + 1
    before = grid.from_day(rolling_quantile(table, rows - far_days, width, share))
    after = grid.from_day(rolling_quantile(table, rows + near_days, width, share))
    return before, after


def beyond_both_sides(grid: Grid, level: np.ndarray, off_level: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """How far each cell is above, and below, the nearer of both sides: the smaller residual and the larger one, shapes (n,).

    `off_level` is what is usual on a day off, NaN on other days, shape (n,): there it is a third side.
    """
    residuals = [level - side for side in (*sides(grid, level), off_level)]
    return np.fmin.reduce(residuals), np.fmax.reduce(residuals)


def beyond_neighbours(value: np.ndarray, near: int, count: int, share: float) -> np.ndarray:
    """How far each value lies above the quantile `share` of the `count` values before it and of those after it.

    Parameters
    ----------
    value : np.ndarray
        One value a day or night, NaN where unknown, shape (days,).
    near : int
        The nearest neighbour that counts: those closer may belong to the same stretch.
    count : int
        Neighbours on each side.
    share : float
        0 to 1; the larger of both sides' quantiles is the one to beat.
    """
    rows, column = np.arange(len(value)), value[:, None]
    before = rolling_quantile(column, rows - near - count + 1, count, share)[:, 0]
    after = rolling_quantile(column, rows + near, count, share)[:, 0]
    return np.asarray(value - np.fmax(before, after))


def least_in_a_row(value: np.ndarray, length: int) -> np.ndarray:
    """The least of each value and the ``length - 1`` before it, shape of `value`."""
    return np.asarray(np.minimum.reduce([np.r_[np.full(back, np.nan), value[: len(value) - back]] for back in range(length)]))
