"""What the same hour, or the one beside it, reached on the days around."""

from __future__ import annotations

import numpy as np

from wattsup_core.analysis.day_median import rolling_quantile
from wattsup_core.analysis.grid import Grid, coarsen

DAYS_EACH_SIDE = 10
WEEKS_EACH_SIDE = 4
REACH_HOURS = 1


def neighbour_peak_kwh(grid: Grid, share: float = 1.0, days: int = DAYS_EACH_SIDE) -> np.ndarray:
    """The quantile `share` of the largest cells of the hours around, on the days before and after but not the day itself.

    Returns
    -------
    np.ndarray
        Energy of one cell [kWh], shape (n,); NaN where no such day was read.
    """
    table, hourly, owner = _hourly_extreme(grid, grid.kwh, np.maximum, -np.inf)
    return np.asarray(hourly.from_day(np.fmax(*_both_sides(table, days, share, hourly)))[owner])


def neighbour_low_kwh(grid: Grid, share: float = 0.0, days: int = DAYS_EACH_SIDE) -> np.ndarray:
    """The quantile `share` of the smallest cells of the hours around, on the days before and after; as :func:`neighbour_peak_kwh`."""
    table, hourly, owner = _hourly_extreme(grid, grid.kwh, np.minimum, np.inf)
    return np.asarray(hourly.from_day(np.fmin(*_both_sides(table, days, share, hourly)))[owner])


def weekly_peak_kwh(grid: Grid, share: float, weeks: int = WEEKS_EACH_SIDE) -> np.ndarray:
    """The same on the same weekday of the weeks before and after, shape (n,)."""
    table, hourly, owner = _hourly_extreme(grid, grid.kwh, np.maximum, -np.inf)
    if len(table) < 7 * 2:
        return np.full(len(grid), np.nan)
    out = np.full(table.shape, np.nan)
    for name in range(7):
        rows = table[name::7]
        out[name::7] = np.fmax(*_both_sides(rows, weeks, share, hourly))
    return np.asarray(hourly.from_day(out)[owner])


def _hourly_extreme(grid: Grid, kwh: np.ndarray, extreme: np.ufunc, nothing: float) -> tuple[np.ndarray, Grid, np.ndarray]:
    """The extreme cell of each hour as a (days, hours) table, the hourly grid, and the hour of each cell."""
    hourly, owner = coarsen(grid, 60.0)
    first = np.searchsorted(owner, np.arange(len(hourly)))
    values = extreme.reduceat(np.where(np.isfinite(kwh), kwh, nothing), first)
    return hourly.by_day(np.where(np.isfinite(values), values, np.nan)), hourly, owner


def _both_sides(table: np.ndarray, days: int, share: float, hourly: Grid) -> tuple[np.ndarray, np.ndarray]:
    rows = np.arange(len(table))
    reach = REACH_HOURS if hourly.slots_per_day > 3 else 0
    return rolling_quantile(table, rows - days, days, share, reach), rolling_quantile(table, rows + 1, days, share, reach)
