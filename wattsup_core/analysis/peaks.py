"""From a statistic with a window to findings: its peaks, their evidence, and the span of cells that made them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wattsup_core.analysis.budget import capped, find_peaks, fit_tail, recurrence_cap
from wattsup_core.analysis.findings import Finding, Pattern
from wattsup_core.analysis.grid import Grid
from wattsup_core.types import EventKind

MIN_EVIDENCE = 0.3
SPARSE_ZERO_SHARE = 0.2
SPARSE_PENALTY = 2.0


@dataclass(frozen=True)
class Statistic:
    """A measure of how odd the window ending at each cell is.

    Attributes
    ----------
    kind
        What a peak is called until its span is known.
    values
        The measure, NaN where unknown, shape (n,).
    local
        What each cell adds to it, for finding where the event began and ended; NaN where a cell has no part in it, shape (n,).
    window
        Cells in the window.
    guard
        Cells on both sides of a peak within which lower peaks are the same event.
    side
        1 when it measures use above the usual, -1 below, 0 for neither.
    pattern
        What about the use it measures; ups and downs and moved days have no side.
    penalty
        Taken off the evidence, for meters on which the measure is less sure.
    """

    kind: EventKind
    values: np.ndarray
    local: np.ndarray
    window: int
    guard: int
    side: int
    pattern: Pattern = Pattern.LEVEL
    penalty: float = 0.0

    @property
    def reach(self) -> int:
        """Cells before and after the window in which the event may have begun or ended."""
        return max(self.window, self.guard // 4)


def sparse_penalty(grid: Grid) -> float:
    """What is taken off the evidence of low, long and nightly statistics on a meter that often reads zero."""
    return SPARSE_PENALTY if grid.share_of_zeros > SPARSE_ZERO_SHARE else 0.0


def findings_of(statistic: Statistic, grid: Grid) -> list[Finding]:
    """The peaks of a statistic as findings over the span that made each of them."""
    peaks, evidence = strong_peaks(statistic.values, statistic.guard, grid, statistic.penalty)
    return [_finding(statistic, int(peak), float(proof)) for peak, proof in zip(peaks, evidence, strict=True)]


def strong_peaks(values: np.ndarray, guard: int, grid: Grid, penalty: float = 0.0, reach: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Places of the peaks above zero that are worth a finding, and the evidence of each, shapes (peaks,).

    Parameters
    ----------
    values : np.ndarray
        A measure of any step, NaN where unknown.
    guard : int
        Places on both sides of a peak within which lower peaks are the same event.
    grid : Grid
        The meter's cells, which say how many days were read.
    penalty : float
        Taken off the evidence.
    reach : int
        Places within which a lower peak is the shoulder of a higher one: it speaks for what is usual, but is neither told nor a recurrence.
    """
    peaks = find_peaks(values, guard)
    days = float(grid.observed.sum() * grid.minutes / 1440.0)
    heights = values[peaks]
    tail = fit_tail(heights, days)
    if tail is None:
        return peaks[:0], heights[:0]
    if reach > guard:
        peaks = _without_shoulders(peaks, heights, reach)
        heights = values[peaks]
    evidence = capped(tail.evidence(heights), recurrence_cap(heights, tail, days)) - penalty
    chosen = (evidence >= MIN_EVIDENCE) & (heights > 0)
    return peaks[chosen], evidence[chosen]


def _without_shoulders(peaks: np.ndarray, heights: np.ndarray, reach: int) -> np.ndarray:
    """The peaks that no higher one lies within `reach` of, greedily from the highest, in order."""
    kept: list[int] = []
    for peak in peaks[np.argsort(-heights, kind="stable")].tolist():
        if all(abs(peak - other) > reach for other in kept):
            kept.append(peak)
    return np.array(sorted(kept), dtype=peaks.dtype)


def window_evidence(statistic: Statistic, grid: Grid) -> np.ndarray:
    """For each cell that has a part in it the evidence of the most telling window that covers it, never below zero, shape (n,)."""
    from scipy.ndimage import maximum_filter1d

    peaks = find_peaks(statistic.values, statistic.guard)
    days = float(grid.observed.sum() * grid.minutes / 1440.0)
    tail = fit_tail(statistic.values[peaks], days)
    if tail is None:
        return np.zeros(len(grid))
    most = float(recurrence_cap(statistic.values[peaks], tail, days).max())
    known = np.isfinite(statistic.values)
    at_end = np.zeros(len(grid))
    at_end[known] = capped(np.maximum(tail.evidence(statistic.values[known]) - statistic.penalty, 0.0), max(most, 0.0))
    ahead = np.r_[at_end, np.zeros(statistic.window)]
    covering = maximum_filter1d(ahead, statistic.window, origin=-((statistic.window - 1) // 2), mode="constant")
    return np.where(np.isfinite(statistic.local), covering[: len(grid)], 0.0)


def _finding(statistic: Statistic, peak: int, evidence: float) -> Finding:
    start, stop = max(0, peak - statistic.window + 1), peak + 1
    first, last = max(0, start - statistic.reach), min(len(statistic.local), stop + statistic.reach)
    inside = statistic.local[start:stop]
    level = float(np.nanmean(inside)) if np.isfinite(inside).any() else 0.0
    gain = statistic.local[first:last] - level / 2.0
    span = best_span(np.where(np.isfinite(gain), gain, 0.0))
    return Finding(statistic.kind, first + span[0], first + span[1], evidence, side=statistic.side, pattern=statistic.pattern)


def best_span(gain: np.ndarray) -> tuple[int, int]:
    """Start and exclusive stop of the consecutive cells with the largest sum; at least one cell, and none that adds nothing at an end."""
    total = np.r_[0.0, np.cumsum(gain)]
    lowest = np.minimum.accumulate(total[:-1])
    stop = int(np.argmax(total[1:] - lowest))
    start = stop - int(np.argmin(total[: stop + 1][::-1]))
    return start, stop + 1
