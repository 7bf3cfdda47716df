"""What is remembered of a meter describes its next reading as the tables say."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from tests.factories import make_meter, make_readings
from wattsup_core.analysis.live.memory import FEATURES, MeterMemory, Sight
from wattsup_core.timegrid import to_epoch_seconds

DAYS = 28
ROWS = DAYS * 48
STEP = 1800


def at(sight: Sight, feature: str) -> float:
    return sight.features[FEATURES.index(feature)]


def noisy(days: float = DAYS, interval_minutes: float = 30, seed: int = 1) -> pd.DataFrame:
    readings = make_readings(days=days, interval_minutes=interval_minutes)
    readings["kwh"] *= np.random.default_rng(seed).lognormal(0, 0.1, len(readings))
    return readings


def next_ts(readings: pd.DataFrame, rows: int = 1, step: int = STEP) -> int:
    return int(to_epoch_seconds(pd.DatetimeIndex(readings.index))[-1]) + rows * step


def test_a_usual_reading_is_near_its_expectation_and_inside_the_band() -> None:
    readings = noisy()
    sight = MeterMemory(readings, make_meter()).see(next_ts(readings), float(readings["kwh"].iloc[-48]))
    assert abs(at(sight, "residual")) < 0.5
    assert sight.lower_95_kwh < sight.kwh < sight.upper_95_kwh
    assert sight.expected_kwh == pytest.approx(sight.kwh, rel=0.4)


def test_a_spike_stands_out_in_level_rank_and_jump() -> None:
    readings = noisy()
    memory = MeterMemory(readings, make_meter())
    usual = memory.see(next_ts(readings), float(readings["kwh"].iloc[-48]))
    spike = memory.see(next_ts(readings, 2), 20 * float(readings["kwh"].max()))
    for feature in ("residual", "residual_z", "level", "rank_high", "jump"):
        assert at(spike, feature) > at(usual, feature) + 1
    assert spike.kwh > spike.upper_95_kwh


def test_runs_are_counted_in_hours_and_end_with_another_value() -> None:
    readings = noisy()
    memory = MeterMemory(readings, make_meter())
    sights = [memory.see(next_ts(readings, n), 0.0) for n in range(1, 7)]
    assert at(sights[-1], "run_zero") == pytest.approx(math.log1p(3.0))
    assert sights[-1].run_hours == pytest.approx(3.0)
    assert at(memory.see(next_ts(readings, 7), 0.3), "run_zero") == 0.0
    assert at(memory.see(next_ts(readings, 8), 0.3), "run_same") == pytest.approx(math.log1p(0.5))


def test_what_no_cell_can_hold_is_impossible() -> None:
    readings = noisy()
    memory = MeterMemory(readings, make_meter())
    assert memory.see(next_ts(readings), -0.1).is_impossible
    assert memory.see(next_ts(readings, 2), 1000 * float(readings["kwh"].max())).is_impossible
    assert not memory.see(next_ts(readings, 3), float(readings["kwh"].max())).is_impossible


@pytest.mark.parametrize("interval_minutes", [30.0, 1.0])
def test_more_than_on_nearly_all_days_is_unreached(interval_minutes: float) -> None:
    readings = noisy(days=14, interval_minutes=interval_minutes)
    memory = MeterMemory(readings, make_meter(interval_minutes=interval_minutes))
    step, highest = round(60 * interval_minutes), float(readings["kwh"].max())
    assert not memory.see(next_ts(readings, 1, step), 0.9 * highest).is_unreached
    assert memory.see(next_ts(readings, 2, step), 1.5 * highest).is_unreached


def test_negative_readings_are_possible_where_they_are_natural() -> None:
    readings = noisy()
    readings.loc[readings.index.hour.isin([11, 12, 13]), "kwh"] *= -1
    assert not MeterMemory(readings, make_meter()).see(next_ts(readings), -0.1).is_impossible


def test_minutes_are_judged_at_the_power_of_their_cell() -> None:
    readings = noisy(days=8, interval_minutes=1)
    memory = MeterMemory(readings, make_meter(interval_minutes=1.0))
    sight = memory.see(next_ts(readings, 1, 60), float(readings["kwh"].iloc[-1440]))
    assert abs(at(sight, "residual")) < 0.7
    assert sight.expected_kwh == pytest.approx(float(readings["kwh"].iloc[-1440]), rel=0.5)


def test_a_gap_leaves_no_old_values_behind() -> None:
    readings = noisy()
    memory = MeterMemory(readings, make_meter())
    sight = memory.see(next_ts(readings, 48 * 30), 5.0)
    assert at(sight, "last_week") == 0.0
    assert at(sight, "mean_72h") == pytest.approx(at(sight, "residual"))


def test_both_hours_of_a_clock_change_are_seen() -> None:
    readings = make_readings(days=14, start=pd.Timestamp("2026-10-11", tz="UTC").to_pydatetime())
    memory = MeterMemory(readings, make_meter())
    sights = [memory.see(next_ts(readings, n), 0.1) for n in range(1, 9)]
    assert [sight.ts for sight in sights] == [next_ts(readings, n) for n in range(1, 9)]


def test_it_is_ready_after_three_days() -> None:
    assert not MeterMemory(noisy(days=2), make_meter()).is_ready
    assert MeterMemory(noisy(days=3.5), make_meter()).is_ready


@pytest.mark.parametrize("kwh", [0.0, 0.25])
def test_a_constant_meter_has_finite_features(kwh: float) -> None:
    readings = make_readings(np.full(ROWS, kwh))
    sight = MeterMemory(readings, make_meter()).see(next_ts(readings), kwh)
    assert np.isfinite(sight.features).all()
    assert np.isfinite([sight.expected_kwh, sight.lower_95_kwh, sight.upper_95_kwh]).all()
