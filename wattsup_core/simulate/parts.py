"""Appliances with a meter of their own, and anomalies that one of them causes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np

from wattsup_core.simulate.anomalies import Anomaly
from wattsup_core.simulate.anomalies.loads import OfOneLoad
from wattsup_core.simulate.buildings import Building, appliance_watts
from wattsup_core.simulate.randomness import Draws, FloatArray
from wattsup_core.simulate.scene import Scene
from wattsup_core.timegrid import kw_to_kwh


@dataclass(frozen=True)
class Loads:
    """The energy of each minute [kWh], shapes (minutes,): of all appliances together, and of those with a meter of their own by name."""

    total_kwh: FloatArray
    parts: dict[str, FloatArray]


def metered_loads(place: Building, scene: Scene, draws: Draws, submeters: bool) -> Loads:
    """What the appliances of a building use at each minute."""
    total_watts = np.zeros(scene.clock.minutes)
    parts = {}
    for name, watts in appliance_watts(place, scene, draws):
        total_watts += watts
        if submeters and name in place.submeters:
            parts[name] = kw_to_kwh(watts / 1000, 1.0)
    return Loads(kw_to_kwh(total_watts / 1000, 1.0), parts)


def with_causes(anomalies: Sequence[Anomaly], names: Collection[str], draws: Draws) -> tuple[Anomaly, ...]:
    """Anomalies of one load, each now that of a drawn appliance, or of one that no sub-meter counts; the others as they are."""
    choices = ["", *names]
    return tuple(
        replace(anomaly, appliance=choices[int(draws.generator(str(anomaly.start)).integers(len(choices)))])
        if isinstance(anomaly, OfOneLoad) and len(choices) > 1
        else anomaly
        for anomaly in anomalies
    )
