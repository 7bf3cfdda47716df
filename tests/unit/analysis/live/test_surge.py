"""High use of an hour is told by the bulk of the meter's days, whatever a few of them hold."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.factories import make_meter, make_readings
from wattsup_core.analysis.live.memory import MeterMemory, Sight
from wattsup_core.timegrid import to_epoch_seconds

DAYS = 35
LEAST_TOLD = 1.6
"""What the whole analysis asks for, at two alarms a month."""


def noisy(days: float = DAYS, interval_minutes: float = 15.0) -> pd.DataFrame:
    readings = make_readings(days=days, interval_minutes=interval_minutes)
    readings["kwh"] *= np.random.default_rng(1).lognormal(0, 0.2, len(readings))
    return readings


def seen(readings: pd.DataFrame, kwh: list[float], interval_minutes: float = 15.0) -> list[Sight]:
    """The sights of readings that come after those of a memory."""
    memory = MeterMemory(readings, make_meter(interval_minutes=interval_minutes))
    step, last = round(interval_minutes * 60), int(to_epoch_seconds(pd.DatetimeIndex(readings.index))[-1])
    return [memory.see(last + step * number, value) for number, value in enumerate(kwh, start=1)]


def test_high_use_is_as_evident_after_days_that_were_higher() -> None:
    readings = noisy()
    high = 4.0 * float(readings["kwh"].max())
    before = seen(readings, [high] * 4)[-1]
    for day in (5, 2, 1):
        readings.iloc[-96 * day - 40 : -96 * day - 32, 0] = 1.5 * high
    after = seen(readings, [high] * 4)[-1]
    assert not after.is_unreached
    assert after.surge > LEAST_TOLD
    assert after.surge > 0.3 * before.surge


def test_usual_use_is_none() -> None:
    readings = noisy()
    day = readings["kwh"].iloc[-96:].tolist()
    assert max(sight.surge for sight in seen(readings, day)) < LEAST_TOLD
    assert min(sight.surge for sight in seen(readings, [0.0] * 8)) == 0.0


def test_it_passes_with_the_hour() -> None:
    readings = noisy()
    high = 4.0 * float(readings["kwh"].max())
    sights = seen(readings, [high] * 4 + [0.0] * 6)
    assert sights[3].surge > LEAST_TOLD
    assert sights[-1].surge == 0.0


def test_the_first_minute_of_a_cell_is_no_quarter_of_an_hour() -> None:
    readings = noisy(14, 1.0)
    sights = seen(readings, [float(readings["kwh"].max())] * 60, 1.0)
    assert sights[0].surge < LEAST_TOLD < sights[-1].surge


@pytest.mark.parametrize(("days", "interval_minutes"), [(5, 30.0), (60, 1440.0), (28, 720.0)])
def test_of_few_days_or_without_hours_nothing_is_said(days: int, interval_minutes: float) -> None:
    readings = noisy(days, interval_minutes)
    assert [sight.surge for sight in seen(readings, [1000.0] * 3, interval_minutes)] == [0.0] * 3


def test_after_a_gap_an_old_hour_says_nothing() -> None:
    readings = noisy()
    memory = MeterMemory(readings, make_meter(interval_minutes=15.0))
    last, high = int(to_epoch_seconds(pd.DatetimeIndex(readings.index))[-1]), 4.0 * float(readings["kwh"].max())
    assert [memory.see(last + 900 * number, high) for number in range(1, 5)][-1].surge > LEAST_TOLD
    assert memory.see(last + 900 * 4 + 86_400, 0.0).surge == 0.0
