"""What a single reading cannot show: days above or below the usual, daytimes of their own, days moved by hours.

Measured hour by hour against the days before *and* after (5 to 18 days away), so that one odd stretch stands out from both sides; the
quartile of the window, not its mean, must be off, so that a single busy evening does not count. A public holiday that the meter lives
as a Sunday must be off by the usual Sunday too.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from wattsup_core.analysis.baseline import Baseline
from wattsup_core.analysis.both_sides import beyond_both_sides
from wattsup_core.analysis.day_median import quantile_sorted
from wattsup_core.analysis.day_parts import low_daytimes
from wattsup_core.analysis.findings import Finding
from wattsup_core.analysis.grid import DAY_MINUTES, Grid, coarsen
from wattsup_core.analysis.peaks import Statistic, findings_of, sparse_penalty, window_evidence
from wattsup_core.analysis.rhythm import moved_days
from wattsup_core.analysis.scale import fit_scale
from wattsup_core.types import EventKind

WINDOW_DAYS = (1.0, 2.0, 4.0, 6.0)
STEP_HOURS = 3
QUARTILE = 0.25
MIN_DAYS = 14
MIN_KNOWN_SHARE = 0.6


def find_shifts(grid: Grid, baseline: Baseline, is_fault: np.ndarray) -> tuple[list[Finding], np.ndarray]:
    """Stretches of up to six days unlike the days on both sides.

    Returns
    -------
    tuple of list and np.ndarray
        The findings, and the evidence of the most telling window over each cell, shape (n,).
    """
    if grid.days < MIN_DAYS or grid.minutes > DAY_MINUTES / 4:
        return [], np.zeros(len(grid))
    hourly, owner = coarsen(replace(grid, kwh=np.where(is_fault, np.nan, grid.kwh)), 60.0)
    first_cell = np.searchsorted(owner, np.arange(len(hourly) + 1))
    found: list[Finding] = []
    evidence = np.zeros(len(hourly))
    scale = fit_scale(hourly.kwh)
    level, off_level = scale.compress(hourly.kwh), scale.compress(_days_off_kwh(grid, baseline))
    high, low = beyond_both_sides(hourly, level, off_level)
    statistics = [*_statistics(hourly, high, low), *low_daytimes(hourly, low), *moved_days(hourly, level, np.isfinite(off_level))]
    for statistic in statistics:
        evidence = np.maximum(evidence, window_evidence(statistic, hourly))
        found += [
            replace(finding, start=int(first_cell[finding.start]), stop=int(first_cell[finding.stop]))
            for finding in findings_of(statistic, hourly)
        ]
    return found, evidence[owner]


def _days_off_kwh(grid: Grid, baseline: Baseline) -> np.ndarray:
    """What is usual in each hour of a day off [kWh], NaN in those of other days, shape (hours,)."""
    return coarsen(replace(grid, kwh=np.where(baseline.is_day_off, baseline.expected_kwh, np.nan)), 60.0)[0].kwh


def _statistics(hourly: Grid, high: np.ndarray, low: np.ndarray) -> list[Statistic]:
    penalty = sparse_penalty(hourly)
    out = []
    for days in WINDOW_DAYS:
        window = hourly.cells(24.0 * days)
        guard = max(hourly.cells(12.0), window // 2)
        out.append(Statistic(EventKind.SUSTAINED_HIGH, _window_quartile(high, window, STEP_HOURS), high, window, guard, 1, penalty=penalty))
        out.append(Statistic(EventKind.SUSTAINED_LOW, _window_quartile(-low, window, STEP_HOURS), -low, window, guard, -1, penalty=penalty))
    return out


def _window_quartile(values: np.ndarray, window: int, step: int) -> np.ndarray:
    """Lower quartile of the window ending at each cell, computed every `step` cells, NaN between and where little is known."""
    out = np.full(len(values), np.nan)
    if len(values) < window:
        return out
    windows = sliding_window_view(values, window)[::step]
    ends = np.arange(window - 1, len(values), step)
    known = np.isfinite(windows).mean(axis=1) >= MIN_KNOWN_SHARE
    out[ends] = np.where(known, _chunked_quartile(windows), np.nan)
    return out


def _chunked_quartile(windows: np.ndarray, rows: int = 20_000) -> np.ndarray:
    return np.concatenate([quantile_sorted(windows[first : first + rows], QUARTILE) for first in range(0, len(windows), rows)])
