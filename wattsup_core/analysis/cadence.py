"""The rhythm of instants: the interval of a meter, changes of it, gaps, and clocks that wander by seconds."""

from __future__ import annotations

import numpy as np

HOUR_S = 3_600
DAY_S = 86_400
STANDARD_STEPS_S = np.array([60, 120, 180, 300, 360, 600, 720, 900, 1_200, 1_800, 3_600, 7_200, 10_800, 14_400, 21_600, 43_200, 86_400])
STEADY_SHARE = 0.5
MAX_WANDER_SHARE = 0.1
MAX_WANDER_S = 150


def in_order(seconds: np.ndarray) -> np.ndarray:
    """Instants sorted and unique; quick where they are so already."""
    if (np.diff(seconds) > 0).all():
        return seconds
    ordered = np.sort(seconds)
    return ordered[np.concatenate([[True], np.diff(ordered) > 0])] if len(ordered) else ordered


def step_seconds(seconds: np.ndarray) -> int:
    """The interval of sorted, unique instants [s]: their commonest step, or an hour for fewer than two.

    Where no step is common because the clock wanders, the standard interval (1 min to 1 day) nearest to the median step.
    """
    if len(seconds) < 2:
        return HOUR_S
    steps, counts = np.unique(np.diff(seconds), return_counts=True)
    commonest = int(steps[counts.argmax()])
    if counts.max() >= STEADY_SHARE * counts.sum():
        return commonest
    middle = float(np.median(np.diff(seconds)))
    nearest = int(STANDARD_STEPS_S[np.abs(STANDARD_STEPS_S - middle).argmin()])
    return nearest if abs(nearest - middle) <= 0.05 * nearest else commonest


def steady_steps(seconds: np.ndarray) -> np.ndarray:
    """Each step [s] that sorted, unique instants keep over long runs, the commonest first: several where a meter changed its interval.

    A step counts when it makes up a fiftieth of all and more often than not is followed by itself; missing rows scattered
    over a series do neither.
    """
    common = step_seconds(seconds)
    steps = np.diff(seconds)
    values, counts = np.unique(steps, return_counts=True)
    frequent = values[counts >= max(8, 0.02 * len(steps))]
    steady = [common]
    for value in frequent:
        is_value = steps == value
        repeats = np.count_nonzero(is_value[1:] & is_value[:-1])
        if abs(value - common) > 0.1 * common and repeats >= STEADY_SHARE * np.count_nonzero(is_value):
            steady.append(int(value))
    return np.array(steady, dtype=np.int64)


def row_steps(seconds: np.ndarray) -> np.ndarray:
    """The length of the interval that starts at each of the sorted, unique instants [s], shape (n,).

    It is the step to the next instant where that is one of the steady steps (or a day of 23 or 25 hours), and the length of
    the interval before it otherwise.
    """
    if len(seconds) < 2:
        return np.full(len(seconds), step_seconds(seconds), dtype=np.int64)
    steps = np.append(np.diff(seconds), -1)
    steady = steady_steps(seconds)
    known = np.isin(steps, steady) | (np.abs(steps - steady[0]) <= 0.1 * steady[0])
    last_known = np.maximum.accumulate(np.where(known, np.arange(len(steps)), -1))
    return np.where(last_known >= 0, steps[np.maximum(last_known, 0)], steady[0])


def missing_intervals(seconds: np.ndarray) -> int:
    """How many intervals lie in the gaps of sorted, unique instants."""
    if len(seconds) < 3:
        return 0
    steps = np.diff(seconds)
    lengths = row_steps(seconds)[:-1]
    gaps = steps > 1.5 * lengths
    return int((np.rint(steps[gaps] / lengths[gaps]) - 1).sum())


def steady_grid(seconds: np.ndarray) -> np.ndarray | None:
    """The instants of a clock that wanders by seconds, moved onto its regular grid, or `None`.

    `None` when the clock does not wander, or by more than a tenth of the interval or 150 s, so that moving would be guessing.
    """
    step = step_seconds(seconds)
    phase = _grid_phase(seconds, step)
    wander = (seconds - phase + step // 2) % step - step // 2
    if len(seconds) < 3 or step < 60 or not wander.any() or np.abs(wander).max() > min(MAX_WANDER_SHARE * step, MAX_WANDER_S):
        return None
    moved = seconds - wander
    return moved if (np.diff(moved) > 0).all() else None


def _grid_phase(seconds: np.ndarray, step: int) -> int:
    """Where in `step` most instants lie: 0 when they wander around whole steps, else a whole minute."""
    angles = 2 * np.pi * (seconds % step) / step
    mean_angle = np.arctan2(np.sin(angles).mean(), np.cos(angles).mean())
    phase = mean_angle / (2 * np.pi) * step
    return 0 if abs(phase) <= MAX_WANDER_SHARE * step else round(phase / 60) * 60
