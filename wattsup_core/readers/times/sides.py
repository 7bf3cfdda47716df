"""Whether stamps mark the start or the end of their intervals, by what the file itself shows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wattsup_core.analysis.cadence import DAY_S, HOUR_S, in_order, step_seconds
from wattsup_core.timegrid import NO_TIME


@dataclass(frozen=True)
class StampSide:
    """`side` is "start" or "end"; `sentence` says by what an end was known, "" when a person said so or nothing spoke for it."""

    side: str
    sentence: str = ""


def find_side(wall: np.ndarray, told: str | None, *, header_says_end: bool, writes_24: bool, is_instant: bool) -> StampSide:
    """Which side of its interval a stamp marks.

    A person's word comes first. A register's reading is an instant. Else the end is known by the header, by a time of 24:00, or by
    intervals shorter than an hour whose first stamp is one interval after midnight and whose last is midnight.

    Parameters
    ----------
    wall : np.ndarray
        Wall-clock seconds of the rows, ``NO_TIME`` where unknown.
    told : str, optional
        "start" or "end" as a person said.
    header_says_end, writes_24, is_instant : bool
        What the time column's name says, whether 24:00 is written, and whether the values are register readings.
    """
    if told:
        return StampSide(told)
    if is_instant:
        return StampSide("start")
    if header_says_end:
        return StampSide("end", "The times mark the end of each interval, as their column's name says; readings are labelled by the start.")
    if writes_24:
        return StampSide("end", "A time of 24:00 shows that times mark the end of each interval; readings are labelled by the start.")
    known = in_order(wall[wall != NO_TIME])
    step = step_seconds(known)
    if len(known) * step >= DAY_S and step < HOUR_S and DAY_S % step == 0 and known[0] % DAY_S == step and known[-1] % DAY_S == 0:
        message = (
            f"Days run from 00:{step // 60:02d} to midnight, so times mark the end of each interval; readings are labelled by the start."
        )
        return StampSide("end", message)
    return StampSide("start")


def midnights_of_the_day_before(wall: np.ndarray) -> np.ndarray:
    """Rows whose midnight is written with the date of the day that ends, shape (n,), bool.

    Such a file goes from 23:45 back to 00:00 of the same date and on to 00:15 of the next. It counts when four of five midnights do so.
    """
    is_late = np.zeros(len(wall), dtype=bool)
    places = np.flatnonzero(wall != NO_TIME)
    known = wall[places]
    if len(known) < 3:
        return is_late
    step = step_seconds(in_order(known))
    at_midnight = known % DAY_S == 0
    falls_back = np.concatenate([[False], np.diff(known) == step - DAY_S])
    goes_on = np.concatenate([np.diff(known) == DAY_S + step, [True]])
    late = at_midnight & falls_back & goes_on
    if step < DAY_S and late.sum() >= max(1, 0.8 * at_midnight.sum()):
        is_late[places[late]] = True
    return is_late
