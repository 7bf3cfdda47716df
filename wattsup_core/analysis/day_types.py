"""Weekdays and weekends, and when a history is too short to tell them apart."""

from __future__ import annotations

import numpy as np

from wattsup_core.analysis.grid import DAY_MINUTES, Grid

SHORT_HISTORY_DAYS = 14


def weekend_days(grid: Grid) -> np.ndarray:
    """Where a local day is a Saturday or Sunday, shape (days,)."""
    weekend = np.zeros(grid.days, dtype=bool)
    weekend[grid.day] = grid.is_weekend
    return weekend


def is_pooled(grid: Grid) -> bool:
    """Whether weekdays and weekends share one profile: too little history, or cells longer than a day."""
    return grid.days < SHORT_HISTORY_DAYS or grid.minutes > DAY_MINUTES
