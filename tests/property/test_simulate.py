"""Laws of the simulation that hold for any seed, day, zone and interval."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from wattsup_core.frames import check_readings
from wattsup_core.simulate import (
    KINDS,
    Anomaly,
    BaseloadStep,
    Drift,
    Drop,
    Flatline,
    NightUse,
    Outage,
    Spike,
    SustainedHigh,
    SustainedLow,
    simulate,
)
from wattsup_core.simulate.register import interval_kwh

ZONES = st.sampled_from(["Europe/London", "America/New_York", "Asia/Kathmandu", "Australia/Sydney", "UTC"])
STARTS = st.dates(date(2015, 1, 1), date(2030, 1, 1))
KINDS_OF_BUILDING = st.sampled_from(KINDS)
SEEDS = st.integers(0, 2**40)


def anomalies_of(start: date) -> list[Anomaly]:
    """One anomaly of each kind that acts on the load or the meter, all within a day of any zone."""
    dawn = datetime.combine(start, time(5, 30), UTC)
    spans = [{"start": dawn + timedelta(minutes=37 * turn), "end": dawn + timedelta(minutes=37 * turn + 90)} for turn in range(9)]
    return [
        Spike(**spans[0], added_kw=3.3),
        NightUse(**spans[1], added_kw=1.2),
        BaseloadStep(**spans[2], added_kw=0.07),
        Drift(start=dawn, end=dawn + timedelta(days=3), final_kw=0.5),
        Drop(**spans[4], kept_share=0.2),
        SustainedHigh(**spans[5], factor=1.7),
        SustainedLow(**spans[6], kept_share=0.4),
        Outage(**spans[7]),
        Flatline(**spans[8], held_kw=0.18),
    ]


@settings(max_examples=15, deadline=None)
@given(kind=KINDS_OF_BUILDING, seed=SEEDS, start=STARTS, timezone=ZONES, interval=st.sampled_from([5, 15, 30, 60]), days=st.integers(1, 12))
def test_coarse_readings_are_sums_of_fine_ones(kind: str, seed: int, start: date, timezone: str, interval: int, days: int) -> None:
    options = {"kind": kind, "seed": seed, "start": start, "timezone": timezone, "anomalies": anomalies_of(start)}
    minutes = simulate(days, 1, **options)
    coarse = simulate(days, interval, **options)
    check_readings(coarse.readings)
    fine_register = np.rint(minutes.readings["kwh"].to_numpy().cumsum() * 1e5).astype(int)
    coarse_register = np.rint(coarse.readings["kwh"].to_numpy().cumsum() * 1e3).astype(int)
    np.testing.assert_array_equal(coarse_register, fine_register[interval - 1 :: interval] // 100)


@settings(max_examples=15, deadline=None)
@given(kind=KINDS_OF_BUILDING, seed=SEEDS, start=STARTS, timezone=ZONES, days=st.integers(1, 40))
def test_days_are_exact_sums_of_quarter_hours(kind: str, seed: int, start: date, timezone: str, days: int) -> None:
    options = {"kind": kind, "seed": seed, "start": start, "timezone": timezone, "anomalies": anomalies_of(start)}
    quarters = simulate(days, 15, **options).readings["kwh"].tz_convert(timezone)
    daily = simulate(days, 1440, **options).readings["kwh"]
    summed = quarters.groupby(quarters.index.date).sum()
    assert len(daily) == days
    np.testing.assert_allclose(daily.to_numpy(), summed.to_numpy(), atol=1e-9)


@given(
    kwh=st.lists(st.floats(0, 10), min_size=1, max_size=60),
    decimals=st.sampled_from([3, 5]),
    cuts=st.lists(st.integers(0, 60), max_size=8),
)
def test_a_register_loses_no_energy(kwh: list[float], decimals: int, cuts: list[int]) -> None:
    energies = np.array(kwh)
    edges = np.unique(np.clip([0, *cuts, len(kwh)], 0, len(kwh)))
    shown = interval_kwh(energies, edges, decimals)
    assert (shown >= 0).all()
    assert abs(shown.sum() - energies.sum()) <= 10.0**-decimals + 1e-5
    np.testing.assert_allclose(shown * 10**decimals, np.rint(shown * 10**decimals), atol=1e-6)
