"""A photovoltaic roof: what sun and clouds let it give."""

from __future__ import annotations

import numpy as np

from wattsup_core.simulate.randomness import Draws, FloatArray
from wattsup_core.simulate.scene import Scene
from wattsup_core.simulate.weather import CLEAR, OVERCAST, SunDirection

PEAK_KW = 4.0
INVERTER_KW = 3.68
TILT_DEGREES, WEST_OF_SOUTH_DEGREES = 35.0, 15.0
SYSTEM_SHARE = 0.82
LOSS_PER_K = 0.004
CLOUD_STEP_MINUTES = 3


def photovoltaic_roof(scene: Scene, draws: Draws) -> FloatArray:
    """The power of a roof of 4 kWp at each minute [W], shape (minutes,), about 3.9 MWh a year in London.

    Modules that warm up in the sun lose 0.4 % a kelvin above 25 °C; the inverter gives no more than 3.68 kW.
    """
    sun_w_per_m2 = _on_modules_w_per_m2(scene.sun, *_clouds(scene, draws))
    module_c = scene.temperature_c + 0.028 * sun_w_per_m2
    watts = PEAK_KW * sun_w_per_m2 * SYSTEM_SHARE * (1 - LOSS_PER_K * (module_c - 25))
    return np.where(watts > 15.0, np.minimum(watts, 1000 * INVERTER_KW), 0.0)


def _on_modules_w_per_m2(sun: SunDirection, cover: FloatArray, beam_share: FloatArray) -> FloatArray:
    """Sunlight on the tilted modules: the beam, as far as clouds let it through, and the light of the sky."""
    beam = _clear_beam_w_per_m2(sun.up)
    clear_sky = 0.1 * beam
    overcast_sky = 0.3 * (beam * np.maximum(sun.up, 0.0) + clear_sky)
    sky = (1 - cover) * clear_sky + cover * overcast_sky
    tilt, turn = np.radians(TILT_DEGREES), np.radians(WEST_OF_SOUTH_DEGREES)
    facing = sun.up * np.cos(tilt) + np.sin(tilt) * (sun.south * np.cos(turn) + sun.west * np.sin(turn))
    on_modules: FloatArray = beam * beam_share * np.maximum(facing, 0.0) + sky * (1 + np.cos(tilt)) / 2
    return on_modules


def _clear_beam_w_per_m2(up: FloatArray) -> FloatArray:
    """The sun's beam under a clear sky, shape as given: by A. and M. Meinel (1976) with the air mass of Kasten and Young (1989)."""
    height_degrees = np.degrees(np.arcsin(np.clip(up, 0.0, 1.0)))
    air_mass = 1 / (np.clip(up, 0.0, 1.0) + 0.50572 * (height_degrees + 6.07995) ** -1.6364)
    return np.where(up > 0, 1353.0 * 0.7 ** (air_mass**0.678), 0.0)


def _clouds(scene: Scene, draws: Draws) -> tuple[FloatArray, FloatArray]:
    """The share of the sky that clouds cover, and the share of the beam that passes, shape (minutes,) each.

    Cover follows the day's clearness with changes from hour to hour; single clouds pass in some minutes, in as large a
    share of the time as they cover of the sky.
    """
    clear = (scene.clearness - OVERCAST) / (CLEAR - OVERCAST)
    minutes = np.arange(scene.clock.minutes)
    hours, steps = scene.clock.minutes // 60 + 2, scene.clock.minutes // CLOUD_STEP_MINUTES + 2
    wander = np.interp(minutes / 60, np.arange(hours), draws.autoregressive("cover", hours, persistence=0.85, spread=0.16))
    cover = np.clip(1.12 - 1.1 * clear + wander, 0.0, 1.0)
    passing = draws.autoregressive("single clouds", steps, persistence=0.9, spread=1.0)
    rank = 1 / (1 + np.exp(-1.7 * np.interp(minutes / CLOUD_STEP_MINUTES, np.arange(steps), passing)))
    return cover, np.where(rank < cover, 0.25 * (1 - cover), 1.0)
