"""Units in headers."""

from __future__ import annotations

import pytest

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
