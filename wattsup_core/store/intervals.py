"""Where the energies that come lie among a meter's stored intervals: a clock's wander is set right, and none is counted twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import Connection

from wattsup_core.analysis.overlaps import ENOUGH_FOR_RHYTHM, LONGEST_S, SEAM_SHARE, Intervals, crowded, onto_rows, overlapping
from wattsup_core.errors import BadRequestError
from wattsup_core.store.bulk import driver_of
from wattsup_core.timegrid import SECONDS_PER_HOUR, slot_starts, to_wall_seconds

FEW = 4
RUN_REACHES = 8
"""Instants further apart than so many reaches are looked up by themselves: what is stored between them is not read."""


def interval_starts(
    connection: Connection, meter_key: int, intervals: Intervals, sent: Sequence[int], *, is_series: bool = False
) -> list[int | None]:
    """The start of the interval [epoch s] that each of the instants `sent` [epoch s] means; `None` where it means none that is free.

    Intervals begin at whole multiples of their length on the clock of the zone, and where the meter's stored rows begin. Where the
    multiples have no place of their own in an hour, as with 7 minutes or with days, they begin where the first reading does. None is
    free that lies across a stored one, or across one of `sent`. A series, strictly increasing, begins where it does if that is free.
    """
    instants = np.array(sent, dtype=np.int64)
    if not len(instants) or (len(instants) == 1 and _is_plainly_free(connection, meter_key, intervals, instants)):
        return list(sent)
    if is_series and len(instants) >= ENOUGH_FOR_RHYTHM:
        stored = _stored_near(connection, meter_key, intervals, instants)
        starts = onto_rows(stored, instants, intervals.wander_of_series_s(len(instants)))
        is_free = ~overlapping(stored, starts, intervals, intervals.whole_share, is_series=True)
        is_new = is_free & ~np.isin(starts, stored, assume_unique=True)
        is_free[is_new] = ~crowded(starts[is_new], intervals, min(SEAM_SHARE, intervals.whole_share))
    else:
        starts, is_free = _placed(connection, meter_key, intervals, instants)
    return [start if free else None for start, free in zip(starts.tolist(), is_free.tolist(), strict=True)]


def free_of_rows(connection: Connection, meter_key: int, intervals: Intervals, starts: Sequence[int]) -> list[bool]:
    """Whether no stored interval lies across those at `starts` [epoch s], strictly increasing; a row that begins there does not."""
    if len(starts) <= FEW and not any(_has_row_near(connection, meter_key, intervals, start) for start in starts):
        return [True] * len(starts)
    instants = np.array(starts, dtype=np.int64)
    stored = _stored_near(connection, meter_key, intervals, instants)
    free: list[bool] = (~overlapping(stored, instants, intervals, intervals.whole_share)).tolist()
    return free


@dataclass(frozen=True)
class FilePlaces:
    """How the rows of a file come to lie among those of the meter of this `name`.

    `is_correction` where the file is read again in place of what was stored of it: then its rows are taken wherever they lie, for
    otherwise no one of several files that were read in a wrong zone could be the first to be put right.
    """

    name: str
    intervals: Intervals
    is_correction: bool = False

    def place(self, ts: np.ndarray, stored: np.ndarray) -> tuple[np.ndarray, int]:
        """The strictly increasing instants `ts` [epoch s], shape (n,), and how many of them lie across `stored` intervals.

        Those that a clock's wander has put beside a stored row are on that row's instant. A series may begin and end within a stored
        interval, as where a meter was replaced; rows that are too few to be one may not.

        Raises
        ------
        BadRequestError
            When some lie across stored intervals, unless that is a correction.
        """
        placed = onto_rows(stored, ts, self.intervals.wander_of_series_s(len(ts)))
        share = SEAM_SHARE if len(ts) >= ENOUGH_FOR_RHYTHM else self.intervals.whole_share
        across = int(overlapping(stored, placed, self.intervals, share, is_series=True).sum())
        if across and not self.is_correction:
            raise BadRequestError(
                f"Readings of the file begin in the middle of intervals that “{self.name}” has already: beside those, they would count "
                "energy twice.",
                "If the file's times are wrong, choose its time zone; if it is another meter's, send it under another name.",
            )
        return placed, across


def _is_plainly_free(connection: Connection, meter_key: int, intervals: Intervals, instant: np.ndarray) -> bool:
    """Whether an instant begins an interval by the clock, with no other row near: so it is with thousands of meters with a row each."""
    at = int(instant[0])
    if intervals.length_s > LONGEST_S or slot_starts(instant, intervals.length_s, intervals.timezone)[0] != at:
        return False
    return not _has_row_near(connection, meter_key, intervals, at)


def _has_row_near(connection: Connection, meter_key: int, intervals: Intervals, at: int) -> bool:
    """Whether another row than that at an instant [epoch s] begins less than an interval before or after it."""
    near = (meter_key, at - intervals.length_s, at + intervals.length_s, at)
    return driver_of(connection).execute(_ROW_NEAR, near).fetchone() is not None


def _placed(connection: Connection, meter_key: int, intervals: Intervals, instants: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The starts that instants in any order mean, and whether they mean one that is free, shapes (n,)."""
    stored = _stored_near(connection, meter_key, intervals, np.unique(instants))
    if intervals.length_s > LONGEST_S:
        return instants, _are_free(stored, instants, intervals)
    wander_s = intervals.wander_s
    starts = slot_starts(instants + wander_s, intervals.length_s, intervals.timezone)
    is_meant = np.abs(instants - starts) <= wander_s
    is_clear = (instants == starts) & _are_free(stored, starts, intervals, among=False)
    if not is_clear.all():
        off_s = _off_stored_rows(connection, meter_key, intervals, instants)
        is_near_rows = np.abs(off_s) <= wander_s
        starts = np.where(is_near_rows & ~is_clear, instants - off_s, starts)
        is_meant |= is_near_rows
    is_free = is_meant.copy()
    is_free[is_meant] = _are_free(stored, starts[is_meant], intervals)
    return starts, is_free


def _are_free(stored: np.ndarray, starts: np.ndarray, intervals: Intervals, *, among: bool = True) -> np.ndarray:
    """Whether starts in any order lie across no stored interval and, `among` themselves, across no earlier one, shape (n,)."""
    distinct = np.unique(starts)
    free = distinct[~overlapping(stored, distinct, intervals, intervals.whole_share)]
    if among:
        new = free[~np.isin(free, stored, assume_unique=True)]
        free = np.setdiff1d(free, new[crowded(new, intervals, intervals.whole_share)], assume_unique=True)
    found: np.ndarray = np.isin(starts, free)
    return found


def _stored_near(connection: Connection, meter_key: int, intervals: Intervals, instants: np.ndarray) -> np.ndarray:
    """The stored rows that lie near enough to strictly increasing instants [epoch s] to matter, shape (k,)."""
    driver, reach_s = driver_of(connection), intervals.reach_s
    runs = np.split(instants, np.flatnonzero(np.diff(instants) > RUN_REACHES * reach_s) + 1)
    spans = [(meter_key, int(run[0]) - reach_s, int(run[-1]) + reach_s) for run in runs]
    return np.array([ts for span in spans for (ts,) in driver.execute(_ROWS_IN, span)], dtype=np.int64)


def _off_stored_rows(connection: Connection, meter_key: int, intervals: Intervals, instants: np.ndarray) -> np.ndarray:
    """How far the instants are from the nearest multiple of the interval after or before a stored row [s], shape (n,)."""
    interval_s = intervals.length_s
    is_of_the_hour = SECONDS_PER_HOUR % interval_s == 0
    first, last = int(instants.min()), int(instants.max())
    (row,) = driver_of(connection).execute(_ROW_BEFORE, (meter_key, last, meter_key)).fetchone()
    if row is None and is_of_the_hour:
        return np.full(len(instants), interval_s)
    anchored = np.array([*instants.tolist(), first if row is None else row])
    clock = anchored if interval_s <= SECONDS_PER_HOUR else to_wall_seconds(anchored, intervals.timezone)  # a day may have 23 hours
    begin = clock[-1]
    if not is_of_the_hour and clock[:-1].min() >= begin + interval_s - intervals.wander_s:
        begin = clock[:-1].min()  # no row is in the way: the rhythm begins anew, as after a restart
    off: np.ndarray = (clock[:-1] - begin + interval_s // 2) % interval_s - interval_s // 2
    return off


_ROWS_IN = "SELECT ts FROM readings WHERE meter_key = ? AND ts BETWEEN ? AND ? ORDER BY ts"
_ROW_NEAR = "SELECT 1 FROM readings WHERE meter_key = ? AND ts > ? AND ts < ? AND ts <> ? LIMIT 1"
_ROW_BEFORE = """
    SELECT coalesce(
        (SELECT max(ts) FROM readings WHERE meter_key = ? AND ts <= ?),
        (SELECT min(ts) FROM readings WHERE meter_key = ?)
    )
"""
