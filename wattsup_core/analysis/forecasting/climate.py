"""The temperature to expect of a day, from the meter's own records of earlier years."""

from __future__ import annotations

import numpy as np

WINDOW_DAYS = 7
RECENT_DAYS = 14
YEAR_DAYS = 365


def usual_temperature(temperature_c: np.ndarray, days: int) -> np.ndarray:
    """The usual temperature of past and coming days [°C], shape (past + days,).

    Parameters
    ----------
    temperature_c : np.ndarray
        Mean temperature of each past day [°C], shape (past,), NaN where none is known, at least one known.
    days : int
        How many days to go on after the past.

    Returns
    -------
    np.ndarray
        The mean of the fortnight round the day a year and two years before; of the last two weeks that are known where the past does
        not reach so far.
    """
    past = len(temperature_c)
    known = np.isfinite(temperature_c)
    recent = float(temperature_c[known][-RECENT_DAYS:].mean())
    total, count = np.r_[0.0, np.cumsum(np.where(known, temperature_c, 0.0))], np.r_[0, np.cumsum(known)]
    place = np.arange(past + days)
    sums, numbers = np.zeros(past + days), np.zeros(past + days)
    for years in (1, 2):
        first = np.clip(place - years * YEAR_DAYS - WINDOW_DAYS, 0, past)
        last = np.clip(place - years * YEAR_DAYS + WINDOW_DAYS + 1, 0, past)
        sums += total[last] - total[first]
        numbers += count[last] - count[first]
    return np.where(numbers > 0, sums / np.maximum(numbers, 1), recent)
