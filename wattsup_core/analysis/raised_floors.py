"""Days in a row whose floor lies above that of nearly all days on both sides: something small that is never off."""

from __future__ import annotations

import numpy as np

from wattsup_core.analysis.both_sides import beyond_neighbours, least_in_a_row
from wattsup_core.analysis.day_median import quantile_sorted
from wattsup_core.analysis.findings import Finding
from wattsup_core.analysis.grid import DAY_MINUTES, Grid
from wattsup_core.analysis.peaks import Statistic, findings_of, window_evidence
from wattsup_core.analysis.scale import Scale
from wattsup_core.types import EventKind

FLOOR_SHARE = 0.05
IN_A_ROW = 3
NEAR_DAYS = 5
NEIGHBOUR_DAYS = 10
USUAL_SHARE = 0.9
MIN_KNOWN_SHARE = 0.6


def find_raised_floors(grid: Grid, scale: Scale, residual: np.ndarray, is_fault: np.ndarray) -> tuple[list[Finding], np.ndarray]:
    """Three days in a row that never fell as low as nine in ten days on both sides.

    A load that is left on raises the floor of a day however its peaks vary.

    Parameters
    ----------
    grid : Grid
        The meter's cells.
    scale : Scale
        The comparing scale.
    residual : np.ndarray
        Distance from the expectation on that scale, which tells at which cells an event began and ended, shape (n,).
    is_fault : np.ndarray
        Cells that say nothing of the use, shape (n,).

    Returns
    -------
    tuple of list and np.ndarray
        The findings, and the evidence of the most telling days over each cell, shape (n,).
    """
    if grid.days < 2 * NEIGHBOUR_DAYS or grid.minutes > DAY_MINUTES / 4:
        return [], np.zeros(len(grid))
    table = grid.by_day(np.where(is_fault, np.nan, scale.compress(grid.kwh)))
    is_known = np.isfinite(table).mean(axis=1) >= MIN_KNOWN_SHARE
    floor = np.where(is_known, quantile_sorted(table, FLOOR_SHARE), np.nan)
    beyond = least_in_a_row(beyond_neighbours(floor, NEAR_DAYS, NEIGHBOUR_DAYS, USUAL_SHARE), IN_A_ROW)
    last_cells = np.flatnonzero(np.r_[np.diff(grid.day) > 0, True])
    values = np.full(len(grid), np.nan)
    values[last_cells] = beyond[grid.day[last_cells]]
    window = grid.cells(24.0 * IN_A_ROW)
    local = np.where(is_fault, np.nan, residual)
    statistic = Statistic(EventKind.SUSTAINED_HIGH, values, local, window, guard=window, side=1)
    return findings_of(statistic, grid), window_evidence(statistic, grid)
