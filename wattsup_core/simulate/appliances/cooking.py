"""Cooking: hob, oven, kettle, microwave oven, toaster."""

from __future__ import annotations

import numpy as np

from wattsup_core.simulate.loads import Occasions, habit, pulses
from wattsup_core.simulate.randomness import Draws, FloatArray
from wattsup_core.simulate.scene import Scene


def hob(scene: Scene, draws: Draws) -> FloatArray:
    """Rings for dinner, for lunch on free days, and for porridge on some mornings [W]."""
    free = scene.presence.is_free_day
    dinner = habit(scene, draws.child("dinner"), chance=0.9, hour=np.where(free, 18.2, 18.6), spread_minutes=24)
    lunch = habit(scene, draws.child("lunch"), chance=np.where(free, 0.5, 0.18), hour=12.6, spread_minutes=25)
    breakfast = habit(scene, draws.child("breakfast"), chance=0.3, hour=np.where(free, 9.0, 7.3), spread_minutes=12)
    return (
        _ring(scene, draws.child("first ring"), dinner, 20, 42, 1450.0)
        + _ring(scene, draws.child("second ring"), _some(draws, "second", dinner, 0.6), 12, 26, 1100.0)
        + _ring(scene, draws.child("lunch ring"), lunch, 10, 24, 1300.0)
        + _ring(scene, draws.child("breakfast ring"), breakfast, 5, 9, 1200.0)
    )


def oven(scene: Scene, draws: Draws) -> FloatArray:
    """An oven of 2.1 kW on some evenings and at Sunday lunch: heating up, then held by its thermostat [W]."""
    free, sunday = scene.presence.is_free_day, scene.clock.weekdays == 6
    evening = habit(scene, draws.child("evening"), chance=np.where(free, 0.42, 0.36), hour=18.3, spread_minutes=24)
    roast = habit(scene, draws.child("roast"), chance=np.where(sunday, 0.45, 0.0), hour=12.2, spread_minutes=22)
    return _baking(scene, draws.child("evening bake"), evening, 15, 40) + _baking(scene, draws.child("roast bake"), roast, 55, 95)


def kettle(scene: Scene, draws: Draws) -> FloatArray:
    """A kettle of 2.8 kW, boiled whenever somebody up and in wants tea [W]."""
    hour = scene.clock.wall_hour
    per_minute = np.where(scene.presence.awake > 0, 0.0046 + 0.0012 * scene.presence.awake, 0.0) * np.where(hour < 10, 1.7, 1.0)
    per_minute[(hour < 6) | (hour >= 22)] = 0.0
    starts = np.flatnonzero(draws.uniform("tea", scene.clock.minutes) < per_minute)
    length = draws.uniform("length", scene.clock.minutes, 1.6, 4.2)[starts]
    return np.minimum(pulses(scene.clock.minutes, starts, length, 2800.0), 2800.0)


def microwave(scene: Scene, draws: Draws) -> FloatArray:
    """A microwave oven of 1.25 kW [W]."""
    noon = habit(scene, draws.child("noon"), chance=0.35, hour=12.8, spread_minutes=30)
    evening = habit(scene, draws.child("evening"), chance=0.4, hour=19.2, spread_minutes=50)
    minutes = scene.clock.minutes
    return pulses(minutes, noon.starts, draws.uniform("noon length", scene.clock.days, 2, 6)[noon.days], 1250.0) + pulses(
        minutes, evening.starts, draws.uniform("evening length", scene.clock.days, 2, 8)[evening.days], 1250.0
    )


def toaster(scene: Scene, draws: Draws) -> FloatArray:
    """A toaster of 950 W at breakfast [W]."""
    breakfast = habit(scene, draws, chance=0.6, hour=np.where(scene.presence.is_free_day, 9.2, 7.25), spread_minutes=14)
    return pulses(scene.clock.minutes, breakfast.starts, draws.uniform("length", scene.clock.days, 2, 6)[breakfast.days], 950.0)


def _some(draws: Draws, name: str, occasions: Occasions, share: float) -> Occasions:
    """A share of the occasions, by a draw of each day."""
    if len(occasions.days) == 0:
        return occasions
    kept = draws.uniform(name, int(occasions.days.max()) + 1)[occasions.days] < share
    return Occasions(occasions.starts[kept], occasions.days[kept])


def _ring(scene: Scene, draws: Draws, meals: Occasions, shortest: float, longest: float, watts: float) -> FloatArray:
    """A ring at full power for four minutes, then on for two thirds of the time."""
    clock = scene.clock
    length = draws.uniform("length", clock.days, shortest, longest)[meals.days] * _appetite(scene, meals)
    total = pulses(clock.minutes, meals.starts, np.minimum(length, 4), watts)
    for turn in range(4, int(longest * 1.5), 3):
        still = length > turn
        total += pulses(clock.minutes, meals.starts[still] + turn, 2.0, watts)
    return total


def _baking(scene: Scene, draws: Draws, meals: Occasions, shortest: float, longest: float) -> FloatArray:
    """An oven heating up for some 11 minutes, then on for two of each five minutes."""
    clock = scene.clock
    warm_up = np.rint(draws.uniform("warm up", clock.days, 9, 13)[meals.days]).astype(np.int64)
    length = draws.uniform("length", clock.days, shortest, longest)[meals.days] * _appetite(scene, meals)
    total = pulses(clock.minutes, meals.starts, warm_up.astype(np.float64), 2100.0)
    for turn in range(3, int(longest * 1.5), 5):
        still = length > turn
        total += pulses(clock.minutes, meals.starts[still] + warm_up[still] + turn, 2.0, 2100.0)
    return total


def _appetite(scene: Scene, meals: Occasions) -> FloatArray:
    """Longer cooking for guests: 1 for the family alone, up to 1.5."""
    return np.clip(scene.presence.home[meals.starts] / 3, 1.0, 1.5)
