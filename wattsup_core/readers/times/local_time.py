"""Wall-clock times as instants: the two passes of the hour that is shown twice, the hour that is skipped, zone abbreviations."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np

from wattsup_core.analysis.cadence import in_order, step_seconds
from wattsup_core.timegrid import NO_TIME, from_wall_seconds, shown_twice, starts_from_wall, zone_offsets

DAY_S = 86_400
_HOURS = {
    "WET": 0, "WEST": 1, "CET": 1, "CEST": 2, "MEZ": 1, "MESZ": 2, "EET": 2, "EEST": 3, "MSK": 3,
    "EST": -5, "EDT": -4, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "AKST": -9, "AKDT": -8, "HST": -10,
    "AEST": 10, "AEDT": 11, "ACST": 9.5, "ACDT": 10.5, "AWST": 8, "NZST": 12, "NZDT": 13, "JST": 9, "KST": 9, "SAST": 2,
}  # fmt: skip
"""Hours ahead of UTC of abbreviations that mean one thing; BST, IST and CST do not."""


@dataclass(frozen=True)
class Instants:
    """Instants of wall-clock times, arrays of shape (n,).

    `seconds` are epoch seconds (``NO_TIME`` where the wall clock is unknown or skipped), `skipped` the times that do not
    exist, `twice` those shown twice and `lone` those of them of which only one is in the file.
    """

    seconds: np.ndarray
    skipped: np.ndarray
    twice: np.ndarray
    lone: np.ndarray

    def trouble(self, series: np.ndarray) -> int:
        """How many times do not fit the clock: skipped, alone in an hour shown twice, or coming again."""
        order = np.lexsort((self.seconds, series))
        again = (np.diff(series[order]) == 0) & (np.diff(self.seconds[order]) == 0) & (self.seconds[order][1:] != NO_TIME)
        return int(self.skipped.sum() + self.lone.sum() + again.sum())


def is_zone(timezone: str) -> bool:
    """Whether `timezone` is the IANA name of a zone."""
    try:
        ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def to_instants(wall: np.ndarray, series: np.ndarray, timezone: str) -> Instants:
    """Instants of wall-clock times in the order of the file.

    Where the clock shows an hour twice, the first row of a series with such a time is the first pass (summer time), the second row the
    second, whether the file goes through the hour twice or writes each time twice. A time that comes once is of the pass the rows
    around it are in, of the first where the whole hour comes once; the other hour is missing then. Where rows are a day or more apart,
    a day begins in the first pass, or where the clock leaps to if it skips that time: midnight, mostly.

    Parameters
    ----------
    wall : np.ndarray
        Wall-clock seconds, ``NO_TIME`` where unknown, shape (n,).
    series : np.ndarray
        Number of the meter of each row.
    timezone : str
        IANA name.
    """
    known = wall != NO_TIME
    nothing = np.zeros(len(wall), dtype=bool)
    if timezone == "UTC":
        return Instants(wall, nothing, nothing, nothing)
    safe_wall = np.where(known, wall, 0)
    twice = known & shown_twice(safe_wall, timezone)
    second_pass, lone = _passes(wall, series, twice)
    seconds = np.where(known, from_wall_seconds(safe_wall, timezone, ~second_pass), NO_TIME)
    skipped = known & (seconds == NO_TIME)
    if (twice | skipped).any() and step_seconds(in_order(wall[known])) >= DAY_S:
        return Instants(np.where(known, starts_from_wall(safe_wall, timezone), NO_TIME), nothing, nothing, nothing)
    return Instants(seconds, skipped, twice, lone)


def _passes(wall: np.ndarray, series: np.ndarray, twice: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Which of the times shown twice belong to the second pass, and which stand alone in an hour of a single pass."""
    second_pass, lone = np.zeros(len(wall), dtype=bool), np.zeros(len(wall), dtype=bool)
    places = np.flatnonzero(twice)
    if not places.size:
        return second_pass, lone
    newest_first = _newest_first(wall[wall != NO_TIME])
    day = wall[places] // DAY_S
    for group in _groups(series[places], day):
        rows = places[group][:: -1 if newest_first else 1]
        again = _occurrence(wall[rows]) > 0
        steps_back = np.concatenate([[False], np.diff(wall[rows]) < 0])
        is_single = ~np.isin(wall[rows], wall[rows][again])
        second_pass[rows] = again | (is_single & (np.cumsum(steps_back) > 0))
        lone[rows] = not (again.any() or steps_back.any())
    return second_pass, lone


def _occurrence(wall: np.ndarray) -> np.ndarray:
    """How often each time stands before, in order."""
    order = np.argsort(wall, kind="stable")
    new = np.concatenate([[True], np.diff(wall[order]) > 0])
    place = np.arange(len(wall))
    count = np.empty(len(wall), dtype=np.int64)
    count[order] = place - np.maximum.accumulate(np.where(new, place, 0))
    return count


def _newest_first(wall: np.ndarray) -> bool:
    steps = np.diff(wall)
    return int((steps < 0).sum()) > int((steps > 0).sum())


def _groups(series: np.ndarray, day: np.ndarray) -> list[np.ndarray]:
    """Places with the same series and day, in their order."""
    order = np.lexsort((day, series))
    bounds = np.flatnonzero((np.diff(series[order]) != 0) | (np.diff(day[order]) != 0)) + 1
    return [np.sort(part) for part in np.split(order, bounds)]


def abbreviation_offset(word: str, timezone: str, year: int, words: list[str]) -> int | None:
    """Seconds ahead of UTC that a zone abbreviation means, or `None` when it could be several.

    The abbreviations of the meter's own zone come first; BST beside GMT is British.
    """
    own = zone_offsets(timezone, year)
    if word in own:
        return own[word]
    if word == "BST" and "GMT" in words:
        return 3_600
    return int(_HOURS[word] * 3_600) if word in _HOURS else None


def standard_offset(timezone: str, year: int) -> int:
    """Seconds ahead of UTC of `timezone` without summer time."""
    return min(zone_offsets(timezone, year).values())
