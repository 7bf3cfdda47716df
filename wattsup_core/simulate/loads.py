"""Switched loads as arrays of power: pulses, compressors that cycle, and habits of the day."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from wattsup_core.simulate.randomness import Draws, FloatArray, IntArray
from wattsup_core.simulate.scene import Scene


def pulses(minutes: int, starts: IntArray, lengths_minutes: FloatArray | float, watts: FloatArray | float) -> FloatArray:
    """Power [W] of loads that run from `starts` for `lengths_minutes` at `watts` each, shape (minutes,).

    Lengths and powers are rounded to whole minutes and watts; what lies past the end is cut off.
    """
    lengths = np.broadcast_to(np.rint(lengths_minutes), starts.shape)
    power = np.broadcast_to(np.rint(watts), starts.shape)
    begin = np.clip(starts, 0, minutes)
    stop = np.clip(starts + lengths.astype(np.int64), begin, minutes)
    steps = np.bincount(begin, power, minutes + 1) - np.bincount(stop, power, minutes + 1)
    return np.cumsum(steps[:minutes], dtype=np.float64)  # a count of no loads is of whole numbers


def cycling(starts_per_minute: FloatArray, duty: FloatArray | float) -> FloatArray:
    """1 while a load that cycles is on, else 0, shape (minutes,).

    `starts_per_minute` is how often it starts, `duty` the share of each cycle it runs; both may change with time.
    """
    phase = np.cumsum(starts_per_minute)
    return ((phase % 1.0) < duty).astype(np.float64)


class Occasions(NamedTuple):
    """When a habit happened: the rows it began at, and the local days (for draws by day), both of shape (k,)."""

    starts: IntArray
    days: IntArray


def habit(scene: Scene, draws: Draws, chance: FloatArray | float, hour: FloatArray | float, spread_minutes: float) -> Occasions:
    """Something done once a day with probability `chance`, at about `hour` of the wall clock, if somebody is up and in.

    `chance` and `hour` are for each day, shape (days,), or the same for all.
    """
    days = scene.clock.days
    at = np.broadcast_to(np.asarray(hour) * 60.0, (days,)) + draws.normal("minute", days, spread=spread_minutes)
    happens = np.flatnonzero(draws.uniform("chance", days) < chance)
    starts = scene.clock.positions(happens, at[happens])
    inside = starts < scene.clock.minutes
    starts, happens = starts[inside], happens[inside]
    somebody = scene.presence.awake[starts] > 0
    return Occasions(starts[somebody], happens[somebody])
