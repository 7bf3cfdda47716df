"""Public holidays come with the dates and the names that people know them by."""

from __future__ import annotations

from datetime import date

import pytest

from tests.factories import make_meter, make_readings
from wattsup_core.analysis.calendar import public_holidays
from wattsup_core.analysis.grid import build_grid, coarsen


def test_holidays_of_a_span_have_their_names_and_no_others() -> None:
    assert public_holidays(date(2025, 12, 20), date(2026, 1, 2), "FR") == {
        date(2025, 12, 25): "Christmas Day",
        date(2026, 1, 1): "New Year's Day",
    }
    assert public_holidays(date(2026, 5, 1), date(2026, 5, 1), "FR") == {date(2026, 5, 1): "Labor Day"}
    assert public_holidays(date(2026, 5, 2), date(2026, 5, 7), "FR") == {}


def test_days_that_move_are_where_they_were() -> None:
    korean = public_holidays(date(2018, 1, 1), date(2018, 12, 31), "KR")
    assert [day for day in korean if day.month == 2] == [date(2018, 2, 15), date(2018, 2, 16), date(2018, 2, 17)]
    assert korean[date(2018, 9, 24)] == "Chuseok"
    assert list(korean) == sorted(korean)


def test_what_most_parts_of_a_country_keep_counts_and_what_few_keep_does_not() -> None:
    british = public_holidays(date(2026, 1, 1), date(2026, 12, 31), "GB")
    assert british[date(2026, 4, 6)] == "Easter Monday"  # not in Scotland
    assert date(2026, 8, 31) in british
    assert date(2026, 1, 2) not in british  # in Scotland only
    assert date(2026, 3, 17) not in british  # in Northern Ireland only


@pytest.mark.parametrize("country", ["EG", "GB", "TR"])
def test_names_say_nothing_of_how_a_date_was_found(country: str) -> None:
    names = public_holidays(date(2026, 1, 1), date(2027, 12, 31), country).values()
    assert names
    assert not [name for name in names if "observed" in name or "estimated" in name]


@pytest.mark.parametrize("country", ["", "ZZ"])
def test_an_unknown_country_has_no_holidays(country: str) -> None:
    assert public_holidays(date(2025, 1, 1), date(2026, 12, 31), country) == {}


def test_a_grid_counts_its_holidays_from_its_first_local_day() -> None:
    meter = make_meter(country="KR", timezone="Asia/Seoul", interval_minutes=15)
    readings = make_readings(days=10, interval_minutes=15)  # 5 January 2026, 9:00 in Seoul
    assert build_grid(readings, meter).holidays == {}
    later = readings.set_axis(readings.index + (date(2026, 2, 10) - date(2026, 1, 5)), axis="index")
    grid = build_grid(later, meter)
    assert list(grid.holidays) == [6, 7, 8]  # Seollal: 16 to 18 February
    assert grid.is_holiday.sum() == 3
    assert coarsen(grid, 60.0)[0].holidays == grid.holidays


def test_cells_longer_than_a_day_have_no_holidays() -> None:
    weekly = make_readings([10.0] * 60, interval_minutes=7 * 1440)
    assert build_grid(weekly, make_meter(country="GB", interval_minutes=7 * 1440)).holidays == {}
