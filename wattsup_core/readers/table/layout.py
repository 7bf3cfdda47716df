"""Where a table begins in the first rows of a file: preamble, header of one or two lines, first row of data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from wattsup_core.readers.columns.vocabulary import TIME_WORDS, has_word, names_energy
from wattsup_core.readers.table.cells import tidy
from wattsup_core.readers.times.numbers import CLOCKS
from wattsup_core.readers.times.stamps import looks_like_stamp
from wattsup_core.readers.values.numerals import MISSING_WORDS, read_number
from wattsup_core.readers.values.units import unit_within

LOOK_ACROSS = 40

Row = Sequence[str]


@dataclass(frozen=True)
class Layout:
    """The parts of a table.

    Attributes
    ----------
    header
        Column names, as many as a row of data has fields; "" where there is none.
    header_rows
        Places of the rows that make up the header, empty when there is none.
    first_row
        Place of the first row after the header.
    fields
        How many fields most rows have, which may be fewer than the header has names, or more when those are blank. Filled fields beyond
        the header are no columns: rows with them are misshapen, as by decimal commas in a file separated by commas.
    has_times
        Whether a column of readable times was found.
    """

    header: tuple[str, ...]
    header_rows: tuple[int, ...]
    first_row: int
    fields: int
    has_times: bool

    @property
    def width(self) -> int:
        return len(self.header)


def find_layout(rows: Sequence[Row]) -> Layout | None:
    """The layout of the rows at a file's beginning, or `None` when they are no table."""
    found = _first_data_row(rows)
    header_at = _header_above(rows, found) if found is not None else _header_by_words(rows)
    if found is None and header_at is None:
        return None
    first_row = header_at + 1 if header_at is not None else (found or 0)
    names, used = _header_names(rows, header_at)
    fields = _commonest_fields(rows[first_row : first_row + 200]) or len(names)
    if names and any(tidy(cell) for row in rows[first_row : first_row + 200] if len(row) == fields for cell in row[len(names) :]):
        fields = len(names)
    header = (*names, *[""] * (fields - len(names)))
    while len(header) > fields and not header[-1]:
        header = header[:-1]
    return Layout(tuple(header), used, first_row, fields, found is not None)


def is_footer_text(text: str) -> bool:
    """Whether the first cell of a row says that it is a total or a remark rather than a reading."""
    words = (
        "total",
        "subtotal",
        "totaal",
        "totale",
        "gesamt",
        "summe",
        "sum",
        "suma",
        "somme",
        "average",
        "mean",
        "mittelwert",
        "end of",
        "fin de",
    )
    bare = text.strip().lower().lstrip("\"'* (")
    return any(bare == word or bare.startswith((f"{word} ", f"{word}:", f"{word}(")) for word in words)


def _first_data_row(rows: Sequence[Row]) -> int | None:
    """The first of the rows that look like data: a time in one column, a value in another, as many fields as the others.

    Of the columns and widths for which rows look so, the one with the most such rows counts, since a preamble holds dates too.
    """
    for is_time in (looks_like_stamp, _looks_like_number_stamp):
        times = [[place for place, cell in enumerate(row[:LOOK_ACROSS]) if is_time(cell)] for row in rows]
        groups: dict[tuple[int, int], list[int]] = {}
        for at, row in enumerate(rows):
            for place in times[at]:
                groups.setdefault((place, len(row)), []).append(at)
        if groups:
            (place, _), found = max(groups.items(), key=lambda item: _support(rows, item[0][0], item[1]))
            first = next((at for at in found if _has_value(rows[at], place)), found[0])
            while first - 1 in found:
                first -= 1
            return first
    return None


def _support(rows: Sequence[Row], place: int, found: Sequence[int]) -> tuple[int, int, int]:
    """How much speaks for the rows `found` being the data: rows with a value, all rows, and that they come early."""
    return sum(_has_value(rows[at], place) for at in found), len(found), -found[0]


def _has_value(row: Row, time_place: int) -> bool:
    """Whether a row has a number, or a word for "missing", beside its time."""
    return any(place != time_place and _is_value(tidy(cell)) for place, cell in enumerate(row[: 2 * LOOK_ACROSS]))


def _is_value(text: str) -> bool:
    if not text or (len(text) > 1 and text[0].isalpha() and text.lower() not in MISSING_WORDS):
        return False
    value, _, is_missing = read_number(text, ".")
    return value is not None or is_missing or read_number(text, ",")[0] is not None


def _looks_like_number_stamp(text: str) -> bool:
    value, unit, _ = read_number(text, ".")
    return value is not None and unit is None and any(clock.low <= value < clock.high for clock in CLOCKS)


def _header_above(rows: Sequence[Row], first_data: int) -> int | None:
    """The nearest row above the data that names columns."""
    for at in range(first_data - 1, max(-1, first_data - 6), -1):
        if _names_columns(rows[at]):
            return at
    return None


def _names_columns(row: Row) -> bool:
    filled = [tidy(cell) for cell in row if tidy(cell)]
    if len(filled) < 2 or filled[0].startswith("#"):
        return False
    numbers = sum(read_number(cell, ".")[0] is not None for cell in filled)
    return numbers <= 0.3 * len(filled) and not any(looks_like_stamp(cell) for cell in filled)


def _header_by_words(rows: Sequence[Row]) -> int | None:
    """The first row that names columns and speaks of times or energy."""
    for at, row in enumerate(rows[:50]):
        if _names_columns(row) and any(has_word(cell, TIME_WORDS) or names_energy(cell) or unit_within(cell) for cell in row):
            return at
    return None


def _header_names(rows: Sequence[Row], header_at: int | None) -> tuple[list[str], tuple[int, ...]]:
    """The column names, joined with a line of groups or units above where the lower line names no unit and no energy column."""
    if header_at is None:
        return [], ()
    lower = [tidy(cell) for cell in rows[header_at]]
    above = rows[header_at - 1] if header_at else ()
    if any(unit_within(cell) for cell in lower) and any(has_word(cell, TIME_WORDS) for cell in lower):
        return lower, (header_at,)
    if len(above) < 2 or abs(len(above) - len(lower)) > 1 or not _may_be_upper_line(above):
        return lower, (header_at,)
    upper, group = [], ""
    is_grouped = any(not tidy(cell) for cell in above[1:])
    for cell in above:
        group = tidy(cell) or (group if is_grouped else "")
        upper.append(group)
    joined = [f"{upper[at] if at < len(upper) else ''} {name}".strip() for at, name in enumerate(lower)]
    return joined, (header_at - 1, header_at)


def _may_be_upper_line(row: Row) -> bool:
    filled = [tidy(cell) for cell in row if tidy(cell)]
    is_text = all(read_number(cell, ".")[0] is None and not looks_like_stamp(cell) for cell in filled)
    return bool(filled) and is_text and any(has_word(cell, TIME_WORDS) or names_energy(cell) or unit_within(cell) for cell in filled)


def _commonest_fields(rows: Sequence[Row]) -> int:
    """How many fields most rows with more than one field have; 0 when there are none."""
    widths = Counter(len(row) for row in rows if len(row) > 1)
    return max(widths.items(), key=lambda item: (item[1], item[0]))[0] if widths else 0


def is_blank(row: Row) -> bool:
    """Whether a row has no text at all."""
    return all(not tidy(cell) for cell in row)


def is_missing(text: str) -> bool:
    """Whether a cell says that it has no value."""
    return tidy(text).lower() in MISSING_WORDS
