"""What a person sees as a table, as CSV or Excel: with the meter, range, time zone, units and filters in the file itself."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np

from wattsup_core import timegrid
from wattsup_core.analysis.tariff import told_cost, uncosted
from wattsup_core.service.downloads import COST_DECIMALS, ENERGY_DECIMALS, Cell, guard_formula, status_of
from wattsup_core.types import AnomalyEvent, Meter
from wattsup_core.view_models import SeriesView

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

CLOCK = "%Y-%m-%d %H:%M"
CLOCK_TO_SECONDS = "%Y-%m-%d %H:%M:%S"
CLOCK_LENGTH = len("2026-01-05T14:30:00")
EXCEL_NUMBER = "#,##0.00"
"""How a workbook shows numbers that are not whole; the cell holds all of their figures."""
EXCEL_CLOCK = "yyyy-mm-dd hh:mm"
WIDEST = 70.0


@dataclass(frozen=True)
class ShownTable:
    """A table and what is said of it.

    Attributes
    ----------
    title
        What it is.
    notes
        Pairs of a word and what holds: meter, range, zone, filters.
    header
        Names of the columns, with units.
    rows
        Cells; instants are local wall-clock times without a zone, which `notes` name.
    """

    title: str
    notes: tuple[tuple[str, str], ...]
    header: tuple[str, ...]
    rows: tuple[tuple[Cell | datetime, ...], ...]


def chart_table(
    series: SeriesView, notes: Sequence[tuple[str, str]], *, with_band: bool, with_average: bool, with_anomalies: bool
) -> ShownTable:
    """The points that a chart draws, with the layers that are switched on; a forecast that `series` holds goes on below in its columns.

    The hour that the clock shows twice is told apart by the column `Zone`, by which our own reader finds the same instants again.
    """
    unit = "kW" if series.unit == "kW" else "kWh a day"
    columns: list[tuple[str, Sequence[Cell]]] = [(f"Measured ({unit})", series.actual)]
    if with_band:
        columns += [(f"Usual from ({unit})", series.lower), (f"Usual to ({unit})", series.upper)]
    if with_average:
        columns.append((f"Moving average ({unit})", series.moving_average))
    if with_anomalies:
        columns.append(("Anomaly", [int(is_inside) for is_inside in series.in_event]))
    values = zip(*(column for _, column in columns), strict=True)
    names = [name for name, _ in columns]
    times = _times(series.seconds, series.timezone)
    rows: list[tuple[Cell | datetime, ...]] = [
        (*time, *cells)
        for time, measured, low, cells in zip(times, series.actual, series.lower, values, strict=True)
        if measured is not None or low is not None  # what only breaks the line is no point
    ]
    if series.ahead:
        ahead = [(f"Forecast ({unit})", series.ahead.value), (f"80 % sure from ({unit})", series.ahead.lower)]
        ahead.append((f"80 % sure to ({unit})", series.ahead.upper))
        rows = _below(rows, len(columns), _times(series.ahead.seconds, series.timezone), [column for _, column in ahead])
        names += [name for name, _ in ahead]
    return ShownTable("Usage and what was expected", tuple(notes), (f"Local time ({series.timezone})", "Zone", *names), tuple(rows))


def _times(seconds: list[int], timezone: str) -> list[tuple[datetime, str]]:
    """Epoch seconds as the local time, which a spreadsheet takes for a date, and how far it is ahead of UTC: ``"UTC+01:00"``.

    With a sign in front, a spreadsheet would take the offset for a formula.
    """
    stamps = timegrid.stamp_text(np.array(seconds, dtype=np.int64), timezone)
    return [(datetime.fromisoformat(stamp[:CLOCK_LENGTH]), f"UTC{stamp[CLOCK_LENGTH:]}") for stamp in stamps]


def _below(
    rows: list[tuple[Cell | datetime, ...]], width: int, times: Sequence[tuple[datetime, str]], columns: Sequence[Sequence[Cell]]
) -> list[tuple[Cell | datetime, ...]]:
    """`rows` of a time and `width` cells, then those of `columns` at `times`, each with empty cells where the others have theirs."""
    more = [(*time, *[None] * width, *cells) for time, *cells in zip(times, *columns, strict=True)]
    return [(*row, *[None] * len(columns)) for row in rows] + more


def events_table(meter: Meter, events: Sequence[AnomalyEvent], notes: Sequence[tuple[str, str]]) -> ShownTable:
    """Anomalies in the order given, with what a person reads of each; `End` is exclusive, times are local.

    The cost is that of the page; where it has none, a column says why.
    """
    clocks = tuple(f"{word} ({meter.timezone})" for word in ("Start", "End"))
    energies = ("Actual (kWh)", "Expected (kWh)", "Excess (kWh)", f"Cost ({meter.currency})")
    header = ("Severity (0-100)", *clocks, "Hours", *energies, "Title", "Cause", "Class", "Status", "Without cost because", "Id")
    return ShownTable("Anomalies", tuple(notes), header, tuple(_event_row(event, meter.timezone) for event in events))


def _event_row(event: AnomalyEvent, timezone: str) -> tuple[Cell | datetime, ...]:
    energies = (event.actual_kwh, event.expected_kwh, event.excess_kwh)
    return (
        event.severity,
        *(timegrid.to_wall(moment, timezone) for moment in (event.start, event.end)),
        round((event.end - event.start).total_seconds() / 3600, 2),
        *(None if value != value else round(value, ENERGY_DECIMALS) for value in energies),
        _cost(event),
        event.title,
        event.cause,
        event.event_class.value,
        status_of(event),
        uncosted(event),
        event.event_id,
    )


def _cost(event: AnomalyEvent) -> float | None:
    cost = told_cost(event)
    return None if cost is None else round(cost, COST_DECIMALS)


def as_csv(table: ShownTable) -> str:
    """The notes as lines that begin with ``#``, then the header and the rows."""
    text = io.StringIO()
    lines = csv.writer(text)
    lines.writerow([f"# {table.title}"])
    lines.writerows([f"# {word}", guard_formula(said)] for word, said in table.notes)
    lines.writerow(table.header)
    lines.writerows([_plain(cell) for cell in row] for row in table.rows)
    return text.getvalue()


def _plain(cell: Cell | datetime) -> Cell:
    if isinstance(cell, datetime):
        return cell.strftime(CLOCK_TO_SECONDS if cell.second else CLOCK)
    return guard_formula(cell) if isinstance(cell, str) else cell


def as_xlsx(table: ShownTable) -> bytes:
    """A workbook of two sheets: the table, with numbers and dates as such, and the notes."""
    from openpyxl import Workbook

    book = Workbook()
    sheet, about = book.worksheets[0], book.create_sheet("About")
    sheet.title = table.title[:31]
    for row in (table.header, *table.rows):
        sheet.append([_excel_value(cell) for cell in row])
    for note in table.notes:
        about.append([_excel_value(said) for said in note])
    _lay_out(sheet, table)
    about.column_dimensions["A"].width, about.column_dimensions["B"].width = 14.0, WIDEST
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _lay_out(sheet: Worksheet, table: ShownTable) -> None:
    """A header that stays, with filters; columns as wide as what they hold; dates to the minute, energy and money to two figures."""
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions
    for number, name in enumerate(table.header, start=1):
        sheet.cell(1, number).font = Font(bold=True)
        longest = max([len(name), *(len(str(_plain(row[number - 1]))) for row in table.rows)])
        sheet.column_dimensions[get_column_letter(number)].width = min(longest + 3.0, WIDEST)
    for place, row in enumerate(table.rows, start=2):
        for number, cell in enumerate(row, start=1):
            if isinstance(cell, datetime | float):
                sheet.cell(place, number).number_format = EXCEL_CLOCK if isinstance(cell, datetime) else EXCEL_NUMBER


def _excel_value(cell: Cell | datetime) -> Cell | datetime:
    """A cell's value; text stays text whatever it looks like, and loses what a workbook cannot hold."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    return guard_formula(ILLEGAL_CHARACTERS_RE.sub("", cell)) if isinstance(cell, str) else cell
