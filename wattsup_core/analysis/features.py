"""Causal features of each cell for the forest: row t sees rows up to t and nothing later.

Energies are compared on the scale of :mod:`scale`, expectations come from the days before the cell's own. What temperature, people and
production explain is taken off; the slopes by which they do are parameters of the model, learned from the whole history as the forest is.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np

from wattsup_core.analysis.baseline import seasonal_centre
from wattsup_core.analysis.explained import explained_so_far
from wattsup_core.analysis.grid import Grid
from wattsup_core.analysis.history import rank_so_far
from wattsup_core.analysis.runs import run_so_far
from wattsup_core.analysis.scale import Scale
from wattsup_core.analysis.trailing import day_so_far, hours_so_far, night_level, trailing_mean, trailing_min

FEATURE_LABELS: dict[str, str] = {
    "residual": "against the same hour",
    "residual_z": "rare at this hour",
    "level": "size of the reading",
    "rank_high": "among the highest so far",
    "rank_low": "among the lowest so far",
    "jump": "jump from the hour before",
    "last_week": "against last week",
    "mean_3h": "the last 3 hours",
    "mean_24h": "the last 24 hours",
    "mean_72h": "the last 3 days",
    "mean_168h": "the last 7 days",
    "day_total": "the day's total so far",
    "day_min": "lowest of the day",
    "day_max": "highest of the day",
    "base_24h": "lowest in 24 hours",
    "night": "use at night",
    "roughness": "ups and downs",
    "run_same": "same value repeated",
    "run_zero": "zeros in a row",
    "run_negative": "below zero",
}
"""Name of each feature, in the table's order, and its words for people, short enough to stand beside a bar."""

DAILY_LABELS: dict[str, str] = FEATURE_LABELS | {
    "residual": "against such a day",
    "residual_z": "rare for such a day",
    "jump": "jump from the day before",
    "mean_3h": "the day itself",
    "mean_24h": "the day's total",
    "day_total": "the day's total",
    "day_min": "the day's total",
    "day_max": "the day's total",
    "base_24h": "the day's total",
    "night": "the day's total",
}
"""The same for a meter that is read once a day."""

FEATURE_NAMES = tuple(FEATURE_LABELS)
CHANGE_LIMIT = 6.0


@dataclass(frozen=True)
class FeatureTable:
    """Features of the observed cells: `values` of shape (m, k) in the order of `names`, and their cells, shape (m,)."""

    values: np.ndarray
    cells: np.ndarray
    names: tuple[str, ...] = FEATURE_NAMES


def build_features(grid: Grid, scale: Scale, is_odd: np.ndarray) -> FeatureTable:
    """Features of every observed cell; `is_odd` cells are described but never learned from."""
    learned = np.where(is_odd, np.nan, grid.kwh)
    level = scale.compress(grid.kwh)
    residual = level - scale.compress(seasonal_centre(grid, learned, scale, is_trailing=True))
    if grid.covariates:
        usual = partial(seasonal_centre, grid, scale=scale, is_trailing=True)
        residual = residual - explained_so_far(np.where(is_odd, np.nan, residual), grid, usual)
    residual = np.clip(residual, -CHANGE_LIMIT, CHANGE_LIMIT)
    columns = {
        **_point_features(grid, level, residual),
        **_window_features(grid, level, residual, scale.c_kwh * grid.slots_per_day),
        **_run_features(grid),
    }
    cells = np.flatnonzero(grid.observed)
    values = np.column_stack([columns[name][cells] for name in FEATURE_NAMES])
    return FeatureTable(np.nan_to_num(values, nan=0.0, posinf=CHANGE_LIMIT, neginf=-CHANGE_LIMIT), cells)


def _point_features(grid: Grid, level: np.ndarray, residual: np.ndarray) -> dict[str, np.ndarray]:
    rank = rank_so_far(grid, level)
    hour = grid.cells(1.0)
    week = grid.cells(168.0)
    return {
        "residual": residual,
        "residual_z": residual / slot_spread(grid, residual),
        "level": level,
        "rank_high": -np.log10(np.maximum(1.0 - rank, 1e-5)),
        "rank_low": -np.log10(np.maximum(rank, 1e-5)),
        "jump": level - _before(level, hour),
        "last_week": level - _before(level, week),
    }


def _window_features(grid: Grid, level: np.ndarray, residual: np.ndarray, soft_kwh: float) -> dict[str, np.ndarray]:
    total, least, most = day_so_far(grid, level, soft_kwh)
    base = trailing_min(level, grid.cells(24.0))
    roughness = np.log(trailing_mean(np.abs(np.diff(level, prepend=level[:1])), grid.cells(12.0)) + 0.02)
    return {
        "mean_3h": trailing_mean(residual, grid.cells(3.0)),
        "mean_24h": trailing_mean(residual, grid.cells(24.0)),
        "mean_72h": trailing_mean(residual, grid.cells(72.0)),
        "mean_168h": trailing_mean(residual, grid.cells(168.0)),
        "day_total": total,
        "day_min": least,
        "day_max": most,
        "base_24h": hours_so_far(grid, base),
        "night": night_level(grid, residual),
        "roughness": hours_so_far(grid, roughness),
    }


def _run_features(grid: Grid) -> dict[str, np.ndarray]:
    per_hour = 60.0 / grid.minutes
    known = np.isfinite(grid.kwh)
    is_same = np.r_[False, known[1:] & (grid.kwh[1:] == grid.kwh[:-1])]
    return {
        "run_same": np.log1p(run_so_far(is_same & (grid.kwh != 0)) / per_hour),
        "run_zero": np.log1p(run_so_far(known & (grid.kwh == 0)) / per_hour),
        "run_negative": np.log1p(run_so_far(known & (grid.kwh < 0)) / per_hour),
    }


def slot_spread(grid: Grid, residual: np.ndarray) -> np.ndarray:
    """Root mean square of the slot's residuals on the days before, shrunk towards the meter's own, shape (n,)."""
    square = grid.by_day(residual**2)
    known = np.isfinite(square)
    total = np.cumsum(np.where(known, square, 0.0), axis=0)
    count = np.cumsum(known, axis=0)
    total, count = np.roll(total, 1, axis=0), np.roll(count, 1, axis=0)
    total[0], count[0] = 0.0, 0
    overall = total.sum(axis=1, keepdims=True) / np.maximum(count.sum(axis=1, keepdims=True), 1)
    overall[overall <= 0] = 0.1
    return np.asarray(np.sqrt(np.maximum(grid.from_day((total + 7.0 * overall) / (count + 7.0)), 1e-4)))


def _before(values: np.ndarray, cells: int) -> np.ndarray:
    """The value `cells` earlier; the value itself where there is none, so a difference is zero."""
    shifted = values.copy()
    shifted[cells:] = values[: max(0, len(values) - cells)]
    return np.where(np.isfinite(shifted), shifted, values)
