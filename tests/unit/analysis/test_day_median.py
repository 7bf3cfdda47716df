"""Quantiles and trimmed means over windows of days, against numpy's own on each window."""

from __future__ import annotations

import numpy as np
import pytest

from wattsup_core.analysis.day_median import neighbour_starts, quantile_sorted, rolling_quantile, rolling_trimmed_mean


def holed_table(days: int, slots: int) -> np.ndarray:
    rng = np.random.default_rng(4)
    table = rng.normal(size=(days, slots))
    table[rng.random(table.shape) < 0.2] = np.nan
    return table


@pytest.mark.parametrize("share", [0.0, 0.25, 0.5, 0.9, 1.0])
def test_quantile_is_numpys_without_the_missing(share: float) -> None:
    table = holed_table(30, 7)
    assert quantile_sorted(table, share) == pytest.approx(np.nanquantile(table, share, axis=1))


def test_quantile_of_nothing_is_missing() -> None:
    assert np.isnan(quantile_sorted(np.full((1, 4), np.nan), 0.5)).all()


def test_rolling_windows_are_cut_at_the_ends() -> None:
    table = holed_table(20, 5)
    starts = np.arange(20) - 6
    found = rolling_quantile(table, starts, 9)
    for row, start in enumerate(starts):
        window = table[max(0, start) : start + 9]
        if np.isfinite(window).any(axis=0).all():
            assert found[row] == pytest.approx(np.nanmedian(window, axis=0))


def test_reach_pools_the_neighbouring_slots_round_the_clock() -> None:
    table = holed_table(8, 6)
    found = rolling_quantile(table, np.zeros(1, dtype=np.intp), 8, 0.5, reach=1)[0]
    assert found[0] == pytest.approx(np.nanmedian(table[:, [5, 0, 1]]))
    assert found[5] == pytest.approx(np.nanmedian(table[:, [4, 5, 0]]))


def test_trimmed_mean_leaves_the_outermost_out() -> None:
    table = np.r_[np.arange(9.0), 1000.0][:, None]
    assert rolling_trimmed_mean(table, np.zeros(1, dtype=np.intp), 10, 0.1)[0, 0] == pytest.approx(np.mean(np.arange(1.0, 9.0)))


@pytest.mark.parametrize("reach", [0, 1])
def test_a_row_left_out_counts_in_no_column_of_its_window(reach: int) -> None:
    table = np.random.default_rng(5).normal(size=(12, 6))
    starts, rows = np.arange(12) - 2, np.arange(12)
    found = rolling_quantile(table, starts, 5, reach=reach, left_out=np.where(rows == 7, -1, rows))
    for row in (0, 6, 11):
        without = np.where(rows[:, None] == row, np.nan, table)
        assert found[row] == pytest.approx(rolling_quantile(without, starts, 5, reach=reach)[row])
    assert found[7] == pytest.approx(rolling_quantile(table, starts, 5, reach=reach)[7])


def test_neighbours_stay_inside_and_trailing_ones_end_before_the_day() -> None:
    kept = np.array([0, 1, 2, 5, 6, 7, 8])
    assert neighbour_starts(kept, 9, 3, is_trailing=False).tolist() == [0, 0, 1, 2, 2, 2, 3, 4, 4]
    assert neighbour_starts(kept, 9, 3, is_trailing=True)[5] == 0  # days 0, 1, 2 come before day 5
