"""How use follows the outdoor temperature, beyond the season that the rolling baseline already knows."""

from __future__ import annotations

import numpy as np

from wattsup_core.analysis.day_median import neighbour_starts, rolling_quantile
from wattsup_core.analysis.grid import Grid

SEASON_DAYS = 17
MIN_DAYS = 60
MIN_KNOWN_SHARE = 0.6
MIN_EXPLAINED = 0.02
HEATING_BASE_C = 15.5
COOLING_BASE_C = 22.0
MAX_SHIFT = 1.0


def temperature_response(residual: np.ndarray, temperature_c: np.ndarray, grid: Grid) -> np.ndarray:
    """The part of the residual that a warmer or colder day than its season explains.

    Heating and cooling degrees (bases 15.5 and 22 °C) are smoothed over a day, taken against their rolling median of 17 days and
    regressed on the daily median residual with the slope of least absolute deviations, refitted by weights.

    Parameters
    ----------
    residual : np.ndarray
        Residual on the comparing scale, NaN for what must not be learned from, shape (n,).
    temperature_c : np.ndarray
        Outdoor temperature [°C], shape (n,).
    grid : Grid
        The calendar.

    Returns
    -------
    np.ndarray
        The shift to add to the expectation, shape (n,); zero where temperature explains nothing.
    """
    nothing = np.zeros(len(residual))
    daily_residual = daily_median(residual, grid)
    daily_c = daily_median(temperature_c, grid)
    degrees = _degrees(daily_c)
    known = np.isfinite(daily_residual) & np.isfinite(daily_c)
    if known.sum() < MIN_DAYS or known.mean() < MIN_KNOWN_SHARE:
        return nothing
    unusual = degrees - season(degrees)
    slopes = _robust_slopes(unusual[known], daily_residual[known])
    before = np.abs(daily_residual[known]).mean()
    after = np.abs(daily_residual[known] - unusual[known] @ slopes).mean()
    if before <= 0 or 1.0 - after / before < MIN_EXPLAINED:
        return nothing
    shift = np.clip(np.nan_to_num(unusual) @ slopes, -MAX_SHIFT, MAX_SHIFT)
    return np.asarray(shift[grid.day])


def degrees_response(daily: np.ndarray, grid: Grid) -> np.ndarray:
    """The part of a daily level that its heating and cooling degrees explain, the season's included, shape (days,).

    Zero where no temperature is known. Slopes are fitted to what differs from the level's own median.
    """
    if grid.temperature_c is None:
        return np.zeros(len(daily))
    degrees = _degrees(daily_median(grid.temperature_c, grid))
    known = np.isfinite(daily) & np.isfinite(degrees).all(axis=1)
    if known.sum() < MIN_DAYS or known.mean() < MIN_KNOWN_SHARE:
        return np.zeros(len(daily))
    middle = np.median(degrees[known], axis=0)
    slopes = _robust_slopes(degrees[known] - middle, daily[known] - np.median(daily[known]))
    return np.asarray(np.nan_to_num(degrees - middle) @ slopes)


def _degrees(daily_c: np.ndarray) -> np.ndarray:
    """Heating and cooling degrees of each day, shape (days, 2)."""
    return np.column_stack([np.clip(HEATING_BASE_C - daily_c, 0.0, None), np.clip(daily_c - COOLING_BASE_C, 0.0, None)])


def daily_median(values: np.ndarray, grid: Grid) -> np.ndarray:
    """The median of each local day, shape (days,)."""
    return np.asarray(rolling_quantile(grid.by_day(values).T, np.zeros(1, dtype=np.intp), grid.slots_per_day)[0])


def season(degrees: np.ndarray) -> np.ndarray:
    """What is usual of daily values in the 17 days around each, shape (days, k)."""
    days = len(degrees)
    width = min(SEASON_DAYS, days)
    return rolling_quantile(degrees, neighbour_starts(np.arange(days), days, width, is_trailing=False), width)


def _robust_slopes(unusual: np.ndarray, residual: np.ndarray) -> np.ndarray:
    """Slopes through the origin, never below zero, by iteratively reweighted least squares for absolute deviations."""
    slopes = np.zeros(unusual.shape[1])
    for _ in range(12):
        weight = 1.0 / np.maximum(np.abs(residual - unusual @ slopes), 0.05)
        weighted = unusual * weight[:, None]
        slopes = np.linalg.solve(weighted.T @ unusual + 1e-3 * np.eye(unusual.shape[1]), weighted.T @ residual)
        slopes = np.clip(slopes, 0.0, None)
    return slopes
