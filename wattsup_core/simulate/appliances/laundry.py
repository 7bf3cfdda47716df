"""Washing machine, tumble dryer and dishwasher: programmes of several phases."""

from __future__ import annotations

import numpy as np

from wattsup_core.simulate.loads import Occasions, habit, pulses
from wattsup_core.simulate.randomness import Draws, FloatArray, IntArray
from wattsup_core.simulate.scene import Scene

Phase = tuple[int, float]
WASH: tuple[Phase, ...] = ((4, 60.0), (16, 2000.0), (38, 170.0), (6, 60.0), (9, 420.0))
DISHES: tuple[Phase, ...] = ((6, 55.0), (15, 1850.0), (32, 70.0), (13, 1850.0), (18, 40.0))
WASH_MINUTES = sum(minutes for minutes, _ in WASH)


def washing_machine(scene: Scene, draws: Draws) -> FloatArray:
    """A washing machine: heating, tumbling, spinning [W]."""
    return programme(scene, wash_days(scene, draws).starts, WASH)


def tumble_dryer(scene: Scene, draws: Draws) -> FloatArray:
    """A heat-pump dryer after the wash, seldom in warm weather when the line does it [W]."""
    clock = scene.clock
    washes = wash_days(scene, draws)
    chance = np.clip(0.8 - 0.035 * (scene.day_mean_temperature_c - 4), 0.1, 0.8)
    dried = draws.uniform("dried", clock.days)[washes.days] < chance[washes.days]
    starts = washes.starts[dried] + WASH_MINUTES + 12
    length = draws.uniform("length", clock.days, 70, 105)[washes.days[dried]]
    return pulses(clock.minutes, starts, length, 760.0)


def dishwasher(scene: Scene, draws: Draws) -> FloatArray:
    """A dishwasher after dinner, more often with guests [W]."""
    guests = np.bincount(scene.clock.day_of_minute, scene.presence.home > 3, scene.clock.days) > 360
    dinner = habit(scene, draws, chance=np.where(guests, 0.95, 0.62), hour=19.8, spread_minutes=28)
    return programme(scene, dinner.starts, DISHES)


def wash_days(scene: Scene, draws: Draws) -> Occasions:
    """When washes begin. Only the seed decides, so that the dryer finds the washing machine's washes."""
    free = scene.presence.is_free_day
    own = Draws(draws.seed, "/washes")
    return habit(scene, own, chance=np.where(free, 0.72, 0.3), hour=np.where(free, 10.3, 17.4), spread_minutes=38)


def programme(scene: Scene, starts: IntArray, phases: tuple[Phase, ...]) -> FloatArray:
    """Power [W] of a machine that runs through `phases` of (minutes, watts) from each start on."""
    total = np.zeros(scene.clock.minutes)
    after = 0
    for minutes, watts in phases:
        total += pulses(scene.clock.minutes, starts + after, minutes, watts)
        after += minutes
    return total
