"""The cleaners who come to an office when the staff have left."""

from __future__ import annotations

import numpy as np

from wattsup_core.simulate.loads import pulses
from wattsup_core.simulate.randomness import Draws, FloatArray
from wattsup_core.simulate.scene import Scene


def cleaning(scene: Scene, draws: Draws) -> FloatArray:
    """Two vacuum cleaners of 1.1 kW, on for most of the cleaners' time, and a floor scrubber that charges afterwards [W]."""
    minutes = scene.clock.minutes
    present = cleaners_present(scene, draws)
    turns = np.repeat(draws.uniform("turns", (minutes // 5 + 1, 2)) < 0.6, 5, axis=0)[:minutes].sum(axis=1)
    ends = np.flatnonzero(np.diff(present, prepend=0.0) < 0)
    vacuuming: FloatArray = 1100.0 * present * turns
    return vacuuming + pulses(minutes, ends, 180.0, 420.0)


def cleaners_present(scene: Scene, draws: Draws) -> FloatArray:
    """1 while cleaners are in, else 0, shape (minutes,): two hours and a half on the evening of each working day.

    Only the seed decides, so that the lamps are lit where the cleaners work.
    """
    clock = scene.clock
    own = Draws(draws.seed, "/cleaners")
    first = clock.positions(np.arange(clock.days), np.full(clock.days, 12 * 60.0))
    is_open = ~scene.presence.is_free_day & ~np.append(scene.presence.is_away, True)[first]
    begins = own.normal("begins", clock.days, mean=19.75 * 60, spread=8)
    lasts = own.normal("lasts", clock.days, mean=150, spread=12)
    days = np.flatnonzero(is_open)
    return clock.spans(days, begins[days], (begins + lasts)[days]).astype(np.float64)
