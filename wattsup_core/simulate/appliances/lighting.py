"""Lighting, by daylight and people."""

from __future__ import annotations

import numpy as np

from wattsup_core.simulate.randomness import Draws, FloatArray
from wattsup_core.simulate.scene import Scene


def lighting(scene: Scene, draws: Draws) -> FloatArray:
    """LED lamps: the more people are up in the dark, the more rooms are lit, changing every quarter of an hour [W]."""
    minutes = scene.clock.minutes
    awake = np.minimum(scene.presence.awake, 5)
    rooms = np.repeat(draws.uniform("rooms", minutes // 15 + 1, 0.55, 1.25), 15)[:minutes]
    return scene.darkness * np.where(awake > 0, 38.0 + 36.0 * awake, 0.0) * rooms
