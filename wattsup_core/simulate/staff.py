"""An office's staff: who comes on which day, from when to when, and who goes out for lunch."""

from __future__ import annotations

import numpy as np

from wattsup_core.simulate.bank_holidays import is_free_day
from wattsup_core.simulate.clock import Clock
from wattsup_core.simulate.randomness import BoolArray, Draws, FloatArray, IntArray
from wattsup_core.simulate.scene import Presence

STAFF = 72
IN_CHANCE_BY_WEEKDAY = np.array([0.62, 0.78, 0.80, 0.76, 0.50])
SATURDAY_CHANCE = 0.012
AUGUST_SHARE = 0.8
LUNCH_OUT_CHANCE = 0.55


def office_presence(clock: Clock, draws: Draws) -> Presence:
    """How many of an office's staff are in at each minute. Nobody is between Christmas Eve and New Year."""
    free, closed = is_free_day(clock.epoch_days), _is_closed(clock.epoch_days)
    comes = draws.uniform("comes", (clock.days, STAFF)) < _in_chance(clock, free, closed)[:, np.newaxis]
    days, people = np.nonzero(comes)
    habit_minutes = draws.normal("habit", STAFF, spread=35)[people]
    arrives, leaves, lunch = (draws.normal(name, (clock.days, STAFF))[days, people] for name in ("arrives", "leaves", "lunch"))
    arrival = np.where(free[days], 10.2, 8.8) * 60 + habit_minutes + 28 * arrives
    departure = np.where(free[days], 14.5, 17.5) * 60 + habit_minutes + 38 * leaves
    count = clock.spans(days, np.clip(arrival, 6.5 * 60, 11.5 * 60), np.clip(departure, 13.75 * 60, 21.5 * 60))
    goes_out = (draws.uniform("goes out", (clock.days, STAFF))[days, people] < LUNCH_OUT_CHANCE) & ~free[days]
    out_from = np.clip(12.5 * 60 + 22 * lunch, 11.5 * 60, 13.25 * 60)[goes_out]
    count = count - clock.spans(days[goes_out], out_from, out_from + 30)
    return Presence(
        home=count,
        awake=count,
        is_away=closed[clock.day_of_minute],
        is_free_day=free,
        is_home_office=np.zeros(clock.days, dtype=bool),
    )


def _in_chance(clock: Clock, free: BoolArray, closed: BoolArray) -> FloatArray:
    """The chance that somebody of the staff comes on each day, shape (days,)."""
    usual = np.append(IN_CHANCE_BY_WEEKDAY, [SATURDAY_CHANCE, 0.0])[clock.weekdays]
    usual[free & (clock.weekdays < 5)] = 0.0
    usual[_month(clock.epoch_days) == 8] *= AUGUST_SHARE
    return np.where(closed, 0.0, usual)


def _is_closed(epoch_days: IntArray) -> BoolArray:
    dates = np.datetime64("1970-01-01") + epoch_days
    day_of_month = (dates - dates.astype("datetime64[M]")).astype(np.int64) + 1
    month = _month(epoch_days)
    closed: BoolArray = ((month == 12) & (day_of_month >= 24)) | ((month == 1) & (day_of_month == 1))
    return closed


def _month(epoch_days: IntArray) -> IntArray:
    return (np.datetime64("1970-01-01") + epoch_days).astype("datetime64[M]").astype(np.int64) % 12 + 1
