"""Nights on which something kept running."""

from __future__ import annotations

import numpy as np

from wattsup_core.analysis.day_median import quantile_sorted, rolling_quantile
from wattsup_core.analysis.findings import Finding
from wattsup_core.analysis.grid import Grid
from wattsup_core.analysis.peaks import Statistic, findings_of, sparse_penalty
from wattsup_core.analysis.scale import Scale
from wattsup_core.types import EventKind

NIGHT_HOURS = 6
FLOOR_SHARE = 0.25
NEIGHBOUR_NIGHTS = 10
GUARD_NIGHTS = 3
GUARD_HOURS = 12.0
USUAL_SHARE = 0.9


def find_nights(grid: Grid, scale: Scale, residual: np.ndarray, is_fault: np.ndarray) -> list[Finding]:
    """Nights (midnight to six) whose quiet quarter lies above that of nine in ten nights around.

    The three nights next to it are left out, so that three in a row stand out too. The residual [comparing scale], shape (n,), tells in
    which evening the event began and in which morning it ended.
    """
    if grid.slots_per_day < 8 or grid.days < 2 * NEIGHBOUR_NIGHTS:
        return []
    level = scale.compress(np.where(is_fault, np.nan, grid.kwh))
    is_night = grid.hour < NIGHT_HOURS
    night = grid.by_day(np.where(is_night, level, np.nan))
    columns = np.unique(grid.slot[is_night])
    floor = np.where(np.isfinite(night[:, columns]).mean(axis=1) > 0.6, quantile_sorted(night[:, columns], FLOOR_SHARE), np.nan)
    rows = np.arange(len(floor))
    before = rolling_quantile(floor[:, None], rows - NEIGHBOUR_NIGHTS - GUARD_NIGHTS, NEIGHBOUR_NIGHTS, USUAL_SHARE)[:, 0]
    after = rolling_quantile(floor[:, None], rows + 1 + GUARD_NIGHTS, NEIGHBOUR_NIGHTS, USUAL_SHARE)[:, 0]
    beyond = floor - np.fmax(before, after)
    is_last = is_night & np.r_[~is_night[1:], True]
    values = np.full(len(grid), np.nan)
    values[is_last] = beyond[grid.day[is_last]]
    local = np.where(is_fault, np.nan, residual)
    guard, penalty = grid.cells(GUARD_HOURS), sparse_penalty(grid)
    statistic = Statistic(EventKind.NIGHT_USE, values, local, grid.cells(NIGHT_HOURS), guard, side=1, penalty=penalty)
    return findings_of(statistic, grid)
