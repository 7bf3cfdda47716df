"""A past laid on local days: what is read, what is learned, and where the future begins."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest

from tests.factories import make_readings
from tests.unit.analysis.forecasting.pasts import MONDAY, hourly_meter, weekly_home
from wattsup_core import timegrid
from wattsup_core.analysis.forecasting.history import build_history, day_sums
from wattsup_core.analysis.forecasting.horizon import build_horizon


def test_half_hours_become_hours_and_days_keep_their_energy() -> None:
    readings = make_readings(days=3, interval_minutes=30, start=MONDAY)
    history = build_history(readings, hourly_meter(interval_minutes=30.0))
    assert history.kwh.shape == (3, 24)
    assert history.day_kwh == pytest.approx(readings["kwh"].sum() / 3)
    assert history.weekday.tolist() == [0, 1, 2]


def test_missing_hours_are_scaled_up_and_days_with_too_many_are_unknown() -> None:
    readings = make_readings(np.ones(72), interval_minutes=60, start=MONDAY)
    kept = np.ones(72, bool)
    kept[20:24], kept[30:48] = False, False
    history = build_history(readings[kept], hourly_meter())
    assert history.day_kwh[0] == pytest.approx(24.0)
    assert np.isnan(history.day_kwh[1])
    assert day_sums(history.kwh, 0.9)[2] == pytest.approx(24.0)


def test_odd_hours_are_not_learned_but_judged_by_and_faults_are_neither() -> None:
    readings = weekly_home(10)
    odd, fault = np.zeros(240, bool), np.zeros(240, bool)
    odd[30], fault[60] = True, True
    history = build_history(readings, hourly_meter(), odd, fault)
    assert np.isnan(history.kwh[1, 6])
    assert history.actual_kwh[1, 6] == readings["kwh"].iloc[30]
    assert np.isnan(history.kwh[2, 12])
    assert np.isnan(history.actual_kwh[2, 12])


def test_what_has_been_odd_for_over_a_week_is_learned() -> None:
    odd = np.zeros(20 * 24, bool)
    odd[10 * 24 :] = True
    history = build_history(weekly_home(20), hourly_meter(), odd)
    assert np.isfinite(history.kwh).all()


def test_past_is_cut_at_two_years() -> None:
    assert len(build_history(weekly_home(800), hourly_meter())) == 730


def test_today_is_not_a_day_of_the_past() -> None:
    readings = weekly_home(3).iloc[: 2 * 24 + 14]
    history = build_history(readings, hourly_meter())
    assert len(history) == 2
    assert timegrid.datetime_from_epoch(history.start_seconds) == datetime(2025, 1, 8, 14, tzinfo=UTC)


def test_energy_sent_counts_as_none_drawn_and_a_stray_negative_as_unknown() -> None:
    solar = np.tile(np.r_[np.full(16, 0.5), np.full(8, -1.0)], 5)
    history = build_history(make_readings(solar, interval_minutes=60), hourly_meter())
    assert history.is_signed
    assert history.day_kwh == pytest.approx(8.0)
    stray = np.full(10 * 24, 0.5)
    stray[5] = -3.0
    history = build_history(make_readings(stray, interval_minutes=60), hourly_meter())
    assert not history.is_signed
    assert np.isnan(history.kwh[0, 5])


def test_daily_meter_is_a_table_of_one_column() -> None:
    days = np.arange(1.0, 31.0)
    history = build_history(make_readings(days, interval_minutes=1440, start=MONDAY), hourly_meter(interval_minutes=1440.0))
    assert history.kwh[:, 0].tolist() == days.tolist()


@pytest.mark.parametrize(("month", "day", "hours"), [(3, 20, 719), (10, 10, 721)])
def test_horizon_keeps_days_of_23_and_25_hours(month: int, day: int, hours: int) -> None:
    start = timegrid.from_wall(datetime(2025, month, day), "Europe/London")  # noqa: DTZ001  # a wall clock
    readings = make_readings(np.ones(72), interval_minutes=60, start=start)
    horizon = build_horizon(build_history(readings, hourly_meter("Europe/London")), 30, "Europe/London")
    assert len(horizon.seconds) == hours
    assert horizon.days == 30
    assert horizon.share == pytest.approx(1.0)
    counts = np.bincount(horizon.day)
    assert sorted(set(counts.tolist()) - {24}) == [23 if hours < 720 else 25]
    assert (np.diff(horizon.seconds) == 3600).all()


def test_horizon_of_a_daily_meter_steps_by_local_days() -> None:
    starts = [timegrid.from_wall(datetime(2025, 3, day), "Europe/London") for day in range(1, 21)]  # noqa: DTZ001  # wall clocks
    readings = make_readings(np.ones(20), interval_minutes=1440, start=starts[0])
    horizon = build_horizon(build_history(readings, hourly_meter("Europe/London", interval_minutes=1440.0)), 30, "Europe/London")
    assert len(horizon.seconds) == 30
    assert (timegrid.to_wall_seconds(horizon.seconds, "Europe/London") % 86_400 == 0).all()


def test_horizon_from_the_middle_of_a_day_tells_the_shares_of_its_edges() -> None:
    history = build_history(weekly_home(3).iloc[: 2 * 24 + 18], hourly_meter())
    horizon = build_horizon(history, 2, "UTC")
    assert len(horizon.seconds) == 48
    assert horizon.share.tolist() == [0.25, 1.0, 0.75]
