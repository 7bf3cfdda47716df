"""How far the use of the last hour is beyond what such hours reached: what tells a high stretch whatever came in the days before.

The forest ranks a reading among those that it knows, so after a few long spikes there is always one as odd. Here a high stretch is held
against the bulk of the meter's own days, as the whole analysis holds its spikes, and a few days of the remembered weeks change little.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wattsup_core.analysis.budget import Tail, fit_tail
from wattsup_core.analysis.day_median import quantile_sorted
from wattsup_core.analysis.grid import DAY_MINUTES, Grid
from wattsup_core.analysis.neighbours import REACH_HOURS
from wattsup_core.analysis.trailing import trailing_mean

USUAL_PEAK_SHARE = 0.9
WINDOW_HOURS = (0.0, 1.0)
"""Of one cell, and of an hour."""


@dataclass(frozen=True)
class Surge:
    """What a meter's hours reached, and how far beyond it its days went.

    Attributes
    ----------
    limit_kwh
        What the hour around each slot stays below on nine days in ten, shape (slots,).
    tails
        By cells of a window: the tail of each day's highest mean beyond the limits [kWh]; nothing where the days are too few to say.
    """

    limit_kwh: np.ndarray
    tails: tuple[tuple[int, Tail], ...]

    @property
    def cells(self) -> int:
        """Cells in the longest window."""
        return max((window for window, _ in self.tails), default=1)

    def evidence(self, beyond_kwh: np.ndarray) -> float:
        """The most evidence that the windows ending with the last cell give for high use, at least 0.

        Parameters
        ----------
        beyond_kwh : np.ndarray
            How far each of the last cells is beyond its limit [kWh], NaN where nothing was read, shape (cells or more,).
        """
        return max((_evidence(tail, beyond_kwh[-window:]) for window, tail in self.tails), default=0.0)


def learn_surge(grid: Grid) -> Surge:
    """What is reached on the days of `grid`; cells of half a day and more have no hours to tell of."""
    if grid.minutes > DAY_MINUTES / 4:
        return Surge(np.full(max(1, grid.slots_per_day), np.inf), ())
    limit_kwh = _limit_kwh(grid)
    beyond_kwh = grid.kwh - limit_kwh[grid.slot]
    found = ((window, _tail(beyond_kwh, window, grid)) for window in sorted({grid.cells(hours) for hours in WINDOW_HOURS}))
    return Surge(limit_kwh, tuple((window, tail) for window, tail in found if tail is not None))


def _limit_kwh(grid: Grid) -> np.ndarray:
    """What the slot and those of the hour before and after reached on nine days in ten, shape (slots,); infinite where none was read."""
    from scipy.ndimage import maximum_filter1d

    table = grid.by_day(grid.kwh)
    around = maximum_filter1d(np.where(np.isfinite(table), table, -np.inf), 2 * grid.cells(REACH_HOURS) + 1, axis=1, mode="wrap")
    limit_kwh = quantile_sorted(np.where(np.isfinite(around), around, np.nan).T, USUAL_PEAK_SHARE)
    return np.where(np.isfinite(limit_kwh), limit_kwh, np.inf)


def _tail(beyond_kwh: np.ndarray, window: int, grid: Grid) -> Tail | None:
    """The tail of each day's highest mean of `window` cells beyond the limits."""
    known = np.isfinite(beyond_kwh)
    mean_kwh = trailing_mean(np.where(known, beyond_kwh, np.nan), window)
    by_day = grid.by_day(np.where(known, mean_kwh, -np.inf))
    highest = np.fmax.reduce(by_day, axis=1)
    return fit_tail(highest[np.isfinite(highest)], float(known.sum()) * grid.minutes / DAY_MINUTES)


def _evidence(tail: Tail, beyond_kwh: np.ndarray) -> float:
    """The evidence of the mean of a window, 0 where less than half of it was read or it is within the limits."""
    known = beyond_kwh[beyond_kwh == beyond_kwh]
    if 2 * len(known) < len(beyond_kwh):
        return 0.0
    mean_kwh = float(known.mean())
    return max(float(tail.evidence(np.asarray(mean_kwh))), 0.0) if mean_kwh > 0 else 0.0
