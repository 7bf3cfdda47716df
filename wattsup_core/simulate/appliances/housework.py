"""Hair dryer, vacuum cleaner and iron."""

from __future__ import annotations

import numpy as np

from wattsup_core.simulate.loads import habit, pulses
from wattsup_core.simulate.randomness import Draws, FloatArray
from wattsup_core.simulate.scene import Scene


def hair_dryer(scene: Scene, draws: Draws) -> FloatArray:
    """A hair dryer of 1.6 kW on every second morning [W]."""
    morning = habit(scene, draws, chance=0.5, hour=np.where(scene.presence.is_free_day, 9.3, 7.35), spread_minutes=13)
    length = draws.uniform("length", scene.clock.days, 4, 9)[morning.days]
    return pulses(scene.clock.minutes, morning.starts, length, 1600.0)


def vacuum_cleaner(scene: Scene, draws: Draws) -> FloatArray:
    """A vacuum cleaner of 850 W, mostly on Saturdays [W]."""
    chance = np.select([scene.clock.weekdays == 5, scene.clock.weekdays == 2], [0.75, 0.3], 0.06)
    hour = np.where(scene.presence.is_free_day, 10.4, 17.9)
    clean = habit(scene, draws, chance=chance, hour=hour, spread_minutes=45)
    return pulses(scene.clock.minutes, clean.starts, draws.uniform("length", scene.clock.days, 12, 32)[clean.days], 850.0)


def iron(scene: Scene, draws: Draws) -> FloatArray:
    """An iron of 2 kW for half an hour on many Sunday evenings, on for two of each five minutes [W]."""
    chance = np.where(scene.clock.weekdays == 6, 0.6, 0.04)
    evening = habit(scene, draws, chance=chance, hour=18.9, spread_minutes=40)
    length = draws.uniform("length", scene.clock.days, 18, 45)[evening.days]
    total = np.zeros(scene.clock.minutes)
    for turn in range(0, 45, 5):
        still = length > turn
        total += pulses(scene.clock.minutes, evening.starts[still] + turn, 2.0, 2000.0)
    return total
