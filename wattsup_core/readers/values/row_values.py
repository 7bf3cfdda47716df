"""Each row's value in kWh or kW, from the columns of a channel and the units that stand in cells or beside them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wattsup_core.readers.table.cells import TextColumn, tidy
from wattsup_core.readers.values.numerals import Numbers, decimal_mark, read_numbers
from wattsup_core.readers.values.units import Unit, is_volume, unit_named

ALTERNATING_SHARE = 0.8
TOGETHER_SHARE = 0.05


@dataclass(frozen=True)
class RowValues:
    """Values of the rows of one channel, arrays of shape (n,).

    `parts` holds each column's values [kWh, or kW where `unit` is a power], `total` their sum; `missing` and `bad` mark rows
    without a number, `foreign` rows whose unit is no electricity, `volume` those of them in cubic metres.
    """

    parts: tuple[np.ndarray, ...]
    total: np.ndarray
    missing: np.ndarray
    bad: np.ndarray
    foreign: np.ndarray
    volume: np.ndarray
    unit: Unit
    unit_in_cells: bool
    decimal_comma: bool
    example: str


def read_values(columns: list[TextColumn], unit: Unit, unit_column: TextColumn | None, *, comma_separated: bool, typed: bool) -> RowValues:
    """Read the columns that add up to a channel.

    Parameters
    ----------
    columns : list of TextColumn
        The channel's columns.
    unit : Unit
        Unit of cells that name none.
    unit_column : TextColumn, optional
        Units beside the values, for each row.
    comma_separated, typed : bool
        Whether commas separate the cells, and whether the file has numbers as such; see
        :func:`~wattsup_core.readers.values.numerals.decimal_mark`.
    """
    marks = [decimal_mark(column.texts, comma_separated=comma_separated, typed=typed) for column in columns]
    common_mark = "," if "," in marks else marks[0]
    numbers = [read_numbers(column.texts, mark or common_mark) for column, mark in zip(columns, marks, strict=True)]
    in_cells = _units_of_cells(numbers)
    if in_cells and in_cells.is_power != unit.is_power:
        unit = in_cells
    scaled = [_scaled(number, unit) for number in numbers]
    parts = tuple(column.spread(values) for column, values in zip(columns, scaled, strict=True))
    missing = np.array([column.spread(number.missing) for column, number in zip(columns, numbers, strict=True)])
    numberless = np.array([column.spread(np.isnan(values)) for column, values in zip(columns, scaled, strict=True)])
    foreign = volume = np.zeros(len(parts[0]), dtype=bool)
    if unit_column is not None:
        factors, foreign = _factors(unit_column, unit)
        volume = unit_column.spread(np.array([is_volume(tidy(str(text))) for text in unit_column.texts], dtype=bool))
        parts = tuple(part * factors / unit.factor for part in parts)
    total, lacking = _sum(parts, missing)
    bad = (numberless & ~missing).any(axis=0)
    example = next((tidy(str(text)) for text in columns[0].texts if tidy(str(text))), "")
    return RowValues(parts, total, lacking, np.asarray(bad), foreign, volume, unit, in_cells is not None, common_mark == ",", example)


def _units_of_cells(numbers: list[Numbers]) -> Unit | None:
    """The unit that most cells name, or `None` when cells name none."""
    named = [unit for number in numbers if number.units is not None for unit in number.units if unit is not None]
    return max(named, key=named.count) if named else None


def _scaled(number: Numbers, unit: Unit) -> np.ndarray:
    """Values of distinct texts in kWh or kW; a cell whose own unit is of the other kind has none."""
    if number.units is None:
        return number.values * unit.factor
    factors = np.array(
        [unit.factor if cell is None else cell.factor if cell.is_power == unit.is_power else np.nan for cell in number.units]
    )
    scaled: np.ndarray = number.values * factors
    return scaled


def _factors(unit_column: TextColumn, unit: Unit) -> tuple[np.ndarray, np.ndarray]:
    """Factor to kWh or kW of each row by its unit cell, and rows of a unit that is no electricity; a blank cell means `unit`."""
    cells = [tidy(str(text)) for text in unit_column.texts]
    named = [unit_named(cell) for cell in cells]
    factors = [found.factor if found and found.is_power == unit.is_power else unit.factor for found in named]
    foreign = [
        bool(cell) and any(letter.isalpha() for letter in cell) and (found is None or found.is_power != unit.is_power)
        for cell, found in zip(cells, named, strict=True)
    ]
    return unit_column.spread(np.array(factors, dtype=float)), unit_column.spread(np.array(foreign, dtype=bool))


def _sum(parts: tuple[np.ndarray, ...], missing: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The sum of a channel's parts, and the rows that lack it.

    A row needs all its parts, unless the file fills just one in each row, as for tariffs that take turns.
    """
    if len(parts) == 1:
        return parts[0].copy(), missing[0]
    stacked = np.array(parts)
    filled: np.ndarray = np.isfinite(stacked).sum(axis=0)
    if (filled == 1).mean() >= ALTERNATING_SHARE and (filled == len(parts)).mean() <= TOGETHER_SHARE:
        return np.where(filled > 0, np.nansum(stacked, axis=0), np.nan), filled == 0
    return stacked.sum(axis=0), np.asarray(missing.any(axis=0))
