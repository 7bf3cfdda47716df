"""Text tables: CSV with any delimiter, tab-separated values, text in columns.

Lines that look like all others are read by pandas' C parser, only the columns that are needed; each of the few others is looked
at by itself, so nothing is dropped unseen.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from functools import partial

import numpy as np
import pandas as pd

from wattsup_core.errors import FileRefusedError
from wattsup_core.readers.encoding import to_utf8
from wattsup_core.readers.lines import (
    MAX_LINE_BYTES,
    LineIndex,
    filled_lines,
    index_lines,
    is_blank_line,
    odd_records,
    parse_record,
    trimmed,
)
from wattsup_core.readers.result import FileReadings
from wattsup_core.readers.rows.assembly import assemble
from wattsup_core.readers.table.cells import RowShape, Table, TextColumn, TextColumnBuilder, merge_columns
from wattsup_core.readers.table.layout import Layout, find_layout
from wattsup_core.readers.unpacking import Payload
from wattsup_core.types import ReadOptions

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar", " ": "space"}
HEAD_LINES = 300
HEAD_BYTES = 2**18
MAX_COLUMNS = 1_000
SAMPLE_ROWS = 200
MAX_LINES = 10_000_000
CHUNK_ROWS = 2**17
MANY_ODD_LINES = 1_000
MANY_SKIPPED_LINES = 100_000


def sniff(head: bytes, name: str) -> float:  # noqa: ARG001
    """How sure it is that the file is a text table: any text may be one, so other readers come first."""
    return 0.1 if head else 0.0


def read(payload: Payload, options: ReadOptions) -> FileReadings:
    """Read a text table.

    Raises
    ------
    FileRefusedError
        When the file is no table of energy readings.
    """
    text = to_utf8(payload.data)
    if text.data.isspace():
        raise FileRefusedError("The file is empty: it has no data.", "Export it again.")
    if len(text.data) > MAX_LINE_BYTES and b"\n" not in text.data[:MAX_LINE_BYTES]:
        raise FileRefusedError("The file's first line is longer than a megabyte: this is not a table of readings.")
    delimiter, layout, head_lines = find_delimiter(text.data)
    if layout.width > MAX_COLUMNS:
        raise FileRefusedError(
            f"The table has {layout.width:,} columns; at most {MAX_COLUMNS:,} are read.", "Export one row for each reading."
        )
    if text.data.count(b"\n") > MAX_LINES:
        raise FileRefusedError(f"The file has more than {MAX_LINES // 10**6} million lines.", "Split it.")
    table = open_table(text.data, delimiter, layout, head_lines)
    return assemble(table, options, text.issues)


def find_delimiter(data: bytes) -> tuple[str, Layout, list[int]]:
    """The delimiter that makes the first lines a table, the table's layout, and the line each of its rows stands on.

    Raises
    ------
    FileRefusedError
        When none does.
    """
    lines = data[:HEAD_BYTES].decode("utf-8", "replace").split("\n")[:HEAD_LINES]
    hinted = _hinted(lines)
    best: tuple[tuple[bool, bool, int, int], str, Layout, list[int]] | None = None
    for rank, delimiter in enumerate([hinted] if hinted else DELIMITERS):
        rows, numbers = _head_rows(lines, delimiter)
        layout = find_layout(rows)
        if layout is None or layout.fields < 2:
            continue
        agreeing = sum(len(row) == layout.fields for row in rows[layout.first_row :])
        score = (layout.has_times, bool(layout.header_rows), agreeing, -rank)
        if best is None or score > best[0]:
            best = (score, delimiter, layout, numbers)
    if best is None:
        raise FileRefusedError(
            "This is not a table of meter readings: no column of times and numbers was found.",
            "Send a CSV, Excel, JSON or Green Button file.",
        )
    return best[1:]


def _hinted(lines: Sequence[str]) -> str | None:
    """The delimiter of Excel's first line ``sep=;``."""
    first = lines[0].strip().strip('"').lower() if lines else ""
    return first[4:5] or "\t" if first.startswith("sep=") else None


def _head_rows(lines: Sequence[str], delimiter: str) -> tuple[list[list[str]], list[int]]:
    """The first lines as rows with their line numbers (from 0), without comments and blank lines."""
    rows, numbers = [], []
    for number, line in enumerate(lines):
        text = line.rstrip("\r")
        if not is_skipped(text, delimiter) and not text.lower().lstrip('"').startswith("sep="):
            rows.append(parse_record(text, delimiter))
            numbers.append(number)
    return rows, numbers


def is_skipped(line: str, delimiter: str) -> bool:
    """Whether a line holds nothing to read: blank, or a comment."""
    return is_blank_line(line, delimiter) or line.lstrip().startswith(("#", "//"))


def open_table(data: bytes, delimiter: str, layout: Layout, head_lines: Sequence[int]) -> Table:
    """The table whose first row stands at `layout.first_row` of the rows on `head_lines`."""
    index = index_lines(data, delimiter)
    first_line = head_lines[layout.header_rows[-1]] + 1 if layout.header_rows else head_lines[layout.first_row]
    is_regular = (index.marks == layout.fields - 1) & (index.quotes % 2 == 0) & (np.arange(len(index)) >= first_line)
    is_regular &= index.stops - index.starts > layout.fields  # longer than its delimiters: not blank
    _set_aside_comments(index, is_regular, delimiter)
    is_odd = ~is_regular & (np.arange(len(index)) >= first_line)
    if is_odd.sum() > MANY_ODD_LINES:
        is_odd &= filled_lines(index, delimiter) | (index.quotes % 2 == 1)
    odd_lines, odd_rows, odd_shapes = _odd_rows(index, is_odd, delimiter, layout)
    regular_lines = np.flatnonzero(is_regular)
    lines = np.sort(np.concatenate([regular_lines, odd_lines]))
    shape = np.zeros(len(lines), dtype=np.int8)
    odd_places = np.searchsorted(lines, odd_lines)
    shape[odd_places] = odd_shapes
    load = partial(_load, index, delimiter, layout, is_regular, np.searchsorted(lines, regular_lines), odd_places, odd_rows)
    preamble = "\n".join(index.text(line) for line in range(min(first_line, 60)))
    return Table(
        format_name=f"CSV, {DELIMITERS.get(delimiter, delimiter)}",
        header=layout.header,
        sample=_sample(index, lines[shape == RowShape.WHOLE] if (shape == RowShape.WHOLE).any() else lines, delimiter, layout),
        lines=lines + 1,
        shape=shape,
        load=load,
        row_text=lambda row: index.text(int(lines[row])),
        preamble=preamble,
        comma_separated=delimiter == ",",
    )


def _set_aside_comments(index: LineIndex, is_regular: np.ndarray, delimiter: str) -> None:
    """Take comments out of the regular lines, in place."""
    first_letters = np.frombuffer(index.data, dtype=np.uint8)[index.starts]
    for line in np.flatnonzero(is_regular & np.isin(first_letters, [ord("#"), ord("/")])):
        if is_skipped(index.text(int(line)), delimiter):
            is_regular[line] = False


def _odd_rows(index: LineIndex, is_odd: np.ndarray, delimiter: str, layout: Layout) -> tuple[np.ndarray, list[list[str]], list[int]]:
    """The rows of lines that are not like the others: their lines, cells and shapes; blank lines and comments are none."""
    lines, rows, shapes = [], [], []
    for first, last, record in odd_records(index, is_odd, delimiter, layout.fields):
        if first == last and (index.stops[first] <= index.starts[first] or is_skipped(index.text(first)[:2_000], delimiter)):
            continue
        cells, beyond = trimmed(record, layout.width)
        lines.append(first)
        rows.append(cells)
        shapes.append(RowShape.LONG if beyond else RowShape.SHORT if len(cells) < min(layout.fields, layout.width) else RowShape.WHOLE)
    return np.array(lines, dtype=np.int64), rows, [int(shape) for shape in shapes]


def _sample(index: LineIndex, lines: np.ndarray, delimiter: str, layout: Layout) -> tuple[tuple[str, ...], ...]:
    """The first rows and as many from all over the file."""
    picked = np.concatenate([lines[:SAMPLE_ROWS], lines[SAMPLE_ROWS :: max(1, len(lines) // SAMPLE_ROWS)]])
    records = [trimmed(parse_record(index.text(int(line)), delimiter), layout.width)[0] for line in picked]
    return tuple((*record, *[""] * (layout.width - len(record))) for record in records)


def _load(
    index: LineIndex,
    delimiter: str,
    layout: Layout,
    is_regular: np.ndarray,
    regular_places: np.ndarray,
    odd_places: np.ndarray,
    odd_rows: list[list[str]],
    wanted: Sequence[int],
) -> dict[int, TextColumn]:
    """Read the wanted columns of all rows."""
    regular = _parse(index, delimiter, layout, is_regular, wanted)
    length = len(regular_places) + len(odd_places)
    columns = {}
    for place in wanted:
        odd = TextColumn.of([row[place] if place < len(row) else "" for row in odd_rows])
        column = regular.get(place) or TextColumn.of([""] * len(regular_places))
        columns[place] = merge_columns(length, [(regular_places, column), (odd_places, odd)]) if odd_rows else column
    return columns


def _parse(index: LineIndex, delimiter: str, layout: Layout, is_regular: np.ndarray, wanted: Sequence[int]) -> dict[int, TextColumn]:
    """The wanted columns of the regular lines, by the C parser."""
    places = [place for place in wanted if place < layout.fields]
    count = int(is_regular.sum())
    if not count:
        return {}
    builders = {place: TextColumnBuilder() for place in places}
    read = 0
    try:
        for chunk in _chunks(index, delimiter, layout, is_regular, places):
            read += len(chunk)
            for place, builder in builders.items():
                builder.add(chunk[place].fillna("").to_numpy(dtype=object))
    except pd.errors.ParserError:
        read = -1
    if read != count:
        return _parse_one_by_one(index, delimiter, is_regular, places)
    return {place: builder.column() for place, builder in builders.items()}


def _chunks(index: LineIndex, delimiter: str, layout: Layout, is_regular: np.ndarray, places: Sequence[int]) -> Iterator[pd.DataFrame]:
    """The regular lines as frames of text, piece by piece."""
    skipped = np.flatnonzero(~is_regular)
    data = index.data
    if len(skipped) > MANY_SKIPPED_LINES:
        kept = zip(index.starts[is_regular].tolist(), index.stops[is_regular].tolist(), strict=True)
        data, skipped = b"".join(data[start : stop + 1] for start, stop in kept), skipped[:0]
    yield from pd.read_csv(
        io.BytesIO(data),
        sep=delimiter,
        header=None,
        names=list(range(layout.fields)),
        usecols=list(places),
        dtype="object",
        na_filter=False,
        skiprows=skipped.tolist(),
        skip_blank_lines=False,
        skipinitialspace=True,
        lineterminator=_line_end(data),
        quoting=csv.QUOTE_MINIMAL if index.quotes.any() else csv.QUOTE_NONE,
        engine="c",
        chunksize=CHUNK_ROWS,
    )


def _line_end(data: bytes) -> str | None:
    """A line feed alone where carriage returns stand within cells; `None` lets the parser take both, and is quicker."""
    returns = data.count(b"\r")
    return "\n" if returns and returns != data.count(b"\r\n") else None


def _parse_one_by_one(index: LineIndex, delimiter: str, is_regular: np.ndarray, places: Sequence[int]) -> dict[int, TextColumn]:
    """The wanted columns line by line, for files whose quotation marks stand where the C parser joins lines."""
    records = [parse_record(index.text(int(line)), delimiter) for line in np.flatnonzero(is_regular)]
    return {place: TextColumn.of([record[place] if place < len(record) else "" for record in records]) for place in places}
