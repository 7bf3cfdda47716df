"""From a file's records to readings: which registers are energy, in which unit, at what times; each row gets its account."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from wattsup_core.analysis import quality
from wattsup_core.analysis.quality import Rows, row_issues
from wattsup_core.analysis.series_checks import check_order, check_series
from wattsup_core.countries import country_of_zone
from wattsup_core.errors import BadRequestError
from wattsup_core.readers.nem12.addition import RegisterRows, add_registers, reject_replaced_days
from wattsup_core.readers.nem12.gathering import gather
from wattsup_core.readers.nem12.notes import (
    refuse_unless_energy,
    refuse_unless_readings,
    tell_readings,
    tell_records,
    tell_registers,
    tell_zone,
)
from wattsup_core.readers.nem12.records import Records, Register
from wattsup_core.readers.result import FileReadings
from wattsup_core.readers.rows.assembly import MAX_LISTED, MAX_ROW_TEXT
from wattsup_core.readers.rows.frames import build_meters, rows_frame
from wattsup_core.readers.times.zones import FileZone, find_zone
from wattsup_core.readers.values.units import KWH, Unit, unit_named
from wattsup_core.types import UNITS, QualityIssue, QualityReport, ReadOptions, RejectedRow

MARKET_ZONE = "Australia/Brisbane"
"""Where clocks show the market's time all year."""


def assemble(records: Records, options: ReadOptions, issues: Sequence[QualityIssue] = ()) -> FileReadings:
    """The readings of a file's records.

    Raises
    ------
    FileRefusedError
        When there is no energy that can be trusted.
    BadRequestError
        When an option makes no sense.
    """
    zone = _zone(options)
    named = dict.fromkeys([*(register for register, _ in records.days), *(each.register for each in records.bad if each.register)])
    units = {register: unit for register in named if (unit := _unit(register, options.unit))}
    left_out = [*records.other_registers, *(register for register in named if register not in units)]
    days = [(register, day) for register, day in records.days if register in units]
    bad = [each for each in records.bad if each.register is None or each.register in units]
    refuse_unless_energy([*days, *bad], left_out)
    gathered = gather(days, bad, units)
    order = _clean(gathered.readings, options)
    kept = ~add_registers(gathered.readings)
    rows = _by_channel(gathered.readings, kept)
    series, qualities, lines, places = (
        gathered.series.take(kept),
        gathered.readings.quality[kept],
        gathered.line[kept],
        gathered.place[kept],
    )
    refuse_unless_readings(rows)
    found = [
        *issues, *tell_registers(list(units), left_out), *tell_zone(zone), *([order] if order else []), *row_issues(rows),
        *check_series(rows, may_be_negative=False), *tell_readings(rows, qualities, list(units), options.unit), *tell_records(records),
    ]  # fmt: skip
    return FileReadings(
        format_name="NEM12",
        unit=next(iter(units.values()), KWH).name,
        timezone=zone.shown,
        timezone_source=zone.source,
        date_order="YMD",
        stamp="start",
        is_register=False,
        meters=tuple(build_meters(rows, series, qualities, {})),
        report=_report(records, rows, lines, places, found),
        rows=rows_frame(rows, lines, series),
    )


def _zone(options: ReadOptions) -> FileZone:
    """Where to show the times: the setting, an Australian fallback, or where clocks show the market's time."""
    found = find_zone(options, "", "")
    if found.source == "setting" or country_of_zone(found.shown) == "AU":
        return found
    return FileZone(MARKET_ZONE, MARKET_ZONE, "default")


def _unit(register: Register, said: str | None) -> Unit | None:
    """The unit that a person said or the register names, kWh where it names none; `None` for one that is not of energy."""
    if said is not None:
        if said not in UNITS:
            raise BadRequestError(f"“{said}” is not a unit of readings.", f"Choose one of {', '.join(UNITS)}.")
        return unit_named(said)
    if not register.unit:
        return KWH
    named = unit_named(register.unit)
    return None if named is None or named.is_power else named


def _clean(readings: RegisterRows, options: ReadOptions) -> QualityIssue | None:
    """Judge every reading of every register, as those of any table; what is to be told of their order."""
    rows = readings.rows
    quality.reject_unlikely_times(rows)
    quality.reject_sentinels(rows)
    quality.reject_beyond(rows, options.max_kwh_per_interval)
    reject_replaced_days(readings)
    order = check_order(rows.series[rows.is_kept], rows.seconds[rows.is_kept])
    quality.reject_duplicates(rows)
    return order


def _by_channel(readings: RegisterRows, kept: np.ndarray) -> Rows:
    rows = readings.rows
    return Rows(readings.channel[kept], rows.seconds[kept], rows.value[kept], rows.code[kept])


def _report(records: Records, rows: Rows, lines: np.ndarray, places: np.ndarray, issues: Sequence[QualityIssue]) -> QualityReport:
    rejected = np.flatnonzero(~rows.is_stored)
    listed = tuple(
        RejectedRow(int(lines[row]), quality.RowCode(rows.code[row]).label, _text(records.cells(int(lines[row])), int(places[row])))
        for row in rejected[:MAX_LISTED].tolist()
    )
    return QualityReport(len(rows.code), len(rows.code) - len(rejected), len(rejected), tuple(issues), listed)


def _text(cells: list[str], place: int) -> str:
    """What a rejected row says: the record, or the one reading of it."""
    text = ",".join(cells) if place < 0 else f"{cells[1]}, interval {place + 1}: {cells[place + 2]}"
    return text[:MAX_ROW_TEXT]
