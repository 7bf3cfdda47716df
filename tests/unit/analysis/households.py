"""Plain households for the analysis tests: a daily curve with noise, and what goes wrong in it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tests.factories import daily_curve, make_meter, make_readings
from wattsup_core.analysis.grid import Grid, build_grid
from wattsup_core.types import Meter


def home_meter(interval_minutes: float = 30.0, timezone: str = "UTC") -> Meter:
    """A meter whose local time is UTC, so that positions in a test are clock times."""
    return make_meter(interval_minutes=interval_minutes, timezone=timezone)


def noisy_home(days: int = 90, interval_minutes: float = 30.0, seed: int = 1) -> pd.DataFrame:
    """READINGS of a household: the daily curve times a log-normal noise, to the watt-hour."""
    curve = daily_curve(days, interval_minutes)
    noise = np.random.default_rng(seed).lognormal(0.0, 0.25, len(curve))
    return make_readings(np.round(curve * noise, 3), interval_minutes=interval_minutes)


def position(day: int, hour: float, interval_minutes: float = 30.0) -> int:
    """The row of a time."""
    return round((day * 24 + hour) * 60 / interval_minutes)


def set_kwh(readings: pd.DataFrame, day: int, hour: float, hours: float, kwh: float | np.ndarray, interval_minutes: float = 30.0) -> slice:
    """Overwrite a stretch of readings in place; returns its rows."""
    rows = slice(position(day, hour, interval_minutes), position(day, hour + hours, interval_minutes))
    readings.iloc[rows, readings.columns.get_loc("kwh")] = kwh
    return rows


def grid_of(readings: pd.DataFrame, interval_minutes: float = 30.0, timezone: str = "UTC") -> Grid:
    """The working grid of readings."""
    return build_grid(readings, home_meter(interval_minutes, timezone))
