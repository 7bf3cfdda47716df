"""The rhythm of instants."""

from __future__ import annotations

import numpy as np
import pytest

from wattsup_core.analysis.cadence import in_order, missing_intervals, row_steps, steady_grid, steady_steps, step_seconds

HALF_HOUR = 1_800


def regular(count: int, step: int = HALF_HOUR, start: int = 0) -> np.ndarray:
    return start + np.arange(count, dtype=np.int64) * step


def test_step_is_the_commonest() -> None:
    assert step_seconds(regular(48)) == HALF_HOUR
    assert step_seconds(np.delete(regular(48), [5, 6, 20])) == HALF_HOUR
    assert step_seconds(regular(1)) == 3_600


def test_step_of_a_wandering_clock_is_a_standard_one() -> None:
    wander = np.array([12, -3, -7, 20, -20, 5, 0, 9] * 6)
    assert step_seconds(regular(48) + wander) == HALF_HOUR


def test_change_of_interval_is_two_steady_steps() -> None:
    seconds = np.concatenate([regular(48), regular(96, 900, 48 * HALF_HOUR)])
    assert steady_steps(seconds).tolist() == [900, HALF_HOUR]
    assert missing_intervals(seconds) == 0
    assert row_steps(seconds)[[0, 47, 48, -1]].tolist() == [HALF_HOUR, HALF_HOUR, 900, 900]


def test_scattered_gaps_are_no_second_step() -> None:
    seconds = np.delete(regular(200), np.arange(10, 190, 9))
    assert steady_steps(seconds).tolist() == [HALF_HOUR]
    assert missing_intervals(seconds) == 20


@pytest.mark.parametrize(("step", "gap"), [(HALF_HOUR, 3), (900, 1), (86_400, 10)])
def test_missing_intervals_are_counted(step: int, gap: int) -> None:
    seconds = np.concatenate([regular(50, step), regular(50, step, (50 + gap) * step)])
    assert missing_intervals(seconds) == gap
    assert row_steps(seconds)[49] == step


def test_days_of_23_and_25_hours_are_no_gaps() -> None:
    seconds = np.cumsum([0, *[86_400] * 10, 82_800, *[86_400] * 10, 90_000, *[86_400] * 10])
    assert missing_intervals(seconds) == 0
    assert row_steps(seconds)[10] == 82_800


def test_wandering_clock_is_moved_onto_its_grid() -> None:
    wander = np.array([12, -3, -7, 20, -20, 5, 0, 9] * 6)
    grid = steady_grid(regular(48, HALF_HOUR, 86_400) + wander)
    assert grid is not None
    assert (grid == regular(48, HALF_HOUR, 86_400)).all()


def test_a_grid_off_the_hour_stays_there() -> None:
    grid = steady_grid(regular(48, HALF_HOUR, 420) + np.array([0, 1, -1, 2] * 12))
    assert grid is not None
    assert (grid == regular(48, HALF_HOUR, 420)).all()


@pytest.mark.parametrize(
    "seconds",
    [regular(48), regular(2), np.cumsum([0, *[86_400] * 10, 82_800, *[86_400] * 10]), np.array([0, 900, 3_000, 3_600, 8_000, 9_000])],
)
def test_other_clocks_are_left_alone(seconds: np.ndarray) -> None:
    assert steady_grid(seconds) is None


def test_in_order() -> None:
    assert in_order(np.array([3, 1, 2, 1])).tolist() == [1, 2, 3]
    assert in_order(np.array([], dtype=np.int64)).tolist() == []
