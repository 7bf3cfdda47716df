"""Laws of a forecast that hold for any past, zone and length."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.factories import make_meter, make_readings
from wattsup_core import timegrid
from wattsup_core.analysis.forecasting.forecast import make_forecast
from wattsup_core.frames import check_forecast
from wattsup_core.types import ForecastConfig, Range, Tariff

ZONES = ("UTC", "Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "America/Santiago")
INTERVALS = (15.0, 30.0, 60.0, 240.0, 1440.0)


def is_ordered(each: Range) -> bool:
    return 0 <= each.lower_95 <= each.lower_80 <= each.value <= each.upper_80 <= each.upper_95


@given(
    seed=st.integers(0, 2**32 - 1),
    days=st.integers(2, 24),
    ahead=st.integers(1, 90),
    zone=st.sampled_from(ZONES),
    interval=st.sampled_from(INTERVALS),
    start_day=st.integers(0, 364),
    zeros=st.floats(0, 1),
    gaps=st.floats(0, 0.6),
)
@example(seed=0, days=2, ahead=1, zone="America/Santiago", interval=15.0, start_day=93, zeros=0.0, gaps=0.0)  # ends in an hour shown twice
@settings(max_examples=40, deadline=None)
def test_any_past_gives_whole_days_ahead_and_ordered_intervals(
    seed: int, days: int, ahead: int, zone: str, interval: float, start_day: int, zeros: float, gaps: float
) -> None:
    random = np.random.default_rng(seed)
    count = round(days * 1440 / interval)
    kwh = random.lognormal(0, 2, count) * (random.random(count) >= zeros)
    first = timegrid.from_wall(datetime(2025, 1, 1) + timedelta(days=start_day), zone)  # noqa: DTZ001  # a wall clock
    readings = make_readings(kwh, interval_minutes=interval, start=first)
    kept = random.random(count) >= gaps
    kept[[*range(round(1440 / interval)), count - 1]] = True
    meter = make_meter(timezone=zone, interval_minutes=interval)
    forecast = make_forecast(readings[kept], meter, Tariff(0.3), ForecastConfig(days=ahead))
    check_forecast(forecast.rows)
    index = pd.DatetimeIndex(forecast.rows.index)
    assert index[0] > readings.index[-1]
    spans = [timegrid.to_wall(moment, zone) for moment in (forecast.start, forecast.end)]
    assert abs(spans[1] - spans[0] - timedelta(days=ahead)) <= timedelta(hours=1)  # an hour where the clock skips the end
    if interval <= 60:
        assert (np.diff(timegrid.to_epoch_seconds(index)) == 3600).all()
    assert all(is_ordered(day.kwh) for day in forecast.days)
    assert is_ordered(forecast.total)
    assert np.isclose(sum(day.kwh.value for day in forecast.days), forecast.total.value)
    assert forecast.start.tzinfo is UTC
