"""Which points of a curve a screen gets, and where its line breaks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wattsup_core.analysis.downsample import downsample_indices

GAP_STEPS = 1.5
"""Points further apart than this many steps have a gap between them."""


@dataclass(frozen=True)
class ChosenPoints:
    """Positions in the curve, increasing, and which of them end a piece of the line; shapes are (k,).

    `run` numbers the run of anomalous points that a point lies in, -1 outside.
    """

    at: np.ndarray
    ends_piece: np.ndarray
    run: np.ndarray


def choose_points(
    seconds: np.ndarray, values: np.ndarray, is_anomaly: np.ndarray, keep: np.ndarray, step_seconds: float, width_points: int
) -> ChosenPoints:
    """Pick about `width_points` of a window's points; no extreme, gap, start or end of an anomaly is lost.

    A gap narrower than the distance of two drawn points cannot be seen and is not kept: a meter with a reading missing every
    hour would be drawn as dust.

    Parameters
    ----------
    seconds
        Starts of the window's points, shape (n,), increasing.
    values
        Their values, shape (n,), NaN where missing.
    is_anomaly
        Whether a point belongs to an event, shape (n,).
    keep
        Positions that must be among the chosen.
    step_seconds
        The usual distance of two points [s].
    width_points
        How many points the screen can show.
    """
    known = np.flatnonzero(np.isfinite(values))
    narrowest_gap = GAP_STEPS * step_seconds
    run_of_known = _runs(is_anomaly[known])
    chosen = known
    if len(known) > width_points:
        narrowest_gap = max(narrowest_gap, float(seconds[known[-1]] - seconds[known[0]]) / width_points)
        chosen = known[downsample_indices(seconds[known], values[known], width_points)]
    before_gap = np.flatnonzero(np.diff(seconds[known]) > narrowest_gap)
    edges = np.concatenate((known[before_gap], known[before_gap + 1], known[_run_edges(run_of_known, width_points // 4)]))
    at = np.unique(np.concatenate((chosen, edges, keep))).astype(np.int64)
    return ChosenPoints(at=at, ends_piece=np.isin(at, known[before_gap]), run=run_of_known[np.searchsorted(known, at)])


def _runs(is_anomaly: np.ndarray) -> np.ndarray:
    """The number of the run that each point lies in, -1 for points outside runs."""
    is_first = is_anomaly.copy()
    is_first[1:] &= ~is_anomaly[:-1]
    return np.where(is_anomaly, np.cumsum(is_first) - 1, -1)


def _run_edges(run: np.ndarray, most: int) -> np.ndarray:
    """First and last position of each run, unless that were more than `most` points: then runs are shorter than a pixel."""
    changes = np.flatnonzero(np.diff(run))
    edges = np.concatenate((changes, changes + 1))
    edges = edges[run[edges] >= 0]
    return edges if len(edges) <= most else np.empty(0, dtype=np.int64)
