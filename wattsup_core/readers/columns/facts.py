"""What a column holds, by its header and a sample of its cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from wattsup_core.readers.columns.vocabulary import HOUR_WORDS, TIME_WORDS, Flow, flow_of, has_word, names_register
from wattsup_core.readers.table.cells import Table, tidy
from wattsup_core.readers.times.numbers import number_clock
from wattsup_core.readers.times.stamps import NO_OFFSET, read_stamps
from wattsup_core.readers.values.numerals import MISSING_WORDS, read_number
from wattsup_core.readers.values.units import Unit, unit_named, unit_within

MAX_NAMES_TOLD = 12
LONGEST_NAME_TOLD = 60


@dataclass(frozen=True)
class ColumnFacts:
    """A column's place and name, and the shares (0 to 1) of its filled sample cells that are of each kind.

    `filled` is the share of all sample cells that are neither blank nor a word for "missing"; `is_hours` says that they are
    the numbered hours of a day.
    """

    place: int
    name: str
    unit: Unit | None
    flow: Flow
    names_register: bool
    filled: float
    stamps: float
    dates: float
    clocks: float
    offsets: float
    numbers: float
    unit_cells: float
    epoch: bool
    is_hours: bool
    texts: frozenset[str]

    @property
    def is_numeric(self) -> bool:
        return self.numbers >= 0.5

    @property
    def is_text(self) -> bool:
        return self.filled > 0 and self.numbers < 0.5 and self.stamps + self.dates + self.clocks < 0.5


def learn_columns(table: Table) -> list[ColumnFacts]:
    """The facts of each column of a table."""
    return [_learn(place, name, [row[place] for row in table.sample]) for place, name in enumerate(table.header)]


def _learn(place: int, name: str, cells: list[str]) -> ColumnFacts:
    bare = [tidy(cell) for cell in cells]
    filled = [cell for cell in bare if cell.lower() not in MISSING_WORDS]
    texts = np.array(filled, dtype=object)
    fields = read_stamps(texts)
    mean = float(1 / max(len(filled), 1))
    numbers = [read_number(cell, ".") for cell in filled]
    commas = [number if number[0] is not None else read_number(cell, ",") for number, cell in zip(numbers, filled, strict=True)]
    is_value = (
        np.array([number[0] is not None for number in commas], dtype=bool)
        if not has_word(name, TIME_WORDS)
        else np.zeros(len(filled), dtype=bool)
    )
    is_clock = fields.has_clock & ~fields.has_date & ~is_value
    is_offset_only = (fields.offset != NO_OFFSET) & ~fields.has_clock & ~fields.has_date
    return ColumnFacts(
        place=place,
        name=name,
        unit=unit_within(name),
        flow=flow_of(name),
        names_register=names_register(name),
        filled=len(filled) / max(len(bare), 1),
        stamps=float((fields.has_date & fields.has_clock).sum()) * mean,
        dates=float((fields.has_date & ~fields.has_clock).sum()) * mean,
        clocks=float(is_clock.sum()) * mean,
        offsets=float(is_offset_only.sum()) * mean,
        numbers=sum(value is not None for value, _, _ in commas) * mean,
        unit_cells=sum(unit_named(cell) is not None or cell.lower() in {"m3", "m³"} for cell in filled) * mean,
        epoch=bool(filled) and number_clock(texts) is not None,
        is_hours=has_word(name, HOUR_WORDS) and bool(filled) and all(text.isdigit() and int(text) <= 25 for text in filled),
        texts=frozenset(filled),
    )


def told_name(name: str) -> str:
    """A name for a message, cut between words when it is long."""
    if len(name) <= LONGEST_NAME_TOLD:
        return name
    head = name[:LONGEST_NAME_TOLD]
    return (head.rpartition(" ")[0] or head).rstrip() + "…"


def told_names(names: Sequence[str]) -> str:
    """Names for a message, the first dozen."""
    shown = [name.strip() or "(no name)" for name in names[:MAX_NAMES_TOLD]]
    return ", ".join(f"“{told_name(name)}”" for name in shown) + (
        f" and {len(names) - MAX_NAMES_TOLD} more" if len(names) > MAX_NAMES_TOLD else ""
    )
