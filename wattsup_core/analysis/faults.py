"""Faults of the meter or its link, found by rule: they are certain enough to need no model, and would spoil one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wattsup_core.analysis.findings import Finding, covered
from wattsup_core.analysis.grid import Grid
from wattsup_core.analysis.neighbours import neighbour_peak_kwh
from wattsup_core.analysis.outage import find_outages
from wattsup_core.analysis.runs import find_runs, sums_of_runs
from wattsup_core.analysis.stuck import find_stuck
from wattsup_core.types import EventKind

FAULT_EVIDENCE = 6.0
NATURAL_NEGATIVE_SHARE = 0.01
NATURAL_NEGATIVE_DAYS = 0.1
FEWEST_NATURAL_NEGATIVE = 3
"""Fewer are a fault, however young the meter."""
MIN_GAP_HOURS = 6.0
MIN_SILENT_HOURS = 2.0
CATCH_UP_SHARE = (0.3, 4.0)
GAP_SHARE = (0.5, 2.0)
GAP_EVIDENCE = 2.0
CATCH_UP_OVER_NEIGHBOURS = 1.2
GROSS_FACTOR = 8.0
TINY_FACTOR = 0.1


@dataclass(frozen=True)
class Faults:
    """The faults of a meter, and the cells that nothing may be learned from, shape (n,)."""

    findings: tuple[Finding, ...]
    is_fault: np.ndarray


def is_signed(grid: Grid) -> bool:
    """Whether readings below zero are natural: many, or on many days (a meter that counts import less export)."""
    known = grid.kwh[grid.observed]
    if not len(known) or not (known < 0).any():
        return False
    days = np.unique(grid.day[grid.observed & (grid.kwh < 0)])
    share_of_days = len(days) / max(1, len(np.unique(grid.day[grid.observed])))
    is_often = (known < 0).sum() >= FEWEST_NATURAL_NEGATIVE
    return bool(is_often and (known < 0).mean() > NATURAL_NEGATIVE_SHARE and share_of_days > NATURAL_NEGATIVE_DAYS)


def find_faults(grid: Grid, expected_kwh: np.ndarray) -> Faults:
    """All faults of the data; where rules overlap the first of catch-up, negative, unit, stuck, outage owns the cells.

    Parameters
    ----------
    grid : Grid
        The meter's cells.
    expected_kwh : np.ndarray
        A first expectation [kWh], learned from all cells, shape (n,).
    """
    found: list[Finding] = []
    signed = is_signed(grid)
    candidates = [find_catch_ups(grid, expected_kwh)]
    if not signed:
        candidates += [find_negative(grid), find_gross(grid), find_tiny(grid)]
    candidates += [find_stuck(grid), find_outages(grid)]
    taken = np.zeros(len(grid), dtype=bool)
    for findings in candidates:
        kept = [finding for finding in findings if not taken[finding.cells()].any()]
        taken |= covered(kept, len(grid))
        found += kept
    return Faults(tuple(found), taken)


def find_negative(grid: Grid) -> list[Finding]:
    """Readings below zero on a meter that only counts up: certain."""
    starts, stops = find_runs(np.nan_to_num(grid.low_kwh) < 0, bridge=grid.cells(2.0) if grid.minutes <= 120 else 0)
    return [Finding(EventKind.NEGATIVE, int(a), int(b), FAULT_EVIDENCE) for a, b in zip(starts, stops, strict=True)]


def find_gaps(grid: Grid, most: int) -> tuple[list[Finding], int]:
    """The longest stretches without a reading, of at least six hours and three intervals; and how many there are in all.

    Parameters
    ----------
    grid : Grid
        The meter's cells.
    most : int
        How many a person wants to be told of.
    """
    starts, stops = find_runs(~grid.observed)
    chosen = stops - starts >= max(3, grid.cells(MIN_GAP_HOURS))
    starts, stops = starts[chosen], stops[chosen]
    longest = np.sort(np.argsort(starts - stops, kind="stable")[:most])
    evidence = GAP_EVIDENCE + np.log10(np.maximum((stops - starts) * grid.minutes / 60.0 / MIN_GAP_HOURS, 1.0))
    return [Finding(EventKind.GAP, int(starts[i]), int(stops[i]), float(evidence[i])) for i in longest], len(starts)


def find_catch_ups(grid: Grid, expected_kwh: np.ndarray) -> list[Finding]:
    """Two silent hours or more, then one reading that holds about the energy of the silence.

    The silence may be zeros, which then belong to the finding, or missing intervals: then the reading must come closer, for a usual
    reading after a gap is no fault.
    """
    starts, stops = find_runs(~grid.observed | (grid.kwh == 0))
    chosen = (stops - starts >= max(2, grid.cells(MIN_SILENT_HOURS))) & (stops < len(grid)) & (starts > 0)
    starts, stops = starts[chosen], stops[chosen]
    if not len(starts):
        return []
    missed_kwh = sums_of_runs(expected_kwh, starts, stops)
    held = (grid.kwh[stops] - expected_kwh[stops]) / np.where(missed_kwh > 0, missed_kwh, np.inf)
    was_zero = sums_of_runs(grid.observed.astype(float), starts, stops) == stops - starts
    low, high = np.where(was_zero, CATCH_UP_SHARE[0], GAP_SHARE[0]), np.where(was_zero, CATCH_UP_SHARE[1], GAP_SHARE[1])
    is_beyond = grid.kwh[stops] > CATCH_UP_OVER_NEIGHBOURS * np.nan_to_num(neighbour_peak_kwh(grid)[stops], nan=np.inf)
    chosen = (held > low) & (held < high) & is_beyond
    first = np.where(was_zero, starts, stops)
    return [Finding(EventKind.CATCH_UP, int(a), int(b) + 1, FAULT_EVIDENCE) for a, b in zip(first[chosen], stops[chosen], strict=True)]


def find_gross(grid: Grid) -> list[Finding]:
    """Readings over eight times the 99th percentile: a thousandfold unit, or ten times a steady use."""
    used = grid.kwh[grid.observed & (grid.kwh > 0)]
    if len(used) < 100:
        return []
    limit_kwh = GROSS_FACTOR * float(np.quantile(used, 0.99))
    starts, stops = find_runs(np.nan_to_num(grid.kwh) > limit_kwh, bridge=grid.cells(2.0))
    return [Finding(EventKind.UNIT_ERROR, int(a), int(b), FAULT_EVIDENCE) for a, b in zip(starts, stops, strict=True)]


def find_tiny(grid: Grid) -> list[Finding]:
    """Readings above zero but under a tenth of the 2 % quantile, for two hours or more."""
    used = grid.kwh[grid.observed & (grid.kwh > 0)]
    if len(used) < 100:
        return []
    limit_kwh = TINY_FACTOR * float(np.quantile(used, 0.02))
    is_tiny = grid.observed & (grid.kwh < limit_kwh) & (grid.kwh >= 0)
    starts, stops = find_runs(is_tiny, bridge=1)
    share_used = sums_of_runs((grid.kwh > 0) & is_tiny, starts, stops) / np.maximum(stops - starts, 1)
    chosen = (stops - starts >= max(2, grid.cells(2.0))) & (share_used > 0.5)
    return [Finding(EventKind.UNIT_ERROR, int(a), int(b), FAULT_EVIDENCE) for a, b in zip(starts[chosen], stops[chosen], strict=True)]
