"""How the energy of a day spreads over its hours."""

from __future__ import annotations

from datetime import date

import numpy as np

from wattsup_core.analysis.forecasting.history import History
from wattsup_core.analysis.forecasting.horizon import dates_of
from wattsup_core.analysis.forecasting.weeks import SHAPE_WEEKS, mean_of_weeks

SUNDAY = 6


def spread_over_day(history: History, day_kwh: np.ndarray, holidays: dict[date, str]) -> np.ndarray:
    """The energy of coming days by hour [kWh], shape (days, slots).

    Each day takes the shape of the last eight same weekdays; a public holiday that of Sundays.

    Parameters
    ----------
    history : History
        The past.
    day_kwh : np.ndarray
        Energy of each coming day as of 24 hours [kWh], shape (days,).
    holidays : dict
        Public holidays, by day.
    """
    days = len(day_kwh)
    week = mean_of_weeks(history.kwh, 7, SHAPE_WEEKS)
    first = history.first_day + len(history)
    dates = dates_of(first, days)
    sunday = (SUNDAY - (first + 3)) % 7
    taken = np.array([sunday if day in holidays else number % 7 for number, day in enumerate(dates)], dtype=np.intp)
    shape = week[taken]
    total = shape.sum(axis=1, keepdims=True)
    share = np.divide(shape, total, out=np.full_like(shape, 1.0 / history.slots), where=total > 0)
    return np.asarray(share * day_kwh[:, None])
