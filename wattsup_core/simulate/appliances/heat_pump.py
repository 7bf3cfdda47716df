"""An air-source heat pump: rooms by thermostat and weather, and a cylinder of hot water."""

from __future__ import annotations

import numpy as np

from wattsup_core.simulate.loads import Occasions, cycling, habit, pulses
from wattsup_core.simulate.randomness import Draws, FloatArray
from wattsup_core.simulate.scene import Scene

STEP_MINUTES = 10
COMFORT_C, UNOCCUPIED_C, NIGHT_C, AWAY_C = 20.0, 18.8, 17.0, 14.0
LOSS_KW_PER_K = 0.105
CAPACITY_KWH_PER_K = 4.6
MAX_HEAT_KW = 4.0
LEAST_HEAT_KW = 1.3
GAIN_HOUSE_KW, GAIN_PERSON_KW = 0.22, 0.07
CONTROL_KW_PER_K = 0.9
ROOM_FLOW_C, CYLINDER_FLOW_C = 38.0, 50.0
CYLINDER_HEAT_KW = 3.2
HOT_WATER_KWH_PER_PERSON = 1.5


def heat_pump(scene: Scene, draws: Draws) -> FloatArray:
    """Electric power of the heat pump [W], shape (minutes,): the cylinder first, the rooms when its valve lets them."""
    cylinder = hot_water(scene, draws.child("hot water"))
    return np.where(cylinder > 0, cylinder, space_heating(scene, draws.child("space heating")))


def immersion_heater(scene: Scene, draws: Draws) -> FloatArray:
    """A heater of 3 kW that takes the cylinder to 60 °C on Sundays, against legionella [W]."""
    sundays = np.where(scene.clock.weekdays == 6, 1.0, 0.0)
    hygiene = habit(scene, draws, chance=sundays, hour=13.0, spread_minutes=4)
    return pulses(scene.clock.minutes, hygiene.starts, draws.uniform("length", scene.clock.days, 20, 28)[hygiene.days], 2950.0)


def space_heating(scene: Scene, draws: Draws) -> FloatArray:
    """Electric power for the rooms [W], shape (minutes,).

    The house is one heat store that leaks to the outside; the controller adds to the weather's need what the room
    temperature lacks. Below its least output the pump cycles. Nothing runs while the house stays warm by itself, as
    on most nights after the setback.
    """
    heat_kw = np.repeat(_room_heat_kw(scene), STEP_MINUTES)[: scene.clock.minutes]
    output_kw = np.maximum(heat_kw, LEAST_HEAT_KW)
    starts_per_minute = np.full(scene.clock.minutes, 1 / 34.0)
    starts_per_minute[0] += float(draws.uniform("phase", 1)[0])
    running = cycling(starts_per_minute, heat_kw / output_kw)
    ripple = 1 + 0.03 * draws.normal("ripple", scene.clock.minutes)
    return running * (1000 * output_kw / performance(scene.temperature_c, ROOM_FLOW_C) * ripple + 45.0)


def hot_water(scene: Scene, draws: Draws) -> FloatArray:
    """Electric power for the hot-water cylinder [W], shape (minutes,): after the morning's showers and in the afternoon."""
    clock = scene.clock
    total = np.zeros(clock.minutes)
    need_kwh = HOT_WATER_KWH_PER_PERSON * draws.uniform("need", clock.days, 0.75, 1.3)
    hours = np.where(scene.presence.is_free_day, 9.9, 8.1)
    for name, hour, share in (("morning", hours, 0.45), ("afternoon", np.full(clock.days, 14.3), 0.55)):
        runs = _cylinder_runs(scene, draws.child(name), hour)
        people = np.maximum(scene.presence.home[runs.starts], 3)
        minutes = 60 * share * need_kwh[runs.days] * people / CYLINDER_HEAT_KW
        watts = 1000 * CYLINDER_HEAT_KW / performance(scene.temperature_c[runs.starts], CYLINDER_FLOW_C)
        total += pulses(clock.minutes, runs.starts, minutes, watts)
    return total


def performance(temperature_c: FloatArray, flow_c: float) -> FloatArray:
    """Heat out over electricity in of an air-source heat pump (COP), about 3.4 at 7 °C outside for radiators at 38 °C.

    45 % of the Carnot limit between the outdoor coil, 6 K below the air, and the condenser, 3 K above the flow.
    """
    hot_k = flow_c + 3 + 273.15
    return np.clip(0.45 * hot_k / (flow_c + 3 - (temperature_c - 6)), 1.5, 5.0)


def _cylinder_runs(scene: Scene, draws: Draws, hour: FloatArray) -> Occasions:
    """When the cylinder calls for heat, on days on which the family is not away."""
    clock = scene.clock
    days = np.arange(clock.days)
    starts = clock.positions(days, hour * 60 + draws.normal("minute", clock.days, spread=20))
    inside = starts < clock.minutes
    starts, days = starts[inside], days[inside]
    there = ~scene.presence.is_away[starts]
    return Occasions(starts[there], days[there])


def _room_heat_kw(scene: Scene) -> FloatArray:
    """Heat into the rooms [kW] in steps of `STEP_MINUTES`: a thermostat in front of one heat store."""
    outside = scene.temperature_c[::STEP_MINUTES]
    gains = GAIN_HOUSE_KW + GAIN_PERSON_KW * scene.presence.home[::STEP_MINUTES]
    step_hours = STEP_MINUTES / 60
    room_c = COMFORT_C
    heats = np.empty(len(outside))
    rows = zip(_wanted_c(scene)[::STEP_MINUTES].tolist(), outside.tolist(), gains.tolist(), strict=True)
    for step, (wanted_c, outside_c, gain_kw) in enumerate(rows):
        need_kw = LOSS_KW_PER_K * (wanted_c - outside_c) - gain_kw + CONTROL_KW_PER_K * (wanted_c - room_c)
        heat_kw = min(max(need_kw, 0.0), MAX_HEAT_KW) if outside_c < 16.0 else 0.0
        room_c += step_hours * (heat_kw + gain_kw - LOSS_KW_PER_K * (room_c - outside_c)) / CAPACITY_KWH_PER_K
        heats[step] = heat_kw if heat_kw > 0.15 else 0.0
    return heats


def _wanted_c(scene: Scene) -> FloatArray:
    """The temperature the thermostat is set to at each minute [°C]."""
    hour = scene.clock.wall_hour
    wanted = np.where(scene.presence.home > 0, COMFORT_C, UNOCCUPIED_C)
    wanted = np.where((hour < 5.75) | (hour >= 22.0), NIGHT_C, wanted)
    return np.where(scene.presence.is_away, AWAY_C, wanted)
