"""Rows of a table that are no readings: repeated headers, totals, remarks, blanks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from wattsup_core.analysis.quality import count_rows, issue
from wattsup_core.readers.columns.vocabulary import TIME_WORDS, has_word, names_energy
from wattsup_core.readers.table.cells import RowShape, Table, TextColumn, tidy
from wattsup_core.readers.table.layout import is_footer_text
from wattsup_core.readers.values.numerals import read_number
from wattsup_core.readers.values.units import unit_within
from wattsup_core.types import IssueSeverity, QualityIssue


@dataclass(frozen=True)
class TextRows:
    """Rows that are no readings, shape (n,), bool; the places of those that are headers, and notes on them."""

    mask: np.ndarray
    headers: tuple[int, ...] = ()
    notes: list[QualityIssue] = field(default_factory=list)


def find_text_rows(table: Table, unread: np.ndarray, stamp: tuple[int, TextColumn], values: Sequence[TextColumn]) -> TextRows:
    """Which of the rows whose time cannot be read are no readings at all.

    A row is a header that comes again when its time cell is the column's name, or when it names a time and an energy, as above a block
    of another register; a footer when its first text says total or the like; a remark when it has no number where the energy should
    be and is a single text, or has another number of fields than a row. All others stay rows, to be rejected with their line.

    Parameters
    ----------
    table : Table
        The table.
    unread : np.ndarray
        Places of rows whose time cannot be read.
    stamp : tuple of int and TextColumn
        Place and cells of the time column.
    values : sequence of TextColumn
        Cells of the energy columns.
    """
    is_text = np.zeros(len(table.lines), dtype=bool)
    if table.keeps_text_rows:
        return TextRows(is_text)
    place, cells = stamp
    name = tidy(table.header[place]).lower()
    headers = []
    footers = 0
    for row in unread.tolist():
        time = tidy(cells.cell(row))
        written = [tidy(column.cell(row)) for column in values]
        has_number = any(read_number(text, ".")[0] is not None or read_number(text, ",")[0] is not None for text in written)
        is_header = bool(name) and (time.lower() == name or (bool(time) and time.lower() in name.split() and not has_number))
        is_header = is_header or (not has_number and _names_block(time, written))
        is_footer = not is_header and _is_footer(table, row, time, has_number)
        is_blank = not time and not any(written) and not table.row_text(row).strip(' ,;|\t"\r\u00a0')
        headers += [row] if is_header else []
        footers += is_footer
        is_text[row] = is_header or is_footer or is_blank
    return TextRows(is_text, tuple(headers), _notes(len(headers), footers))


def _names_block(time: str, values: Sequence[str]) -> bool:
    """Whether the cells of a row name a column of times and one of energy or power."""
    return has_word(time, TIME_WORDS) and any(names_energy(text) or unit_within(text) is not None for text in values)


def _is_footer(table: Table, row: int, time: str, has_number: bool) -> bool:
    """Whether a row is a total, or a sentence or rule without a number."""
    if time[:1].isdigit():
        return False
    text = table.row_text(row).strip(' ,;|\t"')
    if is_footer_text(time) or is_footer_text(text):
        return True
    is_alone = table.shape[row] != RowShape.WHOLE or tidy(text) == time
    return not has_number and is_alone and (" " in text or not any(letter.isalnum() for letter in text))


def _notes(headers: int, footers: int) -> list[QualityIssue]:
    notes = []
    if headers:
        message = f"The header line comes again {headers} time{'' if headers == 1 else 's'} within the rows; it was skipped."
        notes.append(issue("repeated_header", message, headers, severity=IssueSeverity.INFO))
    if footers:
        message = f"Skipped, and not counted as energy: {count_rows(footers)} of totals or remarks."
        notes.append(issue("footer_skipped", message, footers, severity=IssueSeverity.INFO))
    return notes
