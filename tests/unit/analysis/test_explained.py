"""People and production explain a residual only where they do so from week to week, and sub-meters never do."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.factories import daily_curve, make_readings
from tests.unit.analysis.households import grid_of, position
from wattsup_core.analysis.baseline import Baseline, fit_baseline
from wattsup_core.analysis.explained import line_response
from wattsup_core.analysis.scale import fit_scale

DAYS = 120


def baseline_of(readings: pd.DataFrame, is_odd: np.ndarray | None = None) -> Baseline:
    grid = grid_of(readings, 60)
    odd = np.zeros(len(grid), dtype=bool) if is_odd is None else is_odd
    return fit_baseline(grid, fit_scale(grid.kwh[~odd]), odd, False)


def busy_home(seed: int = 4) -> tuple[np.ndarray, np.ndarray]:
    """Hourly energies that grow with the people who are in, and those people; some days nobody is."""
    rng = np.random.default_rng(seed)
    people = np.repeat(rng.choice([0.0, 2.0, 2.0, 2.0, 4.0], DAYS), 24)
    return daily_curve(DAYS, 60) * (0.5 + 0.25 * people) * rng.lognormal(0, 0.1, DAYS * 24), people


def test_people_who_are_in_are_expected_to_use_more() -> None:
    kwh, people = busy_home()
    plain, told = (
        baseline_of(make_readings(kwh, interval_minutes=60)),
        baseline_of(make_readings(kwh, interval_minutes=60, all_people=people)),
    )
    assert np.abs(told.residual).mean() < 0.7 * np.abs(plain.residual).mean()


def test_less_sun_is_drawn_from_the_grid_and_more_is_not() -> None:
    rng = np.random.default_rng(5)
    sun = np.clip(np.sin((np.arange(24) - 6) / 12 * np.pi), 0, None)
    made = np.concatenate([1.2 * day * sun for day in rng.choice([0.2, 1.0, 1.0, 1.0], DAYS)])
    used = (daily_curve(DAYS, 60) + 0.6) * rng.lognormal(0, 0.1, DAYS * 24)
    drawn = np.clip(used - made, 0, None)
    plain, told = (
        baseline_of(make_readings(drawn, interval_minutes=60)),
        baseline_of(make_readings(drawn, interval_minutes=60, roof_produced_kwh=made)),
    )
    assert np.abs(drawn - told.expected_kwh).mean() < 0.8 * np.abs(drawn - plain.expected_kwh).mean()


def test_numbers_that_have_nothing_to_do_with_the_use_explain_nothing() -> None:
    kwh, _ = busy_home()
    noise = np.random.default_rng(6).normal(3, 1, DAYS * 24)
    plain = baseline_of(make_readings(kwh, interval_minutes=60))
    told = baseline_of(make_readings(kwh, interval_minutes=60, all_people=noise, roof_produced_kwh=noise[::-1]))
    assert told.expected_kwh == pytest.approx(plain.expected_kwh)


def test_a_link_that_turns_round_is_not_believed() -> None:
    grid = grid_of(make_readings(np.ones(DAYS * 24), interval_minutes=60), 60)
    unusual = np.repeat(np.random.default_rng(7).normal(size=DAYS), 24)
    turning = np.where((grid.day // 7) % 2 == 0, 0.5, -0.5) * unusual
    assert not line_response(turning, unusual, grid).any()
    assert line_response(0.3 * unusual, unusual, grid) == pytest.approx(np.clip(0.3 * unusual, -1, 1), abs=0.02)


def test_a_part_of_the_use_explains_none_of_it() -> None:
    kwh, _ = busy_home()
    heater = np.zeros(DAYS * 24)
    heater[position(60, 1, 60) : position(60, 5, 60)] = 3.0
    plain = baseline_of(make_readings(kwh + heater, interval_minutes=60))
    told = baseline_of(make_readings(kwh + heater, interval_minutes=60, heater_kwh=heater))
    assert (told.expected_kwh == plain.expected_kwh).all()


def test_what_is_odd_is_not_learned_from() -> None:
    kwh, people = busy_home()
    odd = np.zeros(DAYS * 24, dtype=bool)
    odd[position(30, 0, 60) : position(60, 0, 60)] = True
    spoilt = np.where(odd, 9.0 - kwh, kwh)
    clean = baseline_of(make_readings(kwh, interval_minutes=60, all_people=people), odd)
    found = baseline_of(make_readings(spoilt, interval_minutes=60, all_people=people), odd)
    assert found.expected_kwh[~odd] == pytest.approx(clean.expected_kwh[~odd])
