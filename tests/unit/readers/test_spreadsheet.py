"""Excel workbooks."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import time, timedelta

import openpyxl
import pytest

from tests.unit.readers.conftest import ReadText
from tests.unit.readers.samples import MONDAY, kwh_at, total_kwh
from wattsup_core.errors import FileRefusedError

STAMPS = [MONDAY + timedelta(minutes=30 * at) for at in range(96)]


def workbook(*sheets: Sequence[Sequence[object]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for rows in sheets:
        sheet = book.create_sheet()
        for row in rows:
            sheet.append(list(row))
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def table() -> list[list[object]]:
    return [["timestamp", "kWh"], *([stamp, kwh_at(at)] for at, stamp in enumerate(STAMPS))]


def test_typed_cells(read: ReadText) -> None:
    found = read(workbook(table()), "meter.xlsx", timezone="UTC")
    assert (found.format_name, found.report.stored, found.report.issues) == ("Excel", 96, ())
    assert found.meters[0].readings["kwh"].sum() == pytest.approx(total_kwh(96))
    assert found.meters[0].readings.index[1].isoformat() == "2024-01-08T00:30:00+00:00"
    assert found.rows["line"].iloc[0] == 2


def test_preamble_date_and_clock_columns_and_a_total(read: ReadText) -> None:
    rows = [
        ["Meter", "123"],
        [],
        ["Date", "Time", "kWh"],
        *([s.date(), s.time(), kwh_at(at)] for at, s in enumerate(STAMPS)),
        ["Total", None, 48.2],
    ]
    found = read(workbook(rows))
    assert (found.report.stored, found.report.rejected) == (96, 0)
    assert found.meters[0].readings["kwh"].sum() == pytest.approx(total_kwh(96))


def test_midnight_as_24_hours(read: ReadText) -> None:
    ends = [time((at + 1) // 4, (at + 1) % 4 * 15) if at < 95 else timedelta(days=1) for at in range(96)]
    rows = [["Date", "Time", "kWh"], *([MONDAY.date(), end, 0.25] for end in ends)]
    found = read(workbook(rows))
    assert (found.stamp, found.report.stored) == ("end", 96)


def test_sheet_with_readings_is_found(read: ReadText) -> None:
    found = read(workbook([["Notes"], ["nothing here"]], table(), table()))
    assert found.report.stored == 96
    assert "other_sheets" in {issue.code for issue in found.report.warnings}


def test_text_and_errors_in_cells(read: ReadText) -> None:
    rows = table()
    rows[3][1], rows[4][1], rows[5][1] = "#N/A", None, True
    found = read(workbook(rows))
    assert (found.report.stored, [row.code for row in found.report.rejected_rows]) == (93, ["missing_value", "missing_value", "bad_number"])


def test_entities_are_refused_before_they_are_parsed(read: ReadText) -> None:
    source = zipfile.ZipFile(io.BytesIO(workbook(table())))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name.endswith("sheet1.xml") or "/sheet" in name:
                content = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "lol">]>' + content
            target.writestr(name, content)
    with pytest.raises(FileRefusedError, match="entities"):
        read(buffer.getvalue())


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (workbook([["Notes"], ["nothing here"]]), "No sheet"),
        (workbook(table())[:3000], "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "Office document"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600 + b"W\x00o\x00r\x00k\x00b\x00o\x00o\x00k\x00", "damaged"),
    ],
)
def test_refusals_say_why(read: ReadText, data: bytes, says: str) -> None:
    with pytest.raises(FileRefusedError, match=says):
        read(data)
