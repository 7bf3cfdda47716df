"""Weekdays and weekends, and when a history is too short to tell them apart."""

from __future__ import annotations

import numpy as np

from wattsup_core.analysis.grid import DAY_MINUTES, Grid

SHORT_HISTORY_DAYS = 14
SUNDAY = 6


def weekend_days(grid: Grid) -> np.ndarray:
    """Where a local day is a Saturday or Sunday, shape (days,)."""
    weekend = np.zeros(grid.days, dtype=bool)
    weekend[grid.day] = grid.is_weekend
    return weekend


def weekday_of_days(grid: Grid) -> np.ndarray:
    """The weekday of each local day, 0 (Monday) to 6, shape (days,)."""
    weekday = np.zeros(grid.days, dtype=np.int64)
    weekday[grid.day] = grid.weekday
    return weekday


def is_pooled(grid: Grid) -> bool:
    """Whether weekdays and weekends share one profile: too little history, or cells longer than a day."""
    return grid.days < SHORT_HISTORY_DAYS or grid.minutes > DAY_MINUTES
