"""Units in headers, and as a person says them."""

from __future__ import annotations

import pytest

from tests.unit.readers.conftest import ReadText
from tests.unit.readers.samples import plain, total_kwh
from wattsup_core.errors import BadRequestError, FileRefusedError
from wattsup_core.readers.columns.facts import told_name
from wattsup_core.readers.values.units import energy_of, unit_named, unit_within


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("kwh", "kWh"),
        ("Usage_kWh", "kWh"),
        ("usageKWh", "kWh"),
        ("Energy Consumed (Wh)", "Wh"),
        ("Active energy Wh (A)", "Wh"),
        ("Usage(Real energy in kilowatt-hours)", "kWh"),
        ("KWH/hh (per half hour) ", "kWh"),
        ("Consumo registado, Ativa (kW)", "kW"),
        ("Valeur (en Kw)", "kW"),
        ("power_w", "W"),
        ("MWh", "MWh"),
        ("QA-Pump (kWhs)", "kWh"),
        ("Stroom [kWh] Verbruik laag tarief", "kWh"),
    ],
)
def test_unit_of_a_header(header: str, name: str) -> None:
    found = unit_within(header)
    assert found is not None
    assert found.name == name


@pytest.mark.parametrize(
    "header", ["Voltage (V)", "price (€/kWh)", "GTI (W/m2)", "Reactive_Power_kVarh", "CO2(tCO2)", "WeekStatus", "Qty W total", "value"]
)
def test_header_without_a_unit_of_energy(header: str) -> None:
    assert unit_within(header) is None


def test_factors() -> None:
    assert [(unit.factor, unit.is_power) for text in ("kWh", "Wh", "MWh", "GWh", "kW", "W", "MW") if (unit := unit_named(text))] == [
        (1, False),
        (1e-3, False),
        (1e3, False),
        (1e6, False),
        (1, True),
        (1e-3, True),
        (1e3, True),
    ]
    assert unit_named("mWh") != unit_named("MWh")
    watt = unit_named("W")
    assert watt is not None
    assert (energy_of(watt).name, energy_of(watt).factor, energy_of(watt).is_power) == ("Wh", 1e-3, False)


@pytest.mark.parametrize(
    ("unit", "kwh"), [("Wh", total_kwh(96) / 1000), ("kWh", total_kwh(96)), ("MWh", total_kwh(96) * 1000), ("kW", total_kwh(96) / 2)]
)
def test_a_person_says_the_unit(read: ReadText, unit: str, kwh: float) -> None:
    for text in (plain(), plain().replace("timestamp,kwh", "timestamp,energy (Wh)")):
        found = read(text, unit=unit)
        assert found.unit == unit
        assert found.meters[0].readings["kwh"].sum() == pytest.approx(kwh)
        assert not any(issue.code == "unit_suspect" and "names no" in issue.message for issue in found.report.issues)


def test_what_is_no_unit_is_refused(read: ReadText) -> None:
    with pytest.raises(BadRequestError, match="not a unit"):
        read(plain(), unit="litres")


def test_a_file_of_text_is_refused_with_what_a_readable_one_is_like(read: ReadText) -> None:
    with pytest.raises(FileRefusedError) as refused:
        read("timestamp,kwh\n2024-01-08 00:00,low\n2024-01-08 00:30,high\n")
    assert "a column of times and a column of numbers" in refused.value.hint


def test_a_long_name_is_cut_between_words() -> None:
    assert told_name("Energy") == "Energy"
    assert (
        told_name("Energy delivered to the house by the main meter in the cellar")
        == "Energy delivered to the house by the main meter in the…"
    )
