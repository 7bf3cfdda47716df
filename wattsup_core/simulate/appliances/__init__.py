"""Appliances: each a function of the scene and its own draws that gives its power [W] at every minute."""

from __future__ import annotations

from collections.abc import Callable

from wattsup_core.simulate.randomness import Draws, FloatArray
from wattsup_core.simulate.scene import Scene

Appliance = Callable[[Scene, Draws], FloatArray]
