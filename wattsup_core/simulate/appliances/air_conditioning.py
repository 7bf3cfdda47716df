"""Air, warmth and cold of an office: fans by the clock, heating and cooling by weather and people."""

from __future__ import annotations

import numpy as np

from wattsup_core.simulate.appliances.heat_pump import ROOM_FLOW_C, performance
from wattsup_core.simulate.randomness import BoolArray, Draws, FloatArray
from wattsup_core.simulate.scene import Scene
from wattsup_core.simulate.weather import CLEAR, OVERCAST

STEP_MINUTES = 10
PLANT_ON_HOUR, PLANT_OFF_HOUR = 6.0, 18.5
HEATED_C, SETBACK_C, COOLED_C = 20.5, 15.0, 23.5
LOSS_KW_PER_K = 1.1
CAPACITY_KWH_PER_K = 58.0
MAX_HEAT_KW, MAX_COLD_KW = 42.0, 48.0
CONTROL_KW_PER_K = 18.0
GAIN_EMPTY_KW, GAIN_PERSON_KW, GAIN_SUN_KW = 1.2, 0.28, 16.0


def ventilation(scene: Scene, draws: Draws) -> FloatArray:
    """Fans of some 3.8 kW while the plant is on, faster the more people are in, and the plant's controls and pumps [W]."""
    people = np.minimum(scene.presence.awake / 60, 1.0)
    ripple = 1 + 0.015 * draws.normal("ripple", scene.clock.minutes)
    return 350.0 + _is_plant_on(scene) * (2700.0 + 1300.0 * people) * ripple


def air_conditioning(scene: Scene, draws: Draws) -> FloatArray:
    """Electric power of heat pumps that warm or cool the rooms [W], shape (minutes,)."""
    heat_kw, cold_kw = (np.repeat(kw, STEP_MINUTES)[: scene.clock.minutes] for kw in _heat_and_cold_kw(scene))
    cooling_performance = np.clip(4.2 - 0.07 * (scene.temperature_c - 20), 2.2, 4.8)
    steps = scene.clock.minutes // 5 + 1
    ripple = np.repeat(draws.normal("ripple", steps, mean=1.0, spread=0.06), 5)[: scene.clock.minutes]
    return 1000 * (heat_kw / performance(scene.temperature_c, ROOM_FLOW_C) + cold_kw / cooling_performance) * np.maximum(ripple, 0.7)


def _is_plant_on(scene: Scene) -> BoolArray:
    """Whether the building's clock lets the plant run: on working days, from before people come to when most have left."""
    hour = scene.clock.wall_hour
    closed = scene.presence.is_free_day[scene.clock.day_of_minute] | scene.presence.is_away
    return (hour >= PLANT_ON_HOUR) & (hour < PLANT_OFF_HOUR) & ~closed


def _heat_and_cold_kw(scene: Scene) -> tuple[FloatArray, FloatArray]:
    """Heat into the rooms and out of them [kW] in steps of `STEP_MINUTES`: thermostats in front of one heat store."""
    step_hours = STEP_MINUTES / 60
    room_c = HEATED_C
    heats, colds = [], []
    outside, gains, plant_on = (rows[::STEP_MINUTES].tolist() for rows in (scene.temperature_c, _gains_kw(scene), _is_plant_on(scene)))
    for outside_c, gain_kw, is_on in zip(outside, gains, plant_on, strict=True):
        wanted_c = HEATED_C if is_on else SETBACK_C
        need_kw = LOSS_KW_PER_K * (wanted_c - outside_c) - gain_kw + CONTROL_KW_PER_K * (wanted_c - room_c)
        surplus_kw = LOSS_KW_PER_K * (outside_c - COOLED_C) + gain_kw + CONTROL_KW_PER_K * (room_c - COOLED_C)
        heat_kw = min(need_kw, MAX_HEAT_KW) if need_kw > 1.0 and outside_c < 16.0 else 0.0
        cold_kw = min(surplus_kw, MAX_COLD_KW) if is_on and surplus_kw > 1.0 else 0.0
        room_c += step_hours * (heat_kw - cold_kw + gain_kw - LOSS_KW_PER_K * (room_c - outside_c)) / CAPACITY_KWH_PER_K
        heats.append(heat_kw)
        colds.append(cold_kw)
    return np.array(heats), np.array(colds)


def _gains_kw(scene: Scene) -> FloatArray:
    """Heat of people with their equipment and lamps, and of the sun through the windows [kW], shape (minutes,)."""
    clear = (scene.clearness - OVERCAST) / (CLEAR - OVERCAST)
    sun_kw = GAIN_SUN_KW * np.maximum(scene.sun.up, 0.0) * (0.25 + 0.75 * clear)
    return GAIN_EMPTY_KW + GAIN_PERSON_KW * scene.presence.awake + sun_kw
