"""Registers that repeat one value longer than chance allows."""

from __future__ import annotations

import numpy as np

from wattsup_core.analysis.findings import Finding
from wattsup_core.analysis.grid import Grid
from wattsup_core.analysis.runs import find_runs
from wattsup_core.types import EventKind

BINS = 12
MIN_HOURS = 5.0
NATURAL_HOURS = 4.0
MIN_CELLS = 4
MAX_CHANCE = 10**-2.5
MIN_PAIRS = 30


def find_stuck(grid: Grid) -> list[Finding]:
    """Runs of one value, not zero, of five hours or more that chance would not give this meter.

    The probability of repeating is learned for twelve ranges of the value from runs of four hours or less: registers that count in
    coarse steps repeat small values naturally. A run of `L` is a fault when ``runs * p ** (L - 1)`` is under 10^-2.5.
    """
    kwh = grid.kwh
    is_same = np.r_[False, np.isfinite(kwh[1:]) & (kwh[1:] == kwh[:-1]) & (kwh[1:] != 0)]
    starts, stops = find_runs(is_same)
    starts = starts - 1
    length = stops - starts
    n_runs = int(grid.observed.sum() - is_same.sum())
    bin_of_cell = _value_bins(kwh)
    chance_of_repeat = _repeat_probability(is_same, starts, length, bin_of_cell, grid)
    if chance_of_repeat is None or not len(starts):
        return []
    log_chance = np.log10(n_runs) + (length - 1) * np.log10(chance_of_repeat[bin_of_cell[starts]])
    is_long = (length * grid.minutes / 60.0 >= MIN_HOURS) & (length >= MIN_CELLS) & (length < 0.5 * len(grid))
    chosen = is_long & (log_chance < np.log10(MAX_CHANCE))
    return [
        Finding(EventKind.FLATLINE, int(a), int(b), float(min(8.0, 2.0 - c / 2.0)))
        for a, b, c in zip(starts[chosen], stops[chosen], log_chance[chosen], strict=True)
    ]


def _value_bins(kwh: np.ndarray) -> np.ndarray:
    known = kwh[np.isfinite(kwh)]
    edges = np.unique(np.quantile(known, np.linspace(0, 1, BINS + 1)[1:-1])) if len(known) else np.empty(0)
    return np.asarray(np.searchsorted(edges, np.nan_to_num(kwh), side="left"))


def _repeat_probability(
    is_same: np.ndarray, starts: np.ndarray, length: np.ndarray, bin_of_cell: np.ndarray, grid: Grid
) -> np.ndarray | None:
    """Probability of repeating by value range, learned outside long runs; None where too few pairs are left."""
    is_long = length * grid.minutes / 60.0 > NATURAL_HOURS
    learned = grid.observed.copy()
    learned[0] = False
    for start, run in zip(starts[is_long], length[is_long], strict=True):
        learned[start + 1 : start + run] = False
    if learned.sum() < MIN_PAIRS:
        return None
    previous = np.r_[0, bin_of_cell[:-1]]
    pairs = np.bincount(previous[learned], minlength=BINS)
    repeats = np.bincount(previous[learned & is_same], minlength=BINS)
    overall = (repeats.sum() + 0.5) / (pairs.sum() + 1.0)
    return np.asarray((repeats + 5.0 * overall) / (pairs + 5.0))
