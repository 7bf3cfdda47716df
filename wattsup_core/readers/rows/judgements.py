"""When a table is refused as a whole, and what is said of its unit, its register and its estimates."""

from __future__ import annotations

import numpy as np

from wattsup_core.analysis.quality import RowCode, Rows, count_rows, issue
from wattsup_core.analysis.series_checks import doubtful_units
from wattsup_core.errors import FileRefusedError
from wattsup_core.readers.columns.plan import ColumnPlan
from wattsup_core.readers.rows.channel import Cleaned, RegisterFinding
from wattsup_core.readers.table.cells import Table, TextColumn, tidy
from wattsup_core.readers.times.row_times import WrittenTimes
from wattsup_core.readers.values.row_values import RowValues
from wattsup_core.timegrid import NO_TIME
from wattsup_core.types import IssueSeverity, QualityIssue, ReadOptions

READABLE = "A readable file has a column of times and a column of numbers, for example 2026-01-31 14:30 and 0.42."
ELECTRICITY = "WattsUp reads electricity meters: its prices and CO₂ are of electricity."
MAX_CONFLICT_SHARE = 0.25
ENOUGH_CONFLICTS = 3


def refuse_unreadable_times(plan: ColumnPlan, table: Table, columns: dict[int, TextColumn], written: WrittenTimes) -> None:
    """Refuse a table in which no time can be read.

    Raises
    ------
    FileRefusedError
        With an example of a time.
    """
    if (written.wall != NO_TIME).any():
        return
    if written.unclear_words:
        word = sorted(written.unclear_words)[0]
        raise FileRefusedError(f"The times carry the time zone “{word}”, which means several.", "Choose the meter's time zone.")
    texts = [tidy(str(text)) for text in columns[plan.time.stamp].texts[:50]]
    example = next((text for text in texts if text), "")
    message = f"No time in column “{table.header[plan.time.stamp]}” can be read, for example “{example[:40]}”."
    raise FileRefusedError(message, "Write times like 2026-01-31 14:30.")


def is_contradictory(conflicts: int, count: int) -> bool:
    """Whether of `count` rows so many contradict another one that they are no corrections."""
    return conflicts >= ENOUGH_CONFLICTS and conflicts > MAX_CONFLICT_SHARE * count


def refuse_unless_readings(rows: Rows, plan: ColumnPlan, table: Table, values: RowValues, hint: str = READABLE) -> None:
    """Refuse a table without a single usable reading, or whose rows contradict each other too often; `hint` says what is readable.

    Raises
    ------
    FileRefusedError
        With the commonest reason.
    """
    conflicts = int((rows.code == RowCode.CONFLICTING_DUPLICATES).sum())
    if is_contradictory(conflicts, len(rows.code)):
        message = (
            f"A time comes again with another value in {count_rows(conflicts)}: the file seems to hold several meters or registers "
            "without naming them."
        )
        raise FileRefusedError(message, "Send one meter, or add a column that names it.")
    if rows.is_kept.any():
        return
    if not len(rows.code):
        raise FileRefusedError("The file has a header but no rows of readings: it is empty.", "Export it again.")
    codes, counts = np.unique(rows.code, return_counts=True)
    reason = RowCode(int(codes[counts.argmax()]))
    name = table.header[plan.main.places[0]] or "of values"
    if reason in {RowCode.MISSING_VALUE, RowCode.BAD_NUMBER}:
        message = f"There is no usable number in column “{name}”, for example “{values.example[:40]}”: the file has no readings."
    elif reason is RowCode.REGISTER_OPENING:
        message = "One reading of a register is no energy yet: the value of a second one is needed."
    elif reason is RowCode.NOT_ELECTRICITY:
        raise FileRefusedError("This file holds no electricity: its readings are of gas, water, heat or reactive energy.", ELECTRICITY)
    else:
        message = f"The file has no usable reading: {_REASONS.get(reason, 'every row was left out')}."
    raise FileRefusedError(message, hint)


_REASONS = {
    RowCode.BAD_ROW_SHAPE: (
        "its rows have more or fewer fields than the header has columns (decimal commas in a file separated by commas do that)"
    ),
    RowCode.BAD_TIMESTAMP: "its times cannot be read",
    RowCode.OUT_OF_RANGE_TIMESTAMP: "its times lie outside the years 1990 to 2049",
    RowCode.IMPLAUSIBLE_VALUE: "its values are beyond what a meter counts",
    RowCode.UNKNOWN_INTERVAL: "one reading of power alone does not say how long it lasts",
}


def check_units(cleaned: Cleaned, values: RowValues, plan: ColumnPlan) -> list[QualityIssue]:
    """What a person should know of the unit: sums taken for means, a unit that nothing names, values that do not fit theirs."""
    name = values.unit.name
    if cleaned.are_minute_sums:
        message = (
            f"The values are named as power in {name}, but the voltage beside them shows that each row is a sum of one-minute values: "
            f"they were read as {name} minutes, divided by 60."
        )
        return [issue("unit_suspect", message, 1)]
    doubt = doubtful_units(cleaned.rows, from_power=values.unit.is_power)
    if plan.unit_is_named or values.unit_in_cells:
        return [issue("unit_suspect", f"The values in {name} {doubt}. Check the unit.", 1)] if doubt else []
    message = f"The file names no clear unit: its values were taken as {name}" + (f", but then they {doubt}." if doubt else ".")
    return [issue("unit_suspect", message, 1)]


def note_register(register: RegisterFinding, options: ReadOptions) -> list[QualityIssue]:
    """That readings of a register were differenced, unless a person said so: a warning where only the values showed it."""
    if not register.found or options.cumulative:
        return []
    severity = IssueSeverity.INFO if register.is_named else IssueSeverity.WARNING
    message = "The values are readings of a running register: the energy is the difference between them."
    return [issue("register_detected", message, 1, severity=severity)]


def note_estimates(count: int) -> list[QualityIssue]:
    """How many readings are marked as estimated."""
    if not count:
        return []
    return [
        issue(
            "estimated_reads",
            f"Kept, and shown as estimated: {count_rows(count)} that the file marks so.",
            count,
            severity=IssueSeverity.INFO,
        )
    ]
