"""The kinds of building that can be simulated: who is there, and which appliances stand in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from wattsup_core.errors import BadRequestError
from wattsup_core.simulate.appliances import (
    Appliance,
    air_conditioning,
    building_services,
    cleaning,
    cold,
    cooking,
    electronics,
    heat_pump,
    housework,
    kitchenette,
    laundry,
    lighting,
    office_equipment,
    office_lighting,
)
from wattsup_core.simulate.clock import Clock
from wattsup_core.simulate.occupancy import family_presence
from wattsup_core.simulate.photovoltaics import photovoltaic_roof
from wattsup_core.simulate.plan import HOUSEHOLD_SIZES, Sizes
from wattsup_core.simulate.randomness import Draws, FloatArray
from wattsup_core.simulate.scene import Presence, Scene
from wattsup_core.simulate.staff import office_presence
from wattsup_core.simulate.weather import LONDON, Climate, clearness, darkness, outdoor_temperature_c


@dataclass(frozen=True)
class Building:
    """A kind of building. The name of an appliance is its stream of draws: rename it and its days change.

    `generation` is what makes power behind the meter, and `sizes` how large anomalies are here. `submeters` names the appliances that
    can have a meter of their own.
    """

    presence: Callable[[Clock, Draws], Presence]
    appliances: Mapping[str, Appliance]
    climate: Climate = LONDON
    generation: Appliance | None = None
    sizes: Sizes = HOUSEHOLD_SIZES
    submeters: tuple[str, ...] = ()


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
    submeters=("heat pump", "immersion heater", "oven", "tumble dryer", "dishwasher", "freezer"),
)

OFFICE = Building(
    presence=office_presence,
    appliances={
        "server room": office_equipment.server_room,
        "desks": office_equipment.desks,
        "printers": office_equipment.printers,
        "meeting rooms": office_equipment.meeting_rooms,
        "office lighting": office_lighting.office_lighting,
        "safety lighting": office_lighting.safety_lighting,
        "ventilation": air_conditioning.ventilation,
        "air conditioning": air_conditioning.air_conditioning,
        "fridges": kitchenette.fridges,
        "kettles": kitchenette.kettles,
        "coffee machines": kitchenette.coffee_machines,
        "microwaves": kitchenette.lunch_microwaves,
        "dishwashers": kitchenette.dishwashers,
        "lifts": building_services.lifts,
        "water heaters": building_services.water_heaters,
        "cleaning": cleaning.cleaning,
    },
    sizes=Sizes(spike_kw=(15, 28), night_use_kw=(8, 18), baseload_step_kw=(1.0, 2.4), drift_kw=(2.5, 6.0), held_kw=(3.0, 15.0)),
    submeters=("server room", "office lighting", "ventilation", "air conditioning", "water heaters"),
)

# Larger spikes than a household's: some fall into hours in which the roof covers the first kilowatts.
SOLAR = replace(HOUSEHOLD, generation=photovoltaic_roof, sizes=replace(HOUSEHOLD_SIZES, spike_kw=(4.5, 7.0)))

BUILDINGS: Mapping[str, Building] = {"household": HOUSEHOLD, "office": OFFICE, "solar": SOLAR}
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
    weather = draws.child("weather")
    return Scene(
        clock=clock,
        temperature_c=outdoor_temperature_c(clock, weather, place.climate),
        darkness=darkness(clock, place.climate),
        clearness=clearness(clock, weather),
        climate=place.climate,
        presence=place.presence(clock, draws.child("presence")),
    )


def appliance_watts(place: Building, scene: Scene, draws: Draws) -> Iterator[tuple[str, FloatArray]]:
    """Each appliance's name and its power at every minute [W], shape (minutes,)."""
    for name, appliance in place.appliances.items():
        yield name, appliance(scene, draws.child(name))


def generated_watts(place: Building, scene: Scene, draws: Draws) -> FloatArray:
    """The power made behind the meter at every minute [W], shape (minutes,)."""
    return np.zeros(scene.clock.minutes) if place.generation is None else place.generation(scene, draws.child("generation"))
