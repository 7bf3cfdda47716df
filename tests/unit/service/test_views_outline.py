from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest

from wattsup_core.service.views.arrays import MeterArrays
from wattsup_core.service.views.outline import BLOCK, is_enough, outline_rows

MINUTE = 60
NOTHING = np.empty(0, dtype=np.int64)
START = int(datetime(2026, 1, 5, tzinfo=UTC).timestamp())


def arrays_of(kwh: np.ndarray, seconds: np.ndarray | None = None) -> MeterArrays:
    at = START + MINUTE * np.arange(len(kwh)) if seconds is None else seconds
    values = kwh.astype(np.float32)
    return MeterArrays(at, values, values, values, values, np.zeros(len(kwh), bool))


def rows_of(arrays: MeterArrays, window: slice, is_painted: np.ndarray | None = None, keep: np.ndarray = NOTHING) -> np.ndarray:
    painted = np.zeros(window.stop - window.start, bool) if is_painted is None else is_painted
    return outline_rows(arrays, window, painted, keep, MINUTE)


@pytest.mark.parametrize("window", [slice(0, 100_000), slice(77, 99_123), slice(5, 6)])
def test_no_extreme_of_any_block_is_lost(window: slice) -> None:
    kwh = np.random.default_rng(1).random(100_007)
    rows = rows_of(arrays_of(kwh), window)
    assert (np.diff(rows) > 0).all()
    assert (rows[0], rows[-1]) == (window.start, window.stop - 1)
    for first in range(-(-window.start // BLOCK) * BLOCK, window.stop - BLOCK, BLOCK):
        block = kwh[first : first + BLOCK].astype(np.float32)
        assert {first + block.argmin(), first + block.argmax()} <= set(rows[np.searchsorted(rows, [first])[0] :][: 2 * BLOCK].tolist())


def test_it_is_a_small_part_of_a_long_history() -> None:
    assert len(rows_of(arrays_of(np.random.default_rng(2).random(200_000)), slice(0, 200_000))) <= 2 * 200_000 / BLOCK + 2


def test_both_sides_of_gaps_and_of_painted_runs_are_kept_and_what_must_be() -> None:
    there = np.r_[0:5_000, 9_000:20_000]
    arrays = arrays_of(np.random.default_rng(3).random(len(there)), START + MINUTE * there)
    is_painted = np.zeros(len(there), bool)
    is_painted[7_001:7_010] = True
    rows = set(rows_of(arrays, slice(0, len(there)), is_painted, np.array([12_345])).tolist())
    assert {4_999, 5_000, 7_000, 7_001, 7_009, 7_010, 12_345} <= rows


def test_missing_values_are_no_extremes() -> None:
    kwh = np.random.default_rng(4).random(10 * BLOCK)
    kwh[3 * BLOCK : 5 * BLOCK] = np.nan
    kwh[::7] = np.nan
    rows = rows_of(arrays_of(kwh), slice(0, len(kwh)))
    assert np.isfinite(kwh[rows]).sum() >= 16
    block = kwh[:BLOCK]
    assert {int(np.nanargmin(block)), int(np.nanargmax(block))} <= set(rows.tolist())


@pytest.mark.parametrize(("rows", "width_points", "serves"), [(2_000_000, 3_000, True), (192_000, 3_000, False), (192_001, 3_000, True)])
def test_it_serves_where_its_readings_lie_closer_than_the_points_drawn(rows: int, width_points: int, serves: bool) -> None:
    assert is_enough(rows, width_points) is serves
