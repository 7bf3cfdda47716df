"""The cells ahead, in UTC and on the local calendar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np

from wattsup_core import timegrid
from wattsup_core.analysis.forecasting.history import DAY_SECONDS, History, day_lengths

EPOCH_DAY = date(1970, 1, 1)


@dataclass(frozen=True)
class Horizon:
    """The cells to forecast; shapes are (n,) unless said.

    Attributes
    ----------
    seconds
        UTC start of each cell.
    end_seconds
        Where the last cell ends.
    day, slot
        The local day of each cell, counted from the first of them, and its place in the day.
    first_day
        The local day of the first cell, counted from 1970.
    share
        How much of each local day the cells are, shape (days,): less than 1 for a first day that has begun and a last that is cut.
    """

    seconds: np.ndarray
    end_seconds: int
    day: np.ndarray
    slot: np.ndarray
    first_day: int
    share: np.ndarray

    @property
    def days(self) -> int:
        """Local days that the cells touch."""
        return len(self.share)

    @property
    def dates(self) -> tuple[date, ...]:
        """Those days."""
        return dates_of(self.first_day, self.days)


def dates_of(first_day: int, days: int) -> tuple[date, ...]:
    """The calendar dates of `days` days from `first_day` (counted from 1970) on."""
    return tuple(EPOCH_DAY + timedelta(days=first_day + number) for number in range(days))


def build_horizon(history: History, days: int, timezone: str) -> Horizon:
    """The cells of `days` days of the local clock after the history: a day that the clock shortens has 23 hours."""
    start = timegrid.to_wall(timegrid.datetime_from_epoch(history.start_seconds), timezone)
    later = [_instant(start + timedelta(days=day), timezone) for day in range(1, days + 1)]
    edges = [history.start_seconds, *later]  # the start may be in the second pass of its hour, which a sum of clocks forgets
    if history.slots == 1:
        seconds = np.array(edges[:-1], dtype=np.int64)
    else:
        seconds = np.arange(edges[0], edges[-1], history.cell_seconds, dtype=np.int64)
    wall = timegrid.to_wall_seconds(seconds, timezone) - history.phase_seconds
    day = wall // DAY_SECONDS
    first_day = int(day[0])
    counts = np.bincount(day - first_day)
    lengths = day_lengths(first_day, len(counts), timezone, history.cell_seconds)
    return Horizon(
        seconds=seconds,
        end_seconds=edges[-1],
        day=day - first_day,
        slot=(wall % DAY_SECONDS) // history.cell_seconds,
        first_day=first_day,
        share=np.minimum(counts / lengths, 1.0),
    )


def _instant(clock: datetime, timezone: str) -> int:
    return timegrid.epoch_of(timegrid.from_wall(clock, timezone))
