"""Use, or the power that never goes off, that creeps up or down over weeks and that neither the season nor the weather explains.

A creeping change is told from a step, and from a few odd days, by its parts: of the three thirds of a window each must lie beyond the one
before it, quartile beyond quartile. It is told from a season by what went before: a change that was under way already, and half of the
change of the same weeks of the year before, are taken off; so is what an outdoor temperature explains, where one is known.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from wattsup_core.analysis.baseline import TRIMMED_SHARE, Baseline
from wattsup_core.analysis.day_median import quantile_sorted, rolling_quantile, trimmed_mean_sorted
from wattsup_core.analysis.day_types import weekend_days
from wattsup_core.analysis.findings import Finding
from wattsup_core.analysis.grid import DAY_MINUTES, Grid
from wattsup_core.analysis.peaks import sparse_penalty, strong_peaks
from wattsup_core.analysis.scale import Scale
from wattsup_core.analysis.weather import degrees_response
from wattsup_core.types import EventKind

WINDOW_DAYS = (15, 24, 36, 54)
WINDOW_GAIN = 0.25
THIRDS = 3
FLOOR_SHARE, USE_SHARE = 0.1, 0.5
GUARD_DAYS = 12
LEAST_RISE = 0.12
LEAST_EVIDENCE = 1.6
SHORTEST_DAYS = 14
MIN_HISTORY_DAYS = 60
MIN_KNOWN_SHARE = 0.6
YEAR_DAYS = 364
BEFORE_DAYS = 28
DOUBT = {1: 0.7, -1: 2.0}
"""Taken off the evidence of either side: a season may creep too, and what had risen creeps back when it is over or put right."""


def find_drifts(grid: Grid, scale: Scale, is_fault: np.ndarray) -> list[Finding]:
    """Two to eight weeks over which a day's middle level, or its floor, crept away from what it was.

    Parameters
    ----------
    grid : Grid
        The meter's cells.
    scale : Scale
        The comparing scale.
    is_fault : np.ndarray
        Cells that say nothing of the use, shape (n,).
    """
    if grid.days < MIN_HISTORY_DAYS or grid.minutes > DAY_MINUTES / 8:
        return []
    found = []
    for level in _daily_levels(grid, scale, is_fault):
        for side in (1, -1):
            found += _drifts(side * level, side, grid)
    return found


def _daily_levels(grid: Grid, scale: Scale, is_fault: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Each day's middle distance from the usual of its slots and day type, and its floor, on the comparing scale, shapes (days,)."""
    table = grid.by_day(np.where(is_fault, np.nan, scale.compress(grid.kwh)))
    known = np.isfinite(table).mean(axis=1) >= MIN_KNOWN_SHARE
    is_weekend = weekend_days(grid)
    distance = np.full(table.shape, np.nan)
    for chosen in (is_weekend, ~is_weekend):
        distance[chosen] = table[chosen] - quantile_sorted(table[chosen].T, 0.5)
    use, floor = (np.where(known, quantile_sorted(*each), np.nan) for each in ((distance, USE_SHARE), (table, FLOOR_SHARE)))
    return use - degrees_response(use, grid), floor - degrees_response(floor, grid)


def _drifts(level: np.ndarray, side: int, grid: Grid) -> list[Finding]:
    """Drifts upwards of a daily level, shape (days,), as findings of that side."""
    pairs = [_creep(level, days) for days in WINDOW_DAYS]
    creep = np.array([np.where(np.isfinite(values), values, -np.inf) for values, _ in pairs])
    best = creep.argmax(axis=0)
    values = np.where(np.isfinite(creep.max(axis=0)), creep.max(axis=0), np.nan)
    days, evidence = strong_peaks(values, GUARD_DAYS, grid, DOUBT[side] + sparse_penalty(grid), reach=WINDOW_DAYS[-1])
    out = []
    for day, proof in zip(days, evidence, strict=True):
        if proof < LEAST_EVIDENCE or pairs[best[day]][1][day] < LEAST_RISE:
            continue
        first, last = _bounds(level, int(day), WINDOW_DAYS[best[day]])
        start, stop = np.searchsorted(grid.day, [first, last + 1])
        out.append(Finding(EventKind.DRIFT, int(start), int(stop), float(proof), side=side))
    return out


def _creep(level: np.ndarray, days: int) -> tuple[np.ndarray, np.ndarray]:
    """How far apart the thirds of the window ending at each day are, and how far it rises from its first to its last, shapes (days,)."""
    third, column, day = days // THIRDS, level[:, None], np.arange(len(level))
    starts = [day - days + 1 + place * third for place in range(THIRDS)]
    low, middle, high = ([rolling_quantile(column, start, third, share)[:, 0] for start in starts] for share in (0.25, 0.5, 0.75))
    before = rolling_quantile(column, starts[0] - 2 * third, 2 * third)[:, 0]
    rise = middle[-1] - middle[0]
    last_year = np.nan_to_num(np.r_[np.zeros(min(YEAR_DAYS, len(level))), rise[:-YEAR_DAYS]])
    apart = np.minimum(low[1] - high[0], low[2] - high[1])
    season = np.maximum(middle[0] - before, 0.0) + np.maximum(last_year, 0.0) / 2.0
    is_whole = (day >= days + 2 * third - 1) & np.isfinite(before)
    return np.where(is_whole, (apart - season) * (days / WINDOW_DAYS[0]) ** WINDOW_GAIN, np.nan), rise


def _bounds(level: np.ndarray, day: int, days: int) -> tuple[int, int]:
    """The day from which the level climbs to its top near `day`, by the bend that fits best, and the day of the top."""
    third = days // THIRDS
    recent = rolling_quantile(level[:, None], np.arange(len(level)) - 4, 5)[:, 0]
    near = np.arange(day - third, min(day + third, len(level) - 1) + 1)
    last = int(near[np.argmax(np.nan_to_num(recent[near], nan=-np.inf))])
    first = max(0, day - days - 2 * third + 1)
    latest = max(last - SHORTEST_DAYS + 1, first + 1)
    return min(range(max(first, day - days - third), latest), key=lambda bend: _misfit(level[first : last + 1], bend - first)), last


def _misfit(level: np.ndarray, bend: int) -> float:
    """Sum of absolute deviations from a level that holds until `bend` and climbs evenly from there."""
    climb = np.maximum(np.arange(len(level)) - bend, 0.0)
    held = float(np.nanmedian(level[: bend + 1])) if np.isfinite(level[: bend + 1]).any() else 0.0
    slopes = (level[bend + 1 :] - held) / climb[bend + 1 :]
    slope = float(np.nanmedian(slopes)) if np.isfinite(slopes).any() else 0.0
    return float(np.nansum(np.abs(level - held - slope * climb)))


def as_before(usual: Baseline, drifts: list[Finding], grid: Grid) -> Baseline:
    """The usual with each drift expected as the four weeks before it began: what crept in, or came after it, is not what is usual."""
    if not drifts:
        return usual
    kwh, expected, is_weekend = grid.by_day(grid.kwh), grid.by_day(usual.expected_kwh), weekend_days(grid)
    for finding in drifts:
        first, last = int(grid.day[finding.start]), int(grid.day[finding.stop - 1]) + 1
        before = np.arange(max(0, first - BEFORE_DAYS), first)
        for chosen in (True, False):
            days = np.arange(first, last)[is_weekend[first:last] == chosen]
            like = trimmed_mean_sorted(kwh[before[is_weekend[before] == chosen]].T, TRIMMED_SHARE)
            expected[days] = np.where(np.isfinite(like), like, expected[days])
    return replace(usual, expected_kwh=grid.from_day(expected))
