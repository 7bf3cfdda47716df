"""A holiday is expected as a Sunday by a meter that lives it so, and by no other."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from tests.unit.analysis.households import home_meter, noisy_home, position
from wattsup_core.analysis.baseline import Baseline, fit_baseline, seasonal_centre
from wattsup_core.analysis.days_off import Misfits, holidays_off, with_bridges
from wattsup_core.analysis.grid import Grid, build_grid
from wattsup_core.analysis.pipeline import Analysis, analyse
from wattsup_core.analysis.scale import fit_scale
from wattsup_core.simulate import simulate
from wattsup_core.types import Direction, EventClass, Meter, Tariff

GOOD_FRIDAY, EASTER_MONDAY = 88, 91  # days from 5 January 2026
IN_BRITAIN = replace(home_meter(), country="GB")


def works(rest_share: float = 0.2, days: int = 110) -> pd.DataFrame:
    """READINGS of a workshop from 5 January 2026, a Monday, that uses `rest_share` of a working day on Sundays."""
    readings = noisy_home(days)
    readings.loc[readings.index.day_of_week == 6, "kwh"] *= rest_share
    return readings


def rest(readings: pd.DataFrame, *days: int, share: float = 0.2) -> pd.DataFrame:
    for day in days:
        readings.iloc[position(day, 0) : position(day + 1, 0), 0] *= share
    return readings


def baseline_of(readings: pd.DataFrame, meter: Meter = IN_BRITAIN) -> tuple[Grid, Baseline]:
    grid = build_grid(readings, meter)
    return grid, fit_baseline(grid, fit_scale(grid.kwh), np.zeros(len(grid), dtype=bool), is_signed=False)


def of_day(values: np.ndarray, day: int) -> float:
    return float(values[position(day, 0) : position(day + 1, 0)].sum())


def test_a_holiday_is_expected_as_a_sunday_though_nothing_was_read_on_it() -> None:
    readings = works()
    readings.iloc[position(GOOD_FRIDAY, 0) : position(GOOD_FRIDAY + 1, 0), 0] = np.nan
    _, found = baseline_of(readings)
    assert of_day(found.expected_kwh, GOOD_FRIDAY) == pytest.approx(of_day(found.expected_kwh, GOOD_FRIDAY + 2), rel=0.2)
    _, unknown = baseline_of(readings, home_meter())
    assert of_day(unknown.expected_kwh, GOOD_FRIDAY) > 3 * of_day(found.expected_kwh, GOOD_FRIDAY)
    assert not unknown.is_day_off.any()


def test_a_saturday_that_is_a_holiday_is_expected_as_a_sunday_too() -> None:
    readings = rest(works(days=400), 355)  # 26 December 2026, where Saturdays and other holidays are working days
    _, found = baseline_of(readings)
    assert of_day(found.expected_kwh, 355) < 0.4 * of_day(found.expected_kwh, 348)


def test_a_holiday_that_is_seen_to_be_worked_is_a_working_day() -> None:
    _, found = baseline_of(rest(works(), GOOD_FRIDAY))  # too few for a habit: Sundays decide
    assert found.is_day_off[position(GOOD_FRIDAY, 12)]
    assert not found.is_day_off[position(EASTER_MONDAY, 12)]
    assert of_day(found.expected_kwh, EASTER_MONDAY) > 3 * of_day(found.expected_kwh, GOOD_FRIDAY)


def test_a_home_whose_sundays_are_like_its_other_days_takes_no_day_off() -> None:
    _, found = baseline_of(noisy_home(110))
    assert not found.is_day_off.any()


def test_working_days_between_holidays_that_are_taken_off_belong_to_them() -> None:
    week = range(354, 362)  # 25 December 2026 to 1 January 2027
    grid, found = baseline_of(rest(works(days=400), *(day for day in week if day != 356)))
    assert {"Christmas Day", "New Year's Day"} <= set(grid.holidays.values())
    off = {int(day) for day in np.unique(grid.day[found.is_day_off]) if day > 340}
    assert set(week) - {356} <= off <= set(week)  # 356 is a Sunday, as ever


def test_a_live_meter_decides_by_the_days_before() -> None:
    whole = rest(works(days=150), GOOD_FRIDAY, EASTER_MONDAY)
    changed = whole.copy()
    changed.iloc[position(GOOD_FRIDAY, 0) :, 0] = 9.0
    grid, other = build_grid(whole, IN_BRITAIN), build_grid(changed, IN_BRITAIN)
    scale = fit_scale(grid.kwh)
    usual, unaware = (seasonal_centre(each, each.kwh, scale, is_trailing=True) for each in (grid, other))
    seen = slice(position(35, 0), position(GOOD_FRIDAY + 1, 0))
    assert unaware[seen] == pytest.approx(usual[seen])
    assert of_day(usual, GOOD_FRIDAY) < 0.4 * of_day(usual, GOOD_FRIDAY - 1)


HOLIDAY = np.isin(np.arange(28), [2, 9, 16, 23])
SUNDAY = np.arange(28) % 7 == 6


def test_three_holidays_decide_whatever_the_sundays_are_like() -> None:
    like_any_day = Misfits(usual=np.where(HOLIDAY, 0.30, 0.8), sunday=np.where(HOLIDAY, 0.35, 0.1))
    like_sundays = Misfits(usual=np.where(HOLIDAY, 0.35, 0.1), sunday=np.where(HOLIDAY, 0.30, 0.1))  # by little, but all of them
    assert not holidays_off(HOLIDAY, SUNDAY, like_any_day, is_trailing=False).any()
    assert (holidays_off(HOLIDAY, SUNDAY, like_sundays, is_trailing=False) == HOLIDAY).all()


def test_before_three_holidays_are_known_the_sundays_decide() -> None:
    worked = Misfits(usual=np.where(HOLIDAY, 0.3, 0.8), sunday=np.where(HOLIDAY, 0.35, 0.1))
    off = holidays_off(HOLIDAY, SUNDAY, worked, is_trailing=True)
    assert np.flatnonzero(off).tolist() == [9, 16]  # no Sunday is known before the first, three holidays before the last


def test_bridges_reach_three_days_and_need_a_day_off() -> None:
    off, free, nothing = np.zeros(20, dtype=bool), np.ones(20, dtype=bool), np.zeros(20, dtype=bool)
    off[8] = True
    assert np.flatnonzero(with_bridges(off, free, nothing)).tolist() == [5, 6, 7, 8, 9, 10, 11]
    assert np.flatnonzero(with_bridges(off, free, free)).tolist() == [8]
    assert np.flatnonzero(with_bridges(off, nothing, nothing)).tolist() == [8]
    assert not with_bridges(nothing, free, nothing).any()


# the whole way


def office(country: str) -> Analysis:
    readings = simulate(365, 60, kind="office", start=date(2025, 1, 1), anomalies=False).readings
    return analyse(readings, Meter("m", "Office", "Europe/London", 60.0, country=country), Tariff(0.28))


def test_the_holidays_of_an_office_are_no_alarms() -> None:
    before, after = ([event for event in office(country).events if event.direction is Direction.LOW] for country in ("", "GB"))
    holidays = [date(2025, 5, 26), date(2025, 8, 25), date(2025, 12, 29)]

    def on_holidays(events: list) -> int:
        return sum(any(event.start.date() <= day <= event.end.date() for event in events) for day in holidays)

    assert (on_holidays(before), on_holidays(after)) == (3, 0)


def test_a_home_that_is_left_on_a_holiday_is_told_with_its_name() -> None:
    readings = rest(noisy_home(150), EASTER_MONDAY, share=0.3)
    found = analyse(readings, IN_BRITAIN, Tariff(0.28)).events
    day = (readings.index[0] + timedelta(days=EASTER_MONDAY)).date()
    (event,) = [event for event in found if event.start.date() == day]
    assert (event.direction, event.event_class) == (Direction.LOW, EventClass.BEHAVIOUR)
    assert event.cause.endswith("; Easter Monday, a public holiday")
    assert event.explanation.comparison.endswith(" 6 April was a public holiday: Easter Monday.")
