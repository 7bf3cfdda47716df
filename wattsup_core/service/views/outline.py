"""The outline of a long history: few enough readings to search at once, among them every one that could be drawn as an extreme.

A window of two million readings is searched in a tenth of a second, which is all the time a zoom has. Its outline, found once
for each state of a meter, has a sixteenth of the readings.
"""

from __future__ import annotations

import numpy as np

from wattsup_core.service.views.arrays import MeterArrays
from wattsup_core.service.views.points import GAP_STEPS

BLOCK = 32
"""Readings of which the lowest and the highest are kept."""


def is_enough(rows: int, width_points: int) -> bool:
    """Whether the outline serves for a window of `rows`: only when its readings lie closer together than the points drawn."""
    return rows > 2 * BLOCK * width_points


def outline_rows(arrays: MeterArrays, window: slice, is_painted: np.ndarray, keep: np.ndarray, step_seconds: float) -> np.ndarray:
    """The outline's positions in a window, increasing.

    Parameters
    ----------
    arrays
        The meter's readings.
    window
        Positions of the window's readings.
    is_painted
        Whether a reading belongs to an event that is painted, shape of the window; both sides of each change are kept.
    keep
        Positions that must be among those given.
    step_seconds
        The usual distance of two readings [s].
    """
    whole = arrays.derived(("outline", step_seconds), lambda: _outline(arrays.seconds, arrays.kwh, step_seconds))
    first, last = np.searchsorted(whole, [window.start, window.stop])
    changes = window.start + np.flatnonzero(is_painted[1:] != is_painted[:-1])
    ends = [window.start, window.stop - 1]
    return _distinct([whole[first:last], changes, changes + 1, keep, np.array(ends)])


def _outline(seconds: np.ndarray, values: np.ndarray, step_seconds: float) -> np.ndarray:
    """The extremes of each block, the readings on both sides of each gap, and what is left after the last whole block."""
    blocks = len(values) // BLOCK
    grid = values[: blocks * BLOCK].reshape(blocks, BLOCK)
    firsts = np.arange(blocks) * BLOCK
    is_missing = np.isnan(grid)
    lowest = firsts + np.where(is_missing, np.inf, grid).argmin(axis=1)
    highest = firsts + np.where(is_missing, -np.inf, grid).argmax(axis=1)
    known = np.flatnonzero(np.isfinite(values))
    before_gap = np.flatnonzero(np.diff(seconds[known]) > GAP_STEPS * step_seconds)
    rest = np.arange(blocks * BLOCK, len(values))
    return _distinct([lowest, highest, known[before_gap], known[before_gap + 1], rest])


def _distinct(positions: list[np.ndarray]) -> np.ndarray:
    """All of `positions` in order, each once; numpy's own way takes four times as long on lists that are in order already."""
    rows = np.sort(np.concatenate(positions), kind="stable")
    is_first = np.ones(len(rows), dtype=bool)
    is_first[1:] = rows[1:] != rows[:-1]
    return rows[is_first].astype(np.int64)
