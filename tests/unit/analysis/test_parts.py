"""Sub-meters: which are parts of a meter, what each accounts for, and how it is said."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.factories import daily_curve, make_readings
from tests.unit.analysis.households import grid_of, position
from tests.unit.analysis.test_sentences import NIGHT_SPIKE, STEP
from wattsup_core.analysis.accounts import account_of, weather_words
from wattsup_core.analysis.cause import cause_of
from wattsup_core.analysis.explain import explain
from wattsup_core.analysis.findings import Finding, Pattern
from wattsup_core.analysis.parts import PartExcess, learn_parts, part_energies, part_excesses, with_rest
from wattsup_core.analysis.sentences import checks_of, confidence_of, detail_of
from wattsup_core.types import EventKind

DAYS = 60
NIGHT = Finding(EventKind.SPIKE, position(40, 2), position(40, 4), 4.0, 1)


def house(heater_kwh: float = 1.5) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Half-hours of a house, its water heater, on from six to seven and in one night, and its oven."""
    rest, heater, oven = daily_curve(DAYS, 30), np.zeros(DAYS * 48), np.zeros(DAYS * 48)
    for day in range(DAYS):
        heater[position(day, 6) : position(day, 7)] = 1.0
        oven[position(day, 18) : position(day, 19)] = 0.6
    heater[NIGHT.cells()] = heater_kwh
    return rest + heater + oven, heater, oven


def test_a_part_that_counts_more_than_the_site_is_none() -> None:
    kwh, heater, oven = house()
    grid = grid_of(make_readings(kwh, water_heater_kwh=heater, oven_kwh=oven, total_kwh=2 * kwh, export_kwh=oven))
    assert list(part_energies(grid)) == ["water_heater", "oven"]


def test_each_part_is_held_against_its_own_usual() -> None:
    kwh, heater, oven = house()
    grid = grid_of(make_readings(kwh, water_heater_kwh=heater, oven_kwh=oven))
    found = part_excesses(NIGHT, learn_parts(grid, [NIGHT]))
    assert found == pytest.approx({"water_heater": 6.0, "oven": 0.0}, abs=1e-9)
    morning = Finding(EventKind.SPIKE, position(40, 6), position(40, 7), 4.0, 1)
    assert part_excesses(morning, learn_parts(grid, [morning])) == pytest.approx({"water_heater": 0.0, "oven": 0.0}, abs=1e-9)


def test_what_no_sub_meter_counts_is_the_rest() -> None:
    kwh, heater, oven = house()
    kwh[NIGHT.cells()] += 2.0
    parts = learn_parts(grid_of(make_readings(kwh, water_heater_kwh=heater, oven_kwh=oven)), [NIGHT])
    told = with_rest(part_excesses(NIGHT, parts), 14.0, parts)
    assert [part.name for part in told] == ["", "water_heater", "oven"]
    assert told[0].excess_kwh == pytest.approx(8.0)


def test_nothing_is_left_over_where_production_hides_it_or_parts_overlap() -> None:
    kwh, heater, oven = house()
    made = make_readings(kwh, water_heater_kwh=heater, roof_produced_kwh=oven)
    twice = make_readings(kwh, water_heater_kwh=kwh * 0.7, hot_water_kwh=kwh * 0.6)
    for readings in (made, twice):
        assert not learn_parts(grid_of(readings), [NIGHT]).are_whole


def test_a_part_that_was_hardly_read_is_not_judged() -> None:
    kwh, heater, _ = house()
    heater[NIGHT.start : NIGHT.start + 2] = np.nan
    parts = learn_parts(grid_of(make_readings(kwh, water_heater_kwh=heater)), [NIGHT])
    assert part_excesses(NIGHT, parts) == {}
    assert with_rest({}, 6.0, parts) == ()


@pytest.mark.parametrize(
    ("parts", "says"),
    [
        ([("water_heater", 8.4), ("", 0.9)], "water heater accounts for 8.4 of the 9.3 kWh"),
        ([("Water heater", 9.29), ("", 0.0)], "Water heater accounts for all of the 9.3 kWh"),
        ([("oven", 4.4), ("dryer", 3.1), ("", 1.8)], "oven and dryer account for 7.5 of the 9.3 kWh"),
        ([("", 7.0), ("oven", 2.3)], "use that no sub-meter counts accounts for 7.0 of the 9.3 kWh"),
        ([("oven", 12.0), ("", -2.7)], "oven: 12.0 kWh more than usual"),
        ([("oven", 3.0), ("dryer", 2.0), ("", 1.0)], ""),
        ([], ""),
    ],
)
def test_what_accounts_for_the_excess_is_said(parts: list[tuple[str, float]], says: str) -> None:
    portrait = replace(NIGHT_SPIKE, actual_kwh=9.9, expected_kwh=0.6, parts=tuple(PartExcess(*part) for part in parts))
    assert account_of(portrait) == says


def test_the_cause_and_the_panel_name_the_appliance() -> None:
    portrait = replace(NIGHT_SPIKE, parts=(PartExcess("water_heater", 8.4), PartExcess("", 0.9)))
    assert (
        cause_of(portrait) == "16× a usual Tuesday 02:15; water heater accounts for 8.4 of the 9.3 kWh; the highest 2 h 45 min in 90 days"
    )
    assert detail_of(portrait) == "About 3.4 kW ran steadily on top of the usual."
    assert explain(portrait, ()).detail.endswith(" Water heater accounts for 8.4 of the 9.3 kWh.")
    assert checks_of(portrait)[0] == "Was the water heater left on, or set to run then?"
    assert cause_of(replace(STEP, parts=(PartExcess("freezer", 9.2),))) == "107 W → 148 W; freezer accounts for all of the 9.3 kWh"


def test_a_drop_is_a_part_that_used_less() -> None:
    drop = replace(
        NIGHT_SPIKE, kind=EventKind.DROP, actual_kwh=1.0, expected_kwh=5.0, parts=(PartExcess("heat_pump", -3.1), PartExcess("", -0.9))
    )
    assert account_of(drop) == "heat pump accounts for 3.1 of the 4.0 kWh"
    assert checks_of(drop)[0] == "Was the heat pump switched off, or has it failed?"


def test_faults_of_the_data_and_moved_days_have_no_cause_in_a_part() -> None:
    part = (PartExcess("oven", 9.3),)
    assert account_of(replace(NIGHT_SPIKE, kind=EventKind.UNIT_ERROR, parts=part)) == ""
    assert account_of(replace(NIGHT_SPIKE, pattern=Pattern.MOVED, parts=part)) == ""


def test_confidence_rises_only_with_a_sub_meter_that_says_nearly_all() -> None:
    doubtful = replace(NIGHT_SPIKE, evidence=2.0)
    assert confidence_of(doubtful) == "medium"
    assert confidence_of(replace(doubtful, parts=(PartExcess("oven", 9.0),))) == "high"
    assert confidence_of(replace(doubtful, parts=(PartExcess("oven", 6.0), PartExcess("", 3.3)))) == "medium"
    assert confidence_of(replace(doubtful, parts=(PartExcess("", 9.3),))) == "medium"


def test_the_weather_is_named_only_as_the_cause() -> None:
    cold = replace(NIGHT_SPIKE, is_weather=True, warmer_c=-8.3)
    assert weather_words(cold) == "it was 8 degrees colder than usual for the season"
    assert weather_words(replace(cold, warmer_c=1.2)) == "it was 1 degree warmer than usual for the season"
    assert weather_words(replace(cold, is_weather=False)) == weather_words(replace(cold, warmer_c=0.4)) == ""
    assert "8 degrees colder" in cause_of(cold)
