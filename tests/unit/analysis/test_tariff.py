"""A flat tariff prices use beyond the expectation, and never a fault."""

from __future__ import annotations

import numpy as np
import pytest

from wattsup_core.analysis.tariff import energy_cost, event_cost
from wattsup_core.types import Channel, EventClass, Tariff

FLAT = Tariff(0.25)


def test_energy_is_priced_and_missing_energy_is_not() -> None:
    assert energy_cost(np.array([2.0, 0.0, np.nan]), FLAT) == pytest.approx([0.5, 0.0, np.nan], nan_ok=True)


def test_an_event_costs_its_excess_and_a_drop_saves() -> None:
    assert event_cost(4.0, EventClass.WASTE, FLAT) == pytest.approx(1.0)
    assert event_cost(-4.0, EventClass.BEHAVIOUR, FLAT) == pytest.approx(-1.0)


def test_energy_sent_to_the_grid_has_no_cost() -> None:
    assert event_cost(4.0, EventClass.WASTE, FLAT, Channel.EXPORT) is None


@pytest.mark.parametrize("event_class", [EventClass.METER_FAULT, EventClass.DATA_GAP])
def test_faults_and_gaps_have_no_cost(event_class: EventClass) -> None:
    assert event_cost(4.0, event_class, FLAT) is None
