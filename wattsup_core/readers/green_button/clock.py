"""The clock that LocalTimeParameters describe: a zone to show times in, and what speaks against times in UTC."""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from wattsup_core.analysis.cadence import DAY_S
from wattsup_core.analysis.quality import issue
from wattsup_core.readers.times.zones import FileZone, find_zone, zone_of_offsets
from wattsup_core.timegrid import datetime_from_epoch, epoch_of, shown_twice
from wattsup_core.types import IssueSeverity, QualityIssue, ReadOptions

ENOUGH_DAYS = 3
_ON_DATE, _LAST = 0, 7
_FROM_DATE = 1


@dataclass(frozen=True)
class FileClock:
    """The zone to show times in, the file's offset from UTC in winter [s] where it says one, and what to tell of both."""

    zone: FileZone
    offset_s: int | None
    issues: tuple[QualityIssue, ...] = ()


def find_clock(parameters: Sequence[Mapping[str, str]], latest: int, options: ReadOptions) -> FileClock:
    """The clock of a file whose newest reading begins at `latest` [epoch s].

    A person's zone comes first. Else a common zone is taken whose clock has the file's offsets on both sides of both changes in the year
    of the newest reading; a file without summer time fits too many zones to choose one.

    Raises
    ------
    BadRequestError
        When the person's zone is none.
    """
    zone = find_zone(options, "", "")
    offsets = {int(each["tzOffset"]) for each in parameters if re.fullmatch(r"[+-]?\d{1,5}", each.get("tzOffset", ""))}
    offset = offsets.pop() if len(offsets) == 1 else None
    if zone.source != "default":
        return FileClock(zone, offset)
    found = {_zone_of(each, latest) for each in parameters}
    named = found.pop() if len(found) == 1 else None
    if named is None:
        message = f"The file names no time zone: its times are in UTC, and are shown by the clock of {zone.shown}."
        return FileClock(zone, offset, (issue("timezone_assumed", message, 1, severity=IssueSeverity.INFO),))
    message = f"The file's clock has the offsets and clock changes of {named}: its times are shown by that clock."
    return FileClock(FileZone(named, named, "file"), offset, (issue("timezone_found", message, 1, severity=IssueSeverity.INFO),))


def _zone_of(parameters: Mapping[str, str], latest: int) -> str | None:
    """The common zone with the offsets of `parameters` round its clock changes, or `None`."""
    texts = [parameters.get(name, "") for name in ("tzOffset", "dstOffset")]
    rules = [parameters.get(name, "") for name in ("dstStartRule", "dstEndRule")]
    if not all(re.fullmatch(r"[+-]?\d{1,5}", text) for text in texts):
        return None
    winter, ahead = (int(text) for text in texts)
    year = datetime_from_epoch(latest).year
    begins, ends = (rule_wall_seconds(rule, year) for rule in rules)
    if not ahead or begins is None or ends is None:
        return None
    begin, end = begins - winter, ends - winter - ahead
    seconds = np.array([begin - 1, begin, end - 1, end], dtype=np.int64)
    return zone_of_offsets(seconds, np.array([winter, winter + ahead, winter + ahead, winter], dtype=np.int64))


def rule_wall_seconds(rule: str, year: int) -> int | None:
    """The wall-clock second since 1970 at which a rule changes the clock in a year, or `None` for a rule that names no date.

    A rule is 32 bits as hexadecimal digits, from the lowest: 12 of seconds, 5 of hours, 3 of the day of the week (Monday is 1), 5 of the
    day of the month, 3 of how both are meant, 4 of the month (ESPI's DstRuleType, as in IEEE 2030.5).
    """
    if not re.fullmatch(r"[0-9A-Fa-f]{8}", rule):
        return None
    bits = int(rule, 16)
    second, hour, weekday = bits & 0xFFF, bits >> 12 & 0x1F, bits >> 17 & 0x7
    day, how, month = bits >> 20 & 0x1F, bits >> 25 & 0x7, bits >> 28
    if not 1 <= month <= 12 or hour > 24 or (how != _ON_DATE and not weekday):
        return None
    date = _day_of_rule(year, month, day, weekday, how)
    return None if date is None else epoch_of(date + timedelta(hours=hour, seconds=second))


def _day_of_rule(year: int, month: int, day: int, weekday: int, how: int) -> datetime | None:
    length = calendar.monthrange(year, month)[1]
    if how in {_ON_DATE, _FROM_DATE} and not 1 <= day <= length:
        return None
    earliest = day if how in {_ON_DATE, _FROM_DATE} else length - 6 if how == _LAST else 1 + 7 * (how - 2)
    first = datetime(year, month, min(earliest, length), tzinfo=UTC)
    return first if how == _ON_DATE else first + timedelta(days=(weekday - first.isoweekday()) % 7)


def doubt_utc(seconds: np.ndarray, duration: np.ndarray, series: np.ndarray, clock: FileClock) -> list[QualityIssue]:
    """What shows that a file writes its wall clock where the standard asks for UTC.

    Parameters
    ----------
    seconds, duration, series
        Starts [epoch s], lengths [s] and meters of readings whose time is known, shape (n,).
    """
    days = duration == DAY_S
    if clock.offset_s and np.unique(seconds[days]).size >= ENOUGH_DAYS and not (seconds[days] % DAY_S).any():
        message = (
            f"All days begin at midnight in UTC, though the file's own clock is {clock.offset_s / 3_600:+g} hours off UTC: its times seem "
            "to be local ones. They were read as UTC; check the hours."
        )
        return [issue("timezone_suspect", message, int(days.sum()))]
    order = np.lexsort((seconds, series))
    again = (np.diff(series[order]) == 0) & (np.diff(seconds[order]) == 0)
    repeated = seconds[order][1:][again]
    if clock.zone.shown == "UTC" or not repeated.size or not shown_twice(repeated, clock.zone.shown).all():
        return []
    message = (
        f"Times come twice just where the clock of {clock.zone.shown} is set back: the file seems to write local times for UTC. They were "
        "read as UTC; check the hours."
    )
    return [issue("timezone_suspect", message, int(repeated.size))]
