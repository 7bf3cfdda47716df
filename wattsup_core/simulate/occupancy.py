"""A family's comings and goings: two adults and a child, holidays away, guests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from wattsup_core.simulate.bank_holidays import is_free_day
from wattsup_core.simulate.clock import Clock
from wattsup_core.simulate.randomness import BoolArray, Draws, FloatArray, IntArray
from wattsup_core.simulate.scene import Presence

_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class Person:
    """One person's usual hours on the wall clock, and the chance of a working day spent out."""

    name: str
    out_chance: float
    leaves_hour: float
    returns_hour: float
    wakes_hour: float
    wakes_free_hour: float
    sleeps_hour: float
    sleeps_free_hour: float


COMMUTER = Person("commuter", 0.86, 7.8, 17.7, 6.6, 8.2, 22.9, 23.4)
HOME_WORKER = Person("home worker", 0.5, 8.6, 16.6, 6.9, 8.4, 23.1, 23.5)
CHILD = Person("child", 0.93, 8.35, 15.7, 7.2, 8.8, 21.0, 21.8)
FAMILY = (COMMUTER, HOME_WORKER, CHILD)


def family_presence(clock: Clock, draws: Draws) -> Presence:
    """Who of a family is in and up at each minute."""
    free = is_free_day(clock.epoch_days)
    home = np.zeros(clock.minutes, dtype=np.int64)
    awake = np.zeros(clock.minutes, dtype=np.int64)
    outing = _outings(clock, draws.child("outings"), free)
    home_office = np.zeros(clock.days, dtype=bool)
    for person in FAMILY:
        own = draws.child(person.name)
        is_out = np.where(free, outing[:, 0] > 0, own.uniform("out", clock.days) < person.out_chance)
        up, out = _person_day(clock, own, person, free, is_out, outing)
        home += 1 - out
        awake += up * (1 - out)
        if person is HOME_WORKER:
            home_office = ~free & ~is_out
    guests = _guests(clock, draws.child("guests"))
    away = _away(clock, draws.child("away"))
    present = np.where(away, 0, 1)
    some_up = awake > 0
    return Presence(
        home=(home + guests) * present,
        awake=(awake + guests * some_up) * present,
        is_away=away,
        is_free_day=free,
        is_home_office=home_office,
    )


def _person_day(
    clock: Clock, draws: Draws, person: Person, free: BoolArray, is_out: BoolArray, outing: FloatArray
) -> tuple[IntArray, IntArray]:
    """Whether the person is up, and whether out, at each minute (0 or 1)."""
    days = np.arange(clock.days)
    looser = np.where(free, 2.0, 1.0)
    wakes = np.where(free, person.wakes_free_hour, person.wakes_hour) * 60 + looser * draws.normal("wakes", clock.days, spread=12)
    eve = is_free_day(clock.epoch_days + 1)
    sleeps = np.where(eve, person.sleeps_free_hour, person.sleeps_hour) * 60 + looser * draws.normal("sleeps", clock.days, spread=16)
    leaves = np.where(free, outing[:, 1], person.leaves_hour * 60 + draws.normal("leaves", clock.days, spread=8))
    returns = np.where(free, outing[:, 2], person.returns_hour * 60 + draws.normal("returns", clock.days, spread=20))
    up = _within(clock, days, wakes, sleeps)
    gone = np.flatnonzero(is_out)
    return up, _within(clock, gone, leaves[gone], returns[gone])


def _within(clock: Clock, days: IntArray, first_minute: FloatArray, last_minute: FloatArray) -> IntArray:
    """1 from one minute of the day to another on the given days, else 0, shape (minutes,)."""
    return np.minimum(clock.spans(days, first_minute, last_minute), 1)


def _outings(clock: Clock, draws: Draws, free: BoolArray) -> FloatArray:
    """Outings of the whole family on free days: whether (1 or 0), from and to which minute of the day, shape (days, 3)."""
    happens = free & (draws.uniform("happens", clock.days) < 0.62)
    leaves = draws.normal("leaves", clock.days, mean=11.4 * 60, spread=70)
    lasts = np.maximum(draws.normal("lasts", clock.days, mean=3.3 * 60, spread=70), 45)
    return np.column_stack([happens, leaves, leaves + lasts])


def _years(clock: Clock) -> range:
    days = clock.epoch_days
    first, last = (_EPOCH + timedelta(days=int(day)) for day in (days[0], days[-1]))
    return range(first.year - 1, last.year + 1)


def _epoch_day(year: int, day_of_year: float) -> int:
    return (date(year, 1, 1) - _EPOCH).days + int(day_of_year)


def _away(clock: Clock, draws: Draws) -> BoolArray:
    """Whether the family is away: a summer holiday, a spring week, and a few weekends each year."""
    spans: list[tuple[int, float, float]] = []
    for year in _years(clock):
        generator = draws.generator(str(year))
        summer, spring = generator.uniform(203, 228), generator.uniform(91, 106)
        spans.append((_epoch_day(year, summer), 10.0, 24 * generator.integers(8, 14) + 16.5))
        spans.append((_epoch_day(year, spring), 10.5, 24 * generator.integers(4, 7) + 15.0))
        for week in generator.choice(52, size=3, replace=False):
            friday = _epoch_day(year, 7 * int(week))
            friday += (4 - (friday + 3)) % 7
            spans.append((friday, 17.5, 48 + 17.0))
    return _any_span(clock, spans) > 0


def _guests(clock: Clock, draws: Draws) -> IntArray:
    """How many guests stay: two at Christmas, two on several weekends of the year."""
    spans: list[tuple[int, float, float]] = []
    for year in _years(clock):
        generator = draws.generator(str(year))
        spans.append((_epoch_day(year, 0) + (date(year, 12, 24) - date(year, 1, 1)).days, 14.0, 72 + 11.0))
        for week in generator.choice(50, size=6, replace=False):
            saturday = _epoch_day(year, 7 * int(week))
            saturday += (5 - (saturday + 3)) % 7
            spans.append((saturday, 12.0, 24 + 14.5))
    return 2 * _any_span(clock, spans)


def _any_span(clock: Clock, spans: list[tuple[int, float, float]]) -> IntArray:
    """1 inside any span, given by its day and its first and last hour counted from that day's midnight, else 0."""
    table = np.array(spans)
    return _within(clock, (table[:, 0] - clock.first_epoch_day).astype(np.int64), table[:, 1] * 60, table[:, 2] * 60)
