"""From a table to readings: columns, times, values and series come together, are cleaned, and each row gets its account."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from wattsup_core.analysis.quality import RowCode, Rows, row_issues
from wattsup_core.readers.columns.energy import ValueChoice
from wattsup_core.readers.columns.plan import ColumnPlan, in_unit, plan_columns
from wattsup_core.readers.columns.vocabulary import Flow
from wattsup_core.readers.result import FileReadings, MeterReadings
from wattsup_core.readers.rows.blocks import BlockRoles, find_blocks, tell_blocks
from wattsup_core.readers.rows.channel import Cleaned, clean_channel, find_register
from wattsup_core.readers.rows.frames import ESTIMATED, build_meters, covariates, row_qualities, rows_frame
from wattsup_core.readers.rows.judgements import check_units, note_estimates, note_register, refuse_unless_readings, refuse_unreadable_times
from wattsup_core.readers.rows.series import RowSeries, name_series
from wattsup_core.readers.table.cells import Table, TextColumn
from wattsup_core.readers.table.text_rows import find_text_rows
from wattsup_core.readers.times.row_times import RowTimes, WrittenTimes, place_in_time, read_written
from wattsup_core.readers.times.zones import FileZone, find_zone
from wattsup_core.readers.values.row_values import RowValues, read_values
from wattsup_core.timegrid import NO_TIME
from wattsup_core.types import Channel, QualityIssue, QualityReport, ReadOptions, RejectedRow

MAX_LISTED = 1_000
MAX_ROW_TEXT = 200
SENT_FLOWS = (Flow.EXPORT, Flow.PRODUCTION)


@dataclass(frozen=True)
class Gathered:
    """The rows of a table that may be readings, as arrays of shape (n,), before anything is judged."""

    plan: ColumnPlan
    columns: dict[int, TextColumn]
    places: np.ndarray
    shape: np.ndarray
    zone: FileZone
    written: WrittenTimes
    values: RowValues
    series: RowSeries
    notes: list[QualityIssue]


def assemble(table: Table, options: ReadOptions, issues: Sequence[QualityIssue] = ()) -> FileReadings:
    """Read a table's rows.

    Parameters
    ----------
    table : Table
        The table as text.
    options : ReadOptions
        What a person says about the file.
    issues : sequence of QualityIssue
        What was already found while opening the file.

    Raises
    ------
    FileRefusedError
        When the table holds no readings that can be trusted.
    """
    gathered = _gather(table, options)
    refuse_unreadable_times(gathered.plan, table, gathered.columns, gathered.written)
    register = find_register(gathered.values, gathered.written.wall, gathered.series.codes, gathered.plan, options)
    times = _place(gathered, options, gathered.values, is_register=register.found)
    cleaned = clean_channel(gathered.values, times, gathered.series, gathered.shape, gathered.plan, options, is_register=register.found)
    refuse_unless_readings(cleaned.rows, gathered.plan, table, gathered.values)
    qualities = row_qualities(
        len(gathered.places), gathered.columns.get(_place_of(gathered.plan.quality)), _name(table, gathered.plan.quality)
    )
    extra = covariates(gathered.plan, table, gathered.columns, cleaned.rows, is_register=register.found)
    meters = build_meters(cleaned.rows, gathered.series, qualities, extra)
    sent, sent_issues = _export_meters(gathered, table, options, times, cleaned, qualities, is_register=register.found)
    found = [
        *issues, *table.issues, *gathered.notes, *gathered.plan.issues, *times.issues, *row_issues(cleaned.rows), *cleaned.issues,
        *note_register(register, options), *check_units(cleaned, gathered.values, gathered.plan),
        *note_estimates(int((qualities[cleaned.rows.is_kept] == ESTIMATED).sum())), *sent_issues,
    ]  # fmt: skip
    return FileReadings(
        format_name=table.format_name + (", decimal comma" if gathered.values.decimal_comma else ""),
        unit=gathered.values.unit.name + (" minutes" if cleaned.are_minute_sums else ""),
        timezone=times.zone.shown,
        timezone_source=times.zone.source,
        date_order=times.date_order,
        stamp=times.side,
        is_register=register.found,
        meters=(*meters, *sent),
        report=account(cleaned.rows, table.lines[gathered.places], lambda row: table.row_text(int(gathered.places[row])), found),
        rows=rows_frame(cleaned.rows, table.lines[gathered.places], gathered.series),
    )


def _gather(table: Table, options: ReadOptions) -> Gathered:
    plan = in_unit(plan_columns(table), options.unit)
    columns = table.load(plan.places)
    zone = find_zone(options, table.header[plan.time.stamp], table.preamble)
    written = read_written(columns, plan.time, options, zone)
    unread = np.flatnonzero(written.wall == NO_TIME)
    stamp = (plan.time.stamp, columns[plan.time.stamp])
    text_rows = find_text_rows(table, unread, stamp, [columns[place] for place in plan.main.places])
    roles = _block_roles(table, plan, columns, written, text_rows.headers)
    kept = np.flatnonzero(~text_rows.mask & ~roles.left_out) if roles else np.flatnonzero(~text_rows.mask)
    if len(kept) < len(table.lines):
        columns = {place: column.take(kept) for place, column in columns.items()}
        written = written.take(kept)
    values = _values(plan.main, plan, columns, table)
    main = Channel.EXPORT if plan.main.flow in SENT_FLOWS else Channel.IMPORT
    kind = columns.get(_place_of(plan.kind))
    if roles:
        values, kind = roles.signed(values, kept), roles.kinds(kept)
    series = name_series(len(kept), columns.get(_place_of(plan.meter)), kind, main)
    notes = [*text_rows.notes, *(roles.notes if roles else [])]
    return Gathered(plan, columns, kept, table.shape[kept], zone, written, values, series, notes)


def _block_roles(
    table: Table, plan: ColumnPlan, columns: dict[int, TextColumn], written: WrittenTimes, headers: Sequence[int]
) -> BlockRoles | None:
    """What the blocks of a table hold, where it has several and no column says what a row counts."""
    if plan.kind is not None or plan.export is not None or plan.meter is not None:
        return None
    stamp, value = plan.time.stamp, plan.main.places[0]
    blocks = find_blocks(len(table.lines), headers, (table.header[stamp], columns[stamp]), (table.header[value], columns[value]))
    return tell_blocks(blocks, written.wall, _values(plan.main, plan, columns, table).total) if blocks else None


def _values(choice: ValueChoice, plan: ColumnPlan, columns: dict[int, TextColumn], table: Table) -> RowValues:
    is_settled = plan.unit_is_said or plan.unit_column is not None
    unit = plan.unit if is_settled else next((column.unit for column in choice.columns if column.unit), plan.unit)
    beside = columns.get(_place_of(plan.unit_column))
    return read_values(
        [columns[place] for place in choice.places], unit, beside, comma_separated=table.comma_separated, typed=table.is_typed
    )


def _place(gathered: Gathered, options: ReadOptions, values: RowValues, *, is_register: bool) -> RowTimes:
    codes = gathered.series.codes
    return place_in_time(gathered.written, gathered.plan.time, codes, options, gathered.zone, values.total, is_register=is_register)


def _export_meters(
    gathered: Gathered, table: Table, options: ReadOptions, times: RowTimes, main: Cleaned, qualities: np.ndarray, *, is_register: bool
) -> tuple[list[MeterReadings], list[QualityIssue]]:
    """The meters of energy sent to the grid, read from columns of their own, and a note on rows that only they lack."""
    if gathered.plan.export is None:
        return [], []
    values = _values(gathered.plan.export, gathered.plan, gathered.columns, table)
    sent = clean_channel(values, times, gathered.series, gathered.shape, gathered.plan, options, is_register=is_register, beside=main.rows)
    return build_meters(sent.rows, gathered.series, qualities, {}, Channel.EXPORT), main.lacking_beside(sent)


def account(rows: Rows, lines: np.ndarray, text_of: Callable[[int], str], issues: Sequence[QualityIssue]) -> QualityReport:
    """What became of each row; `lines` are their lines in the file, and `text_of` gives the text of one."""
    rejected = np.flatnonzero(~rows.is_stored)
    listed = tuple(
        RejectedRow(int(lines[row]), RowCode(rows.code[row]).label, text_of(row)[:MAX_ROW_TEXT]) for row in rejected[:MAX_LISTED].tolist()
    )
    return QualityReport(len(rows.code), len(rows.code) - len(rejected), len(rejected), tuple(issues), listed)


def _place_of(place: int | None) -> int:
    return -1 if place is None else place


def _name(table: Table, place: int | None) -> str:
    return "" if place is None else table.header[place]
