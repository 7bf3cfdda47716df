"""Pasts for the forecasting tests: hours of a household whose days and weeks are known."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pandas as pd

from tests.factories import daily_curve, make_meter, make_readings
from wattsup_core.types import Meter

MONDAY = datetime(2025, 1, 6, tzinfo=UTC)
WEEKEND_FACTOR = 1.5


def hourly_meter(timezone: str = "UTC", **changes: object) -> Meter:
    return make_meter(timezone=timezone, **{"interval_minutes": 60.0} | changes)


def weekly_home(days: int, *, noise: float = 0.0, start: datetime = MONDAY, seed: int = 1) -> pd.DataFrame:
    """Hourly READINGS: the daily curve, half as much again on Saturdays and Sundays, times a log-normal noise."""
    kwh = daily_curve(days, 60)
    weekday = (start.weekday() + np.arange(len(kwh)) // 24) % 7
    kwh = kwh * np.where(weekday >= 5, WEEKEND_FACTOR, 1.0) * np.random.default_rng(seed).lognormal(0.0, noise, len(kwh))
    return make_readings(kwh, interval_minutes=60, start=start)
