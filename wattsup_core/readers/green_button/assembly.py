"""From documents to readings: what judges and cleans the rows of tables does so with the readings of each meter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from wattsup_core.analysis.quality import RowCode, Rows, row_issues
from wattsup_core.analysis.registers import falls_too_often
from wattsup_core.analysis.series_checks import check_negatives
from wattsup_core.readers.columns.energy import ValueChoice
from wattsup_core.readers.columns.facts import learn_columns
from wattsup_core.readers.columns.plan import ColumnPlan, TimeColumns
from wattsup_core.readers.columns.vocabulary import Flow
from wattsup_core.readers.green_button.clock import FileClock, doubt_utc, find_clock
from wattsup_core.readers.green_button.document import Document
from wattsup_core.readers.green_button.meanings import Use
from wattsup_core.readers.green_button.notes import note_doubted_register, note_files, turn_sent
from wattsup_core.readers.green_button.readings import Readings, gather
from wattsup_core.readers.green_button.series import Choice, choose_series
from wattsup_core.readers.result import FileReadings, MeterReadings
from wattsup_core.readers.rows.assembly import account
from wattsup_core.readers.rows.channel import RegisterFinding, clean_channel, find_register
from wattsup_core.readers.rows.frames import ESTIMATED, build_meters, rows_frame
from wattsup_core.readers.rows.judgements import check_units, note_estimates, note_register, refuse_unless_readings
from wattsup_core.readers.rows.series import RowSeries
from wattsup_core.readers.table.cells import RowShape, Table
from wattsup_core.readers.times.row_times import RowTimes
from wattsup_core.readers.values.row_values import RowValues
from wattsup_core.readers.values.units import KWH, Unit
from wattsup_core.timegrid import NO_TIME
from wattsup_core.types import Channel, QualityIssue, ReadOptions

FORMAT_NAME = "Green Button XML"
READABLE = "A readable file has an IntervalReading with a start in seconds since 1970 and a value for each interval."
LATEST_S = 2**32
_NO_ROWS = np.empty(0, dtype=np.int64)
_AS_TABLE = Table(FORMAT_NAME, ("start", "value"), (), _NO_ROWS, _NO_ROWS, lambda _: {}, str)


@dataclass(frozen=True)
class _Chosen:
    """The readings that are judged: their `places` among `readings`, shape (n,), and the series of each."""

    readings: Readings
    choice: Choice
    places: np.ndarray
    series: RowSeries
    clock: FileClock

    def of_series(self, values: Sequence[bool]) -> np.ndarray:
        """What holds for each series, for each reading, shape (n,)."""
        spread: np.ndarray = np.array(values, dtype=bool)[self.series.codes]
        return spread


@dataclass(frozen=True)
class _Part:
    """Readings that are cleaned together: those of registers, or all others."""

    at: np.ndarray
    register: RegisterFinding
    rows: Rows
    values: RowValues
    plan: ColumnPlan
    issues: list[QualityIssue]


def assemble_documents(documents: Sequence[Document], options: ReadOptions) -> FileReadings:
    """The readings of the documents of one export.

    Raises
    ------
    FileRefusedError
        When they hold no readings of electricity that can be trusted.
    """
    readings = gather(documents, options)
    chosen = _choose(documents, readings, options)
    turned = turn_sent(readings, chosen.choice.series)
    parts = _parts(chosen, options)
    rows = _merged(parts, len(chosen.places))
    refuse_unless_readings(rows, parts[0].plan, _AS_TABLE, parts[0].values, READABLE)
    qualities = readings.qualities(chosen.places)
    found = [
        *note_files(documents), *chosen.choice.issues, *turned, *chosen.clock.issues, *_doubts(chosen), *row_issues(rows),
        *(each for part in parts for each in part.issues), *note_estimates(int((qualities[rows.is_kept] == ESTIMATED).sum())),
    ]  # fmt: skip
    read = [each.meaning for each in chosen.choice.series if each.meaning.use is not Use.OTHER_SUPPLY]
    return FileReadings(
        format_name=FORMAT_NAME,
        unit=", ".join(dict.fromkeys(meaning.unit for meaning in read)),
        timezone=chosen.clock.zone.shown,
        timezone_source=chosen.clock.zone.source,
        date_order=None,
        stamp=options.stamp or "start",
        is_register=any(part.register.found for part in parts),
        meters=tuple(_with_interval(meter, chosen) for meter in build_meters(rows, chosen.series, qualities, {})),
        report=account(rows, chosen.places + 1, lambda row: readings.text(int(chosen.places[row])), found),
        rows=rows_frame(rows, chosen.places + 1, chosen.series),
    )


def _choose(documents: Sequence[Document], readings: Readings, options: ReadOptions) -> _Chosen:
    choice = choose_series(readings.by_source())
    places = np.sort(np.concatenate([series.places for series in choice.series]))
    codes = np.zeros(len(places), dtype=np.int32)
    for number, each in enumerate(choice.series):
        codes[np.searchsorted(places, each.places)] = number
    foreign = np.array([each.meaning.use is Use.OTHER_SUPPLY for each in choice.series])[codes]
    channels = tuple(each.meaning.channel for each in choice.series)
    series = RowSeries(codes, tuple(each.label for each in choice.series), channels, foreign)
    parameters = [fields for document in documents for _, fields in document.resources("LocalTimeParameters")]
    seconds = readings.seconds[places]
    latest = int(seconds[seconds < LATEST_S].max(initial=0))
    return _Chosen(readings, choice, places, series, find_clock(parameters, latest, options))


def _parts(chosen: _Chosen, options: ReadOptions) -> list[_Part]:
    registers = chosen.of_series([each.meaning.use is Use.REGISTER for each in chosen.choice.series])
    both = [(np.flatnonzero(registers == named), named) for named in (False, True)]
    others = replace(options, cumulative=bool(options.cumulative) and not registers.any())  # a running total is what the file calls one
    return [_clean(chosen, at, options if named else others, named=named) for at, named in both if at.size]


def _clean(chosen: _Chosen, at: np.ndarray, options: ReadOptions, *, named: bool) -> _Part:
    """Clean the readings `at` some of the chosen places; `named` says that the file calls them readings of a register."""
    series, places = chosen.series.take(at), chosen.places[at]
    may_be_negative = chosen.of_series([each.meaning.is_net or each.meaning.channel is Channel.EXPORT for each in chosen.choice.series])[at]
    plan = _plan(Flow.NET if may_be_negative.any() else Flow.IMPORT, names_register=named)
    values, shape = _values(chosen.readings, places, chosen.choice.series[int(series.codes[0])].meaning.unit)
    seconds, nothing = chosen.readings.seconds[places], np.zeros(len(places), dtype=bool)
    times = RowTimes(seconds, seconds, nothing, nothing, chosen.clock.zone, None, "start")
    register = find_register(values, seconds, series.codes, plan, options)
    if named and options.cumulative is None and not register.found:
        register = RegisterFinding(found=not _falls(values.total, seconds, series.codes), is_named=True)
    cleaned = clean_channel(values, times, series, shape, plan, options, is_register=register.found)
    issues = [*cleaned.issues, *note_register(register, options), *check_units(cleaned, values, plan)]
    if named and not register.found and options.cumulative is None:
        issues.append(note_doubted_register())
    if may_be_negative.any():
        kept, plain = cleaned.rows, ~may_be_negative
        below = check_negatives(Rows(kept.series[plain], kept.seconds[plain], kept.value[plain], kept.code[plain]))
        issues += [below] if below else []
    return _Part(at, register, cleaned.rows, values, plan, issues)


def _falls(kwh: np.ndarray, seconds: np.ndarray, codes: np.ndarray) -> bool:
    """Whether the values of a series fall too often to be readings of a register; few readings, which show nothing, do not."""
    known = np.isfinite(kwh) & (seconds != NO_TIME)
    by_series = Rows(codes, seconds, kwh, np.where(known, RowCode.KEPT, RowCode.BAD_NUMBER)).by_series(known)
    return any(falls_too_often(kwh[places]) for places in by_series.values())


def _values(readings: Readings, places: np.ndarray, unit: str) -> tuple[RowValues, np.ndarray]:
    """Values in kWh, and the shape of each reading: a power that does not say how long it lasts lacks a field."""
    kwh = readings.kwh[places]
    lacks_length = readings.is_power[places] & (readings.duration[places] == 0)
    nothing = np.zeros(len(kwh), dtype=bool)
    example = next(iter(readings.odd.values()), "")
    values = RowValues(
        parts=(kwh,), total=kwh, missing=readings.blank[places] | lacks_length, bad=np.isnan(kwh), foreign=nothing, volume=nothing,
        unit=Unit(unit, 1.0), unit_in_cells=False, decimal_comma=False, example=example,
    )  # fmt: skip
    return values, np.where(lacks_length, RowShape.SHORT, RowShape.WHOLE).astype(np.int8)


def _plan(flow: Flow, *, names_register: bool) -> ColumnPlan:
    """Readings as a table of starts and values whose meaning is known."""
    start, value = learn_columns(_AS_TABLE)
    main = ValueChoice((replace(value, flow=flow, names_register=names_register),))
    return ColumnPlan(
        time=TimeColumns(start.place), main=main, export=None, unit=KWH, unit_is_named=True, unit_column=None, meter=None, kind=None,
        quality=None, beside=(), voltage=None, dialect=None,
    )  # fmt: skip


def _merged(parts: Sequence[_Part], count: int) -> Rows:
    """The rows of all parts in the order of the file."""
    rows = Rows(np.zeros(count, np.int32), np.full(count, NO_TIME), np.full(count, np.nan), np.zeros(count, np.int8))
    for part in parts:
        rows.series[part.at], rows.seconds[part.at] = part.rows.series, part.rows.seconds
        rows.value[part.at], rows.code[part.at] = part.rows.value, part.rows.code
    return rows


def _doubts(chosen: _Chosen) -> list[QualityIssue]:
    seconds = chosen.readings.seconds[chosen.places]
    known = seconds != NO_TIME
    return doubt_utc(seconds[known], chosen.readings.duration[chosen.places][known], chosen.series.codes[known], chosen.clock)


def _with_interval(meter: MeterReadings, chosen: _Chosen) -> MeterReadings:
    """`meter` with the length that its one reading names: alone it does not show it."""
    if len(meter.readings) > 1:
        return meter
    code = list(zip(chosen.series.labels, chosen.series.channels, strict=True)).index((meter.label, meter.channel))
    longest_s = int(chosen.readings.duration[chosen.places][chosen.series.codes == code].max(initial=0))
    return replace(meter, interval_minutes=longest_s / 60) if longest_s else meter
