"""The sum of a window in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from dashboard.layout import window_sums
from wattsup_core.emissions import EmissionFactor
from wattsup_core.types import Channel
from wattsup_core.view_models import SummedWindow, WindowSumsView

START = datetime(2026, 1, 27, 2, tzinfo=UTC)
ASKED = SummedWindow("This window", START, START + timedelta(hours=2), 4.2, 1.18, 0.869, 2.1, 3.4, 8, 0)
WEEK = replace(ASKED, name="A week before", kwh=2.1, readings=84, missing=12, change_pct=100.0)
NEVER = SummedWindow("A year before", START, START, 0.0, None, None, None, None, 0, 8)
VIEW = WindowSumsView("Home", "Europe/London", "GBP", Channel.IMPORT, 0.28, EmissionFactor(207.0, "by X"), (ASKED, WEEK, NEVER))


def test_the_text_to_paste() -> None:
    assert window_sums.as_text(VIEW).splitlines() == [
        "Home, Europe/London time",
        "This window: Tue 27 Jan 2026, 02:00 – 04:00",
        "  4.200 kWh; £1.18; 869 g CO₂; mean 2.10 kW; highest 3.40 kW",
        "A week before: Tue 27 Jan 2026, 02:00 – 04:00",
        "  2.100 kWh; £1.18; 869 g CO₂; mean 2.10 kW; highest 3.40 kW; this window has 100 % more; 12 of 96 readings are missing",
        "A year before: Tue 27 Jan 2026, 02:00 – 02:00",
        "  no readings",
        f"{window_sums.SHARES} Cost at £0.28/kWh. CO₂ at 207 g/kWh, by X.",
    ]


@pytest.mark.parametrize(
    ("readings", "gone", "to_come", "told"),
    [
        (84, 12, 12, "12 of 96 readings are still to come"),
        (84, 12, 2, "10 of 96 readings are missing, 2 are still to come"),
        (95, 1, 1, "1 of 96 readings is still to come"),
        (0, 96, 96, "no readings yet"),
        (0, 96, 0, "no readings"),
    ],
)
def test_what_has_not_come_yet_is_not_missing(readings: int, gone: int, to_come: int, told: str) -> None:
    assert window_sums.missing(replace(ASKED, readings=readings, missing=gone, to_come=to_come)) == told


def test_what_is_not_known_is_said() -> None:
    assert "CO₂ is left out: no figure is known" in window_sums.basis(replace(VIEW, factor=None))
    assert "no price and no CO₂" in window_sums.basis(replace(VIEW, channel=Channel.EXPORT, factor=None))


@pytest.mark.parametrize(
    ("change_pct", "told"), [(0.2, "as much"), (-30.0, "30 % less"), (12.4, "12 % more"), (5200.0, "53 times as much")]
)
def test_a_difference_in_words(change_pct: float, told: str) -> None:
    assert window_sums.difference(change_pct) == told


@pytest.mark.parametrize(("kwh", "told"), [(0.4123, "0.412 kWh"), (12.345, "12.35 kWh"), (1234.56, "1,234.6 kWh"), (-3.0, "−3.000 kWh")])
def test_an_energy_has_digits_to_reckon_with(kwh: float, told: str) -> None:
    assert window_sums.exact_kwh(kwh) == told


@pytest.mark.parametrize(("co2_kg", "told"), [(0.0, "0 g"), (0.8694, "869 g"), (0.9996, "1.0 kg"), (1234.0, "1,234 kg")])
def test_carbon_dioxide_by_its_size(co2_kg: float, told: str) -> None:
    assert window_sums.carbon(co2_kg) == told
