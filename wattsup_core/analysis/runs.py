"""Runs of consecutive cells for which something holds."""

from __future__ import annotations

import numpy as np


def find_runs(mask: np.ndarray, bridge: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Starts and exclusive stops of the runs of True; runs with at most `bridge` cells between them are one.

    Returns
    -------
    tuple of np.ndarray
        Two arrays of shape (runs,), ascending.
    """
    edge = np.diff(np.r_[False, mask, False].astype(np.int8))
    starts, stops = np.flatnonzero(edge == 1), np.flatnonzero(edge == -1)
    if bridge and len(starts) > 1:
        is_apart = starts[1:] - stops[:-1] > bridge
        starts, stops = starts[np.r_[True, is_apart]], stops[np.r_[is_apart, True]]
    return starts, stops


def sums_of_runs(values: np.ndarray, starts: np.ndarray, stops: np.ndarray) -> np.ndarray:
    """Sum of `values` over each run, missing ones left out, shape (runs,)."""
    total = np.r_[0.0, np.cumsum(np.nan_to_num(values))]
    return np.asarray(total[stops] - total[starts])


def run_so_far(mask: np.ndarray) -> np.ndarray:
    """For each cell how many cells up to and including it the condition has held without a break, shape (n,)."""
    place = np.arange(1, len(mask) + 1)
    return place - np.maximum.accumulate(np.where(mask, 0, place))


def cover(starts: np.ndarray, stops: np.ndarray, size: int) -> np.ndarray:
    """True in every cell of the runs, shape (size,)."""
    change = np.zeros(size + 1, dtype=np.int64)
    np.add.at(change, starts, 1)
    np.add.at(change, stops, -1)
    return np.cumsum(change[:-1]) > 0
