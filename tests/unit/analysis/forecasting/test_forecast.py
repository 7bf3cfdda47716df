"""From readings to a forecast, over histories short and long, plain and odd."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from tests.factories import daily_curve, make_meter, make_readings
from tests.unit.analysis.forecasting.pasts import MONDAY, hourly_meter, weekly_home
from wattsup_core.analysis.forecasting.forecast import make_forecast
from wattsup_core.analysis.forecasting.outcome import days_that_came
from wattsup_core.errors import BadRequestError
from wattsup_core.frames import check_forecast
from wattsup_core.types import Channel, Forecast, ForecastConfig, ForecastMethod, Meter, Tariff

TARIFF = Tariff(0.25)


def forecast_of(readings: pd.DataFrame, meter: Meter | None = None, **config: object) -> Forecast:
    return make_forecast(readings, meter or hourly_meter(), TARIFF, ForecastConfig(**config))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def longer() -> Forecast:
    """120 days of a household whose year, holidays and noise are known."""
    return forecast_of(weekly_home(120, noise=0.2), hourly_meter("Europe/London"), country="GB")


def test_whole_forecast_keeps_its_contract(longer: Forecast) -> None:
    check_forecast(longer.rows)
    assert longer.start == datetime(2025, 5, 6, tzinfo=UTC)
    assert longer.method is ForecastMethod.COMBINED
    assert len(longer.rows) == 720
    assert longer.interval_minutes == 60


def test_public_holidays_are_those_of_the_meters_country_or_of_the_one_asked_for() -> None:
    readings, german = weekly_home(60, start=datetime(2025, 10, 20, tzinfo=UTC)), hourly_meter("Europe/Berlin")
    asked = {"days": 14, "method": ForecastMethod.SEASONAL_NAIVE}

    def named(meter: Meter, **more: object) -> set[str]:
        return {day.holiday for day in forecast_of(readings, meter, **asked, **more).days if day.holiday}

    assert "Second Day of Christmas" in named(replace(german, country="DE"))
    assert named(replace(german, country="DE"), country="GB") == {"Christmas Day", "Boxing Day", "New Year's Day"}
    assert named(replace(german, country="DE"), country="") == set()
    assert named(german) == set()
    with pytest.raises(BadRequestError, match="“QQ” is no country whose public holidays are known"):
        named(german, country="QQ")


def test_sums_are_those_of_the_rows(longer: Forecast) -> None:
    local = pd.DatetimeIndex(longer.rows.index).tz_convert("Europe/London")
    by_day = longer.rows["kwh"].groupby(local.date).sum()
    assert [day.day for day in longer.days] == list(by_day.index)
    assert [day.kwh.value for day in longer.days] == pytest.approx(by_day.to_list())
    assert longer.total.value == pytest.approx(by_day.sum())
    assert longer.cost is not None
    assert longer.cost.upper_95 == pytest.approx(longer.total.upper_95 * 0.25)


def test_months_hold_what_was_read_and_what_is_to_come(longer: Forecast) -> None:
    may, june = longer.months
    read = weekly_home(120, noise=0.2)
    in_may = read["kwh"][pd.DatetimeIndex(read.index).tz_convert("Europe/London") >= "2025-05-01"].sum()
    to_come = sum(day.kwh.value for day in longer.days if day.day.month == 5)
    assert may.measured_kwh == pytest.approx(in_may)
    assert may.kwh.value == pytest.approx(in_may + to_come)
    assert (may.first_day, may.is_whole, june.is_whole) == (date(2025, 5, 1), True, False)
    assert may.kwh.lower_95 > in_may
    assert may.cost is not None
    assert may.cost.value == pytest.approx(0.25 * may.kwh.value)


def test_components_are_energies_of_a_day(longer: Forecast) -> None:
    parts = {part.name: part for part in longer.components}
    assert set(parts) == {"trend", "weekly", "holidays", "daily"}
    weekly = dict(zip(parts["weekly"].labels, parts["weekly"].kwh, strict=True))
    assert weekly["Saturday"] - weekly["Monday"] == pytest.approx(0.5 * daily_curve(1, 60).sum(), rel=0.25)
    assert sum(parts["daily"].kwh) == pytest.approx(0.0, abs=1e-4)
    assert parts["daily"].labels[np.argmax(parts["daily"].kwh)] == "20:00"  # summer time, an hour after the curve's UTC
    assert parts["holidays"].labels == ("Spring Bank Holiday, 2025-05-26",)
    assert [day.holiday for day in longer.days if day.holiday] == ["Spring Bank Holiday"]


def test_backtest_is_told_in_words_and_figures(longer: Forecast) -> None:
    backtest = longer.backtest
    assert backtest is not None
    assert len(backtest.origins) == 5
    assert backtest.days_each == 20
    assert {score.method for score in backtest.scores} == set(ForecastMethod) - {ForecastMethod.AUTO}
    assert longer.trust.startswith("On your last 11 weeks it was off by ")
    inside = [day.kwh.lower_80 <= day.actual_kwh <= day.kwh.upper_80 for day in backtest.days]
    assert backtest.coverage_80_pct == pytest.approx(100 * np.mean(inside))
    assert 60 <= backtest.coverage_80_pct <= 95


def test_repeats_itself() -> None:
    readings = weekly_home(40, noise=0.2)
    first, second = (forecast_of(readings, method=ForecastMethod.PROPHET, days=7) for _ in range(2))
    pd.testing.assert_frame_equal(first.rows, second.rows)


def test_anomalies_are_not_learned() -> None:
    readings = weekly_home(25, noise=0.05)
    spoilt, odd = readings.copy(), np.zeros(len(readings), bool)
    odd[-3 * 24 : -24] = True
    spoilt.iloc[odd, 0] *= 10
    plain, masked = (forecast_of(frame, method=ForecastMethod.SEASONAL_NAIVE).total.value for frame in (readings, spoilt))
    kept = make_forecast(spoilt, hourly_meter(), TARIFF, ForecastConfig(method=ForecastMethod.SEASONAL_NAIVE), odd).total.value
    assert masked > 2 * plain
    assert kept == pytest.approx(plain, rel=0.1)


@pytest.mark.parametrize(
    ("days", "method", "is_tested"), [(1, "seasonal-naive", False), (7, "seasonal-naive", False), (27, "four-weeks", True)]
)
def test_short_history_falls_back_and_says_so(days: int, method: str, is_tested: bool) -> None:
    forecast = forecast_of(weekly_home(days, noise=0.1))
    assert forecast.method.value == method
    assert (forecast.backtest is not None) is is_tested
    assert any("Prophet needs 28" in note for note in forecast.notes)
    assert ("rough guide" in forecast.trust) is not is_tested


def test_prophet_without_a_fit_leaves_the_weeks_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object) -> None:
        raise RuntimeError("Error during optimization")

    monkeypatch.setattr("wattsup_core.analysis.forecasting.methods.fit_days", fail)
    forecast = forecast_of(weekly_home(70, noise=0.1))
    assert forecast.method is ForecastMethod.FOUR_WEEKS
    assert forecast.backtest is not None
    assert any("found no fit" in note for note in forecast.notes)
    with pytest.raises(BadRequestError, match="found no fit"):
        forecast_of(weekly_home(70, noise=0.1), method=ForecastMethod.PROPHET)


@pytest.mark.parametrize("kwh", [0.0, 0.5])
def test_constant_meter_goes_on(kwh: float) -> None:
    forecast = forecast_of(make_readings(np.full(60 * 24, kwh), interval_minutes=60))
    assert forecast.rows["kwh"].to_numpy() == pytest.approx(kwh)
    assert forecast.total.upper_95 == pytest.approx(720 * kwh)
    assert any("hardly differ" in note for note in forecast.notes)
    assert any("counted nothing in all its days" in note for note in forecast.notes) is (kwh == 0)


def test_one_day_is_repeated_and_its_intervals_are_wide() -> None:
    readings = weekly_home(1)
    forecast = forecast_of(readings)
    day_kwh = readings["kwh"].sum()
    assert [day.kwh.value for day in forecast.days] == pytest.approx([day_kwh] * 30)
    assert forecast.total.lower_80 < 0.75 * 30 * day_kwh
    assert forecast.total.upper_80 > 1.5 * 30 * day_kwh
    assert "There is one day of whole readings; Prophet needs 28. Until then what there is is repeated." in forecast.notes


def test_one_week_is_repeated_with_its_weekend() -> None:
    readings = weekly_home(7)
    forecast = forecast_of(readings, days=14)
    assert [day.kwh.value for day in forecast.days] == pytest.approx(
        2 * [readings["kwh"].iloc[24 * d : 24 * d + 24].sum() for d in range(7)]
    )
    assert any("Until then the week before is repeated" in note for note in forecast.notes)


def test_one_month_knows_its_weeks_and_says_what_it_does_not() -> None:
    forecast = forecast_of(weekly_home(31, noise=0.2))
    weekend, weekday = (np.mean([day.kwh.value for day in forecast.days if (day.day.weekday() >= 5) is is_end]) for is_end in (True, False))
    assert weekend / weekday == pytest.approx(1.5, rel=0.15)
    assert any("Prophet cannot be tested on this meter's past yet" in note for note in forecast.notes)
    assert forecast.trust.startswith("On your last 2 weeks")


def test_one_year_knows_its_seasons() -> None:
    readings = weekly_home(365, noise=0.1)
    winter = 1.0 + 0.4 * np.cos(2 * np.pi * (np.arange(len(readings)) / 24 + 5) / 365.25)
    forecast = forecast_of(readings.assign(kwh=readings["kwh"] * winter))
    january = readings["kwh"].iloc[: 30 * 24].sum() * 1.39
    assert forecast.total.value == pytest.approx(january, rel=0.1)
    yearly = {part.name: dict(zip(part.labels, part.kwh, strict=True)) for part in forecast.components}["yearly"]
    assert yearly["January"] > 0 > yearly["July"]
    assert forecast.notes == ()


def test_gap_of_three_weeks_is_passed_over_and_told() -> None:
    readings = weekly_home(70, noise=0.1)
    with_gap = pd.concat([readings.iloc[: 47 * 24], readings.iloc[68 * 24 :]])
    config = {"method": ForecastMethod.FOUR_WEEKS}
    forecast = forecast_of(with_gap, **config)
    assert forecast.total.value == pytest.approx(forecast_of(readings, **config).total.value, rel=0.05)
    assert any("from 22 February 2025 to 14 March 2025, 21 days" in note for note in forecast.notes)
    assert forecast_of(readings, **config).notes == tuple(note for note in forecast.notes if "No sound readings" not in note)


def test_gap_of_months_leaves_out_the_rounds_without_a_day_to_judge() -> None:
    readings = weekly_home(240, noise=0.2)
    with_gap = pd.concat([readings.iloc[: 100 * 24], readings.iloc[225 * 24 :]])
    forecast = forecast_of(with_gap, method=ForecastMethod.FOUR_WEEKS)
    assert forecast.backtest is not None
    assert len(forecast.backtest.origins) == 1
    assert len(forecast.backtest.days) == 15
    assert forecast.backtest.coverage_80_pct >= 75
    assert forecast.total.value == pytest.approx(forecast_of(readings, method=ForecastMethod.FOUR_WEEKS).total.value, rel=0.05)


def test_meter_that_went_off_stays_off_and_says_since_when() -> None:
    kwh = weekly_home(100)["kwh"].to_numpy().copy()
    kwh[40 * 24 :] = 0.0
    off = np.zeros(len(kwh), bool)
    off[40 * 24 :] = True
    readings = make_readings(kwh, interval_minutes=60)
    forecast = make_forecast(readings, hourly_meter(), TARIFF, ForecastConfig(), off, off)
    assert forecast.total.value == pytest.approx(0.0, abs=1.0)
    assert "The meter has counted nothing since 14 February 2026, for 60 days." in forecast.notes


def test_meter_that_was_off_for_months_goes_on_as_it_is_now() -> None:
    readings = weekly_home(150, noise=0.1)
    kwh = readings["kwh"].to_numpy().copy()
    kwh[30 * 24 : 120 * 24] = 0.0
    forecast = forecast_of(readings.assign(kwh=kwh))
    assert forecast.total.value == pytest.approx(readings["kwh"].iloc[-28 * 24 :].sum() * 30 / 28, rel=0.15)
    assert not any("counted nothing" in note for note in forecast.notes)


def test_daily_meter_is_forecast_by_days() -> None:
    kwh = 10 * np.random.default_rng(1).lognormal(0, 0.1, 60)
    forecast = forecast_of(make_readings(kwh, interval_minutes=1440, start=MONDAY), hourly_meter(interval_minutes=1440.0), days=14)
    assert len(forecast.rows) == len(forecast.days) == 14
    assert forecast.interval_minutes == 1440
    assert forecast.total.value == pytest.approx(140, rel=0.1)
    assert "daily" not in {part.name for part in forecast.components}


def test_energy_sent_is_not_priced() -> None:
    forecast = forecast_of(weekly_home(10), hourly_meter(channel=Channel.EXPORT))
    assert forecast.cost is None
    assert all(month.cost is None for month in forecast.months)


def test_net_meter_is_forecast_by_what_it_draws() -> None:
    net = np.tile(np.r_[np.full(16, 0.5), np.full(8, -1.0)], 20)
    forecast = forecast_of(make_readings(net, interval_minutes=60))
    assert forecast.total.value == pytest.approx(30 * 8.0, rel=0.01)
    assert any("energy drawn alone" in note for note in forecast.notes)


@pytest.mark.parametrize(
    ("readings", "meter", "config", "words"),
    [
        (weekly_home(1).iloc[:12], hourly_meter(), {}, "less than one whole day"),
        (make_readings(np.full(48, np.nan), interval_minutes=60), hourly_meter(), {}, "less than one whole day"),
        (make_readings(np.ones(9), interval_minutes=10080), hourly_meter(interval_minutes=10080.0), {}, "too coarse"),
        (weekly_home(9), hourly_meter(), {"days": 0}, "1 to 90 days"),
        (weekly_home(9), hourly_meter(), {"days": 91}, "1 to 90 days"),
        (weekly_home(9), hourly_meter(), {"method": ForecastMethod.PROPHET}, "needs four weeks"),
    ],
)
def test_what_cannot_be_forecast_is_refused_in_a_sentence(readings: pd.DataFrame, meter: Meter, config: dict[str, int], words: str) -> None:
    with pytest.raises(BadRequestError, match=words):
        forecast_of(readings, meter, **config)


@pytest.mark.parametrize(("month", "hours"), [(3, 719), (10, 721)])
def test_clock_changes_ahead_come_out_right(month: int, hours: int) -> None:
    start = datetime(2025, month, 1, tzinfo=UTC)
    forecast = forecast_of(weekly_home(14, start=start), make_meter(timezone="Europe/Berlin", interval_minutes=60.0))
    local = pd.DatetimeIndex(forecast.rows.index).tz_convert("Europe/Berlin")
    assert len(local) == hours
    evening = forecast.rows["kwh"].groupby(local.hour).mean()
    for day, rows in forecast.rows["kwh"].groupby(local.date):
        if len(rows) == 23 or len(rows) == 25:
            hour = pd.DatetimeIndex(rows.index).tz_convert("Europe/Berlin").hour
            assert rows.idxmax() == rows.index[hour == evening.idxmax()][0], day


def test_days_that_came_are_put_beside_the_forecast() -> None:
    readings = weekly_home(30, noise=0.1)
    forecast = forecast_of(readings.iloc[: 20 * 24 + 6], days=7)
    later = readings[readings.index >= forecast.start].iloc[: 4 * 24]
    came = days_that_came(forecast, later, hourly_meter())
    first = date(2025, 1, 27)  # the day the forecast begins in at six in the morning is not whole
    assert [day.day for day in came] == [first + timedelta(days=day) for day in range(3)]
    assert came[0].actual_kwh == pytest.approx(readings["kwh"].iloc[21 * 24 : 22 * 24].sum())
    assert came[0].kwh == forecast.days[1].kwh
    assert days_that_came(forecast, later.iloc[:0], hourly_meter()) == ()
