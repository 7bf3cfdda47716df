"""A simulated household that goes on where a meter's readings end, and plays them at a pace."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pandas as pd

from wattsup_core import timegrid
from wattsup_core.service.live.senders import Reading, Sender
from wattsup_core.simulate import Anomaly, simulate
from wattsup_core.types import Meter

DAYS_AHEAD = 7
LEAST_SEND_SECONDS = 0.2
"""Readings that come faster than this are sent several at a time."""


@dataclass(frozen=True)
class Household:
    """The household behind a meter: one seed, one first day, hence always the same readings.

    Attributes
    ----------
    first_day
        The local day with which its simulation begins.
    anomalies
        What is put into it.
    """

    meter: Meter
    first_day: date
    seed: int = 7
    anomalies: tuple[Anomaly, ...] = ()

    def readings_after(self, after_ts: int) -> Iterator[Reading]:
        """The readings of the intervals that start after `after_ts` [s], without an end."""
        days = (timegrid.to_wall(timegrid.datetime_from_epoch(after_ts), self.meter.timezone).date() - self.first_day).days + 1
        while True:
            days += DAYS_AHEAD
            seconds, kwh = self._days(days)
            is_next = seconds > after_ts
            yield from zip(seconds[is_next].tolist(), kwh[is_next].tolist(), strict=True)
            after_ts = max(after_ts, int(seconds[-1]))

    def _days(self, days: int) -> tuple[np.ndarray, np.ndarray]:
        end = timegrid.from_wall(datetime.combine(self.first_day + timedelta(days=days), datetime.min.time()), self.meter.timezone)
        within = [anomaly for anomaly in self.anomalies if anomaly.start < end]
        simulation = simulate(
            days, self.meter.interval_minutes, "household", self.seed, self.first_day, self.meter.timezone, anomalies=within
        )
        known = simulation.readings[simulation.readings["kwh"].notna()]
        return timegrid.to_epoch_seconds(pd.DatetimeIndex(known.index)), known["kwh"].to_numpy(float)


def household_of(meter: Meter, last: datetime | None, seed: int = 7) -> tuple[Household, int]:
    """The household that goes on after the newest interval of a meter, or begins with today's midnight; and where it goes on [s]."""
    moment = last or datetime.now(UTC)
    day = timegrid.to_wall(moment, meter.timezone).date()
    midnight = timegrid.from_wall(datetime.combine(day, datetime.min.time()), meter.timezone)
    return Household(meter, day, seed), timegrid.epoch_of(midnight) - 1 if last is None else timegrid.epoch_of(last)


def play(
    readings: Iterator[Reading],
    sender: Sender,
    interval_minutes: float,
    speed: float,
    goes_on: Callable[[Sequence[Reading]], bool],
    sleep: Callable[[float], None] = time.sleep,
) -> int:
    """Send readings `speed` times faster than they would come, until `goes_on`, asked before each send, says no.

    Returns
    -------
    int
        How many were sent.
    """
    gap_seconds = interval_minutes * 60 / speed
    at_once = max(1, round(LEAST_SEND_SECONDS / gap_seconds))
    sent, due = 0, time.monotonic()
    while True:
        batch = [next(readings) for _ in range(at_once)]
        if not goes_on(batch):
            return sent
        sender.send(batch)
        sent += len(batch)
        due = max(due + gap_seconds * at_once, time.monotonic() - gap_seconds)  # what was missed is not made up for in a rush
        _wait(due, lambda: goes_on(()), sleep)


def _wait(due: float, goes_on: Callable[[], bool], sleep: Callable[[float], None]) -> None:
    """Sleep till `due`, in pieces, so that the end of a slow stream is not waited for."""
    while (left := due - time.monotonic()) > 0 and goes_on():
        sleep(min(left, 0.5))
