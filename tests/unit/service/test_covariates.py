"""From a file with sub-meters, temperature and people to the appliance that a person is told."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from wattsup_core.frames import covariate_columns
from wattsup_core.readers import read_file
from wattsup_core.service.files import analyse_file
from wattsup_core.service.imports import import_file
from wattsup_core.simulate import NightUse, Simulation, Spike, simulate, write_readings_csv
from wattsup_core.store import Store
from wattsup_core.types import AnomalyEvent

LEFT_ON = NightUse(
    start=datetime(2025, 6, 10, 0, 30, tzinfo=UTC), end=datetime(2025, 6, 10, 4, 30, tzinfo=UTC), added_kw=3.0, appliance="immersion heater"
)
UNCOUNTED = Spike(start=datetime(2025, 5, 20, 1, 0, tzinfo=UTC), end=datetime(2025, 5, 20, 3, 0, tzinfo=UTC), added_kw=4.0)


@pytest.fixture(scope="module")
def house() -> Simulation:
    """Five months in which an immersion heater is left on for one night, and something that has no meter runs in another."""
    return simulate(150, 30, seed=4, start=date(2025, 2, 1), anomalies=[LEFT_ON, UNCOUNTED], submeters=True)


@pytest.fixture(scope="module")
def path(house: Simulation, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("house") / "house.csv"
    write_readings_csv(house, path)
    return path


def event_at(events: tuple[AnomalyEvent, ...], moment: datetime) -> AnomalyEvent:
    (found,) = [event for event in events if event.start <= moment < event.end]
    return found


def test_a_file_of_sub_meters_reads_back_as_it_was_made(house: Simulation, path: Path) -> None:
    (meter,) = read_file(path).meters
    assert set(covariate_columns(meter.readings)) == set(covariate_columns(house.readings))
    for column in meter.readings.columns:
        assert meter.readings[column].tolist() == house.readings[column].tolist()


def test_the_immersion_heater_left_on_is_named(path: Path) -> None:
    (found,) = analyse_file(path, "house.csv").meters
    event = event_at(found.analysis.events, datetime(2025, 6, 10, 2, tzinfo=UTC))
    assert "immersion heater accounts for" in event.cause
    assert "Immersion heater accounts for" in event.explanation.detail
    assert "immersion heater" in event.explanation.check_first[0]
    assert event.explanation.confidence == "high"
    other = event_at(found.analysis.events, datetime(2025, 5, 20, 2, tzinfo=UTC))
    assert "use that no sub-meter counts accounts for" in other.cause
    assert not any(name in other.cause for name in ("heater", "pump", "oven", "dryer", "freezer"))


def test_the_store_tells_the_same_as_the_file_alone(store: Store, path: Path) -> None:
    (alone,) = analyse_file(path, "house.csv").meters
    (meter_id,) = import_file(store, path, "house.csv").meter_ids
    assert tuple(store.events(meter_id)) == alone.analysis.events


def test_without_sub_meters_the_same_energy_names_nothing(house: Simulation, tmp_path: Path) -> None:
    plain = simulate(150, 30, seed=4, start=date(2025, 2, 1), anomalies=[LEFT_ON, UNCOUNTED])
    write_readings_csv(plain, tmp_path / "plain.csv")
    (found,) = analyse_file(tmp_path / "plain.csv", "plain.csv").meters
    assert plain.readings["kwh"].tolist() == house.readings["kwh"].tolist()
    event = event_at(found.analysis.events, datetime(2025, 6, 10, 2, tzinfo=UTC))
    assert "accounts for" not in event.cause + event.explanation.detail
