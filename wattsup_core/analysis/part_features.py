"""Features for the forest from sub-meters; always two of them, however many sub-meters the file has. Causal as the others."""

from __future__ import annotations

import numpy as np

from wattsup_core.analysis.baseline import seasonal_centre
from wattsup_core.analysis.features import CHANGE_LIMIT, FeatureTable, slot_spread
from wattsup_core.analysis.grid import Grid
from wattsup_core.analysis.parts import part_energies, remainder
from wattsup_core.analysis.scale import fit_scale

PART_LABELS: dict[str, str] = {
    "part": "one appliance's own use",
    "rest": "use that no sub-meter counts",
}
"""Name of each of these features and its words for people."""


def with_parts(table: FeatureTable, grid: Grid, is_odd: np.ndarray) -> FeatureTable:
    """The features of the readings and these beside them; the table itself where there are no sub-meters.

    Parameters
    ----------
    table : FeatureTable
        The features of the readings.
    grid : Grid
        The meter's cells.
    is_odd : np.ndarray
        Cells that must not be learned from, shape (n,).
    """
    parts = part_energies(grid)
    if not parts:
        return table
    rest = remainder(grid, parts)
    columns = {
        "part": _loudest([_surprise(kwh, grid, is_odd) for kwh in parts.values()], len(grid)),
        "rest": np.zeros(len(grid)) if rest is None else _surprise(rest, grid, is_odd),
    }
    added = np.nan_to_num(np.column_stack([columns[name][table.cells] for name in PART_LABELS]))
    return FeatureTable(np.hstack([table.values, added]), table.cells, (*table.names, *PART_LABELS))


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
