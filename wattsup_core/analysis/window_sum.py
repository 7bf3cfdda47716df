"""Energy and power of exactly one window of time, whatever readings its edges cut."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

HOUR_S = 3_600
DAY_S = 86_400
CLOCK_CHANGE_S = 3_600
"""By so much a reading of a day, or of more, may be longer or shorter than its interval."""


@dataclass(frozen=True)
class WindowSum:
    """What was read in a window.

    Attributes
    ----------
    kwh
        Energy; a reading that the window cuts counts with the share of its time that lies inside.
    mean_kw, peak_kw
        Mean power over the time that was read, and the highest mean power of a reading of which any time lies inside; `None` without
        readings.
    readings, missing
        How many readings have time inside, and how many more there would be without gaps.
    """

    kwh: float
    mean_kw: float | None
    peak_kw: float | None
    readings: int
    missing: int

    @property
    def share_read(self) -> float:
        """The share of the window's readings that are there, 0 to 1."""
        return self.readings / max(self.readings + self.missing, 1)


def sum_window(seconds: np.ndarray, kwh: np.ndarray, interval_s: float, start_s: int, end_s: int) -> WindowSum:
    """Sum the readings of ``[start_s, end_s)``.

    Parameters
    ----------
    seconds
        Starts of the readings, seconds since 1970, strictly increasing, shape (n,). It is enough to give those near the window.
    kwh
        Their energies [kWh], shape (n,); NaN where missing.
    interval_s
        The meter's interval [s].
    """
    known = np.isfinite(kwh)
    starts = seconds[known].astype(np.int64)
    ends = _ends(starts, interval_s)
    inside_s = np.minimum(ends, end_s) - np.maximum(starts, start_s)
    is_in = inside_s > 0
    starts, ends, inside_s, energies = starts[is_in], ends[is_in], inside_s[is_in], kwh[known][is_in].astype(float)
    missing = _missing(starts, ends, interval_s, start_s, end_s)
    if not len(starts):
        return WindowSum(0.0, None, None, 0, missing)
    total_kwh = float(np.sum(energies * inside_s / (ends - starts)))
    kw = energies * HOUR_S / (ends - starts)
    return WindowSum(total_kwh, total_kwh * HOUR_S / float(inside_s.sum()), float(kw.max()), len(starts), missing)


def _ends(starts: np.ndarray, interval_s: float) -> np.ndarray:
    """Where each reading ends: its interval later, and not after the next begins. A day's ends with the day, of 23 or 25 hours too."""
    ends = starts + round(interval_s)
    if len(starts) < 2:
        return ends
    late_s = starts[1:] - ends[:-1]
    is_next = late_s <= (CLOCK_CHANGE_S if interval_s >= DAY_S else 0)
    ends[:-1] = np.where(is_next, starts[1:], ends[:-1])
    return ends


def _missing(starts: np.ndarray, ends: np.ndarray, interval_s: float, start_s: int, end_s: int) -> int:
    """How many readings fit into the time that none covers."""
    edges = np.concatenate([[start_s], np.column_stack([starts, ends]).ravel(), [end_s]])
    gaps_s = np.maximum(edges[1::2] - edges[::2], 0)
    longer_s = CLOCK_CHANGE_S if interval_s >= DAY_S else 0
    return sum(max(1, math.ceil((gap_s - longer_s) / interval_s)) for gap_s in gaps_s.tolist() if gap_s > 0)
