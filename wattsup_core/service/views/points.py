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
        Positions of points that have a value and must be among the chosen.
    step_seconds
        The usual distance of two points [s].
    width_points
        How many points the screen can show.
    """
    known = np.flatnonzero(np.isfinite(values))
    if len(known) < len(values):  # arrays of millions are copied only where something is missing
        seconds_known, values_known, is_anomaly_known = seconds[known], values[known], is_anomaly[known]
    else:
        seconds_known, values_known, is_anomaly_known = seconds, values, is_anomaly
    narrowest_gap = GAP_STEPS * step_seconds
    chosen = np.arange(len(known))
    if len(known) > width_points:
        narrowest_gap = max(narrowest_gap, float(seconds_known[-1] - seconds_known[0]) / width_points)
        chosen = downsample_indices(seconds_known, values_known, width_points)
    before_gap = np.flatnonzero(np.diff(seconds_known) > narrowest_gap)
    firsts, lasts = _runs(is_anomaly_known)
    edges = [firsts, lasts] if 2 * len(firsts) <= width_points // 4 else []  # else most runs are narrower than a pixel
    places = np.unique(np.concatenate([chosen, before_gap, before_gap + 1, *edges, np.searchsorted(known, keep)])).astype(np.int64)
    run = np.searchsorted(firsts, places, side="right") - 1
    return ChosenPoints(known[places], np.isin(places, before_gap), np.where(is_anomaly_known[places], run, -1))


def _runs(is_anomaly: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """First and last positions of the runs of anomalous points, shape (runs,) each."""
    changes = np.diff(is_anomaly, prepend=False, append=False).nonzero()[0]
    return changes[::2], changes[1::2] - 1
