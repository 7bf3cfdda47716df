"""An office's kitchenettes: water for tea, coffee machines, lunch, dishes, fridges."""

from __future__ import annotations

import numpy as np

from wattsup_core.simulate.appliances.cold import fridge
from wattsup_core.simulate.appliances.laundry import DISHES, programme
from wattsup_core.simulate.loads import cycling, habit, pulses
from wattsup_core.simulate.randomness import Draws, FloatArray
from wattsup_core.simulate.scene import Scene


def fridges(scene: Scene, draws: Draws) -> FloatArray:
    """Two fridges and a cooled vending machine [W]."""
    return sum((fridge(scene, draws.child(name)) for name in ("first", "second")), 1.8 * fridge(scene, draws.child("vending")))


def kettles(scene: Scene, draws: Draws) -> FloatArray:
    """Two kettles of 2.8 kW, boiled more often in the morning and after lunch [W]."""
    hour = scene.clock.wall_hour
    thirst = np.select([hour < 10.5, (hour >= 13) & (hour < 14.5)], [1.6, 1.3], 0.8)
    per_minute = 0.0022 * thirst * np.minimum(scene.presence.awake, 60)
    starts = np.flatnonzero(draws.uniform("tea", scene.clock.minutes) < per_minute)
    length = draws.uniform("length", scene.clock.minutes, 2, 4.5)[starts]
    return np.minimum(pulses(scene.clock.minutes, starts, length, 2800.0), 5600.0)


def coffee_machines(scene: Scene, draws: Draws) -> FloatArray:
    """Two machines that keep their boilers hot while somebody is in, and heat for each cup [W]."""
    people = scene.presence.awake
    keeps_hot = cycling(np.full(scene.clock.minutes, 1 / 9.0), 0.16) * 1400.0 * (people > 0)
    cups = np.flatnonzero(draws.uniform("cups", scene.clock.minutes) < 0.006 * np.minimum(people, 60))
    return keeps_hot + np.minimum(pulses(scene.clock.minutes, cups, 1.0, 1400.0), 2800.0)


def lunch_microwaves(scene: Scene, draws: Draws) -> FloatArray:
    """Two microwave ovens of 1.3 kW, in a queue at lunch [W]."""
    hour = scene.clock.wall_hour
    per_minute = 0.006 * np.minimum(scene.presence.awake, 60) * ((hour >= 12) & (hour < 13.75))
    starts = np.flatnonzero(draws.uniform("meals", scene.clock.minutes) < per_minute)
    length = draws.uniform("length", scene.clock.minutes, 2, 5)[starts]
    return np.minimum(pulses(scene.clock.minutes, starts, length, 1300.0), 2600.0)


def dishwashers(scene: Scene, draws: Draws) -> FloatArray:
    """Two dishwashers: one after lunch, one when people leave [W]."""
    chance = np.where(scene.presence.is_free_day, 0.0, 0.93)
    after_lunch = habit(scene, draws.child("after lunch"), chance, hour=14.2, spread_minutes=15)
    evening = habit(scene, draws.child("evening"), chance, hour=17.2, spread_minutes=15)
    return programme(scene, after_lunch.starts, DISHES) + programme(scene, evening.starts, DISHES)
