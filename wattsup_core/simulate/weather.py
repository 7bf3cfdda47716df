"""Outdoor temperature and daylight of a place."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wattsup_core.simulate.clock import DAYS_PER_YEAR, MINUTES_PER_DAY, Clock
from wattsup_core.simulate.randomness import Draws, FloatArray


@dataclass(frozen=True)
class Climate:
    """A place's temperatures and latitude; the defaults are London's.

    The temperature is the sum of a seasonal wave, spells of warm and cold air of some days' length (AR(1) by day), the
    day's wave, larger in summer and on clear days, and small changes from hour to hour.
    """

    latitude_degrees: float = 51.5
    mean_c: float = 11.3
    seasonal_swing_c: float = 6.9
    coldest_day: float = 24.0
    spell_spread_c: float = 2.7
    spell_persistence: float = 0.78
    winter_day_swing_c: float = 1.7
    summer_day_swing_c: float = 4.4
    warmest_hour: float = 14.7
    hourly_spread_c: float = 0.35
    hourly_persistence: float = 0.85


LONDON = Climate()


def outdoor_temperature_c(clock: Clock, draws: Draws, climate: Climate = LONDON) -> FloatArray:
    """The outdoor temperature at each minute [°C], shape (minutes,)."""
    sun_days = clock.solar_minutes / MINUTES_PER_DAY
    season = np.cos(2 * np.pi * (sun_days - climate.coldest_day) / DAYS_PER_YEAR)
    spells = draws.autoregressive("spells", clock.days + 2, climate.spell_persistence, climate.spell_spread_c)
    clearness = draws.uniform("clearness", clock.days + 2, 0.45, 1.55)
    hourly = draws.autoregressive("hourly", clock.minutes // 60 + 2, climate.hourly_persistence, climate.hourly_spread_c)
    since_start = (sun_days - sun_days[0]) + 0.5
    anchors = np.arange(clock.days + 2, dtype=np.float64)
    summer = (1 - season) / 2
    day_swing = climate.winter_day_swing_c + (climate.summer_day_swing_c - climate.winter_day_swing_c) * summer
    day_swing *= np.interp(since_start, anchors, clearness)
    day_wave = np.cos(2 * np.pi * (sun_days - climate.warmest_hour / 24))
    temperature_c: FloatArray = (
        climate.mean_c
        - climate.seasonal_swing_c * season
        + np.interp(since_start, anchors, spells)
        + day_swing * day_wave
        + np.interp(np.arange(clock.minutes) / 60, np.arange(len(hourly)), hourly)
    )
    return temperature_c


def darkness(clock: Clock, climate: Climate = LONDON) -> FloatArray:
    """How much a room needs its lamps, from 0 (bright day) to 1 (night), by the height of the sun, shape (minutes,).

    The sun's height follows from declination and hour angle; lamps come on while it sinks from 10° above the horizon
    to 4° below (civil dusk is 6° below).
    """
    sun_days = clock.solar_minutes / MINUTES_PER_DAY
    declination = np.radians(-23.44) * np.cos(2 * np.pi * (sun_days + 10) / DAYS_PER_YEAR)
    hour_angle = 2 * np.pi * (sun_days - 0.5)
    latitude = np.radians(climate.latitude_degrees)
    height_sine = np.sin(latitude) * np.sin(declination) + np.cos(latitude) * np.cos(declination) * np.cos(hour_angle)
    height_degrees = np.degrees(np.arcsin(np.clip(height_sine, -1.0, 1.0)))
    share: FloatArray = np.clip((10.0 - height_degrees) / 14.0, 0.0, 1.0)
    return share
