"""When a NEM12 file is refused as a whole, and what a person is told of its registers, times and records."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from wattsup_core.analysis.quality import SENTENCES, RowCode, Rows, count_rows, issue
from wattsup_core.analysis.series_checks import doubtful_units
from wattsup_core.errors import FileRefusedError
from wattsup_core.readers.columns.facts import told_names
from wattsup_core.readers.nem12.records import Records, Register
from wattsup_core.readers.rows.frames import ESTIMATED, SUSPECT
from wattsup_core.readers.rows.judgements import ELECTRICITY, note_estimates
from wattsup_core.readers.times.zones import FileZone
from wattsup_core.types import IssueSeverity, QualityIssue

ASK_AGAIN = "Ask the distributor or retailer for the file again."


def refuse_unless_energy(found: Sequence[object], left_out: Sequence[Register]) -> None:
    """Refuse a file without a record of energy.

    Raises
    ------
    FileRefusedError
        With the registers that it holds instead.
    """
    if found:
        return
    if left_out:
        message = f"This NEM12 file holds no energy drawn or sent: its registers are {_names(left_out)}."
        raise FileRefusedError(message, ELECTRICITY)
    raise FileRefusedError("This NEM12 file holds no interval readings: it is empty.", ASK_AGAIN)


def refuse_unless_readings(rows: Rows) -> None:
    """Refuse a file without a single usable reading.

    Raises
    ------
    FileRefusedError
        With the commonest reason.
    """
    if rows.is_kept.any():
        return
    codes, counts = np.unique(rows.code, return_counts=True)
    reason = RowCode(int(codes[counts.argmax()]))
    if reason is RowCode.BAD_ROW_SHAPE:
        message = "No day in this NEM12 file has as many values as its register has intervals a day, with a flag of quality after them."
    else:
        message = "This NEM12 file has no usable reading. " + SENTENCES[reason].format(rows=count_rows(int(counts.max())))
    raise FileRefusedError(message, ASK_AGAIN)


def tell_registers(used: Sequence[Register], left_out: Sequence[Register]) -> list[QualityIssue]:
    """Which registers became which meters."""
    notes = []
    suffixes: dict[tuple[str, bool], dict[str, None]] = {}
    for register in used:
        suffixes.setdefault((register.nmi, register.is_sent), {})[register.suffix] = None
    sums = {tuple(sorted(names)) for names in suffixes.values() if len(names) > 1}
    told = [f"The readings are the sum of the registers {told_names(names)}." for names in sorted(sums)]
    sent = [register for register in used if register.is_sent]
    if sent:
        told.append(f"Register {_names(sent)} became a meter of energy sent to the grid.")
    if told:
        notes.append(issue("extra_value_columns", " ".join(told), len(sums), severity=IssueSeverity.INFO))
    if left_out:
        message = f"Left out: {_names(left_out)}, which count no energy drawn or sent (reactive energy, power, voltage)."
        notes.append(issue("not_electricity", message, len(left_out), severity=IssueSeverity.INFO))
    return notes


def tell_zone(zone: FileZone) -> list[QualityIssue]:
    """By which clock the file was read, and where its times are shown."""
    message = "The times are those of Australia's electricity market: UTC+10 all year, without summer time."
    notes = [issue("market_time", message, 1, severity=IssueSeverity.INFO)]
    if zone.source == "default":
        message = f"The file does not say where the meter is: its times are shown by the clock of {zone.shown}."
        notes.append(issue("timezone_assumed", message, 1, severity=IssueSeverity.INFO))
    return notes


def tell_readings(rows: Rows, qualities: np.ndarray, used: Sequence[Register], said_unit: str | None) -> list[QualityIssue]:
    """Readings that are estimated or of unknown quality, and units that nobody names or that do not fit."""
    estimated, suspect = (int((qualities[rows.is_kept] == level).sum()) for level in (ESTIMATED, SUSPECT))
    notes = note_estimates(estimated)
    if suspect:
        message = f"Kept, and shown as suspect: {count_rows(suspect)} of days of mixed quality that no record settles."
        notes.append(issue("unsettled_quality", message, suspect))
    doubt = doubtful_units(rows, from_power=False)
    if said_unit is None and not all(register.unit for register in used):
        notes.append(issue("unit_suspect", "A register names no unit: its values were taken as kWh.", 1))
    if doubt:
        notes.append(issue("unit_suspect", f"The values {doubt}. Check the unit.", 1))
    return notes


def tell_records(records: Records) -> list[QualityIssue]:
    """What is wrong with the file's records beside its readings."""
    notes = []
    if records.is_cut_off:
        message = "The record that ends the file (900) is missing: the file may be cut off."
        notes.append(issue("cut_off", message, 1))
    if records.bad_qualities:
        message = f"Not read: {_count(records.bad_qualities, 'record')} of quality (400) that do not fit their day."
        notes.append(issue("unread_records", message, records.bad_qualities))
    if records.unknown:
        message = f"Skipped: {_count(records.unknown, 'line')} of no kind that NEM12 has."
        notes.append(issue("unread_records", message, records.unknown))
    return notes


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}" + ("" if number == 1 else "s")


def _names(registers: Sequence[Register]) -> str:
    return told_names(list(dict.fromkeys(register.suffix for register in registers)))
