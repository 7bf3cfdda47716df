"""Nights on which something kept running."""

from __future__ import annotations

import numpy as np

from wattsup_core.analysis.both_sides import beyond_neighbours, least_in_a_row
from wattsup_core.analysis.day_median import quantile_sorted
from wattsup_core.analysis.findings import Finding
from wattsup_core.analysis.grid import Grid
from wattsup_core.analysis.peaks import Statistic, findings_of, sparse_penalty, window_evidence
from wattsup_core.analysis.scale import Scale
from wattsup_core.types import EventKind

FIRST_HOUR, LAST_HOUR = 23, 7
NIGHT_HOURS = 8
IN_A_ROW = (1, 2)
FLOOR_SHARE = 0.25
NEIGHBOUR_NIGHTS = 10
GUARD_NIGHTS = 3
GUARD_HOURS = 12.0
USUAL_SHARE = 0.9
MIN_KNOWN_SHARE = 0.6


def find_nights(grid: Grid, scale: Scale, residual: np.ndarray, is_fault: np.ndarray) -> tuple[list[Finding], np.ndarray]:
    """Nights (23:00 to 7:00), alone or two in a row, whose quiet quarter lies above that of nine in ten nights on both sides.

    The three nights next to it are left out, so that three in a row stand out too.

    Parameters
    ----------
    grid : Grid
        The meter's cells.
    scale : Scale
        The comparing scale.
    residual : np.ndarray
        Distance from the expectation on that scale, which tells in which evening an event began and in which morning it ended, shape (n,).
    is_fault : np.ndarray
        Cells that say nothing of the use, shape (n,).

    Returns
    -------
    tuple of list and np.ndarray
        The findings, and the evidence of the most telling night over each cell of the nights, shape (n,).
    """
    evidence = np.zeros(len(grid))
    if grid.slots_per_day < NIGHT_HOURS or grid.days < 2 * NEIGHBOUR_NIGHTS:
        return [], evidence
    is_night = (grid.hour >= FIRST_HOUR) | (grid.hour < LAST_HOUR)
    night = grid.day + (grid.hour >= FIRST_HOUR)
    floor = _floors(np.where(is_fault, np.nan, scale.compress(grid.kwh)), is_night, night, grid)
    beyond = beyond_neighbours(floor, GUARD_NIGHTS + 1, NEIGHBOUR_NIGHTS, USUAL_SHARE)
    local = np.where(is_fault | ~is_night, np.nan, residual)
    last_cells = np.flatnonzero(is_night & np.r_[~is_night[1:], True])
    found: list[Finding] = []
    for nights in IN_A_ROW:
        statistic = _statistic(least_in_a_row(beyond, nights)[night[last_cells]], last_cells, local, nights, grid)
        found += findings_of(statistic, grid)
        evidence = np.maximum(evidence, window_evidence(statistic, grid))
    return found, evidence


def _floors(level: np.ndarray, is_night: np.ndarray, night: np.ndarray, grid: Grid) -> np.ndarray:
    """The lower quartile of each night's levels, NaN where too few are known, shape (nights,)."""
    width = grid.cells(NIGHT_HOURS)
    cells = np.flatnonzero(is_night)
    first = np.searchsorted(night[cells], np.arange(int(night[-1]) + 1))
    place = np.arange(len(cells)) - first[night[cells]]
    table = np.full((int(night[-1]) + 1, width), np.nan)
    fits = place < width
    table[night[cells][fits], place[fits]] = level[cells][fits]
    return np.where(np.isfinite(table).mean(axis=1) >= MIN_KNOWN_SHARE, quantile_sorted(table, FLOOR_SHARE), np.nan)


def _statistic(beyond: np.ndarray, last_cells: np.ndarray, local: np.ndarray, nights: int, grid: Grid) -> Statistic:
    values = np.full(len(grid), np.nan)
    values[last_cells] = beyond
    window = grid.cells(24.0 * (nights - 1) + NIGHT_HOURS)
    guard = grid.cells(GUARD_HOURS + 24.0 * (nights - 1))
    return Statistic(EventKind.NIGHT_USE, values, local, window, guard, side=1, penalty=sparse_penalty(grid))
