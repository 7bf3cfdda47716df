"""Texts of small meter files with known energy."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

MONDAY = datetime.fromisoformat("2024-01-08")
"""2024 began on a Monday too; 8 January has a day and a month that may be swapped."""
LATE = datetime.fromisoformat("2024-01-20")
"""A day above 12, so that its date can be read in one order only."""


def kwh_at(place: int) -> float:
    """The energy of the row at `place`: varied, positive, with three decimals, below 0.7 kWh."""
    return (100 + place * 37 % 599) / 1000


def total_kwh(count: int) -> float:
    """The energy of the first `count` rows."""
    return round(sum(kwh_at(place) for place in range(count)), 3)


def lines(write: Callable[[datetime, datetime, float], str], count: int = 96, minutes: int = 30, start: datetime = MONDAY) -> str:
    """`count` lines written from the interval's start, its end and its energy [kWh]."""
    step = timedelta(minutes=minutes)
    return "".join(write(start + step * at, start + step * (at + 1), kwh_at(at)) + "\n" for at in range(count))


def plain(count: int = 96, minutes: int = 30, start: datetime = MONDAY) -> str:
    """A plain CSV file with ISO times and kWh."""
    return "timestamp,kwh\n" + lines(lambda begin, _end, kwh: f"{begin:%Y-%m-%d %H:%M},{kwh}", count, minutes, start)
