"""Runs of exact zeros where this meter does not read zero."""

from __future__ import annotations

import numpy as np

from wattsup_core.analysis.findings import Finding
from wattsup_core.analysis.grid import DAY_MINUTES, Grid
from wattsup_core.analysis.runs import find_runs, sums_of_runs
from wattsup_core.types import EventKind

WINDOW_DAYS = 21
RARE_PROBABILITY = 0.06
MIN_HOURS = 1.5
MANY_NATURAL_RUNS = 25
SUM_USUAL, SUM_SOME_ZEROS, SUM_MANY_ZEROS = 5.0, 9.0, 20.0
BASE_EVIDENCE = 4.0
LONG_DAYS = 7.0
LEAST_NATURAL_SHARE = 0.02


def find_outages(grid: Grid) -> list[Finding]:
    """Outages: zeros of at least 90 minutes whose surprise, summed over the run, is too large for this meter and time of day.

    The surprise of a zero is ``-ln P0`` where the probability `P0` of a zero at that time of day, three weeks around and the
    days of the run left out, is under 6 %. Meters that often read zero need more, and longer runs than their own. A week of zeros or more
    has only zeros around it; on a meter that hardly reads zero otherwise it is one too, also where the file begins or ends with it.
    """
    is_zero = grid.observed & (grid.kwh == 0)
    starts, stops = find_runs(is_zero)
    if not len(starts) or is_zero.sum() == grid.observed.sum():
        return []
    probability = zero_probability(grid, is_zero)
    surprise = np.where(is_zero & (probability < RARE_PROBABILITY), -np.log(probability), 0.0)
    total = sums_of_runs(surprise, starts, stops)
    length = stops - starts
    is_long = length * grid.minutes / 60.0 >= MIN_HOURS
    is_inside = (starts > 0) & (stops < len(grid))
    natural = length[total < SUM_USUAL]
    least_cells = 1.5 * natural.mean() * np.log(len(natural)) if len(natural) > MANY_NATURAL_RUNS else 0.0
    chosen = is_long & is_inside & (total >= _needed_sum(is_zero, grid)) & (length >= least_cells)
    chosen |= _long_silence(length, grid)
    total = np.maximum(total, SUM_USUAL)
    return [
        Finding(EventKind.OUTAGE, int(a), int(b), BASE_EVIDENCE + float(np.log10(s)))
        for a, b, s in zip(starts[chosen], stops[chosen], total[chosen], strict=True)
    ]


def _long_silence(length: np.ndarray, grid: Grid) -> np.ndarray:
    """Which runs of zeros last for a week or more, on a meter whose other readings are hardly ever zero, shape (runs,)."""
    is_weeks = length * grid.minutes >= LONG_DAYS * DAY_MINUTES
    other_zeros, other_cells = length[~is_weeks].sum(), grid.observed.sum() - length[is_weeks].sum()
    is_natural = other_zeros > LEAST_NATURAL_SHARE * other_cells or other_cells * grid.minutes < LONG_DAYS * DAY_MINUTES
    return np.zeros(len(length), dtype=bool) if is_natural or grid.minutes >= DAY_MINUTES else is_weeks


def zero_probability(grid: Grid, is_zero: np.ndarray) -> np.ndarray:
    """Probability that a cell reads zero, from the hour around it on the days around it, its own and the next ones left out."""
    zeros = _windowed(grid, is_zero.astype(float))
    known = _windowed(grid, grid.observed.astype(float))
    return np.asarray((zeros + 0.5) / (known + 1.0))


def _needed_sum(is_zero: np.ndarray, grid: Grid) -> float:
    share = is_zero.sum() / max(1, grid.observed.sum())
    if share > 0.15:
        return SUM_MANY_ZEROS
    return SUM_SOME_ZEROS if share > 0.01 else SUM_USUAL


def _windowed(grid: Grid, counts: np.ndarray) -> np.ndarray:
    """Sum over +-21 days but the own day and its neighbours, and +-1 hour, shape (n,)."""
    table = np.nan_to_num(grid.by_day(counts))
    days = _window_sum(table, WINDOW_DAYS) - _window_sum(table, 1)
    reach = grid.cells(1.0) if grid.slots_per_day > 3 else 0
    if reach:
        days = _window_sum(np.pad(days, ((0, 0), (reach, reach)), mode="wrap").T, reach).T[:, reach:-reach]
    return grid.from_day(days)


def _window_sum(table: np.ndarray, reach: int) -> np.ndarray:
    """Sum of `reach` rows on each side and the row itself, cut at the ends."""
    total = np.concatenate([np.zeros((1, table.shape[1])), np.cumsum(table, axis=0)])
    rows = np.arange(len(table))
    return np.asarray(total[np.minimum(rows + reach + 1, len(table))] - total[np.maximum(rows - reach, 0)])
