"""Rows that name an instant again."""

from __future__ import annotations

import numpy as np
import pytest

from wattsup_core.analysis.duplicates import find_duplicates


@pytest.mark.parametrize(
    ("seconds", "values", "repeated", "conflicting"),
    [
        ([1, 2, 3], [5, 5, 5], [], []),
        ([1, 2, 2, 3], [5, 6, 6, 7], [2], []),
        ([1, 2, 3, 2], [5, 6, 7, 8], [], [1]),
        ([2, 2, 2], [5, 5, 6], [], [0, 1]),
        ([2, 2, 2], [6, 5, 6], [2], [1]),
        ([2, 1, 2, 1], [5, 6, 5, 7], [2], [1]),
        ([], [], [], []),
    ],
)
def test_last_value_wins_and_the_first_row_with_it_is_kept(
    seconds: list[int], values: list[float], repeated: list[int], conflicting: list[int]
) -> None:
    found = find_duplicates(np.zeros(len(seconds), dtype=int), np.array(seconds, dtype=np.int64), np.array(values, dtype=float))
    assert [np.flatnonzero(mask).tolist() for mask in found] == [repeated, conflicting]


def test_other_meters_are_no_duplicates() -> None:
    repeated, conflicting = find_duplicates(np.array([0, 1, 0, 1]), np.array([1, 1, 2, 1]), np.array([5.0, 5.0, 5.0, 5.0]))
    assert np.flatnonzero(repeated).tolist() == [3]
    assert not conflicting.any()
