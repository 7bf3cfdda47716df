"""The start of each row's interval as an instant, from the columns that make up its time."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from wattsup_core.analysis.cadence import in_order, step_seconds
from wattsup_core.analysis.quality import issue
from wattsup_core.readers.cells import TextColumn, tidy
from wattsup_core.readers.columns import TimeColumns
from wattsup_core.readers.date_order import DateOrder, find_order
from wattsup_core.readers.interval_stamps import StampSide, find_side, midnights_of_the_day_before
from wattsup_core.readers.local_time import Instants, abbreviation_offset, standard_offset, to_instants
from wattsup_core.readers.numeric_stamps import number_clock, read_number_stamps
from wattsup_core.readers.timestamps import NO_OFFSET, StampFields, read_stamps
from wattsup_core.readers.zones import FileZone, zone_of_offsets
from wattsup_core.timegrid import NO_TIME
from wattsup_core.types import IssueSeverity, QualityIssue, ReadOptions

REFERENCE_YEAR = 2024
DAY_S = 86_400


@dataclass
class WrittenTimes:
    """Times as written, arrays of shape (n,): wall-clock seconds, and the offset from UTC [s] where one is written."""

    wall: np.ndarray
    offset: np.ndarray
    order: DateOrder
    writes_24: bool
    unclear_words: frozenset[str] = frozenset()

    def take(self, rows: np.ndarray) -> WrittenTimes:
        """The times of some rows, by mask or place."""
        return WrittenTimes(self.wall[rows], self.offset[rows], self.order, self.writes_24, self.unclear_words)


@dataclass(frozen=True)
class RowTimes:
    """Starts of the rows' intervals [epoch s], ``NO_TIME`` where unknown, shape (n,), and how they were understood.

    `wall` is what the file writes; `skipped` marks times that the clock of the zone does not show.
    """

    seconds: np.ndarray
    wall: np.ndarray
    skipped: np.ndarray
    zone: FileZone
    date_order: str | None
    side: str
    issues: list[QualityIssue] = field(default_factory=list)


def read_written(columns: dict[int, TextColumn], plan: TimeColumns, options: ReadOptions, zone: FileZone) -> WrittenTimes:
    """The times of all rows as the file writes them."""
    stamp = columns[plan.stamp]
    texts = np.array([tidy(text) for text in stamp.texts], dtype=object) if _needs_tidying(stamp.texts) else stamp.texts
    clock = number_clock(texts)
    if clock:
        seconds = stamp.spread(read_number_stamps(texts, clock))
        offset = np.full(len(seconds), NO_OFFSET if clock.is_local else 0, dtype=np.int64)
        return WrittenTimes(seconds, offset, DateOrder(None, is_told=True), writes_24=False)
    fields = read_stamps(texts)
    clock_of_row, clock_at_24 = _clock(fields, stamp, columns.get(plan.clock) if plan.clock is not None else None)

    def wall(order: str) -> np.ndarray:
        days = stamp.spread(fields.day_seconds(order))
        return np.where((days == NO_TIME) | (clock_of_row == NO_TIME), NO_TIME, days + clock_of_row)

    order = find_order(fields, wall, options.date_order, options.timezone)
    seconds = wall(order.reading)
    offset, unclear = _offsets(fields, stamp, seconds, zone.stamps)
    if plan.zone is not None:
        beside = columns[plan.zone]
        offset = np.where(offset == NO_OFFSET, beside.spread(read_stamps(beside.texts).offset), offset)
    return WrittenTimes(np.where(unclear, NO_TIME, seconds), offset, order, bool(clock_at_24.any()), frozenset(fields.zone_words if unclear.any() else ()))


def _needs_tidying(texts: np.ndarray) -> bool:
    sample = texts[:200]
    return any(tidy(text) != text for text in sample) or not all(str(text).isascii() for text in sample)


def _clock(fields: StampFields, stamp: TextColumn, clock: TextColumn | None) -> tuple[np.ndarray, np.ndarray]:
    """Seconds of the day of each row, ``NO_TIME`` where unreadable, and which rows write 24:00."""
    own = stamp.spread(fields.clock)
    if clock is None:
        return own, stamp.spread(fields.at_24)
    beside = read_stamps(clock.texts)
    seconds = clock.spread(np.where(beside.has_clock, beside.clock, NO_TIME))
    return np.where((seconds != NO_TIME) & (own < DAY_S), seconds, NO_TIME), clock.spread(beside.at_24)


def _offsets(fields: StampFields, stamp: TextColumn, wall: np.ndarray, timezone: str) -> tuple[np.ndarray, np.ndarray]:
    """Offsets [s] that the stamps carry as numbers or abbreviations, and rows whose abbreviation could mean several."""
    offset = fields.offset.copy()
    unclear = np.zeros(len(offset), dtype=bool)
    known = wall[wall != NO_TIME]
    year = int(1970 + np.median(known) // (365.2425 * DAY_S)) if known.size else REFERENCE_YEAR
    words = [*fields.zone_words, *(["GMT"] if (fields.offset == 0).any() else [])]
    for place, word in enumerate(fields.zone_words):
        seconds = abbreviation_offset(word, timezone, year, words)
        at = fields.zone == place
        unclear |= at & (seconds is None)
        offset[at] = NO_OFFSET if seconds is None else seconds
    return stamp.spread(offset), stamp.spread(unclear)


def place_in_time(
    written: WrittenTimes, plan: TimeColumns, series: np.ndarray, options: ReadOptions, zone: FileZone, energy: np.ndarray, *, is_register: bool
) -> RowTimes:
    """The instants at which the rows' intervals start.

    Parameters
    ----------
    written : WrittenTimes
        Times as the file writes them.
    plan : TimeColumns
        Their columns.
    series : np.ndarray
        Number of the meter of each row.
    options : ReadOptions
        What a person said.
    zone : FileZone
        The zone of stamps without an offset.
    energy : np.ndarray
        Values, NaN where there is none; energy in a skipped hour shows a clock without summer time.
    is_register : bool
        Whether values are readings of a register.
    """
    late = midnights_of_the_day_before(written.wall)
    wall = np.where(late, written.wall + DAY_S, written.wall)
    side = find_side(wall, options.stamp, header_says_end=plan.is_end, writes_24=written.writes_24 or bool(late.any()), is_instant=is_register)
    has_offset = written.offset != NO_OFFSET
    step = step_seconds(in_order(wall[wall != NO_TIME])) if side.side == "end" else 0
    local = _localise(np.where(has_offset, NO_TIME, wall), series, zone.stamps, step, energy)
    seconds = np.where(has_offset & (wall != NO_TIME), wall - written.offset - step, local.instants.seconds)
    known = seconds != NO_TIME
    shown = zone
    if known.any() and (has_offset | ~known).all() and zone.source == "default":
        guess = zone_of_offsets(seconds[known], written.offset[known])
        shown = FileZone(zone.stamps, guess, "file") if guess else zone
    issues = [*_told(written.order, side, shown, has_offset[known].all(), late), *local.issues]
    return RowTimes(seconds, wall, local.instants.skipped, shown, written.order.order, side.side, issues)


@dataclass(frozen=True)
class _Local:
    instants: Instants
    issues: list[QualityIssue]


def _localise(wall: np.ndarray, series: np.ndarray, timezone: str, step: int, energy: np.ndarray) -> _Local:
    """Instants of starts of intervals from wall-clock stamps, `step` seconds after them when they mark ends.

    An end is moved back on the wall clock or after conversion, whichever fits the file's clock changes.
    """
    moved = np.where(wall == NO_TIME, NO_TIME, wall - step)
    instants = to_instants(moved, series, timezone)
    if step and instants.trouble:
        ends = to_instants(wall, series, timezone)
        if ends.trouble < instants.trouble:
            starts = np.where(ends.seconds == NO_TIME, NO_TIME, ends.seconds - step)
            instants = Instants(starts, ends.skipped, ends.twice, ends.lone)
    if _keeps_standard_time(instants, energy):
        return _standard_time(moved, timezone, int(instants.skipped.sum()))
    return _Local(instants, _clock_changes(instants))


def _keeps_standard_time(instants: Instants, energy: np.ndarray) -> bool:
    """Whether the skipped hour holds energy and no hour comes twice: a clock without summer time."""
    skipped = energy[instants.skipped]
    used = np.nan_to_num(skipped) != 0
    return bool(used.any()) and used.mean() >= 0.5 and bool((instants.lone == instants.twice).all())


def _standard_time(wall: np.ndarray, timezone: str, count: int) -> _Local:
    year = int(1970 + np.median(wall[wall != NO_TIME]) // (365.2425 * DAY_S))
    offset = standard_offset(timezone, year)
    seconds = np.where(wall == NO_TIME, NO_TIME, wall - offset)
    nothing = np.zeros(len(wall), dtype=bool)
    message = (
        f"The hour that {timezone} skips in spring holds energy and no hour comes twice in autumn: the times were read as standard time "
        f"(UTC{offset / 3600:+g}) all year."
    )
    return _Local(Instants(seconds, nothing, nothing, nothing), [issue("dst_nonexistent", message, count)])


def _clock_changes(instants: Instants) -> list[QualityIssue]:
    issues = []
    lone, twice = int(instants.lone.sum()), int(instants.twice.sum())
    if lone:
        message = (
            f"An hour that the clock shows twice when summer time ends is in the file once: {lone} "
            f"row{'' if lone == 1 else 's'} taken as the first pass, the second is missing."
        )
        issues.append(issue("dst_ambiguous", message, lone, seconds=instants.seconds[instants.lone]))
    if twice > lone:
        message = "The hour that the clock shows twice when summer time ends was kept twice, in the order of the file."
        passes = instants.seconds[instants.twice & ~instants.lone]
        issues.append(issue("dst_ambiguous", message, twice - lone, severity=IssueSeverity.INFO, seconds=passes))
    return issues


def _told(order: DateOrder, side: StampSide, zone: FileZone, all_offsets: bool, late: np.ndarray) -> list[QualityIssue]:
    notes = []
    if order.sentence:
        severity = IssueSeverity.INFO if order.is_told else IssueSeverity.WARNING
        notes.append(issue("date_order_inferred", order.sentence, 1, severity=severity))
    if late.any():
        message = "Midnight is written with the date of the day that ends; it was read as 24:00."
        notes.append(issue("midnight_of_day", message, int(late.sum()), severity=IssueSeverity.INFO))
    if side.sentence:
        notes.append(issue("end_stamps", side.sentence, 1, severity=IssueSeverity.INFO))
    if zone.source == "default" and not all_offsets:
        message = "The file names no time zone: its times were taken as UTC."
        notes.append(issue("timezone_assumed", message, 1, severity=IssueSeverity.INFO))
    return notes
