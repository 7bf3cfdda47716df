"""The start of each row's interval as an instant, from the columns that make up its time."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from wattsup_core.analysis.cadence import in_order, step_seconds
from wattsup_core.analysis.quality import issue
from wattsup_core.readers.columns.plan import TimeColumns
from wattsup_core.readers.table.cells import TextColumn, tidy
from wattsup_core.readers.times.date_order import DateOrder, find_order
from wattsup_core.readers.times.local_time import Instants, abbreviation_offset, standard_offset, to_instants
from wattsup_core.readers.times.numbers import number_clock, read_hours, read_number_stamps
from wattsup_core.readers.times.sides import StampSide, find_side, midnights_of_the_day_before
from wattsup_core.readers.times.stamps import NO_OFFSET, StampFields, read_stamps
from wattsup_core.readers.times.zones import FileZone, clock_change_zone, zone_of_offsets
from wattsup_core.timegrid import NO_TIME, starts_from_wall
from wattsup_core.types import IssueSeverity, QualityIssue, ReadOptions

REFERENCE_YEAR = 2024
DAY_S = 86_400


@dataclass
class WrittenTimes:
    """Times as written, arrays of shape (n,): wall-clock seconds, and the offset from UTC [s] where one is written.

    Rows that count the hours since midnight have the offset of their midnight, so that days of 23 and 25 hours come right.
    """

    wall: np.ndarray
    offset: np.ndarray
    order: DateOrder
    writes_24: bool
    unclear_words: frozenset[str] = frozenset()
    counts_hours: bool = False

    def take(self, rows: np.ndarray) -> WrittenTimes:
        """The times of some rows, by mask or place."""
        return WrittenTimes(self.wall[rows], self.offset[rows], self.order, self.writes_24, self.unclear_words, self.counts_hours)


@dataclass(frozen=True)
class RowTimes:
    """Starts of the rows' intervals [epoch s], ``NO_TIME`` where unknown, shape (n,), and how they were understood.

    `wall` is what the file writes; `skipped` marks times that the clock of the zone does not show, `twice` those it shows twice.
    """

    seconds: np.ndarray
    wall: np.ndarray
    skipped: np.ndarray
    twice: np.ndarray
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
    day_clock = _day_clock(fields, stamp, columns.get(plan.clock) if plan.clock is not None else None)

    def wall(order: str) -> np.ndarray:
        days = stamp.spread(fields.day_seconds(order))
        return np.where((days == NO_TIME) | (day_clock.seconds == NO_TIME), NO_TIME, days + day_clock.seconds)

    order = find_order(fields, wall, options.date_order, options.timezone or options.fallback_timezone)
    seconds = wall(order.reading)
    offset, unclear = _offsets(fields, stamp, seconds, zone.stamps)
    if plan.zone is not None:
        beside = columns[plan.zone]
        offset = np.where(offset == NO_OFFSET, beside.spread(read_stamps(beside.texts).offset), offset)
    if day_clock.counts_hours:
        offset = _midnight_offsets(seconds, day_clock.seconds, zone.stamps)
    words = frozenset(fields.zone_words if unclear.any() else ())
    return WrittenTimes(np.where(unclear, NO_TIME, seconds), offset, order, day_clock.writes_24, words, day_clock.counts_hours)


def _midnight_offsets(wall: np.ndarray, clock: np.ndarray, timezone: str) -> np.ndarray:
    """Offset from UTC [s] of the midnight before each row, or of where the clock leaps to if that skips it."""
    known = wall != NO_TIME
    midnight = np.where(known, wall - clock, 0)
    return np.where(known, midnight - starts_from_wall(midnight, timezone), NO_OFFSET)


def _needs_tidying(texts: np.ndarray) -> bool:
    sample = texts[:200]
    return any(tidy(text) != text for text in sample) or not all(str(text).isascii() for text in sample)


@dataclass(frozen=True)
class _DayClock:
    """Seconds of the day of each row, ``NO_TIME`` where unreadable; whether 24:00 is written, and whether hours count from midnight."""

    seconds: np.ndarray
    writes_24: bool
    counts_hours: bool = False


def _day_clock(fields: StampFields, stamp: TextColumn, clock: TextColumn | None) -> _DayClock:
    """The time of day, from the stamps or from a column of its own."""
    own = stamp.spread(fields.clock)
    if clock is None:
        return _DayClock(own, bool(fields.at_24.any()))
    hours = read_hours(clock.texts)
    if hours is not None:
        return _DayClock(clock.spread(hours[0]), writes_24=False, counts_hours=hours[1])
    beside = read_stamps(clock.texts)
    return _DayClock(clock.spread(np.where(beside.has_clock, beside.clock, NO_TIME)), bool(beside.at_24.any()))


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
    written: WrittenTimes,
    plan: TimeColumns,
    series: np.ndarray,
    options: ReadOptions,
    zone: FileZone,
    energy: np.ndarray,
    *,
    is_register: bool,
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
    side = find_side(
        wall, options.stamp, header_says_end=plan.is_end, writes_24=written.writes_24 or bool(late.any()), is_instant=is_register
    )
    has_offset = written.offset != NO_OFFSET
    step = step_seconds(in_order(wall[wall != NO_TIME])) if side.side == "end" else 0
    local = _localise(np.where(has_offset, NO_TIME, wall), series, zone.stamps, step, energy)
    seconds = np.where(has_offset & (wall != NO_TIME), wall - written.offset - step, local.instants.seconds)
    known = seconds != NO_TIME
    shown = zone
    if known.any() and (has_offset | ~known).all() and not written.counts_hours and zone.source == "default":
        guess = zone_of_offsets(seconds[known], written.offset[known])
        shown = FileZone(zone.stamps, guess, "file") if guess else zone
    issues = [
        *_told(written.order, side, shown, bool(has_offset[known].all()) and not written.counts_hours, late),
        *local.issues,
        *_zone_doubt(wall[known & ~has_offset], series[known & ~has_offset], zone),
    ]
    return RowTimes(seconds, wall, local.instants.skipped, local.instants.twice, shown, written.order.order, side.side, issues)


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
    if step and (instants.skipped.any() or instants.twice.any()):
        ends = to_instants(wall, series, timezone)
        if ends.trouble(series) < instants.trouble(series):
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


def _zone_doubt(wall: np.ndarray, series: np.ndarray, zone: FileZone) -> list[QualityIssue]:
    """A hint when times taken as UTC come twice just where a zone's clock shows them twice."""
    if zone.source != "default" or zone.stamps != "UTC" or (np.diff(wall) > 0).all():
        return []
    order = np.lexsort((wall, series))
    again = (np.diff(series[order]) == 0) & (np.diff(wall[order]) == 0)
    repeated = wall[order][1:][again]
    found = clock_change_zone(repeated)
    if found is None:
        return []
    message = f"Times come twice just where clocks are set back in zones such as {found}: choose the meter's time zone to keep both."
    return [issue("timezone_suspect", message, len(repeated))]


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
        message = f"The file names no time zone: its times were taken as {zone.stamps}."
        notes.append(issue("timezone_assumed", message, 1, severity=IssueSeverity.INFO))
    return notes
