"""Lighting of an office: where people sit, where cleaners work, and outside at night."""

from __future__ import annotations

import numpy as np

from wattsup_core.simulate.appliances.cleaning import cleaners_present
from wattsup_core.simulate.randomness import Draws, FloatArray
from wattsup_core.simulate.scene import Scene

PEOPLE_A_ZONE = 9.0


def office_lighting(scene: Scene, draws: Draws) -> FloatArray:
    """LED lamps of some 9 kW by zones: lit where somebody sits, dimmed by half in full daylight [W]."""
    cleaners = cleaners_present(scene, draws)
    lit_share = np.maximum(1 - np.exp(-scene.presence.awake / PEOPLE_A_ZONE), 0.45 * cleaners)
    quarters = scene.clock.minutes // 15 + 1
    blinds = np.repeat(draws.uniform("blinds", quarters, 0.95, 1.05), 15)[: scene.clock.minutes]
    halls = (scene.presence.awake > 0) | (cleaners > 0)
    watts: FloatArray = 8200.0 * lit_share * (0.5 + 0.5 * scene.darkness) * blinds + 900.0 * halls
    return watts


def safety_lighting(scene: Scene, draws: Draws) -> FloatArray:  # noqa: ARG001
    """Escape signs day and night, and lamps at doors and car park in the dark [W]."""
    return np.where(scene.darkness > 0.6, 760.0, 240.0)
