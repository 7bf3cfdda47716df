from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from wattsup_core.frames import check_readings, covariate_columns
from wattsup_core.simulate import Anomaly, Drop, Flatline, Gap, Outage, Simulation, Spike, simulate
from wattsup_core.simulate.buildings import SOLAR, generated_watts, scene_of
from wattsup_core.simulate.clock import Clock
from wattsup_core.simulate.photovoltaics import INVERTER_KW
from wattsup_core.simulate.randomness import Draws, FloatArray
from wattsup_core.simulate.scene import Scene
from wattsup_core.simulate.weather import CLEAR, OVERCAST

DRAWS = Draws(7)


@pytest.fixture(scope="module")
def scene() -> Scene:
    return scene_of(SOLAR, Clock.of(date(2025, 1, 1), 365, "Europe/London"), DRAWS)


@pytest.fixture(scope="module")
def watts(scene: Scene) -> FloatArray:
    return generated_watts(SOLAR, scene, DRAWS)


@pytest.fixture(scope="module")
def solar() -> Simulation:
    return simulate(365, 15, kind="solar", start=date(2025, 1, 1), anomalies=False)


@pytest.fixture(scope="module")
def household() -> Simulation:
    return simulate(365, 15, start=date(2025, 1, 1), anomalies=False)


# The roof


@pytest.mark.parametrize("seed", range(3))
def test_a_year_gives_what_such_a_roof_gives_in_london(seed: int) -> None:
    draws = Draws(seed)
    year = scene_of(SOLAR, Clock.of(date(2025, 1, 1), 365, "Europe/London"), draws)
    assert 3500 < generated_watts(SOLAR, year, draws).sum() / 60_000 < 4300


def test_it_gives_nothing_at_night_and_never_more_than_its_inverter(scene: Scene, watts: FloatArray) -> None:
    assert watts[scene.sun.up <= 0].max() == 0
    assert watts.min() == 0
    assert 2800 < watts.max() <= 1000 * INVERTER_KW


def test_summer_gives_more_than_winter_and_noon_the_most(scene: Scene, watts: FloatArray) -> None:
    june, december = watts[151 * 1440 : 181 * 1440], watts[334 * 1440 :]
    assert june.mean() > 4 * december.mean()
    sun_hour = scene.clock.solar_minutes % 1440 // 60
    by_hour = np.bincount(sun_hour, watts) / np.bincount(sun_hour)
    assert by_hour.argmax() in {11, 12, 13}


def test_clear_days_give_more_than_overcast_ones(scene: Scene, watts: FloatArray) -> None:
    noons = scene.clock.positions(np.arange(150, 240), np.full(90, 13 * 60.0))
    clear = (scene.clearness[noons] - OVERCAST) / (CLEAR - OVERCAST)
    by_day = np.array([watts[noon - 180 : noon + 180].mean() for noon in noons])
    assert by_day[clear > 0.75].mean() > 2 * by_day[clear < 0.25].mean()
    assert np.corrcoef(clear, by_day)[0, 1] > 0.7


def test_passing_clouds_switch_the_sun_on_and_off(scene: Scene, watts: FloatArray) -> None:
    noon = (scene.clock.wall_hour >= 12) & (scene.clock.wall_hour < 14)
    summer = (scene.clock.day_of_minute > 150) & (scene.clock.day_of_minute < 240)
    steps = np.abs(np.diff(watts))[(noon & summer)[1:]]
    assert 0.01 < (steps > 800).mean() < 0.2
    assert (steps < 100).mean() > 0.5


# The meter


def test_only_what_the_roof_does_not_cover_is_counted(solar: Simulation, household: Simulation, watts: FloatArray) -> None:
    check_readings(solar.readings)
    assert covariate_columns(solar.readings) == ["export_kwh", "temperature_c"]
    made_kwh = watts.reshape(-1, 15).sum(axis=1) / 60_000
    balance = solar.readings["kwh"] - solar.readings["export_kwh"] - household.readings["kwh"] + made_kwh
    assert np.abs(balance).max() < 0.0031
    assert (solar.readings["kwh"] <= household.readings["kwh"] + 0.0011).all()
    pd.testing.assert_series_equal(solar.readings["temperature_c"], household.readings["temperature_c"])


def test_many_readings_of_summer_noons_are_zero_and_none_of_nights(solar: Simulation) -> None:
    kwh = solar.readings["kwh"].tz_convert("Europe/London")
    noons = kwh[kwh.index.month.isin([6, 7]) & (kwh.index.hour >= 11) & (kwh.index.hour < 15)]
    nights = kwh[(kwh.index.hour < 4) | (kwh.index.hour >= 22)]
    assert noons.eq(0).mean() > 0.6
    assert nights.gt(0).all()
    assert solar.readings["export_kwh"].tz_convert("Europe/London")[nights.index].eq(0).all()


def test_a_household_has_no_export(household: Simulation) -> None:
    assert covariate_columns(household.readings) == ["temperature_c"]


def with_anomaly(anomaly: Anomaly) -> pd.DataFrame:
    readings = simulate(3, 15, kind="solar", start=date(2025, 6, 20), anomalies=[anomaly]).readings
    return readings[(readings.index >= anomaly.start) & (readings.index < anomaly.end)]


def test_anomalies_of_the_load_are_behind_the_meter_and_the_others_at_it() -> None:
    noon = datetime(2025, 6, 21, 11, tzinfo=UTC)
    span = {"start": noon, "end": noon + timedelta(hours=2)}
    plain = with_anomaly(Drop(**span, kept_share=1.0))
    assert plain["export_kwh"].gt(0).all()
    spike = with_anomaly(Spike(**span, added_kw=20.0))
    np.testing.assert_allclose(spike["kwh"] - spike["export_kwh"] - plain["kwh"] + plain["export_kwh"], 5.0, atol=0.0031)
    assert spike["export_kwh"].eq(0).all()
    assert with_anomaly(Outage(**span))[["kwh", "export_kwh"]].eq(0).all(axis=None)
    stuck = with_anomaly(Flatline(**span, held_kw=0.18))
    np.testing.assert_allclose(stuck["kwh"], 0.045, atol=1e-12)
    assert stuck["export_kwh"].eq(0).all()
    lost = with_anomaly(Gap(**span))
    assert lost["kwh"].isna().all()
    pd.testing.assert_series_equal(lost["export_kwh"], plain["export_kwh"])
