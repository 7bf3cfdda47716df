"""A step in the level of a series of days, such as the always-on load."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

LEAST_RUN = 4
NEIGHBOURHOOD = 10
LEAST_STEP_KW = 0.015
LEAST_STEP_SHARE = 0.08
LEAST_NOISE_RATIO = 4.0
LEAST_SEPARATED = 0.85


@dataclass(frozen=True)
class Step:
    """Where the new level begins, and the levels of the days around it."""

    position: int
    before: float
    after: float


def last_step(values: FloatArray) -> Step | None:
    """The last lasting step of the level.

    The 10 values before and after each day are compared (fewer at the ends, 4 at least). The level steps there when

    - the medians differ by 15 W, by 8 % of the higher, and by 4 times the noise of such medians, whichever spread is
      larger: that of these values, or the usual one from day to day;
    - 85 % of the values lie on their own side of the middle: a slow drift or a few odd days are no step.

    Of neighbouring days that all would do, the step is the one whose two medians fit best (least absolute deviations).

    Parameters
    ----------
    values : shape (n,)
        Levels in the order of time [kW].
    """
    usual_spread = _spread(np.diff(values)) / np.sqrt(2) if len(values) > 1 else 0.0
    cuts = _large_changes(values)
    last = next((cut for cut in reversed(cuts) if _is_step(*_around(values, cut), usual_spread)), None)
    if last is None:
        return None
    near = [cut for cut in cuts if last - LEAST_RUN <= cut <= last and _is_step(*_around(values, cut), usual_spread)]
    best = min(near, key=lambda cut: sum(_deviation(side) for side in _around(values, cut)))
    before, after = _around(values, best)
    return Step(best, float(np.median(before)), float(np.median(after)))


def _large_changes(values: FloatArray) -> list[int]:
    """Positions at which the level may step: all near the ends, and those between whose neighbourhoods differ enough."""
    last = len(values) - LEAST_RUN
    inner = range(NEIGHBOURHOOD, len(values) - NEIGHBOURHOOD + 1)
    if len(inner) == 0:
        return list(range(LEAST_RUN, last + 1))
    medians = np.median(np.lib.stride_tricks.sliding_window_view(values, NEIGHBOURHOOD), axis=1)
    large = np.flatnonzero(np.abs(medians[NEIGHBOURHOOD:] - medians[:-NEIGHBOURHOOD]) >= LEAST_STEP_KW) + NEIGHBOURHOOD
    return [*range(LEAST_RUN, inner.start), *large.tolist(), *range(inner.stop, last + 1)]


def _around(values: FloatArray, cut: int) -> tuple[FloatArray, FloatArray]:
    return values[max(0, cut - NEIGHBOURHOOD) : cut], values[cut : cut + NEIGHBOURHOOD]


def _is_step(before: FloatArray, after: FloatArray, usual_spread: float) -> bool:
    low, high = float(np.median(before)), float(np.median(after))
    size, middle = abs(high - low), (low + high) / 2
    if size < max(LEAST_STEP_KW, LEAST_STEP_SHARE * max(low, high)):
        return False
    # The median of n values of a normal distribution spreads by sqrt(pi / 2n) of theirs; 1.4826 makes the MAD that spread.
    noise = 1.4826 * max(_spread(before), _spread(after), usual_spread) * np.sqrt(np.pi / 2 * (1 / len(before) + 1 / len(after)))
    if size < LEAST_NOISE_RATIO * noise:
        return False
    side = np.sign(high - low)
    return bool(min(np.mean(side * (middle - before) > 0), np.mean(side * (after - middle) > 0)) >= LEAST_SEPARATED)


def _spread(values: FloatArray) -> float:
    """The median absolute deviation from the median."""
    return float(np.median(np.abs(values - np.median(values))))


def _deviation(values: FloatArray) -> float:
    return float(np.abs(values - np.median(values)).sum())
