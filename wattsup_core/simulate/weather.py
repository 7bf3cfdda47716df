"""Outdoor temperature, clear and overcast days, and the sun over a place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

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
OVERCAST, CLEAR = 0.45, 1.55


class SunDirection(NamedTuple):
    """The unit vector towards the sun at each minute: its parts upwards, southwards and westwards, shape (minutes,) each."""

    up: FloatArray
    south: FloatArray
    west: FloatArray


def outdoor_temperature_c(clock: Clock, draws: Draws, climate: Climate = LONDON) -> FloatArray:
    """The outdoor temperature at each minute [°C], shape (minutes,)."""
    sun_days = clock.solar_minutes / MINUTES_PER_DAY
    season = np.cos(2 * np.pi * (sun_days - climate.coldest_day) / DAYS_PER_YEAR)
    spells = draws.autoregressive("spells", clock.days + 2, climate.spell_persistence, climate.spell_spread_c)
    hourly = draws.autoregressive("hourly", clock.minutes // 60 + 2, climate.hourly_persistence, climate.hourly_spread_c)
    summer = (1 - season) / 2
    day_swing = climate.winter_day_swing_c + (climate.summer_day_swing_c - climate.winter_day_swing_c) * summer
    day_swing *= clearness(clock, draws)
    day_wave = np.cos(2 * np.pi * (sun_days - climate.warmest_hour / 24))
    temperature_c: FloatArray = (
        climate.mean_c
        - climate.seasonal_swing_c * season
        + _between_noons(clock, spells)
        + day_swing * day_wave
        + np.interp(np.arange(clock.minutes) / 60, np.arange(len(hourly)), hourly)
    )
    return temperature_c


def clearness(clock: Clock, draws: Draws) -> FloatArray:
    """How clear the sky is, from `OVERCAST` to `CLEAR`, drawn for each day and changing between them, shape (minutes,)."""
    return _between_noons(clock, draws.uniform("clearness", clock.days + 2, OVERCAST, CLEAR))


def sun_direction(clock: Clock, climate: Climate = LONDON) -> SunDirection:
    """Where the sun stands, by declination and hour angle."""
    sun_days = clock.solar_minutes / MINUTES_PER_DAY
    declination = np.radians(-23.44) * np.cos(2 * np.pi * (sun_days + 10) / DAYS_PER_YEAR)
    hour_angle = 2 * np.pi * (sun_days - 0.5)
    latitude = np.radians(climate.latitude_degrees)
    return SunDirection(
        up=np.sin(latitude) * np.sin(declination) + np.cos(latitude) * np.cos(declination) * np.cos(hour_angle),
        south=np.sin(latitude) * np.cos(declination) * np.cos(hour_angle) - np.cos(latitude) * np.sin(declination),
        west=np.cos(declination) * np.sin(hour_angle),
    )


def darkness(clock: Clock, climate: Climate = LONDON) -> FloatArray:
    """How much a room needs its lamps, from 0 (bright day) to 1 (night), by the height of the sun, shape (minutes,).

    Lamps come on while the sun sinks from 10° above the horizon to 4° below (civil dusk is 6° below).
    """
    height_degrees = np.degrees(np.arcsin(np.clip(sun_direction(clock, climate).up, -1.0, 1.0)))
    share: FloatArray = np.clip((10.0 - height_degrees) / 14.0, 0.0, 1.0)
    return share


def _between_noons(clock: Clock, of_days: FloatArray) -> FloatArray:
    """Values of days as they pass into each other, shape (minutes,): each day's own stands at its noon."""
    sun_days = clock.solar_minutes / MINUTES_PER_DAY
    since_start = (sun_days - sun_days[0]) + 0.5
    values: FloatArray = np.interp(since_start, np.arange(len(of_days), dtype=np.float64), of_days)
    return values
