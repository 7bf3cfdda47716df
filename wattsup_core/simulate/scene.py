"""What surrounds the appliances of a building: time, weather, light and people."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wattsup_core.simulate.clock import Clock
from wattsup_core.simulate.randomness import BoolArray, FloatArray, IntArray
from wattsup_core.simulate.weather import LONDON, Climate, SunDirection, sun_direction


@dataclass(frozen=True)
class Presence:
    """Who is there.

    Attributes
    ----------
    home, awake : shape (minutes,)
        How many people are in, and how many of them are up.
    is_away : shape (minutes,)
        Whether the building is left for days.
    is_free_day : shape (days,)
        Weekends and bank holidays.
    is_home_office : shape (days,)
        Working days on which somebody works from here.
    """

    home: IntArray
    awake: IntArray
    is_away: BoolArray
    is_free_day: BoolArray
    is_home_office: BoolArray


@dataclass(frozen=True)
class Scene:
    """Everything an appliance may depend on.

    Attributes
    ----------
    temperature_c, darkness, clearness : shape (minutes,)
        As the functions of these names in :mod:`wattsup_core.simulate.weather` give them.
    """

    clock: Clock
    temperature_c: FloatArray
    darkness: FloatArray
    clearness: FloatArray
    presence: Presence
    climate: Climate = LONDON

    @property
    def sun(self) -> SunDirection:
        """Where the sun stands at each minute."""
        return sun_direction(self.clock, self.climate)

    @property
    def day_mean_temperature_c(self) -> FloatArray:
        """The mean outdoor temperature of each local day [°C], shape (days,)."""
        day = self.clock.day_of_minute
        sums = np.bincount(day, self.temperature_c, self.clock.days)
        # A zone that moves across the date line skips a day: it has no minutes.
        return sums / np.maximum(np.bincount(day, minlength=self.clock.days), 1)
