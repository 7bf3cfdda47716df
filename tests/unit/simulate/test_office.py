from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from wattsup_core.simulate import simulate
from wattsup_core.simulate.appliances import (
    air_conditioning,
    building_services,
    cleaning,
    kitchenette,
    office_equipment,
    office_lighting,
)
from wattsup_core.simulate.buildings import OFFICE, scene_of
from wattsup_core.simulate.clock import Clock
from wattsup_core.simulate.randomness import Draws, FloatArray
from wattsup_core.simulate.scene import Scene
from wattsup_core.simulate.staff import STAFF

DRAWS = Draws(7)


@pytest.fixture(scope="module")
def scene() -> Scene:
    return scene_of(OFFICE, Clock.of(date(2025, 1, 1), 365, "Europe/London"), DRAWS)


@pytest.fixture(scope="module")
def kw() -> pd.Series:
    readings = simulate(365, 15, kind="office", start=date(2025, 1, 1), anomalies=False).readings
    return 4 * readings["kwh"].tz_convert("Europe/London")


def by_hour(scene: Scene, watts: FloatArray, first: float, last: float) -> FloatArray:
    """The power in some hours of working days."""
    hour = scene.clock.wall_hour
    working = ~(scene.presence.is_free_day[scene.clock.day_of_minute] | scene.presence.is_away)
    return watts[working & (hour >= first) & (hour < last)]


# The building


def test_it_peaks_as_an_office_of_its_size_and_is_never_off(kw: pd.Series) -> None:
    assert 30 < kw.max() < 60
    assert 4 < kw.min() < 6
    assert 90_000 < kw.sum() / 4 < 125_000


def test_working_days_are_busy_and_weekends_and_bank_holidays_are_not(kw: pd.Series) -> None:
    by_day = kw.between_time("09:00", "17:00").groupby(lambda stamp: stamp.date()).mean()
    days = pd.DatetimeIndex(by_day.index)
    weekend = days.day_of_week >= 5
    assert by_day[~weekend].median() > 18
    assert by_day[weekend].max() < 13
    for holiday in (date(2025, 1, 1), date(2025, 4, 18), date(2025, 5, 5), date(2025, 8, 25), date(2025, 12, 25), date(2025, 12, 30)):
        assert by_day[holiday] < 13


def test_nights_are_the_baseload(kw: pd.Series) -> None:
    nights = kw[(kw.index.hour < 5) & kw.index.month.isin([5, 6, 7, 8, 9])]
    assert nights.max() < 8
    assert nights.median() == pytest.approx(5.5, abs=1)


def test_cold_mornings_and_hot_afternoons_cost_most(kw: pd.Series) -> None:
    working = kw[kw.index.day_of_week < 5]
    profile = working.groupby([working.index.month, working.index.hour]).mean()
    assert profile[1][8:11].mean() > 1.1 * profile[1][13:16].mean()
    assert profile[7][13:16].mean() > 1.1 * profile[7][8:10].mean()


@pytest.mark.parametrize("seed", [0, 1])
def test_other_seeds_are_other_offices_of_the_same_size(kw: pd.Series, seed: int) -> None:
    other = simulate(60, 60, kind="office", seed=seed, start=date(2025, 1, 1), anomalies=False).readings["kwh"]
    hourly = kw.resample("h").mean()[: len(other)]
    assert other.sum() == pytest.approx(hourly.sum(), rel=0.1)
    assert not np.allclose(other, hourly)


# Its people


def test_staff_come_on_working_days_alone(scene: Scene) -> None:
    clock, presence = scene.clock, scene.presence
    at_eleven = presence.home[clock.positions(np.arange(clock.days), np.full(clock.days, 11 * 60.0))]
    closed = presence.is_free_day | (np.bincount(clock.day_of_minute, presence.is_away) > 0)
    assert at_eleven[~closed].min() > 15
    assert at_eleven[~closed].max() <= STAFF
    assert at_eleven[closed].max() < 6
    by_weekday = [at_eleven[~closed & (clock.weekdays == day)].mean() for day in range(5)]
    assert min(by_weekday[1:4]) > by_weekday[0] > by_weekday[4]


def test_nobody_stays_at_night_and_some_go_out_for_lunch(scene: Scene) -> None:
    people = scene.presence.home
    assert people.min() >= 0
    hour = scene.clock.wall_hour
    assert people[(hour < 6) | (hour >= 22)].max() == 0
    assert by_hour(scene, people, 12.6, 12.9).mean() < 0.8 * by_hour(scene, people, 11, 11.4).mean()


def test_it_is_closed_between_christmas_and_new_year(scene: Scene) -> None:
    away_days = np.unique(scene.clock.day_of_minute[scene.presence.is_away])
    assert away_days.tolist() == [0, *range(357, 365)]
    assert scene.presence.home[scene.presence.is_away].max() == 0


# What stands in it


def test_servers_never_stop_and_are_cooled_more_in_summer(scene: Scene) -> None:
    watts = office_equipment.server_room(scene, DRAWS)
    assert watts.min() > 2400
    assert watts[181 * 1440 : 212 * 1440].mean() > 1.05 * watts[: 31 * 1440].mean()


@pytest.mark.parametrize(
    "appliance",
    [
        office_equipment.meeting_rooms,
        kitchenette.kettles,
        kitchenette.coffee_machines,
        kitchenette.lunch_microwaves,
        kitchenette.dishwashers,
        cleaning.cleaning,
    ],
)
def test_what_needs_people_rests_in_the_small_hours(scene: Scene, appliance: object) -> None:
    watts = appliance(scene, DRAWS)  # type: ignore[operator]
    assert watts.max() > 1000
    assert watts[(scene.clock.wall_hour >= 2) & (scene.clock.wall_hour < 6)].max() == 0


@pytest.mark.parametrize(
    "appliance", [office_equipment.desks, office_equipment.printers, building_services.lifts, building_services.water_heaters]
)
def test_what_people_use_draws_more_by_day(scene: Scene, appliance: object) -> None:
    watts = appliance(scene, DRAWS)  # type: ignore[operator]
    assert by_hour(scene, watts, 9.5, 12).mean() > 1.5 * by_hour(scene, watts, 1, 5).mean()


def test_fridges_run_day_and_night(scene: Scene) -> None:
    watts = kitchenette.fridges(scene, DRAWS)
    assert by_hour(scene, watts, 1, 5).mean() > 0.7 * by_hour(scene, watts, 9.5, 12).mean() > 0


def test_cleaners_come_in_the_evening_and_have_light(scene: Scene) -> None:
    present = cleaning.cleaners_present(scene, DRAWS)
    assert by_hour(scene, present, 20.5, 21.75).mean() > 0.99
    assert present.sum() / 60 == pytest.approx(2.5 * 252, rel=0.05)
    lamps = office_lighting.office_lighting(scene, DRAWS.child("lamps"))
    assert lamps[present > 0].min() > 2000
    assert by_hour(scene, lamps, 1, 5).max() == 0


def test_lamps_are_dimmed_by_daylight(scene: Scene) -> None:
    lamps = office_lighting.office_lighting(scene, DRAWS)
    december, june = (lamps[day * 1440 : (day + 30) * 1440] for day in (325, 151))
    assert december.max() > 1.1 * june.max() > 4000
    outside = office_lighting.safety_lighting(scene, DRAWS)
    assert outside[scene.darkness == 1].min() > outside[scene.darkness == 0].max() > 0


def test_the_plant_runs_by_the_clock_and_the_weather(scene: Scene) -> None:
    fans = air_conditioning.ventilation(scene, DRAWS)
    assert by_hour(scene, fans, 20, 24).max() < 500 < 2000 < by_hour(scene, fans, 10, 16).min()
    watts = air_conditioning.air_conditioning(scene, DRAWS)
    assert 8000 < watts.max() < 25_000
    hot = (scene.temperature_c > 24) & (scene.clock.wall_hour > 11) & (scene.presence.awake > 20)
    cold = (scene.temperature_c < 3) & (scene.clock.wall_hour > 6.5) & (scene.clock.wall_hour < 8) & (fans > 500)
    mild = (np.abs(scene.temperature_c - 15) < 1) & (scene.clock.wall_hour > 20)
    assert watts[hot].min() > 1500
    assert watts[cold].min() > 4000
    assert watts[mild].mean() < 500
