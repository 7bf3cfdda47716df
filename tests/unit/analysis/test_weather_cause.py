"""An event is about the weather where most of its excess goes with the degrees, and never otherwise."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.factories import daily_curve, make_meter, make_readings
from tests.unit.analysis.households import grid_of, position
from wattsup_core.analysis.baseline import Centre, fit_baseline
from wattsup_core.analysis.findings import Finding, Pattern
from wattsup_core.analysis.pipeline import analyse
from wattsup_core.analysis.scale import fit_scale
from wattsup_core.analysis.weather_cause import WeatherFacts, weather_facts
from wattsup_core.types import EventClass, EventKind, Tariff

DAYS = 200
SPELL = slice(position(100, 0, 60), position(104, 0, 60))
FOUND = Finding(EventKind.SUSTAINED_HIGH, SPELL.start, SPELL.stop, 4.0, 1)


def heated_home(spell_c: float, kwh_per_degree: float = 0.05) -> tuple[np.ndarray, np.ndarray]:
    """Hourly energies of a house that is heated, and the temperature outside, which is `spell_c` for four days."""
    rng = np.random.default_rng(3)
    temperature_c = np.repeat(8 + rng.normal(0, 3, DAYS), 24)
    temperature_c[SPELL] = spell_c
    heating = np.clip(15.5 - temperature_c, 0, None) * kwh_per_degree
    return daily_curve(DAYS, 60) + heating * rng.lognormal(0, 0.05, DAYS * 24), temperature_c


def facts(kwh: np.ndarray, temperature_c: np.ndarray | None, finding: Finding = FOUND) -> WeatherFacts:
    beside = {} if temperature_c is None else {"temperature_c": temperature_c}
    grid = grid_of(make_readings(kwh, interval_minutes=60, **beside), 60)
    odd = np.zeros(len(grid), dtype=bool)
    odd[finding.cells()] = True
    return weather_facts(finding, grid, fit_baseline(grid, fit_scale(grid.kwh), odd, False, Centre.TRIMMED_MEAN))


def test_a_cold_spell_is_the_weather() -> None:
    kwh, temperature_c = heated_home(0.0)
    kwh[SPELL] *= 1.2
    found = facts(kwh, temperature_c)
    assert found.is_cause
    assert found.warmer_c == pytest.approx(-8, abs=2)


def test_what_runs_in_a_cold_spell_beside_it_is_not() -> None:
    kwh, temperature_c = heated_home(4.0)
    kwh[SPELL] += 3.0
    assert not facts(kwh, temperature_c).is_cause


def test_less_than_the_cold_asks_for_is_not_the_weather() -> None:
    kwh, temperature_c = heated_home(-6.0)
    kwh[SPELL] *= 0.7
    assert not facts(kwh, temperature_c, replace(FOUND, kind=EventKind.SUSTAINED_LOW, side=-1)).is_cause


def test_no_weather_where_the_use_does_not_go_with_it() -> None:
    kwh, temperature_c = heated_home(-6.0, kwh_per_degree=0.0)
    kwh[SPELL] *= 2
    assert not facts(kwh, temperature_c).is_cause


def test_an_excess_in_a_warm_spell_of_a_heated_house_is_not_the_weather() -> None:
    kwh, temperature_c = heated_home(15.0)
    kwh[SPELL] += 1.5
    found = facts(kwh, temperature_c)
    assert (found.is_cause, found.warmer_c > 4) == (False, True)


def test_nothing_is_known_without_a_temperature() -> None:
    assert facts(heated_home(-6.0)[0], None) == WeatherFacts()


@pytest.mark.parametrize(
    "finding",
    [replace(FOUND, kind=EventKind.BASELOAD_STEP), replace(FOUND, kind=EventKind.UNIT_ERROR), replace(FOUND, pattern=Pattern.ROUGH)],
)
def test_steps_faults_and_unsteady_use_keep_their_class(finding: Finding) -> None:
    kwh, temperature_c = heated_home(-6.0)
    kwh[SPELL] *= 1.2
    assert not facts(kwh, temperature_c, finding).is_cause


def test_the_event_of_a_cold_spell_is_told_as_weather() -> None:
    kwh, temperature_c = heated_home(-12.0, kwh_per_degree=0.08)
    kwh[SPELL] *= 1.1
    readings = make_readings(kwh, interval_minutes=60, temperature_c=temperature_c)
    events = analyse(readings, make_meter(interval_minutes=60, timezone="UTC"), Tariff(0.28)).events
    (event,) = [event for event in events if event.start < readings.index[SPELL.stop] and event.end > readings.index[SPELL.start]]
    assert event.event_class is EventClass.WEATHER
    assert "degrees colder than usual for the season" in event.cause
    assert event.cost is not None
