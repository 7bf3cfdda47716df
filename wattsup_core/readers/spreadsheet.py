"""Excel and OpenDocument workbooks, by calamine; packed XML is checked before it is handed on."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from wattsup_core.analysis.quality import issue
from wattsup_core.errors import FileRefusedError
from wattsup_core.readers.result import FileReadings
from wattsup_core.readers.rows.assembly import assemble
from wattsup_core.readers.table.cells import Table, table_of_rows
from wattsup_core.readers.table.layout import find_layout
from wattsup_core.readers.unpacking import CHUNK_BYTES, DAMAGED_ZIP, MAX_RATIO, Payload, is_workbook
from wattsup_core.types import ReadOptions

OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MAX_XML_BYTES = 256 * 2**20
FREE_XML_BYTES = 32 * 2**20
MAX_SHEETS = 50
HEAD_ROWS = 300
_DECLARES_ENTITIES = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)


def sniff(head: bytes, name: str) -> float:  # noqa: ARG001
    """High for zips and for the compound files of old Excel; a zip that is no workbook was unpacked before."""
    return 0.95 if head.startswith((b"PK\x03\x04", OLE_MAGIC)) else 0.0


def read(payload: Payload, options: ReadOptions) -> FileReadings:
    """Read the first sheet of a workbook that holds a table of readings.

    Raises
    ------
    FileRefusedError
        When the workbook is damaged, hostile, or holds no such table.
    """
    if (
        payload.data.startswith(OLE_MAGIC)
        and b"W\x00o\x00r\x00k\x00b\x00o\x00o\x00k" not in payload.data
        and b"B\x00o\x00o\x00k" not in payload.data
    ):
        raise FileRefusedError("This is an Office document, not a workbook of readings.", "Send a CSV, Excel, JSON or Green Button file.")
    if is_workbook(payload.data):
        check_workbook(payload.data)
    tables = [(name, table) for name, rows in _sheets(payload.data) if (table := open_sheet(rows)) is not None]
    if not tables:
        raise FileRefusedError(
            "No sheet of this workbook holds a table with a column of times and one of energy.", "Send the sheet as CSV."
        )
    name, table = tables[0]
    notes = []
    if len(tables) > 1:
        others = ", ".join(f"“{other[:40]}”" for other, _ in tables[1:6])
        notes.append(issue("other_sheets", f"The sheet “{name[:40]}” was read; {others} too look like readings.", len(tables) - 1))
    return assemble(replace(table, format_name="Excel", is_typed=True), options, notes)


def check_workbook(data: bytes) -> None:
    """Refuse a workbook whose XML unpacks beyond the limits or declares entities, before a parser sees it.

    Raises
    ------
    FileRefusedError
        When it does.
    """
    total = 0
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for member in archive.infolist():
                with archive.open(member) as stream:
                    tail = b""
                    while part := stream.read(CHUNK_BYTES):
                        total += len(part)
                        if total > MAX_XML_BYTES or (total > FREE_XML_BYTES and total > MAX_RATIO * len(data)):
                            raise FileRefusedError("The workbook grows too large when it is unpacked.", "Send the sheet as CSV.")
                        if member.filename.lower().endswith((".xml", ".rels")) and _DECLARES_ENTITIES.search(tail + part):
                            raise FileRefusedError(
                                "The workbook declares XML entities, which no spreadsheet program writes: it is not read."
                            )
                        tail = part[-16:]
    except DAMAGED_ZIP as error:
        raise FileRefusedError("The workbook is damaged or encrypted.", "Save it again without a password.") from error


def open_sheet(rows: Sequence[Sequence[Any]]) -> Table | None:
    """The table on a sheet, or `None` when there is none."""
    texts = [[cell_text(cell) for cell in row] for row in rows]
    filled = [number for number, row in enumerate(texts) if any(row)]
    head = [texts[number] for number in filled[:HEAD_ROWS]]
    layout = find_layout(head)
    if layout is None or not layout.has_times or layout.width < 2:
        return None
    first = filled[layout.first_row]
    body = [number for number in filled if number >= first]
    table = table_of_rows([texts[number] for number in body], [number + 1 for number in body], layout.header)
    preamble = "\n".join(",".join(texts[number]) for number in filled[: layout.first_row])
    return replace(table, preamble=preamble)


def cell_text(cell: Any) -> str:
    """A typed cell as text: dates in ISO form, whole numbers without a point."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, dt.datetime):
        rounded = cell + dt.timedelta(microseconds=500_000)
        return rounded.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(cell, dt.date):
        return cell.isoformat()
    if isinstance(cell, dt.time):
        return cell.strftime("%H:%M:%S")
    if isinstance(cell, dt.timedelta):
        return _duration_text(cell)
    return str(cell).strip()


def _duration_text(duration: dt.timedelta) -> str:
    """A duration as a clock: Excel writes 24:00 and later as one."""
    minutes, seconds = divmod(round(duration.total_seconds()), 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{seconds:02d}"


def _sheets(data: bytes) -> list[tuple[str, list[list[Any]]]]:
    import python_calamine

    try:
        workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        names = workbook.sheet_names[:MAX_SHEETS]
        return [(name, workbook.get_sheet_by_name(name).to_python()) for name in names]
    except Exception as error:
        raise FileRefusedError("The workbook is damaged or of a kind that cannot be read.", "Save it again as .xlsx, or as CSV.") from error
