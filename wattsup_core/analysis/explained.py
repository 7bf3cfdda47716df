"""What temperature, people and own production explain of a residual, each only where it demonstrably helps on this meter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from wattsup_core.analysis.grid import Grid
from wattsup_core.analysis.trailing import hours_so_far, trailing_mean
from wattsup_core.analysis.weather import COOLING_BASE_C, HEATING_BASE_C, temperature_response
from wattsup_core.frames import CovariateRole

MIN_DAYS = 28
FOLD_DAYS = 7
MIN_KNOWN_SHARE = 0.6
MIN_EXPLAINED = 0.02
MAX_SHIFT = 1.0
CLOSE = 0.02
ROUNDS = 12
BLOCK_HOURS = 3.0
MIN_BLOCKS = 20
Centre = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Explained:
    """The parts of a residual that are explained, on the comparing scale, shapes (n,); zero where nothing is."""

    weather: np.ndarray
    others: np.ndarray

    @property
    def total(self) -> np.ndarray:
        """All that is explained, shape (n,)."""
        return np.asarray(self.weather + self.others)


def explained_part(residual: np.ndarray, grid: Grid, centre: Centre) -> Explained:
    """What is known beside the readings explains this much of their residual.

    The outdoor temperature first (see :mod:`weather`), then people and own production on what is left: more or fewer than usual at such
    a time, on a straight line through the origin. Parts of the use explain nothing, for an odd use is odd whatever made it.

    Parameters
    ----------
    residual : np.ndarray
        On the comparing scale, NaN for what must not be learned from, shape (n,).
    grid : Grid
        The calendar, and what is known beside the readings.
    centre : callable
        What is usual of values at such a time, both of shape (n,).
    """
    nothing = np.zeros(len(residual))
    weather = nothing if grid.temperature_c is None else temperature_response(residual, grid.temperature_c, grid)
    others = nothing
    for role in (CovariateRole.PEOPLE, CovariateRole.PRODUCED):
        for values in grid.covariates_of(role).values():
            others = others + line_response(residual - weather - others, values - centre(values), grid)
    return Explained(weather, others)


def explained_so_far(residual: np.ndarray, grid: Grid, centre: Centre) -> np.ndarray:
    """The same of a residual from the days before, by what was known up to each cell, shape (n,); parameters as above.

    The temperature counts by the heating and cooling degrees of the last 24 hours, against those of the three weeks before.
    """
    unusual = []
    if grid.temperature_c is not None:
        for degrees in (HEATING_BASE_C - grid.temperature_c, grid.temperature_c - COOLING_BASE_C):
            last_day = trailing_mean(np.clip(degrees, 0.0, None), grid.cells(24.0))
            unusual.append(np.where(np.isfinite(degrees), hours_so_far(grid, last_day), np.nan))
    for role in (CovariateRole.PEOPLE, CovariateRole.PRODUCED):
        unusual += [values - centre(values) for values in grid.covariates_of(role).values()]
    total = np.zeros(len(residual))
    for each in unusual:
        total = total + line_response(residual - total, each, grid)
    return total


def line_response(residual: np.ndarray, unusual: np.ndarray, grid: Grid) -> np.ndarray:
    """The part of a residual that goes with how unusual something else is.

    Less than usual and more than usual have a line each (less sun is drawn from the grid, more sun is not), through the origin, with the
    slope of least absolute deviations of the means of three hours. It is believed when slopes learned in every other week have the same
    sign and make the residuals of the weeks between smaller by 2 % or more, both ways.

    Parameters
    ----------
    residual : np.ndarray
        NaN for what must not be learned from, shape (n,).
    unusual : np.ndarray
        Difference from the usual in any unit, NaN where it is not known, shape (n,).
    grid : Grid
        The calendar.
    """
    known = np.isfinite(residual) & np.isfinite(unusual)
    if grid.days < MIN_DAYS or known.sum() < MIN_KNOWN_SHARE * np.isfinite(residual).sum():
        return np.zeros(len(residual))
    blocks_per_day = max(1, round(24.0 / BLOCK_HOURS)) if grid.slots_per_day > 1 else 1
    block = grid.day * blocks_per_day + grid.slot * blocks_per_day // grid.slots_per_day
    count = np.bincount(block[known])
    filled = np.flatnonzero(count)
    is_even = (filled // blocks_per_day // FOLD_DAYS) % 2 == 0
    mean_residual = np.bincount(block[known], residual[known])[filled] / count[filled]
    shift = np.zeros(len(residual))
    for side in (np.minimum(unusual, 0.0), np.maximum(unusual, 0.0)):
        mean_unusual = np.bincount(block[known], side[known])[filled] / count[filled]
        shift += np.nan_to_num(side) * _believed_slope(mean_unusual, mean_residual, is_even)
    return np.clip(shift, -MAX_SHIFT, MAX_SHIFT)


def _believed_slope(unusual: np.ndarray, residual: np.ndarray, is_even: np.ndarray) -> float:
    """The slope of residuals, shape (m,), or zero when one half of the weeks does not bear out what the other teaches."""
    size = float(np.abs(unusual).mean()) if len(unusual) else 0.0
    if size <= 0:
        return 0.0
    scaled = unusual / size
    told = np.abs(scaled) > CLOSE
    halves = [told & is_even, told & ~is_even]
    if min(half.sum() for half in halves) < MIN_BLOCKS:
        return 0.0
    slopes = [_slope(scaled[half], residual[half]) for half in halves]
    gains = [_gain(slope, scaled[half], residual[half]) for slope, half in zip(slopes, reversed(halves), strict=True)]
    is_believed = slopes[0] * slopes[1] > 0 and min(gains) >= MIN_EXPLAINED
    return _slope(scaled[told], residual[told]) / size if is_believed else 0.0


def _slope(unusual: np.ndarray, residual: np.ndarray) -> float:
    """The slope through the origin by iteratively reweighted least squares for absolute deviations."""
    slope = 0.0
    for _ in range(ROUNDS):
        weight = 1.0 / np.maximum(np.abs(residual - slope * unusual), 0.05)
        slope = float((weight * unusual * residual).sum() / ((weight * unusual * unusual).sum() + 1e-3))
    return slope


def _gain(slope: float, unusual: np.ndarray, residual: np.ndarray) -> float:
    """By which share the line makes the residuals smaller, below zero when it makes them larger."""
    before = float(np.abs(residual).sum())
    return 1.0 - float(np.abs(residual - slope * unusual).sum()) / before if before > 0 else 0.0
