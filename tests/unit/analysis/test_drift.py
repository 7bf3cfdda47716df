"""What creeps for weeks is told as such; a step, a season, an odd week and plain noise are not."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pandas as pd
import pytest

from tests.unit.analysis.households import grid_of, home_meter, noisy_home
from wattsup_core.analysis.baseline import fit_baseline
from wattsup_core.analysis.drift import as_before, find_drifts
from wattsup_core.analysis.findings import Finding
from wattsup_core.analysis.pipeline import Analysis, analyse
from wattsup_core.analysis.scale import fit_scale
from wattsup_core.types import EventKind, Tariff

DAYS = 400
FIRST, LENGTH = 250, 40


def days_of(readings: pd.DataFrame) -> np.ndarray:
    """Days since the first reading, with their fraction."""
    return (readings.index - readings.index[0]) / timedelta(days=1)


def creeping_home(share: float, *, is_repaired: bool = False, days: int = DAYS) -> pd.DataFrame:
    """A household whose use grows evenly by `share` within 40 days, and stays or goes back at once."""
    readings = noisy_home(days)
    ramp = np.clip((days_of(readings) - FIRST) / LENGTH, 0.0, 1.0)
    if is_repaired:
        ramp = np.where(days_of(readings) >= FIRST + LENGTH, 0.0, ramp)
    readings["kwh"] *= 1.0 + share * ramp
    return readings


def drifts_of(readings: pd.DataFrame) -> list[Finding]:
    grid = grid_of(readings)
    return find_drifts(grid, fit_scale(grid.kwh), np.zeros(len(grid), dtype=bool))


def analysis_of(readings: pd.DataFrame) -> Analysis:
    return analyse(readings, home_meter(), Tariff(0.3))


@pytest.mark.parametrize("is_repaired", [False, True])
def test_use_that_creeps_up_is_found_with_its_bounds(is_repaired: bool) -> None:
    (found,) = drifts_of(creeping_home(0.8, is_repaired=is_repaired))
    assert (found.kind, found.side) == (EventKind.DRIFT, 1)
    assert abs(found.start / 48 - FIRST) <= 8
    assert abs(found.stop / 48 - FIRST - LENGTH) <= 6


def test_a_step_an_odd_week_and_plain_noise_do_not_creep() -> None:
    step, week = noisy_home(DAYS), noisy_home(DAYS)
    step.loc[days_of(step) >= FIRST, "kwh"] *= 1.8
    week.loc[(days_of(week) >= FIRST) & (days_of(week) < FIRST + 7), "kwh"] *= 1.8
    for readings in (step, week, *(noisy_home(DAYS, seed=seed) for seed in range(4))):
        assert drifts_of(readings) == []


def test_a_season_does_not_creep() -> None:
    readings = noisy_home(DAYS)
    readings["kwh"] *= 1.5 + np.cos(2 * np.pi * (days_of(readings) - 20) / 365.25)
    assert drifts_of(readings) == []


def test_what_the_cold_explains_does_not_creep() -> None:
    readings = noisy_home(DAYS)
    fall = 10.0 * np.clip((days_of(readings) - FIRST) / LENGTH, 0.0, 1.0)
    degrees = 15.0 - fall + np.repeat(np.random.default_rng(3).normal(0.0, 1.5, DAYS), 48)
    readings["kwh"] *= np.exp(0.08 * np.clip(15.5 - degrees, 0.0, None))
    assert [finding for finding in drifts_of(readings) if finding.side > 0]
    assert drifts_of(readings.assign(temperature_c=degrees)) == []


def test_a_drift_is_measured_against_the_week_before_it() -> None:
    readings = creeping_home(0.8)
    grid = grid_of(readings)
    nothing = np.zeros(len(grid), dtype=bool)
    usual = fit_baseline(grid, fit_scale(grid.kwh), nothing, is_signed=False)
    found = Finding(EventKind.DRIFT, FIRST * 48, (FIRST + LENGTH) * 48, 3.0, side=1)
    held = as_before(usual, [found], grid)
    before = readings["kwh"].iloc[(FIRST - 28) * 48 : FIRST * 48].groupby(np.arange(28 * 48) % 48).mean()
    during = held.expected_kwh[FIRST * 48 : (FIRST + LENGTH) * 48].reshape(-1, 48)
    np.testing.assert_allclose(during.mean(axis=0), before, rtol=0.2)
    np.testing.assert_allclose(held.expected_kwh[: FIRST * 48], usual.expected_kwh[: FIRST * 48])
    assert as_before(usual, [], grid) is usual


def test_a_drift_is_told_with_its_levels() -> None:
    readings = creeping_home(0.8)
    (event,) = [event for event in analysis_of(readings).events if event.kind is EventKind.DRIFT]
    daily = readings["kwh"].resample("D").sum()
    inside = daily[event.start : event.end - timedelta(minutes=1)]
    added_kwh = inside.sum() - len(inside) * daily.iloc[:FIRST].mean()
    assert event.title == "Use creeping up"
    assert event.excess_kwh == pytest.approx(added_kwh, rel=0.15)
    assert event.cost == pytest.approx(0.3 * event.excess_kwh)
    assert " → " in event.cause
    assert "a day from " in event.cause
    assert "more a year" in event.explanation.detail
