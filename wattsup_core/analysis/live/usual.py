"""What a meter usually does, as far as its last weeks tell: the part of its memory that changes from day to day, not from row to row."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wattsup_core.analysis.baseline import WEEKDAY_WINDOW, WEEKEND_WINDOW
from wattsup_core.analysis.day_median import quantile_sorted
from wattsup_core.analysis.day_types import is_pooled, weekend_days
from wattsup_core.analysis.faults import GROSS_FACTOR, is_signed
from wattsup_core.analysis.grid import Grid
from wattsup_core.analysis.live.surge import Surge, learn_surge
from wattsup_core.analysis.scale import Scale, fit_scale

RANK_POINTS = 200
LEAST_SPREAD = 0.05
PRIOR_DAYS = 7.0
MIN_GROSS_READINGS = 100
USUAL_PEAK_SHARE = 0.95


@dataclass(frozen=True)
class Usual:
    """Tables of what is usual; levels are on the comparing scale.

    Attributes
    ----------
    level
        Median level of each slot on working days and on rest days, shape (2, slots).
    spread
        Root mean square of each slot's residuals, shape (slots,).
    ranks
        Levels at evenly spaced ranks of the history, ascending, shape (points,).
    reached_kwh
        What the highest reading of nineteen days in twenty stays below, at the length of a cell [kWh].
    gross_kwh
        What no cell of this meter can hold [kWh]; infinite where too little is known.
    is_signed
        Whether readings below zero are natural.
    days
        Days of history behind it.
    surge
        What its hours reach, and how far its days go beyond.
    """

    scale: Scale
    level: np.ndarray
    spread: np.ndarray
    ranks: np.ndarray
    reached_kwh: float
    gross_kwh: float
    is_signed: bool
    days: int
    surge: Surge


def learn_usual(grid: Grid) -> Usual:
    """What is usual on the days of `grid`, for the day after them."""
    scale = fit_scale(grid.kwh)
    levels = scale.compress(grid.kwh)
    table = grid.by_day(levels)
    weekend = weekend_days(grid)
    everything = np.ones(grid.days, dtype=bool)
    chosen = (everything, everything) if is_pooled(grid) else (~weekend, weekend)
    level = np.stack([_median_of_last(table[days], width) for days, width in zip(chosen, (WEEKDAY_WINDOW, WEEKEND_WINDOW), strict=True)])
    level = np.where(np.isfinite(level), level, np.nan_to_num(np.nanmedian(levels) if np.isfinite(levels).any() else 0.0))
    known = np.sort(levels[np.isfinite(levels)])
    return Usual(
        scale=scale,
        level=level,
        spread=_spread(table - level[weekend.astype(np.intp)]),
        ranks=np.quantile(known, np.linspace(0.0, 1.0, RANK_POINTS)) if len(known) else np.zeros(RANK_POINTS),
        reached_kwh=_reached_kwh(grid),
        gross_kwh=_gross_kwh(grid),
        is_signed=is_signed(grid),
        days=grid.days,
        surge=learn_surge(grid),
    )


def _median_of_last(table: np.ndarray, days: int) -> np.ndarray:
    return quantile_sorted(table[-days:].T, 0.5) if len(table) else np.full(table.shape[1], np.nan)


def _spread(residual: np.ndarray) -> np.ndarray:
    """Root mean square by slot, shrunk towards the meter's own, shape (slots,)."""
    square = np.where(np.isfinite(residual), residual**2, 0.0)
    count = np.isfinite(residual).sum(axis=0)
    overall = square.sum() / max(1, count.sum())
    return np.asarray(np.maximum(np.sqrt((square.sum(axis=0) + PRIOR_DAYS * overall) / (count + PRIOR_DAYS)), LEAST_SPREAD))


def _reached_kwh(grid: Grid) -> float:
    peaks = grid.by_day(grid.peak_kwh)
    highest = np.nanmax(peaks[np.isfinite(peaks).any(axis=1)], axis=1)
    return float(np.quantile(highest, USUAL_PEAK_SHARE)) if len(highest) else float("inf")


def _gross_kwh(grid: Grid) -> float:
    used = grid.kwh[grid.observed & (grid.kwh > 0)]
    return GROSS_FACTOR * float(np.quantile(used, 0.99)) if len(used) >= MIN_GROSS_READINGS else float("inf")
