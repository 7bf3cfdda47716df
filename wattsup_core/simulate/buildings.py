"""The kinds of building that can be simulated: who is there, and which appliances stand in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from wattsup_core.errors import BadRequestError
from wattsup_core.simulate.appliances import Appliance, cold, cooking, electronics, heat_pump, housework, laundry, lighting
from wattsup_core.simulate.clock import Clock
from wattsup_core.simulate.occupancy import family_presence
from wattsup_core.simulate.randomness import Draws, FloatArray
from wattsup_core.simulate.scene import Presence, Scene
from wattsup_core.simulate.weather import LONDON, Climate, darkness, outdoor_temperature_c


@dataclass(frozen=True)
class Building:
    """A kind of building. The name of an appliance is its stream of draws: rename it and its days change."""

    presence: Callable[[Clock, Draws], Presence]
    appliances: Mapping[str, Appliance]
    climate: Climate = LONDON


HOUSEHOLD = Building(
    presence=family_presence,
    appliances={
        "fridge": cold.fridge,
        "freezer": cold.freezer,
        "heat pump": heat_pump.heat_pump,
        "immersion heater": heat_pump.immersion_heater,
        "hob": cooking.hob,
        "oven": cooking.oven,
        "kettle": cooking.kettle,
        "microwave": cooking.microwave,
        "toaster": cooking.toaster,
        "washing machine": laundry.washing_machine,
        "tumble dryer": laundry.tumble_dryer,
        "dishwasher": laundry.dishwasher,
        "lighting": lighting.lighting,
        "standby": electronics.standby,
        "television": electronics.television,
        "computers": electronics.computers,
        "chargers": electronics.chargers,
        "hair dryer": housework.hair_dryer,
        "vacuum cleaner": housework.vacuum_cleaner,
        "iron": housework.iron,
    },
)

BUILDINGS: Mapping[str, Building] = {"household": HOUSEHOLD}
KINDS = tuple(BUILDINGS)


def building(kind: str) -> Building:
    """The building of a kind.

    Raises
    ------
    BadRequestError
        When there is no such kind; names the choices.
    """
    if kind not in BUILDINGS:
        raise BadRequestError(f"There is no building of the kind {kind!r}.", f"Choose from: {', '.join(KINDS)}.")
    return BUILDINGS[kind]


def scene_of(place: Building, clock: Clock, draws: Draws) -> Scene:
    """Time, weather, light and people around the appliances of a building."""
    return Scene(
        clock=clock,
        temperature_c=outdoor_temperature_c(clock, draws.child("weather"), place.climate),
        darkness=darkness(clock, place.climate),
        presence=place.presence(clock, draws.child("presence")),
    )


def power_watts(place: Building, scene: Scene, draws: Draws) -> FloatArray:
    """The power of all appliances together at every minute [W], shape (minutes,)."""
    total = np.zeros(scene.clock.minutes)
    for name, appliance in place.appliances.items():
        total += appliance(scene, draws.child(name))
    return total
