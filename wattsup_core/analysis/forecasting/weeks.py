"""Forecasts from the weeks before: last week again, and the mean of the last four."""

from __future__ import annotations

import numpy as np

FOUR_WEEKS = 4
SHAPE_WEEKS = 8


def repeat_last_week(kwh: np.ndarray, days: int) -> np.ndarray:
    """Each hour as it was in the last week that has it [kWh], shape (days, slots): the seasonal naive method.

    Parameters
    ----------
    kwh : np.ndarray
        The past, shape (past days, slots), NaN where nothing is known.
    days : int
        How many days to foretell, the first right after the past.
    """
    return mean_of_weeks(kwh, days, 1)


def mean_of_weeks(kwh: np.ndarray, days: int, weeks: int = FOUR_WEEKS) -> np.ndarray:
    """The mean of each hour over the last `weeks` same weekdays that have it [kWh], shape (days, slots).

    Hours that no same weekday has take the mean of that hour over all days, and hours that no day has the mean of all.
    """
    past = np.vstack([np.full((max(0, 7 - len(kwh)), kwh.shape[1]), np.nan), kwh])
    week = np.array([_mean_of_newest(past[len(past) - 7 + ahead :: -7], weeks) for ahead in range(7)])
    by_hour = _mean_of_newest(kwh[::-1], 7 * weeks)
    filled = np.where(np.isfinite(week), week, by_hour)
    overall = float(np.nanmean(by_hour)) if np.isfinite(by_hour).any() else 0.0
    return np.where(np.isfinite(filled), filled, overall)[np.arange(days) % 7]


def _mean_of_newest(newest_first: np.ndarray, count: int) -> np.ndarray:
    """Of each column the mean of its first `count` known values, shape (slots,); NaN without one."""
    known = np.isfinite(newest_first)
    chosen = known & (np.cumsum(known, axis=0) <= count)
    number = chosen.sum(axis=0)
    total = np.where(chosen, newest_first, 0.0).sum(axis=0)
    return np.asarray(np.divide(total, number, out=np.full(newest_first.shape[1], np.nan), where=number > 0))
