"""Histories that are hardly any, or full of holes, are told by what is sure of them and by nothing else."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from tests.factories import make_meter, make_readings
from tests.unit.analysis.households import noisy_home, position
from wattsup_core.analysis.pipeline import analyse
from wattsup_core.types import EventKind, Tariff

MINUTES = 60.0
MOST_CHANCE_SPIKES = 5
"""What noise may show within the budget of alarms, more of it beside a long silence than elsewhere."""


def home(days: int) -> pd.DataFrame:
    return noisy_home(days, MINUTES)


def changed(days: int, first: int, last: int, factor: float) -> pd.DataFrame:
    readings = home(days)
    readings.iloc[position(first, 0, MINUTES) : position(last, 0, MINUTES), 0] *= factor
    return readings


def few_days_a_month() -> pd.DataFrame:
    readings = home(360)
    return readings[(np.arange(len(readings)) // 24) % 30 < 4]


ODD: dict[str, tuple[Callable[[], pd.DataFrame], set[EventKind]]] = {
    "one row": (lambda: home(1).iloc[:1], set()),
    "two rows": (lambda: home(1).iloc[:2], set()),
    "one day": (lambda: home(1), set()),
    "five days": (lambda: home(5), set()),
    "a week": (lambda: home(7), set()),
    "a constant": (lambda: home(60).assign(kwh=0.25), set()),
    "zeros": (lambda: home(60).assign(kwh=0.0), set()),
    "two values": (lambda: home(60).assign(kwh=np.tile([0.1, 0.2, 0.2], 480)), set()),
    "off for months": (lambda: changed(360, 100, 200, 0.0), {EventKind.OUTAGE}),
    "off to the end": (lambda: changed(200, 100, 200, 0.0), {EventKind.OUTAGE}),
    "mostly gaps": (few_days_a_month, {EventKind.GAP}),
    "only negative": (lambda: home(60).assign(kwh=-home(60)["kwh"]), set()),
    "huge values": (lambda: home(60).assign(kwh=1e7 * home(60)["kwh"]), set()),
}


@pytest.mark.parametrize("name", ODD)
def test_nothing_is_told_but_what_is_sure(name: str) -> None:
    make, kinds = ODD[name]
    found = analyse(make(), make_meter(interval_minutes=MINUTES, timezone="UTC"), Tariff(0.3))
    told = [event.kind for event in found.events]
    assert set(told) - {EventKind.SPIKE} == kinds
    assert told.count(EventKind.SPIKE) <= MOST_CHANCE_SPIKES
    assert found.scored["score"].between(0, 1).all()


@pytest.mark.parametrize("minutes", [1440.0, 43_200.0])
def test_daily_and_monthly_readings_without_a_fault_are_quiet(minutes: float) -> None:
    kwh = np.random.default_rng(4).lognormal(2.0, 0.2, 60)
    found = analyse(make_readings(kwh, interval_minutes=minutes), make_meter(interval_minutes=minutes, timezone="UTC"), Tariff(0.3))
    assert found.events == ()
