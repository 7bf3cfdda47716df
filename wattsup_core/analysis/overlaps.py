"""Energies whose intervals lie across those of others of the same meter: stored beside each other they would count energy twice."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wattsup_core.analysis.cadence import MAX_WANDER_S, MAX_WANDER_SHARE
from wattsup_core.timegrid import QUARTER_HOUR_S, SECONDS_PER_HOUR, to_wall_seconds

WANDER_SHARE = 0.1
MOST_WANDER_S = 60
"""A time must be nearer to the start of an interval than this and than its share of the interval."""
LONGEST_S = 86_400
"""Longer intervals follow the calendar: months differ in length."""
CALENDAR_SHARE = 0.75
SEAM_SHARE = 0.6
"""Rows with a rhythm of their own may begin so early in the last interval before them; a row within a run of others never may."""
LONGER_SHARE = 1.1
"""A row lasts until the next one, where that comes no later than this share of the meter's interval."""
ENOUGH_FOR_RHYTHM = 3


@dataclass(frozen=True)
class Intervals:
    """The intervals of a meter: their length [s], and the zone whose clock those longer than an hour follow."""

    length_s: int
    timezone: str

    @property
    def wander_s(self) -> int:
        """How far a clock may be off the start of an interval [s]."""
        return 0 if self.length_s > LONGEST_S else max(min(int(WANDER_SHARE * self.length_s), MOST_WANDER_S) - 1, 0)

    def wander_of_series_s(self, rows: int) -> int:
        """How far the clock of a series of `rows` may be off the rows it repeats [s]: as far as it is set right within a file."""
        is_series = rows >= ENOUGH_FOR_RHYTHM and self.length_s <= LONGEST_S
        return int(min(MAX_WANDER_SHARE * self.length_s, MAX_WANDER_S)) if is_series else self.wander_s

    @property
    def reach_s(self) -> int:
        """How far from an instant the rows lie that say whether its interval is free [s]."""
        return int(2 * LONGER_SHARE * self.length_s) + SECONDS_PER_HOUR

    @property
    def whole_share(self) -> float:
        """The least distance of two rows as a share of an interval."""
        return CALENDAR_SHARE if self.length_s > LONGEST_S else 1 - self.wander_s / self.length_s

    def distance_s(self, earlier: np.ndarray, later: np.ndarray) -> np.ndarray:
        """How far instants [epoch s] are apart [s], shape (n,): by the clock on the wall where a day of 23 hours makes that further.

        An interval whose beginning the clock leaps over is as long as if it had begun by that clock.
        """
        apart: np.ndarray = later - earlier
        if QUARTER_HOUR_S % self.length_s == 0:
            return apart
        came, left, reached = np.split(to_wall_seconds(np.concatenate([earlier - 1, earlier, later]), self.timezone), 3)
        leap_between = reached - left - apart
        leap_before = np.clip(left - came - 1, 0, left % self.length_s)
        is_within = (leap_between > 0) & ((leap_between < self.length_s) | (self.length_s > SECONDS_PER_HOUR))
        longer: np.ndarray = apart + leap_before + np.where(is_within, leap_between, 0)
        return longer


def overlapping(stored: np.ndarray, sent: np.ndarray, intervals: Intervals, least_share: float, *, is_series: bool = False) -> np.ndarray:
    """Where the interval of a sent energy lies across a stored one, shape (n,); one at the very instant of a stored row takes its place.

    Parameters
    ----------
    stored, sent : np.ndarray
        Starts of intervals [epoch s], strictly increasing, shapes (k,) and (n,). `stored` holds those within `intervals.reach_s`.
    least_share : float
        The least distance of two rows as a share of the earlier one's interval.
    is_series : bool
        Whether `sent` is a series by itself, which is right about the rows that it repeats: its other rows are not held against those.
    """
    if not len(stored) or not len(sent):
        return np.zeros(len(sent), dtype=bool)
    after = np.searchsorted(stored, sent)
    is_held = stored[np.minimum(after, len(stored) - 1)] == sent
    is_other = ~np.isin(stored, sent[is_held], assume_unique=True) if is_series else np.ones(len(stored), dtype=bool)
    before = np.maximum(after - 1, 0)
    close_after = _are_close(stored[before], sent, _lengths(stored, intervals)[before], intervals, least_share)
    after = np.minimum(after, len(stored) - 1)
    lengths = _lengths(sent, intervals) if is_series else np.full(len(sent), intervals.length_s)
    close_before = _are_close(sent, stored[after], lengths, intervals, least_share)
    found: np.ndarray = ~is_held & ((close_after & is_other[before]) | (close_before & is_other[after]))
    return found


def crowded(sent: np.ndarray, intervals: Intervals, least_share: float) -> np.ndarray:
    """Where strictly increasing instants [epoch s] lie within the interval of an earlier one that does not itself, shape (n,)."""
    need_s = least_share * intervals.length_s
    found = np.zeros(len(sent), dtype=bool)
    if len(sent) < 2 or (intervals.distance_s(sent[:-1], sent[1:]) >= need_s).all():
        return found
    last = 0
    for place in range(1, len(sent)):
        if intervals.distance_s(sent[last : last + 1], sent[place : place + 1])[0] < need_s:
            found[place] = True
        else:
            last = place
    return found


def onto_rows(stored: np.ndarray, sent: np.ndarray, most_s: int) -> np.ndarray:
    """The instants `sent` of a file [epoch s], shape (n,), with those at most `most_s` beside a stored row on that row's.

    Both are strictly increasing, and so is the result: where two would come to one row, or a row is sent itself, they stay.
    """
    if not len(stored) or not len(sent):
        return sent
    after = np.minimum(np.searchsorted(stored, sent), len(stored) - 1)
    before = np.maximum(after - 1, 0)
    nearest = np.where(np.abs(stored[after] - sent) <= np.abs(sent - stored[before]), stored[after], stored[before])
    is_off = (nearest != sent) & (np.abs(nearest - sent) <= most_s)
    if not is_off.any():
        return sent
    moved = np.where(is_off, nearest, sent)
    is_alone = np.concatenate([[True], np.diff(moved) > 0]) & np.concatenate([np.diff(moved) > 0, [True]])
    return np.where(is_alone, moved, sent)


def _are_close(earlier: np.ndarray, later: np.ndarray, lengths_s: np.ndarray, intervals: Intervals, least_share: float) -> np.ndarray:
    found: np.ndarray = (later > earlier) & (later - earlier < least_share * lengths_s)
    if found.any():
        found[found] = intervals.distance_s(earlier[found], later[found]) < least_share * lengths_s[found]
    return found


def _lengths(seconds: np.ndarray, intervals: Intervals) -> np.ndarray:
    """How long the interval is that starts at each of strictly increasing instants [s], shape (n,).

    Up to the next one where that follows without a gap; else the meter's, or the one before where a meter has changed to shorter ones.
    """
    steps = np.diff(seconds)
    to_next = np.append(steps, np.iinfo(np.int64).max)
    usual = np.concatenate([[intervals.length_s], np.where(steps < intervals.whole_share * intervals.length_s, steps, intervals.length_s)])
    return np.where(to_next <= LONGER_SHARE * intervals.length_s, to_next, usual)
