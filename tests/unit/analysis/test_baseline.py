"""The expectation follows the slot, the day type and the season, and odd days do not move it."""

from __future__ import annotations

import numpy as np
import pytest

from tests.factories import daily_curve, make_readings
from tests.unit.analysis.households import grid_of, noisy_home, position, set_kwh
from wattsup_core.analysis.baseline import Baseline, Centre, fit_baseline, seasonal_centre
from wattsup_core.analysis.grid import Grid
from wattsup_core.analysis.scale import fit_scale


def baseline_of(grid: Grid, is_odd: np.ndarray | None = None, centre: Centre = Centre.MEDIAN, is_signed: bool = False) -> Baseline:
    odd = np.zeros(len(grid), dtype=bool) if is_odd is None else is_odd
    return fit_baseline(grid, fit_scale(grid.kwh), odd, is_signed, centre)


def test_expectation_is_the_daily_curve() -> None:
    grid = grid_of(noisy_home(60))
    curve = daily_curve(60, 30)
    assert np.abs(baseline_of(grid).expected_kwh / curve - 1).mean() < 0.08


def test_one_odd_week_does_not_move_the_median() -> None:
    clean, odd = noisy_home(60), noisy_home(60)
    set_kwh(odd, 30, 0, 24 * 4, 5.0)
    far = slice(position(30, 0), position(34, 0))
    ratio = baseline_of(grid_of(odd)).expected_kwh[far] / baseline_of(grid_of(clean)).expected_kwh[far]
    assert ratio.mean() == pytest.approx(1.0, abs=0.2)


def test_masked_cells_are_not_learned_from() -> None:
    odd = noisy_home(60)
    rows = set_kwh(odd, 20, 0, 24 * 14, 5.0)
    mask = np.zeros(60 * 48, dtype=bool)
    mask[rows] = True
    found = baseline_of(grid_of(odd), mask, Centre.TRIMMED_MEAN).expected_kwh[rows]
    assert found.sum() == pytest.approx(daily_curve(14, 30).sum(), rel=0.15)


def test_weekends_have_their_own_profile() -> None:
    readings = noisy_home(70)
    weekend = readings.index.day_of_week >= 5
    readings.loc[weekend, "kwh"] *= 3
    expected = baseline_of(grid_of(readings)).expected_kwh
    assert expected[weekend].mean() / expected[~weekend].mean() == pytest.approx(3.0, rel=0.1)


def test_a_weekday_with_a_habit_is_expected_to_keep_it() -> None:
    readings = noisy_home(140)
    charging = (readings.index.day_of_week == 0) & (readings.index.hour == 10)
    readings.loc[charging, "kwh"] = 3.5
    assert baseline_of(grid_of(readings)).expected_kwh[charging].mean() == pytest.approx(3.5, rel=0.05)


def test_a_holiday_on_a_weekday_is_expected_as_a_weekend() -> None:
    readings = noisy_home(70)
    weekend = readings.index.day_of_week >= 5
    readings.loc[weekend, "kwh"] *= 4
    holiday = slice(position(37, 0), position(38, 0))  # a Wednesday
    readings.iloc[holiday, 0] *= 4
    grid = grid_of(readings)
    assert baseline_of(grid).expected_kwh[holiday].sum() > 3 * daily_curve(1, 30).sum()


def test_the_trimmed_mean_keeps_the_energy_of_a_day() -> None:
    readings = noisy_home(90)
    rng = np.random.default_rng(2)
    for day in range(90):  # an hour at a time that nobody can foretell
        set_kwh(readings, day, float(rng.integers(8, 22)), 1, 2.0)
    grid = grid_of(readings)
    mean, median = baseline_of(grid, centre=Centre.TRIMMED_MEAN), baseline_of(grid)
    assert abs(mean.expected_kwh.sum() - grid.kwh.sum()) < abs(median.expected_kwh.sum() - grid.kwh.sum())


def test_a_net_meter_may_be_expected_below_zero() -> None:
    readings = noisy_home(40)
    sunny = (readings.index.hour >= 10) & (readings.index.hour < 15)
    readings.loc[sunny, "kwh"] -= 1.0
    found = baseline_of(grid_of(readings), is_signed=True)
    assert (found.expected_kwh[sunny] < -0.5).all()


def test_a_cold_spell_is_expected_where_temperature_is_known() -> None:
    days, rng = 200, np.random.default_rng(3)
    daily_c = 8 + rng.normal(0, 4, days)
    temperature_c = np.repeat(daily_c, 24)
    heating = np.clip(15.5 - temperature_c, 0, None) * 0.05
    kwh = daily_curve(days, 60) + heating * rng.lognormal(0, 0.05, days * 24)
    plain = baseline_of(grid_of(make_readings(kwh, interval_minutes=60), 60))
    warm = baseline_of(grid_of(make_readings(kwh, interval_minutes=60, temperature_c=temperature_c), 60))
    assert np.abs(warm.residual).mean() < 0.7 * np.abs(plain.residual).mean()
    assert plain.notes == warm.notes == ()


def test_a_short_history_says_so() -> None:
    assert baseline_of(grid_of(noisy_home(12))).notes == (
        "Fewer than 14 days of readings: comparing hours only, weekdays and weekends together.",
    )


def test_trailing_centre_knows_nothing_of_its_own_or_later_days() -> None:
    whole = noisy_home(40)
    changed = whole.copy()
    set_kwh(changed, 20, 0, 24 * 20, 9.0)
    scale = fit_scale(grid_of(whole).kwh)
    before = seasonal_centre(grid_of(whole), grid_of(whole).kwh, scale, is_trailing=True)
    after = seasonal_centre(grid_of(changed), grid_of(changed).kwh, scale, is_trailing=True)
    seen = slice(position(8, 0), position(21, 0))
    assert after[seen] == pytest.approx(before[seen])
