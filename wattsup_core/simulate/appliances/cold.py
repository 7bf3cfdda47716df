"""Fridge and freezer: compressors that cycle day and night."""

from __future__ import annotations

import numpy as np

from wattsup_core.simulate.loads import cycling
from wattsup_core.simulate.randomness import Draws, FloatArray
from wattsup_core.simulate.scene import Scene


def fridge(scene: Scene, draws: Draws) -> FloatArray:
    """A fridge: some 70 W for a third of each half hour; longer on warm days and while people open its door [W]."""
    used = np.minimum(scene.presence.awake, 3) / 3
    duty = 0.29 * (1 + 0.012 * (scene.temperature_c - 12)) * (1 + 0.18 * used)
    return _compressor(scene, draws, watts=68.0, cycle_minutes=38.0, duty=duty)


def freezer(scene: Scene, draws: Draws) -> FloatArray:
    """A freezer: some 85 W for two fifths of each 50 minutes [W]."""
    duty = 0.33 * (1 + 0.01 * (scene.temperature_c - 12))
    return _compressor(scene, draws, watts=85.0, cycle_minutes=52.0, duty=duty)


def _compressor(scene: Scene, draws: Draws, watts: float, cycle_minutes: float, duty: FloatArray) -> FloatArray:
    hours = scene.clock.minutes // 60 + 2
    pace = 1 + draws.autoregressive("pace", hours, persistence=0.4, spread=0.12)
    per_minute = np.interp(np.arange(scene.clock.minutes) / 60, np.arange(hours), pace) / cycle_minutes
    per_minute[0] += float(draws.uniform("phase", 1)[0])
    running = cycling(np.clip(per_minute, 0.2 / cycle_minutes, None), duty)
    starting = np.diff(running, prepend=0.0) > 0
    return running * watts * np.where(starting, 1.35, 1.0)
