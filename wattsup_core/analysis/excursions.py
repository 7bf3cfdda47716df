"""What stands out within hours: spikes, nights with use, drops, and ups and downs that are not usual."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from wattsup_core.analysis.band import fit_band
from wattsup_core.analysis.baseline import Baseline
from wattsup_core.analysis.findings import Finding, Pattern
from wattsup_core.analysis.grid import Grid
from wattsup_core.analysis.neighbours import neighbour_low_kwh, neighbour_peak_kwh, weekly_peak_kwh
from wattsup_core.analysis.peaks import Statistic, findings_of, sparse_penalty
from wattsup_core.analysis.scale import Scale
from wattsup_core.analysis.trailing import trailing_mean
from wattsup_core.types import EventKind

SPIKE_HOURS = (0.0, 1.0, 3.0)
DROP_HOURS = (3.0, 6.0)
USUAL_PEAK_SHARE = 0.9
WEEKLY_PEAK_SHARE = 0.75
USUAL_LOW_SHARE = 0.1
ROUGH_HOURS = 16.0
GUARD_HOURS = 12.0


def find_excursions(grid: Grid, scale: Scale, baseline: Baseline, is_fault: np.ndarray) -> list[Finding]:
    """Spikes, drops and rough stretches with their evidence, however small; the caller picks."""
    if grid.slots_per_day < 4:
        return find_days(grid, baseline, is_fault)
    statistics = [*_spikes(grid, is_fault), *_drops(grid, scale, baseline, is_fault), _roughness(grid, scale, is_fault)]
    return [finding for statistic in statistics for finding in findings_of(statistic, grid)]


def find_days(grid: Grid, baseline: Baseline, is_fault: np.ndarray) -> list[Finding]:
    """Single cells far above or below the expectation, for meters read once a day or less."""
    usable = np.where(is_fault, np.nan, baseline.residual)
    high = Statistic(EventKind.SPIKE, usable, usable, window=1, guard=1, side=1)
    low = Statistic(EventKind.DROP, -usable, -usable, window=1, guard=1, side=-1)
    return [*findings_of(high, grid), *findings_of(low, grid)]


def _spikes(grid: Grid, is_fault: np.ndarray) -> list[Statistic]:
    """Energy beyond what the hour and its neighbours reached on nine days in ten around, and on three weeks in four."""
    usable = replace(grid, kwh=np.where(is_fault, np.nan, grid.kwh))
    usual_kwh = np.fmax(neighbour_peak_kwh(usable, USUAL_PEAK_SHARE), weekly_peak_kwh(usable, WEEKLY_PEAK_SHARE))
    return _windows(EventKind.SPIKE, usable.kwh - usual_kwh, SPIKE_HOURS, grid, side=1)


def _drops(grid: Grid, scale: Scale, baseline: Baseline, is_fault: np.ndarray) -> list[Statistic]:
    """How far, on the comparing scale, use fell below what the hour and its neighbours kept on nine days in ten around.

    A day off must fall below what is usual on days off as well.
    """
    usable = replace(grid, kwh=np.where(is_fault, np.nan, grid.kwh))
    usual_kwh = neighbour_low_kwh(usable, USUAL_LOW_SHARE)
    if baseline.is_day_off.any():
        kept_kwh = fit_band(grid, scale, is_fault, True, baseline).lower_80_kwh
        usual_kwh = np.where(baseline.is_day_off, np.minimum(usual_kwh, kept_kwh), usual_kwh)
    depth = scale.compress(usual_kwh) - scale.compress(usable.kwh)
    return _windows(EventKind.DROP, depth, DROP_HOURS, grid, side=-1, penalty=sparse_penalty(grid))


def _windows(kind: EventKind, local: np.ndarray, hours: tuple[float, ...], grid: Grid, side: int, penalty: float = 0.0) -> list[Statistic]:
    """The mean of `local` over windows of several lengths."""
    windows, guard = sorted({grid.cells(length) for length in hours}), grid.cells(GUARD_HOURS)
    return [Statistic(kind, _mean_where_known(local, window), local, window, guard, side, penalty=penalty) for window in windows]


def _roughness(grid: Grid, scale: Scale, is_fault: np.ndarray) -> Statistic:
    """Mean step from cell to cell over 16 hours against the two weeks around it, as a log ratio."""
    level = np.where(is_fault, np.nan, scale.compress(grid.kwh))
    step = np.abs(np.r_[np.nan, np.diff(level)])
    window = grid.cells(ROUGH_HOURS)
    rough = np.log(trailing_mean(step, window) + 0.02)
    wide = grid.cells(24.0 * 14)
    ahead = np.r_[trailing_mean(step, 2 * wide)[wide:], np.full(min(wide, len(grid)), np.nan)][: len(grid)]
    around = np.log(np.where(np.isfinite(ahead), ahead, trailing_mean(step, 2 * wide)) + 0.02)
    local = np.log(step + 0.02) - around
    return Statistic(EventKind.SUSTAINED_HIGH, rough - around, local, window, guard=grid.cells(GUARD_HOURS), side=0, pattern=Pattern.ROUGH)


def _mean_where_known(values: np.ndarray, cells: int) -> np.ndarray:
    """Trailing mean; NaN where fewer than half of the window is known."""
    known = np.isfinite(values).astype(float)
    return np.where(trailing_mean(known, cells) >= 0.5, trailing_mean(values, cells), np.nan)
