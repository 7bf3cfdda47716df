"""From "alarms a month a person accepts" to a threshold, and from any statistic to evidence on one common scale.

The evidence of a peak is ``-log10`` of the number of peaks as large that the meter is expected to show in 30 days: 0 is one a month,
1.6 one in three years. It is read off an exponential tail fitted to the bulk of the meter's own declustered peaks (peaks over a
threshold, Coles 2001, "An Introduction to Statistical Modeling of Extreme Values", chapter 4), so statistics of all kinds and meters of
all sizes are comparable.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

BULK_SHARES = (0.5, 0.9)
MIN_PEAKS = 8
CHANCE_SHARE = 0.1
FAMILIES = 8
ALIKE_SHARE = 0.7
RECURRENCE_MARGIN = 1.2
LEAST_HABIT_DAYS = 90.0
BEYOND_CAP = 0.1
MONTH_DAYS = 30.0


@dataclass(frozen=True)
class Tail:
    """An exponential tail of peaks: `rate` peaks a month reach `location`, each `scale` further up is e times rarer."""

    location: float
    scale: float
    rate: float

    def evidence(self, statistic: np.ndarray) -> np.ndarray:
        """``-log10`` of the expected number of peaks as large in 30 days, same shape."""
        beyond = np.maximum(statistic - self.location, 0.0) / self.scale
        return np.asarray(beyond / np.log(10.0) - np.log10(max(self.rate, 1e-3)))


def find_peaks(statistic: np.ndarray, guard_cells: int) -> np.ndarray:
    """Cells whose statistic is the largest within `guard_cells` on both sides, the first of equals, shape (peaks,)."""
    from scipy.ndimage import maximum_filter1d

    filled = np.where(np.isfinite(statistic), statistic, -np.inf)
    top = maximum_filter1d(filled, 2 * guard_cells + 1, mode="constant", cval=-np.inf)
    cells = np.flatnonzero((filled == top) & np.isfinite(statistic))
    is_first = np.r_[True, np.diff(cells) > guard_cells] if len(cells) else np.zeros(0, dtype=bool)
    return cells[is_first]


def fit_tail(peaks: np.ndarray, days: float) -> Tail | None:
    """The tail of declustered peak heights seen in `days`; None where there are too few to say.

    The scale is the maximum likelihood estimate on the 50 to 90 % bulk, the largest tenth counted as censored: they may be the anomalies.
    """
    if len(peaks) < MIN_PEAKS or days <= 0:
        return None
    low, high = (float(q) for q in np.quantile(peaks, BULK_SHARES))
    middle = peaks[(peaks > low) & (peaks <= high)]
    beyond = int((peaks > high).sum())
    if not len(middle) or high <= low:
        return None
    scale = (float((middle - low).sum()) + beyond * (high - low)) / len(middle)
    rate = (len(middle) + beyond) / days * MONTH_DAYS
    return Tail(low, scale, rate)


def recurrence_cap(peaks: np.ndarray, tail: Tail, days: float) -> np.ndarray:
    """The most evidence each peak may have, given how often its like recurs on this meter, shape (peaks,).

    What comes back every few weeks, such as a car that charges now and then, is no anomaly, however far it is from the bulk. A single
    peak is hardly capped; a history under three months counts as three, for there a pair does not make a habit.
    """
    like_it = np.where(peaks > tail.location, tail.location + ALIKE_SHARE * (peaks - tail.location), peaks)
    others = len(peaks) - np.searchsorted(np.sort(peaks), like_it, side="left") - 1
    months = max(days, LEAST_HABIT_DAYS) / MONTH_DAYS
    return np.asarray(RECURRENCE_MARGIN - np.log10(np.maximum(others, 0.1) / months))


def capped(evidence: np.ndarray, cap: np.ndarray | float) -> np.ndarray:
    """Evidence held to a cap, but for a trace of what lies beyond: of two single peaks the one further out goes first, same shape."""
    return np.asarray(np.minimum(evidence, cap) + BEYOND_CAP * np.log10(1.0 + np.maximum(evidence - cap, 0.0)))


def alarm_threshold(alarms_per_month: float) -> float:
    """The evidence from which a finding is told.

    A tenth of the accepted alarms may be chance, shared equally by the families of statistics; real events take the rest.
    """
    return float(-np.log10(max(alarms_per_month, 1e-6) * CHANCE_SHARE / FAMILIES))


def most_alarms(alarms_per_month: float, days: float) -> int:
    """How many alarms the budget allows in a history of `days`, at least one."""
    return max(1, int(np.ceil(alarms_per_month * max(days, 1.0) / MONTH_DAYS)))


def severity(evidence: np.ndarray | float) -> np.ndarray:
    """Evidence as 0 to 99 for people: every 1.6 more halves what is left to 100 (1.6 is 50, 3.2 is 75, 6.4 is 94)."""
    return np.asarray(np.clip(np.round(100.0 * (1.0 - 0.5 ** (np.maximum(evidence, 0.0) / 1.6))), 0, 99))
