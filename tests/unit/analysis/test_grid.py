"""The working grid: one cell an interval, local days, fine readings in cells that keep their extremes."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest

from tests.factories import make_meter, make_readings
from tests.unit.analysis.households import grid_of
from wattsup_core import timegrid
from wattsup_core.analysis.grid import build_grid, coarsen


def test_a_missing_interval_is_an_empty_cell() -> None:
    readings = make_readings(np.arange(1.0, 11.0))
    grid = grid_of(readings.drop(readings.index[[3, 4]]))
    assert len(grid) == 10
    assert np.flatnonzero(~grid.observed).tolist() == [3, 4]
    assert grid.kwh[5] == 6.0


def test_stray_stamps_join_the_nearest_cell_and_do_not_double_it() -> None:
    readings = make_readings(np.full(12, 2.0), interval_minutes=10)
    stray = readings.iloc[[6]].set_axis(readings.index[[6]] + pd.Timedelta(minutes=1))
    grid = grid_of(pd.concat([readings, stray]).sort_index(), 10)
    assert len(grid) == 12
    assert grid.kwh.tolist() == [2.0] * 12
    assert grid.cell_of_row.tolist() == [0, 1, 2, 3, 4, 5, 6, 6, 7, 8, 9, 10, 11]


def test_one_minute_readings_become_quarter_hours_with_their_extremes() -> None:
    kwh = np.full(60, 0.01)
    kwh[20] = 0.5
    grid = grid_of(make_readings(kwh, interval_minutes=1), 1)
    assert (len(grid), grid.minutes, grid.rows_per_cell) == (4, 15.0, 15)
    assert grid.kwh[1] == pytest.approx(0.14 + 0.5)
    assert grid.peak_kwh[1] == pytest.approx(0.5 * 15)
    assert grid.low_kwh[1] == pytest.approx(0.01 * 15)


def test_missing_minutes_do_not_look_like_low_use() -> None:
    readings = make_readings(np.full(30, 0.02), interval_minutes=1)
    grid = grid_of(readings.drop(readings.index[5:10]), 1)
    assert grid.kwh == pytest.approx([0.3, 0.3])


def test_local_days_keep_23_and_25_hours() -> None:
    hours = 24 * 5
    spring = build_grid(
        make_readings(np.ones(hours), interval_minutes=60, start=datetime(2025, 3, 28, tzinfo=UTC)), make_meter(interval_minutes=60)
    )
    autumn = build_grid(
        make_readings(np.ones(hours), interval_minutes=60, start=datetime(2025, 10, 24, tzinfo=UTC)), make_meter(interval_minutes=60)
    )
    assert np.bincount(spring.day)[:4].tolist() == [24, 24, 23, 24]
    assert 25 in np.bincount(autumn.day).tolist()
    assert spring.weekday[0] == 4  # a Friday


def test_daily_readings_at_local_midnight_stay_one_a_day() -> None:
    midnights = pd.date_range("2025-03-01", periods=60, freq="D", tz="Europe/London").tz_convert("UTC").as_unit("us")
    readings = make_readings(np.arange(60.0), interval_minutes=1440).set_axis(midnights.rename("ts"))
    grid = build_grid(readings, make_meter(interval_minutes=1440))
    assert grid.kwh.tolist() == list(range(60))
    assert grid.slots_per_day == 1


def test_coarsen_sums_energy_and_names_the_hour_of_each_cell() -> None:
    hourly, owner = coarsen(grid_of(make_readings(np.arange(8.0), interval_minutes=15), 15), 60.0)
    assert hourly.kwh.tolist() == [0 + 1 + 2 + 3, 4 + 5 + 6 + 7]
    assert owner.tolist() == [0, 0, 0, 0, 1, 1, 1, 1]
    assert hourly.hour.tolist() == [0, 1]


def test_energies_beside_the_readings_add_up_and_means_stay_means() -> None:
    readings = make_readings(
        np.full(60, 0.02),
        interval_minutes=1,
        temperature_c=np.repeat([4.0, 8.0], 30),
        oven_kwh=np.full(60, 0.01),
        all_people=np.full(60, 3.0),
    )
    readings.iloc[:3, readings.columns.get_loc("oven_kwh")] = np.nan
    grid = grid_of(readings, 1)
    assert grid.covariates["oven_kwh"] == pytest.approx([0.15] * 4)
    assert grid.covariates["all_people"] == pytest.approx([3.0] * 4)
    assert grid.temperature_c == pytest.approx([4.0, 4.0, 8.0, 8.0])
    hours, _ = coarsen(grid, 60)
    assert (hours.covariates["oven_kwh"].tolist(), hours.temperature_c.tolist()) == (pytest.approx([0.6]), [6.0])


def test_what_is_known_nowhere_or_is_no_covariate_is_not_kept() -> None:
    readings = make_readings(np.ones(8), temperature_c=np.full(8, np.nan), export_kwh=np.ones(8), colour=np.ones(8))
    assert not grid_of(readings).covariates


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Africa/Cairo", "Australia/Lord_Howe", "UTC"])
@pytest.mark.parametrize("first", ["2025-01-01", "2025-05-01"])
def test_cells_of_a_day_are_the_local_days_of_their_readings_whatever_the_clock(zone: str, first: str) -> None:
    days = pd.date_range(first, periods=400, freq="D")
    starts = timegrid.local_day_starts(days[0].date(), days[-1].date(), zone)
    readings = make_readings([1.0] * 400, interval_minutes=1440).set_index(timegrid.from_epoch_seconds(starts[:-1]))
    grid = build_grid(readings, make_meter(interval_minutes=1440.0, timezone=zone))
    assert grid.day.tolist() == list(range(400))
    assert grid.weekday.tolist() == days.day_of_week.tolist()
    assert grid.begin_seconds.tolist() == starts[:-1].tolist()
    assert [grid.end_of(cell) for cell in range(399)] == starts[1:-1].tolist()


def test_a_gas_day_is_the_day_it_begins_in() -> None:
    readings = make_readings([1.0] * 20, start=datetime(2026, 1, 5, 6, tzinfo=UTC), interval_minutes=1440)
    assert build_grid(readings, make_meter(interval_minutes=1440.0)).weekday[:7].tolist() == [0, 1, 2, 3, 4, 5, 6]
