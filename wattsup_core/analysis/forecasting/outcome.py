"""A forecast beside what came."""

from __future__ import annotations

import numpy as np
import pandas as pd

from wattsup_core.analysis.forecasting.history import build_history, day_sums
from wattsup_core.analysis.forecasting.horizon import EPOCH_DAY
from wattsup_core.analysis.forecasting.trial import JUDGED_SHARE
from wattsup_core.types import BacktestDay, Forecast, Meter


def days_that_came(forecast: Forecast, readings: pd.DataFrame, meter: Meter) -> tuple[BacktestDay, ...]:
    """The whole days of `forecast` that READINGS from its start on hold whole, with their energy [kWh].

    Returns
    -------
    tuple of BacktestDay
        By day; `origin` is the first day of the forecast.
    """
    known = readings[np.isfinite(readings["kwh"].to_numpy(float))]
    if known.empty or not forecast.days:
        return ()
    history = build_history(known, meter)
    actual_kwh = day_sums(history.actual_kwh, JUDGED_SHARE) * history.day_length / history.slots
    came = {history.first_day + place: float(kwh) for place, kwh in enumerate(actual_kwh) if np.isfinite(kwh)}
    origin = forecast.days[0].day
    whole = ((each, (each.day - EPOCH_DAY).days) for each in forecast.days if each.share >= 1.0)
    return tuple(BacktestDay(origin, each.day, each.kwh, came[number]) for each, number in whole if number in came)
