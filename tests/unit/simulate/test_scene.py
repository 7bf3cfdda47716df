"""Clock, weather, daylight and people around the appliances."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from wattsup_core.simulate.bank_holidays import bank_holidays, easter_sunday, is_free_day
from wattsup_core.simulate.clock import Clock
from wattsup_core.simulate.occupancy import family_presence
from wattsup_core.simulate.randomness import Draws
from wattsup_core.simulate.scene import Presence
from wattsup_core.simulate.weather import CLEAR, OVERCAST, clearness, darkness, outdoor_temperature_c, sun_direction


@pytest.fixture(scope="module")
def clock() -> Clock:
    return Clock.of(date(2025, 1, 1), 365, "Europe/London")


@pytest.fixture(scope="module")
def presence(clock: Clock) -> Presence:
    return family_presence(clock, Draws(7))


def rows_of(clock: Clock, month: int) -> np.ndarray:
    months = (np.datetime64("1970-01-01") + clock.epoch_days).astype("datetime64[M]").astype(int) % 12 + 1
    return months[clock.day_of_minute] == month


def test_the_clock_counts_the_hours_of_summer_time_days(clock: Clock) -> None:
    lengths = np.bincount(clock.day_of_minute)
    assert clock.minutes == 365 * 1440
    assert np.flatnonzero(lengths != 1440).tolist() == [88, 298]
    assert lengths[[88, 298]].tolist() == [1380, 1500]
    assert clock.weekdays[:3].tolist() == [2, 3, 4]


def test_positions_find_the_wall_clock_on_odd_days(clock: Clock) -> None:
    days = np.array([88, 88, 298, 298, 364])
    rows = clock.positions(days, np.array([30.0, 90.0, 90.0, 180.0, 1500.0]))
    since_midnight = rows - (clock.day_starts[days] - clock.day_starts[0]) // 60
    assert since_midnight[:4].tolist() == [30, 60, 90, 240]
    assert rows[4] == clock.minutes


def test_the_sun_does_not_follow_summer_time(clock: Clock) -> None:
    assert clock.standard_offset_minutes == 0
    assert Clock.of(date(2025, 7, 1), 2, "America/New_York").standard_offset_minutes == -300
    noon_in_june = int(clock.positions(np.array([180]), np.array([13 * 60.0]))[0])
    assert clock.solar_minutes[noon_in_june] % 1440 == 12 * 60


def test_temperature_has_seasons_days_and_spells(clock: Clock) -> None:
    temperature_c = outdoor_temperature_c(clock, Draws(1))
    january, july = temperature_c[rows_of(clock, 1)], temperature_c[rows_of(clock, 7)]
    assert 1 < january.mean() < 9
    assert 14 < july.mean() < 22
    hour = clock.solar_minutes % 1440 // 60
    by_hour = np.array([july[hour[rows_of(clock, 7)] == one].mean() for one in range(24)])
    assert 13 <= by_hour.argmax() <= 16
    assert by_hour.max() - by_hour.min() > 5
    daily = temperature_c[: 364 * 1440].reshape(364, 1440).mean(axis=1)
    season = 11.3 - 6.9 * np.cos(2 * np.pi * (np.arange(364) - 24) / 365.25)
    spells = daily - season
    assert np.corrcoef(spells[1:], spells[:-1])[0, 1] > 0.6
    assert temperature_c.min() > -15
    assert temperature_c.max() < 40


def test_midwinter_is_darker_than_midsummer(clock: Clock) -> None:
    dark = darkness(clock)
    assert dark.min() == 0
    assert dark.max() == 1
    hours_lit = [24 * dark[rows_of(clock, month)].mean() for month in (12, 6)]
    assert 15 < hours_lit[0] < 18
    assert 7 < hours_lit[1] < 10


def test_the_sun_stands_where_almanacs_say(clock: Clock) -> None:
    sun = sun_direction(clock)
    np.testing.assert_allclose(sun.up**2 + sun.south**2 + sun.west**2, 1.0)
    height_degrees = np.degrees(np.arcsin(sun.up))
    assert height_degrees[rows_of(clock, 6)].max() == pytest.approx(90 - 51.5 + 23.4, abs=0.2)
    assert height_degrees[rows_of(clock, 12)].reshape(31, 1440).max(axis=1).min() == pytest.approx(90 - 51.5 - 23.4, abs=0.2)
    solar_hour = clock.solar_minutes % 1440 / 60
    assert sun.west[(solar_hour > 1) & (solar_hour < 11)].max() < 0 < sun.west[(solar_hour > 13) & (solar_hour < 23)].min()
    assert sun.south[solar_hour == 12].min() > 0


def test_clear_days_are_those_with_a_wide_swing_of_temperature(clock: Clock) -> None:
    clear = clearness(clock, Draws(1))
    assert OVERCAST <= clear.min() < 0.6 < 1.4 < clear.max() <= CLEAR
    by_day = outdoor_temperature_c(clock, Draws(1))[: 364 * 1440].reshape(364, 1440)
    assert np.corrcoef(clear[720 : 364 * 1440 : 1440], np.ptp(by_day, axis=1))[0, 1] > 0.5


def test_spans_are_counted_on_the_wall_clock(clock: Clock) -> None:
    held = clock.spans(np.array([0, 0, 298]), np.array([60.0, 90.0, 0.0]), np.array([120.0, 100.0, 1440.0]))
    assert held[:121].tolist() == [0] * 60 + [1] * 30 + [2] * 10 + [1] * 20 + [0]
    assert held.sum() == 60 + 10 + 1500


def test_everybody_sleeps_at_night(clock: Clock, presence: Presence) -> None:
    deep = (clock.wall_hour >= 2) & (clock.wall_hour < 5)
    assert presence.awake[deep].max() == 0
    assert presence.home[deep & ~presence.is_away].min() == 3
    assert (presence.awake <= presence.home).all()


def test_working_days_empty_the_house(clock: Clock, presence: Presence) -> None:
    free = presence.is_free_day[clock.day_of_minute]
    late_morning = (clock.wall_hour >= 10) & (clock.wall_hour < 11) & ~presence.is_away
    assert presence.home[late_morning & ~free].mean() < 1.0
    assert presence.home[late_morning & free].mean() > 2.0


def test_holidays_are_two_or_three_weeks_and_some_weekends(clock: Clock, presence: Presence) -> None:
    days_away = np.unique(clock.day_of_minute[presence.is_away])
    assert 12 <= len(days_away) <= 35
    assert presence.home[presence.is_away].max() == 0


def test_guests_come_at_christmas(clock: Clock, presence: Presence) -> None:
    christmas_night = (clock.day_of_minute == 358) & (clock.wall_hour < 5)
    assert presence.home[christmas_night].tolist() == [5] * 300


def test_a_home_office_is_a_working_day(presence: Presence) -> None:
    assert not (presence.is_home_office & presence.is_free_day).any()
    assert 0.3 < presence.is_home_office.sum() / (~presence.is_free_day).sum() < 0.7


@pytest.mark.parametrize(
    ("year", "day"), [(2024, date(2024, 3, 31)), (2025, date(2025, 4, 20)), (2026, date(2026, 4, 5)), (2038, date(2038, 4, 25))]
)
def test_easter(year: int, day: date) -> None:
    assert easter_sunday(year) == day


def test_free_days_are_weekends_and_bank_holidays() -> None:
    days = (np.datetime64("2026-04-01") + np.arange(7)).astype(int)  # Wednesday, then Good Friday to Easter Monday
    assert is_free_day(days).tolist() == [False, False, True, True, True, True, False]


def test_bank_holidays_of_a_year() -> None:
    assert [f"{day:%m-%d}" for day in bank_holidays(2026)] == ["01-01", "04-03", "04-06", "05-04", "05-25", "08-31", "12-25", "12-26"]
    assert bank_holidays(2025)[5] == date(2025, 8, 25)
