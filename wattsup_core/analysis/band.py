"""The bands around the expectation that hold 80 and 95 % of what a meter uses, calibrated on days left out of their own expectation.

A day that takes part in its expectation lies closer to it than a day that does not, so residuals of the shown expectation make bands that
hold too little. Here each day is expected from the days around it alone, and quantiles of those residuals are taken at the ranks of
conformal prediction (Lei et al. 2018, "Distribution-free predictive inference for regression"; for days left out of each their own
expectation Barber et al. 2021, "Predictive inference with the jackknife+"). A slot of one meter has few days in its tails: its own
quantiles are drawn towards those of the hour around it, the more the fewer days there are. What is told as an anomaly or a fault is left
out by the caller.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wattsup_core.analysis.baseline import Baseline, Centre, usual_level
from wattsup_core.analysis.day_median import quantile_of_sorted, rolling_quantile
from wattsup_core.analysis.day_types import is_pooled, weekend_days
from wattsup_core.analysis.grid import Grid
from wattsup_core.analysis.scale import Scale

BELOW_UPPER = (0.9, 0.975)
"""Share of the readings below the upper edge of the 80 % and of the 95 % band; as many lie above the lower one."""
HARDLY_EXCEEDED = (0.96, 0.99)
"""Share of the readings of the hour and the weeks around that the upper edge of each band need not exceed."""
REACHED_DAYS, REACHED_STEP_DAYS = 31, 5
NEIGHBOUR_DAYS = 60.0
"""The hour around a slot counts as much as so many days of the slot's own."""


@dataclass(frozen=True)
class Band:
    """Edges of the bands that hold 80 and 95 % of the readings of a usual day [kWh], shapes (n,)."""

    lower_80_kwh: np.ndarray
    upper_80_kwh: np.ndarray
    lower_95_kwh: np.ndarray
    upper_95_kwh: np.ndarray


def fit_band(grid: Grid, scale: Scale, is_odd: np.ndarray, is_signed: bool, usual: Baseline, centre: Centre = Centre.MEDIAN) -> Band:
    """The bands around an expectation.

    Parameters
    ----------
    grid : Grid
        The meter's cells.
    scale : Scale
        The comparing scale.
    is_odd : np.ndarray
        Cells that must not be learned from, shape (n,).
    is_signed : bool
        Whether values below zero are natural on this meter; if not, no edge is below zero.
    usual : Baseline
        The expectation, fitted with the same `is_odd` and `centre`.
    centre : Centre
        What stands for the usual in it.
    """
    learned = np.where(is_odd, np.nan, grid.kwh)
    residual = scale.compress(learned) - usual_level(grid, learned, scale, centre, is_left_out=True).level
    level, floor = scale.compress(usual.expected_kwh), -np.inf if is_signed else 0.0
    inner, outer = _edges(grid, residual)
    lower_80, lower_95 = (np.clip(scale.expand(level + edge[0]), floor, usual.expected_kwh) for edge in (inner, outer))
    upper_80, upper_95 = (
        np.maximum(np.fmin(scale.expand(level + edge[1]), reached), usual.expected_kwh)
        for edge, reached in zip((inner, outer), _reached_kwh(grid, learned), strict=True)
    )
    return Band(lower_80, upper_80, lower_95, upper_95)


def _reached_kwh(grid: Grid, learned: np.ndarray) -> list[np.ndarray]:
    """What the hour around each cell hardly ever exceeds in the weeks around it [kWh], for each band, shapes (n,).

    Edges are factors on the comparing scale: what is six times the usual at a quiet time would be six times the usual peak too. No band
    reaches beyond what the meter has shown.
    """
    table = grid.by_day(learned)
    reach = max(1, grid.cells(1.0)) if grid.slots_per_day > 3 else 0
    weekend = np.zeros(grid.days, dtype=bool) if is_pooled(grid) else weekend_days(grid)
    out = [np.full(table.shape, np.nan) for _ in HARDLY_EXCEEDED]
    for chosen in (weekend, ~weekend):
        days = table[chosen]
        if not len(days):
            continue
        starts = np.arange(0, len(days), REACHED_STEP_DAYS) - REACHED_DAYS // 2
        block = np.arange(len(days)) // REACHED_STEP_DAYS
        for held, share in zip(out, HARDLY_EXCEEDED, strict=True):
            held[chosen] = rolling_quantile(days, starts, REACHED_DAYS, share, reach)[block]
    return [grid.from_day(held) for held in out]


def _edges(grid: Grid, residual: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Lower and upper edge of both bands on the comparing scale, shapes (2, n), by slot and day type."""
    table = grid.by_day(residual)
    reach = max(1, grid.cells(1.0)) if grid.slots_per_day > 3 else 0
    weekend = np.zeros(grid.days, dtype=bool) if is_pooled(grid) else weekend_days(grid)
    edges = np.zeros((2, 2, grid.days, grid.slots_per_day))
    for chosen in (weekend, ~weekend):
        if chosen.any():
            edges[:, :, chosen] = _slot_edges(table[chosen], reach)[:, :, None]
    inner, outer = edges[:, :, grid.day, grid.slot]
    return inner, outer


def _slot_edges(table: np.ndarray, reach: int) -> np.ndarray:
    """Edges of each column of (days, slots), drawn towards those of the hour around it, shape (2 bands, 2 sides, slots)."""
    shifts = range(-reach, reach + 1, max(1, reach // 2))
    hour = np.sort(np.concatenate([np.roll(table, shift, axis=1) for shift in shifts], axis=0).T, axis=-1)
    own = np.sort(table.T, axis=-1)
    days = np.isfinite(own).sum(axis=-1)
    trust = days / (days + NEIGHBOUR_DAYS)
    edges = np.zeros((2, 2, table.shape[1]))
    for band, share in enumerate(BELOW_UPPER):
        rank = np.minimum(share * (days + 1) / np.maximum(days, 1), 1.0)
        for side, of_side in enumerate((1.0 - rank, rank)):
            near, far = quantile_of_sorted(own, of_side), quantile_of_sorted(hour, of_side)
            edges[band, side] = np.nan_to_num(np.where(days > 0, trust * near + (1.0 - trust) * far, far))
    return np.stack([np.minimum(edges[:, 0], 0.0), np.maximum(edges[:, 1], 0.0)], axis=1)
