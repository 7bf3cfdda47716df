"""Weeks again, the shape of a day, holidays and Prophet on days."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from tests.factories import make_readings
from tests.unit.analysis.forecasting.pasts import MONDAY, WEEKEND_FACTOR, hourly_meter, weekly_home
from wattsup_core.analysis.forecasting.climate import usual_temperature
from wattsup_core.analysis.forecasting.history import build_history
from wattsup_core.analysis.forecasting.methods import PLAIN, WITH_PROPHET, foretell, possible_methods
from wattsup_core.analysis.forecasting.prophet_days import fit_days
from wattsup_core.analysis.forecasting.weeks import mean_of_weeks, repeat_last_week
from wattsup_core.types import ForecastMethod


def test_last_week_is_repeated_by_weekday_and_hour() -> None:
    past = np.arange(10 * 24.0).reshape(10, 24)
    foretold = repeat_last_week(past, 15)
    assert foretold[:7].tolist() == past[3:].tolist()
    assert foretold[7:14].tolist() == past[3:].tolist()
    assert foretold[14].tolist() == past[3].tolist()


def test_hour_that_last_week_lacks_comes_from_the_week_before() -> None:
    past = np.arange(14 * 24.0).reshape(14, 24)
    past[13, 5] = np.nan
    assert repeat_last_week(past, 7)[6, 5] == past[6, 5]


def test_four_weeks_are_a_mean_and_no_fifth_counts() -> None:
    past = np.repeat(np.array([100.0, 4.0, 3.0, 2.0, 1.0]), 7)[:, None]
    assert mean_of_weeks(past, 7)[:, 0].tolist() == [2.5] * 7


def test_short_past_still_foretells_every_hour() -> None:
    past = np.full((2, 24), 3.0)
    past[0, 0] = past[1, 0] = np.nan
    foretold = mean_of_weeks(past, 9)
    assert foretold.shape == (9, 24)
    assert foretold == pytest.approx(3.0)


@pytest.mark.parametrize(("days", "methods"), [(3, PLAIN[:1]), (20, PLAIN), (40, WITH_PROPHET)])
def test_methods_wait_for_a_past_that_is_long_enough(days: int, methods: tuple[ForecastMethod, ...]) -> None:
    assert possible_methods(build_history(weekly_home(days, noise=0.1), hourly_meter())) == methods


def test_prophet_is_not_asked_about_days_that_do_not_differ() -> None:
    history = build_history(make_readings(np.full(60 * 24, 0.5), interval_minutes=60), hourly_meter())
    assert possible_methods(history) == PLAIN


def test_prophet_learns_the_week_and_the_hours() -> None:
    history = build_history(weekly_home(70, noise=0.1), hourly_meter())
    table = foretell(history, 14, [ForecastMethod.PROPHET], {}).tables[ForecastMethod.PROPHET]
    usual = history.kwh[:5].mean(axis=0)
    assert table.sum(axis=1)[5:7].mean() / table.sum(axis=1)[:5].mean() == pytest.approx(WEEKEND_FACTOR, rel=0.05)
    assert table[0] == pytest.approx(usual, rel=0.25)
    assert table.min() >= 0


def test_combined_is_two_parts_of_prophet_and_one_of_four_weeks() -> None:
    history = build_history(weekly_home(60, noise=0.2), hourly_meter())
    found = foretell(history, 7, WITH_PROPHET, {}).tables
    expected = (2 * found[ForecastMethod.PROPHET] + found[ForecastMethod.FOUR_WEEKS]) / 3
    assert found[ForecastMethod.COMBINED] == pytest.approx(expected)


def test_holidays_have_an_effect_and_the_hours_of_a_sunday() -> None:
    kwh = weekly_home(100)["kwh"].to_numpy().copy().reshape(100, 24)
    holidays = {date(2025, 2, 5): "One", date(2025, 3, 4): "Two", date(2025, 4, 17): "Next"}
    for place in (30, 57):  # the two in the past: a Wednesday and a Tuesday
        kwh[place] *= 3
    history = build_history(make_readings(kwh.ravel(), interval_minutes=60, start=MONDAY), hourly_meter())
    found = foretell(history, 7, [ForecastMethod.PROPHET], holidays)
    days = found.tables[ForecastMethod.PROPHET].sum(axis=1)
    thursday = (date(2025, 4, 17) - date(2025, 4, 16)).days
    assert days[thursday] > 1.5 * days[thursday - 1]
    assert found.model is not None
    assert set(found.model.effects) == {"weekly", "holidays"}


def test_temperature_explains_heating_and_ahead_is_the_usual_one() -> None:
    days = 420
    temperature = 10 - 9 * np.cos(np.arange(days) / 365.25 * 2 * np.pi) + np.random.default_rng(3).normal(0, 3, days)
    kwh = 5 + np.maximum(15 - temperature, 0)
    readings = make_readings(np.repeat(kwh, 24) / 24, interval_minutes=60, start=MONDAY, temperature_c=np.repeat(temperature, 24))
    history = build_history(readings, hourly_meter())
    model = fit_days(history, 30, {})
    assert {"temperature", "yearly"} <= set(model.effects)
    effect = model.effects["temperature"][:days]
    assert np.corrcoef(effect, np.maximum(15 - temperature, 0))[0, 1] > 0.99
    assert model.temperature_c is not None
    assert model.temperature_c[days:] == pytest.approx(10 - 9 * np.cos(np.arange(days, days + 30) / 365.25 * 2 * np.pi), abs=3.5)


def test_usual_temperature_of_a_short_record_is_that_of_its_last_weeks() -> None:
    record = np.r_[np.full(30, 5.0), np.full(14, 12.0)]
    assert usual_temperature(record, 10)[44:].tolist() == [12.0] * 10
