"""The centred moving average at chosen points of a curve, from all its points."""

from __future__ import annotations

import numpy as np

FEWEST_SHARE = 0.5
"""With less than this share of its points there, an average would stand for a gap."""


def moving_average(starts: np.ndarray, values: np.ndarray, at: np.ndarray, half_width_seconds: int, step_seconds: float) -> np.ndarray:
    """Means of the points that start in ``[t - half width, t + half width)`` around the start `t` of each chosen point.

    Parameters
    ----------
    starts
        Starts of all points [s], shape (n,), increasing.
    values
        Their values, shape (n,), NaN where missing.
    at
        Positions of the chosen points, shape (k,), increasing.
    half_width_seconds
        Half the width of the window [s].
    step_seconds
        The usual distance of two points [s].

    Returns
    -------
    numpy.ndarray
        Means, shape (k,); NaN where less than half of the window's points are there.
    """
    if not len(at):
        return np.empty(0)
    base = int(np.searchsorted(starts, starts[at[0]] - half_width_seconds))
    stop = int(np.searchsorted(starts, starts[at[-1]] + half_width_seconds))
    near = values[base:stop].astype(float)
    known = np.isfinite(near)
    total = np.concatenate(([0.0], np.cumsum(np.where(known, near, 0.0))))
    count = np.concatenate(([0], np.cumsum(known)))
    first = np.searchsorted(starts[base:stop], starts[at] - half_width_seconds)
    last = np.searchsorted(starts[base:stop], starts[at] + half_width_seconds)
    there = count[last] - count[first]
    is_enough = there >= FEWEST_SHARE * 2 * half_width_seconds / step_seconds
    means = np.full(len(at), np.nan)
    np.divide(total[last] - total[first], there, out=means, where=is_enough & (there > 0))
    return means
