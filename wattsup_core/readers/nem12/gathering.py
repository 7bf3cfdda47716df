"""The readings of all registers as arrays, in the file's order, before anything is judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from wattsup_core.analysis.quality import RowCode, Rows
from wattsup_core.readers.nem12.addition import RegisterRows
from wattsup_core.readers.nem12.days import MISSING, Day
from wattsup_core.readers.nem12.records import BadRecord, Register
from wattsup_core.readers.rows.frames import ACTUAL
from wattsup_core.readers.rows.series import RowSeries, name_series
from wattsup_core.readers.table.cells import TextColumn
from wattsup_core.readers.values.units import Unit
from wattsup_core.types import Channel

DIRECTIONS = np.array(["import", "export"], dtype=object)


@dataclass(frozen=True)
class Gathered:
    """Every reading, and a row for each record that cannot be read, in the file's order.

    Attributes
    ----------
    readings
        Times, energies, registers.
    series
        The meter and channel of each row.
    line
        Line of each row's record, shape (n,).
    place
        Place of a reading within its day, -1 for a record, shape (n,).
    """

    readings: RegisterRows
    series: RowSeries
    line: np.ndarray
    place: np.ndarray


def gather(days: Sequence[tuple[Register, Day]], bad: Sequence[BadRecord], units: Mapping[Register, Unit]) -> Gathered:
    """The readings of `days`, whose registers have `units`, and the records that are `bad`."""
    names = [register for register, _ in days] + [each.register for each in bad]
    counts = np.array([len(day.values) for _, day in days] + [1] * len(bad), dtype=np.int64)
    line = np.array([day.line for _, day in days] + [each.line for each in bad], dtype=np.int64)
    midnight = np.array([day.midnight for _, day in days] + [each.midnight for each in bad], dtype=np.int64)
    step = np.array([register.minutes * 60 for register, _ in days] + [0] * len(bad), dtype=np.int64)
    kwh = np.concatenate([*[_kwh(day, register, units[register]) for register, day in days], np.full(len(bad), np.nan)])
    code = np.concatenate([*[_codes(day) for _, day in days], np.array([each.code for each in bad], dtype=np.int8)])
    qualities = np.concatenate([*[day.quality for _, day in days], np.full(len(bad), ACTUAL, dtype=np.int8)])
    place = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    order = np.argsort(np.repeat(line, counts), kind="stable")

    def spread(values: np.ndarray) -> np.ndarray:
        return np.repeat(values, counts)[order]

    meters = TextColumn.of([name.nmi if name else "" for name in names])
    is_sent = spread(np.array([name is not None and name.is_sent for name in names], dtype=np.int64))
    series = name_series(
        len(order), TextColumn(meters.texts, spread(meters.codes)), TextColumn(DIRECTIONS, is_sent), Channel.IMPORT
    )  # fmt: skip
    numbers: dict[tuple[str, str], int] = {}
    register = spread(np.array([numbers.setdefault((name.nmi, name.suffix) if name else ("", ""), len(numbers)) for name in names]))
    seconds = spread(midnight) + place[order] * spread(step)
    rows = Rows(register.astype(np.int32), seconds, kwh[order], code[order])
    readings = RegisterRows(rows, series.codes, spread(midnight), spread(step), qualities[order])
    return Gathered(readings, series, spread(line), np.where(spread(step) > 0, place[order], -1))


def _kwh(day: Day, register: Register, unit: Unit) -> np.ndarray:
    """A day's energies [kWh]; a mean power lasts its interval."""
    kwh: np.ndarray = day.values * (unit.factor * (register.minutes / 60 if unit.is_power else 1))
    return kwh


def _codes(day: Day) -> np.ndarray:
    """What can be said of each value alone: a null is no reading, whatever number stands there."""
    code = np.where(np.isnan(day.values), RowCode.BAD_NUMBER, RowCode.KEPT)
    return np.where(day.is_blank | (day.quality == MISSING), RowCode.MISSING_VALUE, code).astype(np.int8)
