"""What the same hour used on the days before and on the days after, a few days away: the two sides that an odd stretch stands between."""

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
