"""Faults of the data: each is found where it is, and what merely looks like one is not."""

from __future__ import annotations

import numpy as np
import pytest

from tests.factories import make_readings
from tests.unit.analysis.households import grid_of, noisy_home, position, set_kwh
from wattsup_core.analysis.baseline import seasonal_centre
from wattsup_core.analysis.faults import Faults, find_faults, find_gaps, is_signed
from wattsup_core.analysis.grid import Grid
from wattsup_core.analysis.outage import find_outages
from wattsup_core.analysis.scale import fit_scale
from wattsup_core.analysis.stuck import find_stuck
from wattsup_core.types import EventKind


def faults_of(grid: Grid) -> Faults:
    return find_faults(grid, seasonal_centre(grid, grid.kwh, fit_scale(grid.kwh), is_trailing=False))


def spans(faults: Faults) -> list[tuple[EventKind, int, int]]:
    return [(finding.kind, finding.start, finding.stop) for finding in faults.findings]


def test_a_clean_home_has_none() -> None:
    found = faults_of(grid_of(noisy_home(60)))
    assert found.findings == ()
    assert not found.is_fault.any()


def test_zeros_of_a_power_cut_are_an_outage() -> None:
    readings = noisy_home(60)
    rows = set_kwh(readings, 30, 9, 6.5, 0.0)
    found = faults_of(grid_of(readings))
    assert spans(found) == [(EventKind.OUTAGE, rows.start, rows.stop)]
    assert np.flatnonzero(found.is_fault).tolist() == list(range(rows.start, rows.stop))


def test_zeros_at_the_ends_and_for_an_hour_are_not() -> None:
    readings = noisy_home(60)
    set_kwh(readings, 0, 0, 8, 0.0)
    set_kwh(readings, 59, 12, 12, 0.0)
    set_kwh(readings, 30, 9, 1, 0.0)
    assert find_outages(grid_of(readings)) == []


def test_a_roof_that_feeds_the_house_every_noon_is_no_outage() -> None:
    readings = noisy_home(90)
    sunny = (readings.index.hour >= 9) & (readings.index.hour < 16)
    readings.loc[sunny, "kwh"] = 0.0
    assert find_outages(grid_of(readings)) == []


def test_a_repeated_value_is_a_stuck_register() -> None:
    readings = noisy_home(60)
    rows = set_kwh(readings, 30, 9, 14, 0.382)
    assert spans(faults_of(grid_of(readings))) == [(EventKind.FLATLINE, rows.start, rows.stop)]


def test_a_register_of_coarse_steps_repeats_naturally() -> None:
    readings = noisy_home(120)
    readings["kwh"] = np.round(readings["kwh"], 1)
    assert find_stuck(grid_of(readings)) == []


def test_zeros_then_their_energy_at_once_are_a_catch_up() -> None:
    readings = noisy_home(60)
    usual = readings["kwh"].iloc[position(30, 2) : position(30, 20)].sum()
    rows = set_kwh(readings, 30, 2, 18, 0.0)
    set_kwh(readings, 30, 19.5, 0.5, usual)
    assert spans(faults_of(grid_of(readings))) == [(EventKind.CATCH_UP, rows.start, rows.stop)]


def test_after_missing_intervals_the_catch_up_is_one_row() -> None:
    readings = noisy_home(60)
    at = position(30, 20)
    readings.iloc[at, 0] = readings["kwh"].iloc[at - 36 : at + 1].sum()
    found = faults_of(grid_of(readings.drop(readings.index[at - 36 : at])))
    assert spans(found) == [(EventKind.CATCH_UP, at, at + 1)]


def test_a_usual_reading_after_a_gap_is_none() -> None:
    readings = noisy_home(60)
    found = faults_of(grid_of(readings.drop(readings.index[position(30, 2) : position(30, 20)])))
    assert found.findings == ()


def test_below_zero_is_certain_on_a_meter_that_counts_up() -> None:
    readings = noisy_home(60)
    rows = set_kwh(readings, 30, 9, 1.5, -0.4)
    assert spans(faults_of(grid_of(readings))) == [(EventKind.NEGATIVE, rows.start, rows.stop)]


def test_one_reading_below_zero_is_a_fault_of_a_young_meter_too() -> None:
    readings = noisy_home(60).iloc[:96]
    readings.iloc[-1, 0] = -3.0
    assert spans(faults_of(grid_of(readings))) == [(EventKind.NEGATIVE, 95, 96)]


def test_below_zero_is_natural_on_a_net_meter() -> None:
    readings = noisy_home(60)
    sunny = (readings.index.hour >= 9) & (readings.index.hour < 16)
    readings.loc[sunny, "kwh"] -= 1.0
    grid = grid_of(readings)
    assert is_signed(grid)
    assert EventKind.NEGATIVE not in {kind for kind, _, _ in spans(faults_of(grid))}


@pytest.mark.parametrize("factor", [1000.0, 0.001])
def test_a_wrong_unit_is_found(factor: float) -> None:
    readings = noisy_home(60)
    rows = slice(position(30, 9), position(30, 15))
    readings.iloc[rows, 0] *= factor
    assert spans(faults_of(grid_of(readings))) == [(EventKind.UNIT_ERROR, rows.start, rows.stop)]


def test_the_longest_gaps_are_told_and_all_are_counted() -> None:
    readings = noisy_home(60)
    lost = np.zeros(len(readings), dtype=bool)
    for day, hours in ((10, 8), (20, 30), (30, 7), (40, 2)):
        lost[position(day, 3) : position(day, 3 + hours)] = True
    gaps, count = find_gaps(grid_of(readings[~lost]), most=2)
    assert count == 3
    assert [(gap.start, gap.stop) for gap in gaps] == [(position(10, 3), position(10, 11)), (position(20, 3), position(20, 33))]


def test_a_constant_meter_has_no_faults() -> None:
    assert faults_of(grid_of(make_readings(np.full(48 * 30, 0.5)))).findings == ()


@pytest.mark.parametrize("days", [(20, 60), (20, 90), (0, 40)])
def test_weeks_of_zeros_are_an_outage_also_at_an_end(days: tuple[int, int]) -> None:
    readings = noisy_home(90)
    rows = set_kwh(readings, days[0], 0, 24 * (days[1] - days[0]), 0.0)
    assert spans(faults_of(grid_of(readings))) == [(EventKind.OUTAGE, rows.start, rows.stop)]


def test_a_summer_without_heating_is_no_outage() -> None:
    readings = noisy_home(90)
    readings.loc[readings.index.hour < 6, "kwh"] = 0.0
    set_kwh(readings, 30, 0, 24 * 30, 0.0)
    assert find_outages(grid_of(readings)) == []
