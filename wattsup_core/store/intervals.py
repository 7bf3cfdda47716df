"""Which interval of its meter an energy that was sent belongs to: one whose time is off by a clock's wander, or none."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from sqlalchemy import Connection

from wattsup_core.store.bulk import driver_of
from wattsup_core.timegrid import SECONDS_PER_HOUR, slot_starts, to_wall_seconds

WANDER_SHARE = 0.1
MOST_WANDER_S = 60
"""A time must be nearer to the start of an interval than this and than its share of the interval."""
LONGEST_S = 86_400
"""Longer intervals follow the calendar: months differ in length."""


def interval_starts(connection: Connection, meter_key: int, interval_s: int, timezone: str, sent: Sequence[int]) -> list[int | None]:
    """The start of the interval [epoch s] that each of the instants `sent` [epoch s] means; `None` where it means none.

    Intervals begin at whole multiples of `interval_s` on the clock of `timezone`, and where the meter's stored rows begin. Where the
    multiples have no place of their own in an hour, as with 7 minutes or with days, they begin where the first reading does.
    """
    instants = np.array(sent, dtype=np.int64)
    if interval_s > LONGEST_S or not len(instants):
        return list(sent)
    wander_s = max(min(int(WANDER_SHARE * interval_s), MOST_WANDER_S) - 1, 0)
    on_clock = slot_starts(instants + wander_s, interval_s, timezone)
    is_near_clock = np.abs(instants - on_clock) <= wander_s
    if (instants == on_clock).all():
        return list(sent)
    off_s = _off_stored_rows(connection, meter_key, interval_s, timezone, instants, wander_s)
    is_near_rows = np.abs(off_s) <= wander_s
    starts = np.where(instants == on_clock, instants, np.where(is_near_rows, instants - off_s, on_clock))
    is_meant = is_near_rows | is_near_clock
    return [start if meant else None for start, meant in zip(starts.tolist(), is_meant.tolist(), strict=True)]


def _off_stored_rows(
    connection: Connection, meter_key: int, interval_s: int, timezone: str, instants: np.ndarray, wander_s: int
) -> np.ndarray:
    """How far the instants are from the nearest multiple of the interval after or before a stored row [s], shape (n,)."""
    is_of_the_hour = SECONDS_PER_HOUR % interval_s == 0
    first, last = int(instants.min()), int(instants.max())
    (row,) = driver_of(connection).execute(_ROW_BEFORE, (meter_key, last, meter_key)).fetchone()
    if row is None and is_of_the_hour:
        return np.full(len(instants), interval_s)
    anchored = np.array([*instants.tolist(), first if row is None else row])
    clock = anchored if interval_s <= SECONDS_PER_HOUR else to_wall_seconds(anchored, timezone)  # a day may have 23 hours
    begin = clock[-1]
    if not is_of_the_hour and clock[:-1].min() >= begin + interval_s - wander_s:
        begin = clock[:-1].min()  # no row is in the way: the rhythm begins anew, as after a restart
    off: np.ndarray = (clock[:-1] - begin + interval_s // 2) % interval_s - interval_s // 2
    return off


_ROW_BEFORE = """
    SELECT coalesce(
        (SELECT max(ts) FROM readings WHERE meter_key = ? AND ts <= ?),
        (SELECT min(ts) FROM readings WHERE meter_key = ?)
    )
"""
