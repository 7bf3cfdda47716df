"""Features for the forest from what is known beside the readings; always the same number of them, whatever the file has.

Causal as the others: a cell sees what was known up to it. The slopes are parameters of the model, learned once from the whole history
as the forest is.
"""

from __future__ import annotations

import numpy as np

from wattsup_core.analysis.baseline import seasonal_centre
from wattsup_core.analysis.explained import line_response
from wattsup_core.analysis.features import CHANGE_LIMIT, FeatureTable, slot_spread
from wattsup_core.analysis.grid import Grid
from wattsup_core.analysis.parts import part_energies, remainder
from wattsup_core.analysis.scale import Scale, fit_scale
from wattsup_core.analysis.trailing import hours_so_far, trailing_mean
from wattsup_core.analysis.weather import COOLING_BASE_C, HEATING_BASE_C
from wattsup_core.frames import CovariateRole

COVARIATE_LABELS: dict[str, str] = {
    "unexplained": "beyond weather and people",
    "part": "one appliance's own use",
    "rest": "use that no sub-meter counts",
}
"""Name of each of these features and its words for people."""


def with_covariates(table: FeatureTable, grid: Grid, scale: Scale, is_odd: np.ndarray) -> FeatureTable:
    """The features and these beside them; the table itself where nothing is known beside the readings.

    Parameters
    ----------
    table : FeatureTable
        The features of the readings.
    grid : Grid
        The meter's cells.
    scale : Scale
        The comparing scale.
    is_odd : np.ndarray
        Cells that must not be learned from, shape (n,).
    """
    if not grid.covariates:
        return table
    parts = part_energies(grid)
    rest = remainder(grid, parts)
    columns = {
        "unexplained": _unexplained(grid, scale, is_odd),
        "part": _loudest([_surprise(kwh, grid, is_odd) for kwh in parts.values()], len(grid)),
        "rest": np.zeros(len(grid)) if rest is None else _surprise(rest, grid, is_odd),
    }
    added = np.nan_to_num(np.column_stack([columns[name][table.cells] for name in COVARIATE_LABELS]))
    return FeatureTable(np.hstack([table.values, added]), table.cells, (*table.names, *COVARIATE_LABELS))


def _unexplained(grid: Grid, scale: Scale, is_odd: np.ndarray) -> np.ndarray:
    """The residual without what temperature, people and own production explain of it, shape (n,)."""
    usual = seasonal_centre(grid, np.where(is_odd, np.nan, grid.kwh), scale, is_trailing=True)
    residual = scale.compress(grid.kwh) - scale.compress(usual)
    for unusual in _unusual(grid, scale):
        residual = residual - line_response(np.where(is_odd, np.nan, residual), unusual, grid)
    return np.asarray(np.clip(residual, -CHANGE_LIMIT, CHANGE_LIMIT))


def _unusual(grid: Grid, scale: Scale) -> list[np.ndarray]:
    """How unusual the last day's heating and cooling degrees are, and people and production now, against the days before."""
    found = []
    if grid.temperature_c is not None:
        for degrees in (HEATING_BASE_C - grid.temperature_c, grid.temperature_c - COOLING_BASE_C):
            last_day = trailing_mean(np.clip(degrees, 0.0, None), grid.cells(24.0))
            found.append(np.where(np.isfinite(degrees), hours_so_far(grid, last_day), np.nan))
    for role in (CovariateRole.PEOPLE, CovariateRole.PRODUCED):
        found += [values - seasonal_centre(grid, values, scale, is_trailing=True) for values in grid.covariates_of(role).values()]
    return found


def _surprise(kwh: np.ndarray, grid: Grid, is_odd: np.ndarray) -> np.ndarray:
    """How far energies are from their own usual, in spreads of such a time, on a logarithmic scale with their sign, shape (n,)."""
    scale = fit_scale(kwh)
    usual = seasonal_centre(grid, np.where(is_odd, np.nan, kwh), scale, is_trailing=True)
    residual = np.clip(scale.compress(kwh) - scale.compress(usual), -CHANGE_LIMIT, CHANGE_LIMIT)
    spreads = residual / slot_spread(grid, residual)
    return np.asarray(np.sign(spreads) * np.log1p(np.abs(spreads)))


def _loudest(surprises: list[np.ndarray], size: int) -> np.ndarray:
    """The surprise farthest from zero in each cell, shape (size,); 0 where there is none."""
    if not surprises:
        return np.zeros(size)
    table = np.nan_to_num(np.array(surprises))
    return np.asarray(np.take_along_axis(table, np.abs(table).argmax(axis=0)[None], axis=0)[0])
