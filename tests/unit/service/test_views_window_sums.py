"""A window of the chart in figures, beside a week and a year before."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from tests.unit.service.stored_meter import LONDON, START, readings_of, store_of
from wattsup_core.errors import BadRequestError
from wattsup_core.service.views import window_sums
from wattsup_core.types import Channel, Meter
from wattsup_core.view_models import SummedWindow

DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
MONDAY = START
MARCH = datetime(2026, 3, 16, tzinfo=UTC)
GB = dataclasses.replace(LONDON, country="GB")
WEEKS = np.repeat(np.arange(1.0, 55.0), 7 * 48)
"""Week n draws n kWh each half-hour, from Monday, 5 January 2026 on."""


def figures(window: SummedWindow) -> tuple[float, float | None, float | None]:
    return window.kwh, window.mean_kw, window.peak_kw


def test_a_window_a_week_before_and_a_year_before() -> None:
    start = MONDAY + 52 * WEEK + 2 * DAY + timedelta(hours=10)
    view = window_sums(store_of(readings_of(WEEKS), meter=GB), "home", start, start + timedelta(hours=2))
    asked, week, year = view.windows
    assert figures(asked) == (53 * 4, 106.0, 106.0)
    assert figures(week) == (52 * 4, 104.0, 104.0)
    assert figures(year) == (4.0, 2.0, 2.0)
    assert [each.start.weekday() for each in view.windows] == [2, 2, 2]
    assert (asked.change_pct, week.change_pct, year.change_pct) == (None, pytest.approx(100 / 52), pytest.approx(5200.0))
    assert asked.cost == pytest.approx(53.0)
    assert view.factor is not None
    assert asked.co2_kg == pytest.approx(212 * view.factor.g_per_kwh / 1000)


def test_the_week_before_is_at_the_same_time_of_day_though_the_clock_changed() -> None:
    store = store_of(readings_of(np.ones(48 * 21), MARCH))
    night = MARCH + 19 * DAY + timedelta(hours=21)  # 4 April, ten in the evening
    asked, week, _ = window_sums(store, "home", night, night + timedelta(hours=1)).windows
    assert (asked.start, week.start) == (datetime(2026, 4, 4, 21, tzinfo=UTC), datetime(2026, 3, 28, 22, tzinfo=UTC))
    day = MARCH + 13 * DAY  # 29 March has 23 hours
    changed, usual, _ = window_sums(store, "home", day, day + timedelta(hours=23)).windows
    assert (changed.kwh, usual.kwh, usual.change_pct) == (46.0, 48.0, pytest.approx(0.0))


@pytest.mark.parametrize(("start_days", "missing", "to_come"), [(12, 0, 0), (13, 48, 48), (14, 96, 96)])
def test_what_is_after_the_last_reading_is_to_come(start_days: int, missing: int, to_come: int) -> None:
    start = MONDAY + timedelta(days=start_days)
    asked, week, _ = window_sums(store_of(readings_of(np.ones(48 * 14))), "home", start, start + 2 * DAY).windows
    assert (asked.missing, asked.to_come) == (missing, to_come)
    assert week.to_come == 0


def test_a_gap_before_the_last_reading_is_missing_and_not_to_come() -> None:
    readings = readings_of(np.ones(48 * 14))
    store = store_of(readings.drop(index=readings.index[-48:-40]))
    asked, *_ = window_sums(store, "home", MONDAY + timedelta(days=13), MONDAY + timedelta(days=15)).windows
    assert (asked.missing, asked.to_come) == (56, 48)


def test_gaps_are_told_and_much_that_is_missing_is_not_compared() -> None:
    readings = readings_of(np.ones(48 * 14))
    monday = MONDAY + WEEK
    for dropped, is_compared in ((9, True), (10, False)):
        asked, week, year = window_sums(store_of(readings.drop(index=readings.index[:dropped])), "home", monday, monday + DAY).windows
        assert (asked.readings, asked.missing) == (48, 0)
        assert (week.readings, week.missing) == (48 - dropped, dropped)
        assert (week.change_pct is not None) is is_compared
        assert (year.readings, year.missing, year.cost, year.co2_kg, year.mean_kw) == (0, 48, None, None, None)


@pytest.mark.parametrize(
    ("meter", "own", "grams"),
    [(LONDON, None, None), (GB, None, 207.0), (GB, 0.0, 0.0), (LONDON, 30.0, 30.0), (dataclasses.replace(GB, country="FR"), None, 56.0)],
)
def test_carbon_dioxide_is_of_the_installation_or_of_the_country(meter: Meter, own: float | None, grams: float | None) -> None:
    view = window_sums(store_of(readings_of(np.ones(48)), meter=meter), "home", MONDAY, MONDAY + DAY, own)
    assert (view.factor.g_per_kwh if view.factor else None) == grams
    assert view.windows[0].co2_kg == (None if grams is None else pytest.approx(48 * grams / 1000))


def test_energy_sent_to_the_grid_has_neither_cost_nor_carbon_dioxide() -> None:
    meter = dataclasses.replace(GB, channel=Channel.EXPORT)
    asked = window_sums(store_of(readings_of(np.ones(48)), meter=meter), "home", MONDAY, MONDAY + DAY, 100.0).windows[0]
    assert (asked.kwh, asked.cost, asked.co2_kg) == (48.0, None, None)


@pytest.mark.parametrize(("before_kwh", "now_kwh"), [(-1.0, 1.0), (-1.0, -2.0), (1.0, -1.0), (0.0, 1.0)])
def test_energy_that_went_the_other_way_is_not_so_many_per_cent_less(before_kwh: float, now_kwh: float) -> None:
    readings = readings_of(np.repeat([before_kwh, now_kwh], 7 * 48))
    _, week, _ = window_sums(store_of(readings), "home", MONDAY + WEEK, MONDAY + WEEK + DAY).windows
    assert (week.mean_kw, week.change_pct) == (2 * before_kwh, None)


def test_a_window_ends_after_it_starts() -> None:
    with pytest.raises(BadRequestError, match="does not end after it begins"):
        window_sums(store_of(readings_of(np.ones(48))), "home", MONDAY, MONDAY)
