"""The simulated time: one row a minute in UTC, and what the wall clock and the sun show at it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np

from wattsup_core.simulate.randomness import FloatArray, IntArray
from wattsup_core.timegrid import local_day_starts, to_wall, to_wall_seconds

MINUTES_PER_DAY = 1440
DAYS_PER_YEAR = 365.2425


@dataclass(frozen=True)
class Clock:
    """Every minute of some local days.

    Attributes
    ----------
    timezone
        IANA name of the zone whose wall clock people live by.
    day_starts : shape (days + 1,)
        Epoch seconds (UTC) at which each local day, and the day after the last, begins.
    wall_minutes : shape (minutes,)
        Minutes since 1970 on the wall clock; steps back by an hour where summer time ends.
    standard_offset_minutes
        The zone's offset from UTC in winter: the clock that the sun follows.
    """

    timezone: str
    day_starts: IntArray
    wall_minutes: IntArray
    standard_offset_minutes: int

    @classmethod
    def of(cls, start: date, days: int, timezone: str) -> Clock:
        """The clock of `days` local days from `start` on."""
        day_starts = local_day_starts(start, start + timedelta(days=days - 1), timezone)
        wall_minutes = to_wall_seconds(np.arange(day_starts[0], day_starts[-1], 60), timezone) // 60
        return cls(timezone, day_starts, wall_minutes, _standard_offset_minutes(start.year, timezone))

    @property
    def minutes(self) -> int:
        """How many minutes there are."""
        return len(self.wall_minutes)

    @property
    def days(self) -> int:
        """How many local days there are."""
        return len(self.day_starts) - 1

    @property
    def first_epoch_day(self) -> int:
        """The first local day, counted in days since 1970-01-01."""
        return int(self.wall_minutes[0]) // MINUTES_PER_DAY

    @property
    def epoch_days(self) -> IntArray:
        """Each local day, counted in days since 1970-01-01, shape (days,)."""
        return self.first_epoch_day + np.arange(self.days)

    @property
    def weekdays(self) -> IntArray:
        """Each local day's weekday, Monday is 0, shape (days,)."""
        return (self.epoch_days + 3) % 7

    @property
    def day_of_minute(self) -> IntArray:
        """The local day (0 is the first) of each minute, shape (minutes,)."""
        return self.wall_minutes // MINUTES_PER_DAY - self.first_epoch_day

    @property
    def wall_hour(self) -> FloatArray:
        """The hour of the wall clock with its fraction, shape (minutes,)."""
        return (self.wall_minutes % MINUTES_PER_DAY) / 60.0

    @property
    def solar_minutes(self) -> IntArray:
        """Minutes since 1970 by the zone's standard time, which summer time does not move, shape (minutes,)."""
        first = int(self.day_starts[0]) // 60 + self.standard_offset_minutes
        return first + np.arange(self.minutes)

    def positions(self, day: IntArray, minute_of_day: FloatArray) -> IntArray:
        """Rows at which the wall clock of `day` first shows `minute_of_day`; `minutes` where that lies past the end."""
        forward = np.maximum.accumulate(self.wall_minutes)
        wanted = (self.first_epoch_day + day) * MINUTES_PER_DAY + np.rint(minute_of_day).astype(np.int64)
        return np.searchsorted(forward, wanted, side="left")

    def spans(self, days: IntArray, first_minute: FloatArray, last_minute: FloatArray) -> IntArray:
        """How many spans hold each minute, shape (minutes,); each is of a day, from one minute of it to another."""
        begin = self.positions(days, first_minute)
        stop = np.maximum(self.positions(days, last_minute), begin)
        size = self.minutes + 1
        steps = np.bincount(begin, minlength=size) - np.bincount(stop, minlength=size)
        return np.cumsum(steps)[: self.minutes]


def _standard_offset_minutes(year: int, timezone: str) -> int:
    moments = (datetime(year, month, 1, 12, tzinfo=UTC) for month in (1, 7))
    offsets = (to_wall(moment, timezone) - moment.replace(tzinfo=None) for moment in moments)
    return int(min(offsets).total_seconds()) // 60
