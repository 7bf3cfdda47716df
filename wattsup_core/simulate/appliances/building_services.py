"""Lifts and warm water of an office building."""

from __future__ import annotations

import numpy as np

from wattsup_core.simulate.loads import cycling, pulses
from wattsup_core.simulate.randomness import Draws, FloatArray
from wattsup_core.simulate.scene import Scene


def lifts(scene: Scene, draws: Draws) -> FloatArray:
    """Two lifts: standby, and rides while people come, go, and move about [W]."""
    people = scene.presence.awake
    moving = np.abs(np.diff(people, prepend=people[:1]))
    per_minute = np.minimum(0.35 * moving + 0.0045 * people, 0.95)
    rides = np.flatnonzero(draws.uniform("rides", scene.clock.minutes) < per_minute)
    watts = draws.uniform("load", scene.clock.minutes, 1500, 5200)[rides]
    return 280.0 + pulses(scene.clock.minutes, rides, 1.0, watts)


def water_heaters(scene: Scene, draws: Draws) -> FloatArray:
    """Small heaters of 2 kW under the sinks: they hold their heat, and work more the more people are in [W]."""
    per_minute = np.full(scene.clock.minutes, 1 / 28.0)
    per_minute[0] += float(draws.uniform("phase", 1)[0])
    return 2000.0 * cycling(per_minute, 0.035 + 0.0055 * np.minimum(scene.presence.awake, 60))
