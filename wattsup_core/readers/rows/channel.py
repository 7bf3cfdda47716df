"""The cleaning of one channel's rows: from values as written to energies with a reason for each row left out."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from wattsup_core.analysis import quality
from wattsup_core.analysis.cadence import step_seconds
from wattsup_core.analysis.quality import RowCode, Rows, count_rows, issue
from wattsup_core.analysis.registers import falls_too_often, is_register
from wattsup_core.analysis.series_checks import check_order, check_series
from wattsup_core.errors import FileRefusedError
from wattsup_core.readers.columns.plan import ColumnPlan
from wattsup_core.readers.columns.vocabulary import Flow
from wattsup_core.readers.rows.gas import rows_of_gas
from wattsup_core.readers.rows.series import RowSeries
from wattsup_core.readers.table.cells import RowShape
from wattsup_core.readers.times.row_times import RowTimes
from wattsup_core.readers.values.minute_sums import minutes_summed
from wattsup_core.readers.values.row_values import RowValues
from wattsup_core.timegrid import NO_TIME
from wattsup_core.types import IssueSeverity, QualityIssue, ReadOptions

MAX_REGISTER_KWH = 1e9
SIGNED_FLOWS = (Flow.NET, Flow.EXPORT, Flow.PRODUCTION)


@dataclass(frozen=True)
class RegisterFinding:
    """Whether values are readings of a register, and whether their column's name says so."""

    found: bool
    is_named: bool


@dataclass
class Cleaned:
    """Cleaned rows of a channel with the issues of their series; `are_minute_sums` when powers were sums of minutes."""

    rows: Rows
    issues: list[QualityIssue] = field(default_factory=list)
    are_minute_sums: bool = False

    def label(self, row: int) -> str:
        """The code of a row as reports write it."""
        return RowCode(self.rows.code[row]).label

    def lacking_beside(self, other: Cleaned) -> list[QualityIssue]:
        """A note on rows that this channel has and the `other` lacks."""
        lacking = int((self.rows.is_stored & ~other.rows.is_stored).sum())
        if not lacking:
            return []
        message = f"Left out of the meter of energy sent to the grid only: {count_rows(lacking)} without a usable value for it."
        return [issue("missing_value", message, lacking, severity=IssueSeverity.INFO)]


def find_register(values: RowValues, wall: np.ndarray, series: np.ndarray, plan: ColumnPlan, options: ReadOptions) -> RegisterFinding:
    """Whether the main channel's values are readings of a running register.

    Raises
    ------
    FileRefusedError
        When a person says they are, and they are not.
    """
    if options.cumulative is False:
        return RegisterFinding(found=False, is_named=False)
    said_so = options.cumulative is True
    known_layout = plan.dialect.is_register if plan.dialect else None
    is_named = plan.main.names_register or bool(known_layout)
    if values.unit.is_power or known_layout is False:
        if said_so and values.unit.is_power:
            raise FileRefusedError(f"The values are power in {values.unit.name}, not readings of a register.", "Leave “cumulative” off.")
        return RegisterFinding(found=False, is_named=False)
    rows = Rows(series, wall, values.total, np.where(np.isfinite(values.total) & (wall != NO_TIME), 0, 1).astype(np.int8))
    votes = fallen = count = 0
    for places in rows.by_series(rows.is_kept).values():
        seconds, first = np.unique(wall[places], return_index=True)
        readings = values.total[places][first]
        votes += len(readings) * is_register(readings, seconds, is_named)
        fallen += len(readings) * falls_too_often(readings)
        count += len(readings)
    if said_so and fallen > 0.5 * count:
        raise FileRefusedError("The values fall too often to be readings of a register.", "Leave “cumulative” off.")
    return RegisterFinding(said_so or votes > 0.5 * count, is_named or said_so)


def clean_channel(
    values: RowValues,
    times: RowTimes,
    series: RowSeries,
    shape: np.ndarray,
    plan: ColumnPlan,
    options: ReadOptions,
    *,
    is_register: bool,
    beside: Rows | None = None,
) -> Cleaned:
    """Judge every row of a channel and turn its value into energy.

    Of rows that repeat a time, those left out of the channel `beside` are left out here too, so that both keep the same row.
    """
    rows = Rows(series.codes, times.seconds.copy(), values.total.copy(), np.zeros(len(shape), dtype=np.int8))
    cleaned = Cleaned(rows)
    _reject_unreadable(rows, values, times, series, shape)
    quality.reject_sentinels(rows)
    quality.reject_beyond(rows, MAX_REGISTER_KWH if is_register or values.unit.is_power else options.max_kwh_per_interval)
    ordered = rows.is_kept & ~times.twice
    order = check_order(rows.series[ordered], rows.seconds[ordered])
    cleaned.issues += [order] if order else []
    if beside is not None:
        rows.leave_out(beside.code == RowCode.DUPLICATE_ROWS, RowCode.DUPLICATE_ROWS)
        rows.leave_out(beside.code == RowCode.CONFLICTING_DUPLICATES, RowCode.CONFLICTING_DUPLICATES)
    quality.reject_duplicates(rows)
    cleaned.issues += _settle(rows)
    if is_register:
        cleaned.issues += _difference(rows, values, options.register_digits)
    elif values.unit.is_power:
        _to_energy(cleaned, plan)
    if is_register or values.unit.is_power:
        quality.reject_beyond(rows, options.max_kwh_per_interval)
    may_be_negative = plan.main.flow in SIGNED_FLOWS or bool(rows.value.size and plan.kind is not None)
    cleaned.issues += check_series(rows, may_be_negative=may_be_negative)
    return cleaned


def _reject_unreadable(rows: Rows, values: RowValues, times: RowTimes, series: RowSeries, shape: np.ndarray) -> None:
    unread = times.seconds == NO_TIME
    rows.leave_out((shape == RowShape.LONG) | (shape == RowShape.NOT_A_ROW), RowCode.BAD_ROW_SHAPE)
    rows.leave_out(series.foreign | values.foreign | rows_of_gas(values.volume, series, times.seconds), RowCode.NOT_ELECTRICITY)
    rows.leave_out((shape == RowShape.SHORT) & (unread | values.missing), RowCode.BAD_ROW_SHAPE)
    rows.leave_out(times.skipped, RowCode.DST_NONEXISTENT)
    rows.leave_out(unread, RowCode.BAD_TIMESTAMP)
    quality.reject_unlikely_times(rows)
    rows.leave_out(values.missing, RowCode.MISSING_VALUE)
    rows.leave_out(values.bad | np.isnan(rows.value), RowCode.BAD_NUMBER)


def _settle(rows: Rows) -> list[QualityIssue]:
    moved = quality.settle_clock(rows)
    if not moved:
        return []
    return [issue("irregular_times", f"The meter's clock wanders by seconds; moved onto its regular times: {count_rows(moved)}.", moved)]


def _difference(rows: Rows, values: RowValues, digits: int | None) -> list[QualityIssue]:
    """Turn register readings into energies in place, each register of the channel by itself, and add those up."""
    rollovers = backsteps = 0
    parts = []
    for part in values.parts:
        register = Rows(rows.series, rows.seconds.copy(), part.copy(), rows.code.copy())
        wrapped, stepped = quality.registers_to_energy(register, digits)
        rollovers, backsteps = rollovers + wrapped, backsteps + stepped
        parts.append(register)
    rows.value = np.sum([part.value for part in parts], axis=0)
    rows.seconds = parts[0].seconds
    rows.code = np.max([part.code for part in parts], axis=0)
    found = []
    if rollovers:
        times = "once" if rollovers == 1 else f"{rollovers} times"
        found.append(
            issue("register_rollover", f"The register wrapped around to zero {times}; the energy across it was counted.", rollovers)
        )
    if backsteps:
        times = "once" if backsteps == 1 else f"{backsteps} times"
        found.append(
            issue("register_reset", f"The register stepped back a little {times} and recovered; that was counted as no energy.", backsteps)
        )
    return found


def _to_energy(cleaned: Cleaned, plan: ColumnPlan) -> None:
    """Turn powers into energies in place: means over their intervals, or sums of one-minute means."""
    rows = cleaned.rows
    lengths = [step_seconds(rows.seconds[places]) for places in rows.by_series(rows.is_kept).values()]
    cleaned.are_minute_sums = bool(lengths) and minutes_summed(plan.voltage, lengths[0])
    if cleaned.are_minute_sums:
        rows.value /= 60
    else:
        quality.power_to_energy(rows)
