"""The lines of a text file: where each begins, how many fields it has, and which lines a quoted line break joins."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

NEWLINE, QUOTE = 10, 34
SCAN_BYTES = 2**23
SCAN_LINES = 2**16
MAX_JOINED_LINES = 20
MAX_LINE_BYTES = 2**20
_RETURN = "\ue00d"


@dataclass(frozen=True)
class LineIndex:
    """Lines of UTF-8 bytes that end with a line break; arrays of shape (lines,).

    `starts` and `stops` bound each line without its break, `marks` counts delimiters, quoted ones too, `quotes` quotation marks.
    """

    data: bytes
    starts: np.ndarray
    stops: np.ndarray
    marks: np.ndarray
    quotes: np.ndarray

    def text(self, first: int, last: int | None = None) -> str:
        """The text of a line, or of the lines `first` to `last`."""
        stop = self.stops[first if last is None else last]
        return self.data[self.starts[first] : stop].decode("utf-8", "replace").rstrip("\r")

    def __len__(self) -> int:
        return len(self.starts)


def index_lines(data: bytes, delimiter: str) -> LineIndex:
    """Index the lines of `data` for a delimiter of one character."""
    letters = np.frombuffer(data, dtype=np.uint8)
    breaks = np.concatenate(
        [np.flatnonzero(letters[at : at + SCAN_BYTES] == NEWLINE) + at for at in range(0, len(letters), SCAN_BYTES)]
        or [np.empty(0, np.int64)]
    )
    starts = np.concatenate([[0], breaks[:-1] + 1]).astype(np.int64)
    marks = _count(letters, starts, breaks, ord(delimiter))
    quotes = _count(letters, starts, breaks, QUOTE) if b'"' in data else np.zeros(len(breaks), dtype=np.int32)
    return LineIndex(data, starts, breaks, marks, quotes)


def filled_lines(index: LineIndex, delimiter: str) -> np.ndarray:
    """Which lines hold more than spaces, delimiters and quotation marks, shape (lines,), bool."""
    is_ink = np.ones(256, dtype=bool)
    is_ink[list(f' \t\r\n"{delimiter}'.encode())] = False
    return _count(np.frombuffer(index.data, dtype=np.uint8), index.starts, index.stops, is_ink) > 0


def _count(letters: np.ndarray, starts: np.ndarray, stops: np.ndarray, wanted: int | np.ndarray) -> np.ndarray:
    """How often a byte, or one of those that a table of 256 marks, stands in each line."""
    counts = np.empty(len(starts), dtype=np.int32)
    for at in range(0, len(starts), SCAN_LINES):
        some = slice(at, at + SCAN_LINES)
        begin = starts[some][0]
        text = letters[begin : stops[some][-1] + 1]
        block = wanted[text] if isinstance(wanted, np.ndarray) else text == wanted
        counts[some] = np.add.reduceat(block.view(np.int8), starts[some] - begin, dtype=np.int32)
    return counts


def parse_record(text: str, delimiter: str) -> list[str]:
    """The fields of one record; a quotation mark that is never closed counts as a character, and so does a lone carriage return."""
    line = text.replace("\r", _RETURN)
    try:
        if text.count('"') % 2:
            cells = next(csv.reader([line], delimiter=delimiter, quoting=csv.QUOTE_NONE, skipinitialspace=True), [])
        else:
            cells = next(csv.reader([line], delimiter=delimiter, skipinitialspace=True), [])
    except csv.Error:
        return [text]
    return [cell.replace(_RETURN, "\r") for cell in cells] if "\r" in text else cells


def odd_records(index: LineIndex, is_odd: np.ndarray, delimiter: str, fields: int) -> Iterator[tuple[int, int, list[str]]]:
    """Records of the lines of `is_odd`: the first and last line and the fields of each.

    Lines are joined while a quotation mark stands open, over at most 20 lines, when that gives a row of the usual number
    of fields; a stray quotation mark must not swallow the rows after it.
    """
    consumed = -1
    for line in np.flatnonzero(is_odd):
        if line <= consumed:
            continue
        last = _closing_line(index, int(line))
        record = parse_record(_bounded(index, int(line), last), delimiter)
        if last > line and len(record) != fields:
            last, record = int(line), parse_record(_bounded(index, int(line), int(line)), delimiter)
        consumed = last
        yield int(line), last, record


def _closing_line(index: LineIndex, line: int) -> int:
    open_quotes = int(index.quotes[line]) % 2
    last = line
    while open_quotes and last + 1 < len(index) and last - line < MAX_JOINED_LINES:
        last += 1
        open_quotes = (open_quotes + int(index.quotes[last])) % 2
    return line if open_quotes else last


def _bounded(index: LineIndex, first: int, last: int) -> str:
    if index.stops[last] - index.starts[first] > MAX_LINE_BYTES:
        return index.data[index.starts[first] : index.starts[first] + 200].decode("utf-8", "replace")
    return index.text(first, last)


def is_blank_line(text: str, delimiter: str) -> bool:
    """Whether a line holds nothing but spaces and delimiters."""
    return not text.replace(delimiter, "").strip(' \t\r"\u00a0')


def trimmed(record: Sequence[str], width: int) -> tuple[list[str], int]:
    """A record cut to `width` fields, and how many filled fields stood beyond."""
    return list(record[:width]), sum(bool(field.strip()) for field in record[width:])
