"""What is seen as a table, as CSV and Excel."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from openpyxl import load_workbook

from tests.factories import START, make_event, make_meter
from wattsup_core.service.shown_table import ShownTable, as_csv, as_xlsx, chart_table, events_table
from wattsup_core.timegrid import epoch_of
from wattsup_core.view_models import Resolution, SeriesView

NOTES = [("Meter", "Home"), ("Time zone", "Europe/London, local time")]
EVENTS = [make_event("e-1"), make_event("e-2", cost=None, title='=HYPERLINK("x")', cause="@sum\x00\x07")]
MIDNIGHT = START.replace(tzinfo=None)
GMT = "UTC+00:00"
HALF = timedelta(minutes=30)
TABLE = events_table(make_meter(currency="EUR"), EVENTS, NOTES)


def series() -> SeriesView:
    x = ["2026-01-05T00:00:00", "2026-01-05T00:30:00", "2026-01-05T00:30:00", "2026-01-05T01:00:00"]
    seconds = [epoch_of(START) + 1800 * step for step in (0, 1, 1, 2)]
    values = [0.2, None, None, 0.4]
    return SeriesView(
        START, START, "Europe/London", Resolution.RAW, "kW", x, seconds, [False, True, False, False],
        [0.2, 1.5, None, None], values, values, values, values,
        ["2026-01-05T00:30:00"], [1.5], (), 3, 3,
    )  # fmt: skip


def test_the_points_of_a_chart_without_its_breaks() -> None:
    table = chart_table(series(), NOTES, with_band=True, with_average=False, with_anomalies=True)
    assert table.header == ("Local time (Europe/London)", "Zone", "Measured (kW)", "Usual from (kW)", "Usual to (kW)", "Anomaly")
    assert table.rows == (
        (MIDNIGHT, GMT, 0.2, 0.2, 0.2, 0),
        (MIDNIGHT + HALF, GMT, 1.5, None, None, 1),
        (MIDNIGHT + 2 * HALF, GMT, None, 0.4, 0.4, 0),
    )


def test_a_layer_that_is_off_is_not_in_the_file() -> None:
    table = chart_table(series(), NOTES, with_band=False, with_average=False, with_anomalies=False)
    assert table.header == ("Local time (Europe/London)", "Zone", "Measured (kW)")
    assert [len(row) for row in table.rows] == [3, 3, 3]


def test_the_csv_says_what_it_holds() -> None:
    rows = list(csv.reader(io.StringIO(as_csv(TABLE))))
    assert rows[:3] == [["# Anomalies"], ["# Meter", "Home"], ["# Time zone", "Europe/London, local time"]]
    assert rows[3][:4] == ["Severity (0-100)", "Start (Europe/London)", "End (Europe/London)", "Hours"]
    assert "Cost (EUR)" in rows[3]
    assert rows[4][:8] == ["71", "2026-01-05 00:00", "2026-01-05 02:00", "2.0", "5.0", "2.0", "3.0", "0.84"]


def test_excel_gets_numbers_dates_and_text() -> None:
    book = load_workbook(io.BytesIO(as_xlsx(TABLE)))
    assert book.sheetnames == ["Anomalies", "About"]
    first = [cell.value for cell in book["Anomalies"][2]]
    assert first[:8] == [71, MIDNIGHT, MIDNIGHT + 4 * HALF, 2, 5, 2, 3, 0.84]
    assert [cell.number_format for cell in book["Anomalies"][2]][:9] == [
        "General",
        *["yyyy-mm-dd hh:mm"] * 2,
        *["#,##0.00"] * 5,
        "General",
    ]
    assert [[cell.value for cell in row] for row in book["About"].rows] == [list(note) for note in NOTES]


def test_no_cell_is_a_formula_and_none_breaks_the_book() -> None:
    row = list(csv.reader(io.StringIO(as_csv(TABLE))))[5]
    assert row[8:10] == ['\'=HYPERLINK("x")', "'@sum\x00\x07"]
    cells = load_workbook(io.BytesIO(as_xlsx(TABLE)))["Anomalies"][3]
    assert [cell.value for cell in cells[7:10]] == [None, '\'=HYPERLINK("x")', "'@sum"]
    assert {cell.data_type for cell in cells} <= {"n", "d", "s"}


@pytest.mark.parametrize("write", [as_csv, as_xlsx])
def test_a_table_without_rows_is_a_header(write: object) -> None:
    assert write(ShownTable("Anomalies", (), ("A", "B"), ()))  # type: ignore[operator]
