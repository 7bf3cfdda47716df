from __future__ import annotations

import numpy as np
import pytest

from wattsup_core.analysis.downsample import LEAST_POINTS, bucket_extremes, downsample_indices
from wattsup_core.errors import BadRequestError


def minutes(count: int) -> np.ndarray:
    return np.arange(count, dtype=np.int64) * 60


def test_few_points_are_all_kept() -> None:
    values = np.array([1.0, np.nan, 3.0, 2.0] * 5)
    for n_points in (20, 21, 1000):
        assert downsample_indices(minutes(20), values, n_points).tolist() == list(range(20))


def test_no_points_are_no_rows() -> None:
    assert downsample_indices(np.empty(0), np.empty(0), 100).tolist() == []


def test_many_points_become_about_as_many_as_asked() -> None:
    values = np.random.default_rng(1).gamma(1.0, 0.3, 200_000)
    chosen = downsample_indices(minutes(200_000), values, 2000)
    assert 1200 < len(chosen) <= 2002
    assert (np.diff(chosen) > 0).all()
    assert chosen[0] == 0
    assert chosen[-1] == 199_999


@pytest.mark.parametrize("height", [5.0, -5.0])
def test_one_odd_reading_in_two_million_is_drawn(height: float) -> None:
    values = np.random.default_rng(2).uniform(0, 1, 2_000_000)
    values[1_234_567] = height
    assert 1_234_567 in downsample_indices(minutes(2_000_000), values, 2000)


def test_neighbouring_high_and_low_are_both_drawn() -> None:
    values = np.full(50_000, 0.3)
    values[[30_001, 30_002]] = [9.0, -9.0]
    assert {30_001, 30_002} <= set(downsample_indices(minutes(50_000), values, 400).tolist())


def test_a_long_gap_is_drawn_at_its_true_place() -> None:
    values = np.random.default_rng(3).uniform(0, 1, 10_000)
    values[4000:5000] = np.nan
    chosen = downsample_indices(minutes(10_000), values, 500).tolist()
    assert {3999, 4000, 5000} <= set(chosen)
    assert not set(chosen) & set(range(4001, 5000))


def test_gaps_at_the_ends_are_drawn() -> None:
    values = np.random.default_rng(4).uniform(0, 1, 10_000)
    values[:100] = values[9900:] = np.nan
    chosen = downsample_indices(minutes(10_000), values, 500).tolist()
    assert {0, 100, 9899, 9999} <= set(chosen)


def test_single_missing_readings_do_not_break_a_line_of_very_many() -> None:
    values = np.random.default_rng(5).uniform(0, 1, 100_000)
    values[::50] = np.nan
    chosen = downsample_indices(minutes(100_000), values, 1000)
    assert np.isnan(values[chosen]).sum() <= 1


def test_only_missing_readings_keep_their_ends() -> None:
    assert downsample_indices(minutes(1000), np.full(1000, np.nan), 100).tolist() == [0, 999]


def test_few_readings_among_many_missing_are_all_kept() -> None:
    values = np.full(10_000, np.nan)
    values[[17, 18, 5000, 9998]] = [1.0, 2.0, 3.0, 4.0]
    chosen = downsample_indices(minutes(10_000), values, 100).tolist()
    assert {17, 18, 5000, 9998} <= set(chosen)


def test_infinite_values_are_missing() -> None:
    values = np.random.default_rng(6).uniform(0, 1, 5000)
    values[2500] = np.inf
    assert np.isfinite(values[downsample_indices(minutes(5000), values, 100)]).all()


def test_a_constant_line_keeps_its_ends() -> None:
    chosen = downsample_indices(minutes(5000), np.full(5000, 0.25), 100)
    assert {0, 4999} <= set(chosen.tolist())
    assert len(chosen) <= 102


def test_extremes_of_a_shorter_last_bucket_are_kept() -> None:
    rows = bucket_extremes(np.array([1.0, 5.0, 2.0, 0.0, 9.0, 3.0, 4.0, 8.0]), 3)
    assert sorted(set(rows.tolist())) == [0, 1, 3, 4, 6, 7]


def test_too_few_points_are_refused() -> None:
    with pytest.raises(BadRequestError, match="cannot be drawn"):
        downsample_indices(minutes(100), np.zeros(100), LEAST_POINTS - 1)
