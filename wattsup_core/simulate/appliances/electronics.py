"""Television, computers, chargers, and all that is never off."""

from __future__ import annotations

import numpy as np

from wattsup_core.simulate.loads import habit, pulses
from wattsup_core.simulate.randomness import Draws, FloatArray
from wattsup_core.simulate.scene import Scene


def standby(scene: Scene, draws: Draws) -> FloatArray:
    """Router, clocks, alarm, heating controls, sets on standby: some 58 W that never stop [W]."""
    hours = scene.clock.minutes // 60 + 1
    wander = np.repeat(draws.autoregressive("wander", hours, persistence=0.9, spread=1.5), 60)[: scene.clock.minutes]
    return np.clip(58.0 + wander + 0.8 * draws.normal("flicker", scene.clock.minutes), 35.0, None)


def television(scene: Scene, draws: Draws) -> FloatArray:
    """A television on most evenings and some free afternoons, while somebody is up [W]."""
    clock = scene.clock
    evening = habit(scene, draws.child("evening"), chance=0.88, hour=19.6, spread_minutes=30)
    afternoon = habit(scene, draws.child("afternoon"), chance=np.where(scene.presence.is_free_day, 0.5, 0.12), hour=15.8, spread_minutes=50)
    on = pulses(clock.minutes, evening.starts, draws.normal("evening length", clock.days, 165, 35)[evening.days], 1.0)
    on += pulses(clock.minutes, afternoon.starts, draws.normal("afternoon length", clock.days, 105, 30)[afternoon.days], 1.0)
    return 98.0 * np.minimum(on, 1.0) * (scene.presence.awake > 0)


def computers(scene: Scene, draws: Draws) -> FloatArray:
    """A desk with a screen on days of working from home, and laptops in the evening [W]."""
    hour = scene.clock.wall_hour
    office_day = scene.presence.is_home_office[scene.clock.day_of_minute]
    at_desk = office_day & (hour >= 8.8) & (hour < 17.0) & (scene.presence.awake > 0)
    blocks = np.repeat(draws.uniform("laptops", scene.clock.minutes // 30 + 1), 30)[: scene.clock.minutes]
    laptops = (hour >= 16.5) * np.minimum(scene.presence.awake, 3) * (blocks < 0.55)
    return 82.0 * at_desk + 24.0 * laptops


def chargers(scene: Scene, draws: Draws) -> FloatArray:
    """Telephones on their chargers from bedtime on [W]."""
    evening = habit(scene, draws, chance=0.9, hour=22.2, spread_minutes=25)
    length = draws.uniform("length", scene.clock.days, 70, 150)[evening.days]
    return pulses(scene.clock.minutes, evening.starts, length, 16.0)
