"""The cells of a table as text, each distinct text kept once where that pays."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np
import pandas as pd

from wattsup_core.types import QualityIssue

MANY_DISTINCT = 0.7
"""Above this share of new texts a chunk's column is not searched for recurring ones any more."""
SPACES = dict.fromkeys(map(ord, "\u00a0\u2007\u2009\u202f\u200b\ufeff\t\r\n"), " ")


@dataclass(frozen=True)
class TextColumn:
    """Cells of one column: `texts` of shape (k,) and for each row its place among them, `codes` of shape (n,)."""

    texts: np.ndarray
    codes: np.ndarray

    @classmethod
    def of(cls, cells: Sequence[str]) -> TextColumn:
        """A column of the given cells, distinct texts kept once."""
        codes, texts = pd.factorize(np.array(cells, dtype=object))
        return cls(texts, codes)

    def spread(self, values: np.ndarray) -> np.ndarray:
        """`values`, one for each of `texts`, as one for each row."""
        spread: np.ndarray = values[self.codes]
        return spread

    def take(self, rows: np.ndarray) -> TextColumn:
        """The column of some rows, by mask or place."""
        return TextColumn(self.texts, self.codes[rows])

    def cell(self, row: int) -> str:
        """The text of one row."""
        return str(self.texts[self.codes[row]])

    def __len__(self) -> int:
        return len(self.codes)


class TextColumnBuilder:
    """Puts a column together from chunks, keeping recurring texts once; texts that hardly recur are kept as they come."""

    def __init__(self) -> None:
        self._places: dict[str, int] = {}
        self._texts: list[np.ndarray] = []
        self._codes: list[np.ndarray] = []
        self._count = 0
        self._recurs = True

    def add(self, cells: np.ndarray) -> None:
        """Add the next cells, shape (m,), object."""
        if not self._recurs:
            self._codes.append(np.arange(self._count, self._count + len(cells)))
            self._keep(cells)
            return
        codes, distinct = pd.factorize(cells)
        known = np.array([self._places.get(text, -1) for text in distinct.tolist()], dtype=np.intp)
        new = np.flatnonzero(known < 0)
        known[new] = np.arange(self._count, self._count + len(new))
        self._places.update(zip(distinct[new].tolist(), known[new].tolist(), strict=True))
        self._codes.append(known[codes])
        self._keep(distinct[new])
        self._recurs = len(new) <= MANY_DISTINCT * len(cells)

    def column(self) -> TextColumn:
        """The column of all cells added."""
        empty = np.empty(0, dtype=object)
        return TextColumn(np.concatenate([empty, *self._texts]), np.concatenate([np.empty(0, np.intp), *self._codes]))

    def _keep(self, texts: np.ndarray) -> None:
        self._texts.append(texts)
        self._count += len(texts)


def merge_columns(length: int, parts: Iterable[tuple[np.ndarray, TextColumn]]) -> TextColumn:
    """One column of `length` rows from parts, each with the places of its rows."""
    texts: list[np.ndarray] = []
    codes = np.zeros(length, dtype=np.intp)
    offset = 0
    for places, column in parts:
        codes[places] = column.codes + offset
        texts.append(column.texts)
        offset += len(column.texts)
    return TextColumn(np.concatenate(texts), codes)


def tidy(text: str) -> str:
    """`text` without the spaces around it, odd spaces as plain ones, Excel's ``="…"`` guard and a leading apostrophe taken off."""
    text = text.translate(SPACES).strip()
    if text.startswith('="') and text.endswith('"'):
        text = text[2:-1].strip()
    return text.removeprefix("'")


def plain_words(text: str) -> str:
    """`text` in lower-case ASCII, accents taken off."""
    ascii_text = unicodedata.normalize("NFKD", text.translate(SPACES)).encode("ascii", "ignore").decode()
    return ascii_text.lower().strip()


class RowShape(IntEnum):
    """Whether a row has as many fields as the table has columns."""

    WHOLE = 0
    SHORT = 1
    LONG = 2
    NOT_A_ROW = 3


@dataclass(frozen=True)
class Table:
    """A table found in a file, whatever the file's format.

    Attributes
    ----------
    format_name
        For people.
    header
        Name of each column, "" where it has none.
    sample
        Some rows from all parts of the table, to learn from.
    lines
        Line (or number of the record) of each row, shape (n,), int64; 1 is the first.
    shape
        A :class:`RowShape` for each row, int8.
    load
        Gives the columns at the places asked for.
    row_text
        The text of one row, for messages.
    preamble
        Text above the header.
    comma_separated
        Whether cells are separated by commas, so that a decimal comma is unlikely unless quoted.
    default_unit
        A unit that stands outside the table, such as beside a JSON list.
    is_typed
        Whether the file has numbers as such (Excel, JSON), not only text.
    keeps_text_rows
        Whether a row without a reading is still a row (JSON), and not a footer or a remark.
    issues
        What a person should know of how the file was read.
    """

    format_name: str
    header: tuple[str, ...]
    sample: tuple[tuple[str, ...], ...]
    lines: np.ndarray
    shape: np.ndarray
    load: Callable[[Sequence[int]], dict[int, TextColumn]]
    row_text: Callable[[int], str]
    preamble: str = ""
    comma_separated: bool = False
    default_unit: str = ""
    is_typed: bool = False
    keeps_text_rows: bool = False
    issues: tuple[QualityIssue, ...] = field(default=())

    @property
    def width(self) -> int:
        return len(self.header)


def table_of_rows(rows: Sequence[Sequence[str]], lines: Sequence[int], header: Sequence[str], shapes: Sequence[int] | None = None) -> Table:
    """A table of rows held in memory; rows may be shorter than the header."""
    width = len(header)
    shape = np.array(shapes if shapes is not None else [RowShape.WHOLE] * len(rows), dtype=np.int8)

    def load(places: Sequence[int]) -> dict[int, TextColumn]:
        return {at: TextColumn.of([row[at] if at < len(row) else "" for row in rows]) for at in places}

    step = max(1, len(rows) // 200)
    picked = [*rows[:200], *rows[200::step]]
    return Table(
        format_name="",
        header=tuple(header),
        sample=tuple((*row[:width], *[""] * (width - len(row))) for row in picked),
        lines=np.array(lines, dtype=np.int64),
        shape=shape,
        load=load,
        row_text=lambda at: ", ".join(cell for cell in rows[at] if cell),
    )
