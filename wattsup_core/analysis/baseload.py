"""Always-on load that steps up and stays: the power the site hardly falls below, before and after each day."""

from __future__ import annotations

import numpy as np

from wattsup_core.analysis.budget import find_peaks
from wattsup_core.analysis.day_median import quantile_sorted, rolling_quantile
from wattsup_core.analysis.findings import Finding
from wattsup_core.analysis.grid import DAY_MINUTES, Grid
from wattsup_core.analysis.peaks import SPARSE_ZERO_SHARE
from wattsup_core.analysis.scale import Scale
from wattsup_core.types import EventKind

FLOOR_SHARE = 0.1
SIDE_DAYS = 10
SIDE_QUANTILE = 0.25
NEAR_DAYS = 4
LONGEST_DAYS = 14
MIN_HISTORY_DAYS = 42
MIN_KNOWN_SHARE = 0.6
LEAST_STEP = 0.14
LEAST_NOISE = 0.02
LEAST_RATIO = 2.0
EVIDENCE_OF_RATIO = 0.64
MOST_EVIDENCE = 4.0


def find_baseload_steps(grid: Grid, scale: Scale, is_fault: np.ndarray) -> list[Finding]:
    """Days from which the floor of use stays higher than before.

    The floor of a day is its lowest tenth. A step is as large as the gap between the upper quartile of the ten floors before and the
    lower quartile of the ten from the day on, so a few odd days are none; it must be 15 % of use at least and clear the noise of floors a
    week apart. It lasts until the floor falls back by half of it, at most two weeks: then the new level is what is usual. Meters that
    often read zero have no floor.
    """
    if grid.days < MIN_HISTORY_DAYS or grid.minutes > DAY_MINUTES / 8 or grid.share_of_zeros > SPARSE_ZERO_SHARE:
        return []
    table = grid.by_day(np.where(is_fault, np.nan, scale.compress(grid.kwh)))
    known = np.isfinite(table).mean(axis=1) >= MIN_KNOWN_SHARE
    floor = np.where(known, quantile_sorted(table, FLOOR_SHARE), np.nan)
    gap, before = _gaps(floor)
    days = find_peaks(gap, SIDE_DAYS)
    ratio = gap[days] / max(_weekly_noise(floor), LEAST_NOISE)
    chosen = (gap[days] >= LEAST_STEP) & (ratio >= LEAST_RATIO)
    found = zip(days[chosen], ratio[chosen], strict=True)
    return [_step(int(day), min(EVIDENCE_OF_RATIO * float(size), MOST_EVIDENCE), gap, before, floor, grid) for day, size in found]


def _weekly_noise(floor: np.ndarray) -> float:
    """Standard deviation of floors a week apart, from the median absolute difference (Rousseeuw and Croux 1993)."""
    steps = np.abs(floor[7:] - floor[:-7])
    steps = steps[np.isfinite(steps)]
    return 1.4826 * float(np.median(steps)) / np.sqrt(2.0) if len(steps) else np.inf


def _gaps(floor: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For each day how far the floors from it on lie above those before, and the median of those before, shapes (days,)."""
    column, days = floor[:, None], np.arange(len(floor))
    upper_before = rolling_quantile(column, days - SIDE_DAYS, SIDE_DAYS, 1.0 - SIDE_QUANTILE)[:, 0]
    median_before = rolling_quantile(column, days - SIDE_DAYS, SIDE_DAYS)[:, 0]
    lower_after = rolling_quantile(column, days, SIDE_DAYS, SIDE_QUANTILE)[:, 0]
    is_full = (days >= SIDE_DAYS) & (days <= len(floor) - SIDE_DAYS)
    return np.where(is_full, lower_after - upper_before, np.nan), median_before


def _step(day: int, evidence: float, gap: np.ndarray, before: np.ndarray, floor: np.ndarray, grid: Grid) -> Finding:
    last = min(day + LONGEST_DAYS, len(floor))
    fallen = np.flatnonzero(floor[day:last] < before[day] + gap[day] / 2.0)
    late = fallen[fallen >= SIDE_DAYS // 2]
    stop_day = day + int(late[0]) if len(late) else last
    start, stop = np.searchsorted(grid.day, [_first_day_above(day, before[day] + gap[day] / 2.0, floor), stop_day])
    return Finding(EventKind.BASELOAD_STEP, int(start), int(stop), evidence, side=1)


def _first_day_above(day: int, middle: float, floor: np.ndarray) -> int:
    """The day near `day` that best parts floors below the middle from those above it."""
    near = np.arange(max(0, day - NEAR_DAYS), min(len(floor), day + NEAR_DAYS + 1))
    is_above = floor[near] >= middle
    right = [int((~is_above[:cut]).sum() + is_above[cut:].sum()) for cut in range(len(near))]
    return int(near[int(np.argmax(right))])
