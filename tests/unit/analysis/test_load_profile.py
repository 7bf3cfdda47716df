from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from wattsup_core.analysis.load_profile import (
    baseload_change,
    baseload_kw,
    completeness_pct,
    daily_near_base_kw,
    energy_kwh,
)

LONDON = "Europe/London"


def readings(kw: np.ndarray, interval_minutes: float, start: str = "2026-01-05", timezone: str = "UTC") -> pd.DataFrame:
    first = pd.Timestamp(start, tz=timezone).tz_convert("UTC")
    index = pd.date_range(first, periods=len(kw), freq=pd.Timedelta(minutes=interval_minutes), name="ts").as_unit("us")
    return pd.DataFrame({"kwh": kw * interval_minutes / 60, "quality": "actual"}, index=index).astype({"quality": "str"})


def home_kw(days: int, interval_minutes: float, base_kw: float = 0.12) -> np.ndarray:
    """Always on, and a load that differs by day from 7 to 23 o'clock."""
    rows = int(days * 1440 / interval_minutes)
    hour = np.arange(rows) * interval_minutes / 60 % 24
    day = np.arange(rows) * interval_minutes // 1440
    return base_kw + np.where((hour >= 7) & (hour < 23), 0.6 + 0.2 * np.sin(day) + 0.3 * np.sin(hour), 0.0)


@pytest.mark.parametrize("interval", [1, 5, 15, 30, 60])
def test_the_always_on_load_does_not_depend_on_the_interval(interval: int) -> None:
    assert baseload_kw(readings(home_kw(10, interval), interval), interval) == pytest.approx(0.12, abs=0.002)


def test_a_fridge_counts_with_its_mean() -> None:
    minute = np.arange(6 * 1440)
    kw = home_kw(6, 1, base_kw=0.05) + np.where(minute % 30 < 10, 0.09, 0.0)
    assert baseload_kw(readings(kw, 1), 1) == pytest.approx(0.08, abs=0.002)


@pytest.mark.parametrize("interval", [120, 1440])
def test_intervals_longer_than_an_hour_have_no_always_on_load(interval: int) -> None:
    assert baseload_kw(readings(home_kw(30, interval), interval), interval) is None


def test_three_days_are_needed() -> None:
    assert baseload_kw(readings(home_kw(2, 15), 15), 15) is None
    assert baseload_kw(readings(home_kw(3, 15), 15), 15) is not None
    assert baseload_kw(readings(np.empty(0), 15), 15) is None


def test_outages_and_missing_readings_do_not_count() -> None:
    kw = home_kw(10, 15)
    kw[100:160] = 0.0
    kw[300:340] = np.nan
    kw[500:700] = 0.0
    assert baseload_kw(readings(kw, 15), 15) == pytest.approx(0.12, abs=0.002)


def test_a_home_whose_days_are_solar_is_judged_by_its_nights() -> None:
    hour = np.arange(10 * 96) / 4 % 24
    kw = np.where((hour >= 8) & (hour < 17), 0.0, home_kw(10, 15))
    assert baseload_kw(readings(kw, 15), 15) == pytest.approx(0.12, abs=0.002)


def test_a_small_load_on_a_coarse_register_is_not_an_outage() -> None:
    energy_wh = np.diff(np.floor(np.arange(5 * 1440 + 1) * 30 / 60))
    frame = readings(energy_wh / 1000 * 60, 1)
    assert (frame["kwh"] == 0).any()
    assert baseload_kw(frame, 1) == pytest.approx(0.03, abs=0.001)


def test_only_zeros_have_no_always_on_load() -> None:
    assert baseload_kw(readings(np.zeros(960), 15), 15) is None


def test_days_are_those_of_the_wall_clock() -> None:
    days, loads_kw = daily_near_base_kw(readings(home_kw(3, 60), 60, "2026-03-28", LONDON), 60, LONDON)
    assert [date(1970, 1, 1) + timedelta(days=int(day)) for day in days] == [date(2026, 3, 28), date(2026, 3, 29), date(2026, 3, 30)]
    assert loads_kw == pytest.approx(0.12, abs=0.01)


def periods(before_kw: np.ndarray, after_kw: np.ndarray) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The range and the period before it, in London's winter, from daily always-on loads."""
    loads = np.concatenate([before_kw, after_kw])
    noise = np.random.default_rng(1).normal(0, 0.003, len(loads))
    kw = home_kw(len(loads), 15, base_kw=0.0) + np.repeat(loads + noise, 96)
    whole = readings(kw, 15, "2025-12-04")
    return whole.iloc[96 * len(before_kw) :], whole.iloc[: 96 * len(before_kw)]


def test_a_step_is_told_with_its_day() -> None:
    current, previous = periods(np.full(30, 0.107), np.repeat([0.107, 0.148], [16, 14]))
    change = baseload_change(current, previous, 15, LONDON)
    assert change is not None
    assert change.since == date(2026, 1, 19)
    assert change.change_kw == pytest.approx(0.041, abs=0.003)
    assert change.kw == pytest.approx(0.148, abs=0.003)


def test_of_two_steps_the_last_is_told() -> None:
    current, previous = periods(np.full(30, 0.1), np.repeat([0.1, 0.18, 0.13], [8, 10, 12]))
    change = baseload_change(current, previous, 15, LONDON)
    assert change is not None
    assert change.since == date(2026, 1, 21)
    assert change.change_kw == pytest.approx(-0.05, abs=0.004)


def test_a_step_before_the_range_is_no_change_since_a_day() -> None:
    current, previous = periods(np.repeat([0.1, 0.15], [12, 18]), np.full(30, 0.15))
    change = baseload_change(current, previous, 15, LONDON)
    assert change is not None
    assert change.since is None
    assert change.change_kw == pytest.approx(0.0, abs=0.004)


def test_a_slow_rise_is_compared_as_a_whole() -> None:
    current, previous = periods(np.linspace(0.1, 0.13, 30), np.linspace(0.13, 0.16, 30))
    change = baseload_change(current, previous, 15, LONDON)
    assert change is not None
    assert change.change_kw == pytest.approx(0.03, abs=0.004)
    assert change.kw == pytest.approx(0.145, abs=0.004)


def test_without_a_period_before_there_is_a_load_but_no_change() -> None:
    current, previous = periods(np.empty(0), np.full(10, 0.12))
    change = baseload_change(current, previous, 15, LONDON)
    assert change is not None
    assert change.kw == pytest.approx(0.12, abs=0.003)
    assert change.change_kw is None
    assert change.since is None


def test_daily_readings_have_no_change() -> None:
    daily = readings(home_kw(60, 1440), 1440)
    assert baseload_change(daily.iloc[30:], daily.iloc[:30], 1440, LONDON) is None


def test_energy_leaves_missing_readings_out() -> None:
    frame = readings(np.array([1.0, np.nan, 3.0]), 30)
    assert energy_kwh(frame) == pytest.approx(2.0)
    assert energy_kwh(frame.iloc[:0]) == 0.0


def day(text: str) -> datetime:
    return pd.Timestamp(text, tz=LONDON).to_pydatetime()


@pytest.mark.parametrize(("first", "intervals"), [("2026-03-29", 46), ("2026-10-25", 50), ("2026-06-01", 48)])
def test_days_of_23_and_25_hours_are_complete_with_their_own_count(first: str, intervals: int) -> None:
    frame = readings(np.ones(intervals), 30, first, LONDON)
    start, end = day(first), day(first) + timedelta(days=1)
    assert completeness_pct(frame, 30, start, end) == 100.0
    assert completeness_pct(frame.iloc[1:], 30, start, end) == pytest.approx(100 * (intervals - 1) / intervals)


def test_daily_readings_at_local_midnight_are_complete_over_summer_time() -> None:
    index = pd.date_range("2026-03-01", periods=60, freq="D", tz=LONDON).tz_convert("UTC").as_unit("us").rename("ts")
    frame = pd.DataFrame({"kwh": 9.0, "quality": "actual"}, index=index)
    assert completeness_pct(frame, 1440, day("2026-03-01"), day("2026-04-30")) == 100.0


def test_missing_readings_and_those_outside_do_not_count() -> None:
    frame = readings(np.array([1.0, np.nan, 1.0, 1.0, 1.0, 1.0]), 60)
    start = datetime(2026, 1, 5, tzinfo=UTC)
    assert completeness_pct(frame, 60, start, start + timedelta(hours=4)) == 75.0
    assert completeness_pct(frame, 60, start, start) == 0.0
