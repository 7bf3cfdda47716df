from __future__ import annotations

import numpy as np
import pytest

from wattsup_core.analysis.steps import last_step


def noisy(levels: list[float], lengths: list[int], spread: float = 0.004, seed: int = 1) -> np.ndarray:
    flat = np.repeat(levels, lengths)
    return flat + np.random.default_rng(seed).normal(0, spread, len(flat))


@pytest.mark.parametrize(("before", "after"), [(0.107, 0.148), (0.148, 0.107), (0.3, 0.4)])
def test_a_step_is_found_at_its_day(before: float, after: float) -> None:
    step = last_step(noisy([before, after], [20, 14]))
    assert step is not None
    assert step.position == 20
    assert step.before == pytest.approx(before, abs=0.004)
    assert step.after == pytest.approx(after, abs=0.004)


def test_the_last_of_several_steps_is_told_from_the_level_before_it() -> None:
    step = last_step(noisy([0.1, 0.2, 0.15], [15, 15, 10]))
    assert step is not None
    assert step.position == 30
    assert step.before == pytest.approx(0.2, abs=0.004)
    assert step.after == pytest.approx(0.15, abs=0.004)


@pytest.mark.parametrize("seed", range(20))
def test_noise_has_no_step(seed: int) -> None:
    assert last_step(noisy([0.12], [60], spread=0.02, seed=seed)) is None


def test_a_slow_rise_has_no_step() -> None:
    assert last_step(np.linspace(0.1, 0.16, 60)) is None


def test_three_odd_days_are_no_step() -> None:
    assert last_step(noisy([0.1, 0.2, 0.1], [20, 3, 20])) is None
    assert last_step(noisy([0.1, 0.2], [20, 3])) is None


def test_what_came_and_went_within_a_few_days_is_no_step() -> None:
    assert last_step(noisy([0.1, 0.2, 0.1], [30, 7, 30])) is None


def test_an_old_step_is_found_among_many_days() -> None:
    step = last_step(noisy([0.1, 0.2], [500, 900]))
    assert step is not None
    assert step.position == 500


def test_a_small_step_is_not_worth_telling() -> None:
    assert last_step(noisy([0.100, 0.110], [20, 20], spread=0.001)) is None
    assert last_step(noisy([0.50, 0.53], [20, 20], spread=0.001)) is None


@pytest.mark.parametrize("count", range(8))
def test_short_series_have_no_step(count: int) -> None:
    assert last_step(np.arange(count, dtype=float)) is None
