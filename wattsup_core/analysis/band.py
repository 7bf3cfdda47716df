"""The band around the expectation, from the residuals of each slot."""

from __future__ import annotations

import numpy as np

from wattsup_core.analysis.day_median import quantile_sorted
from wattsup_core.analysis.day_types import is_pooled, weekend_days
from wattsup_core.analysis.grid import Grid

BAND_SHARES = (0.05, 0.95)


def residual_band(grid: Grid, residual: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Lower and upper quantile of the residuals of each cell's slot and the hour around it, by day type, shapes (n,)."""
    table = grid.by_day(residual)
    reach = max(1, grid.cells(1.0)) if grid.slots_per_day > 3 else 0
    weekend = np.zeros(grid.days, dtype=bool) if is_pooled(grid) else weekend_days(grid)
    lower, upper = np.zeros(table.shape), np.zeros(table.shape)
    for chosen in (weekend, ~weekend):
        if chosen.any():
            lower[chosen], upper[chosen] = _slot_quantiles(table[chosen], reach)
    return grid.from_day(lower), grid.from_day(upper)


def _slot_quantiles(table: np.ndarray, reach: int) -> tuple[np.ndarray, np.ndarray]:
    """Quantiles of each column together with its neighbours on the clock, shapes (slots,)."""
    shifts = range(-reach, reach + 1, max(1, reach // 2))
    pooled = np.concatenate([np.roll(table, shift, axis=1) for shift in shifts], axis=0).T
    low, high = (np.nan_to_num(quantile_sorted(pooled, share)) for share in BAND_SHARES)
    return np.minimum(low, 0.0), np.maximum(high, 0.0)
