"""Days, months and the whole of a forecast, with their intervals and their cost."""

from __future__ import annotations

import dataclasses
from datetime import date

import numpy as np
import pandas as pd

from wattsup_core import timegrid
from wattsup_core.analysis.forecasting.horizon import Horizon
from wattsup_core.analysis.forecasting.intervals import Spread, as_range
from wattsup_core.analysis.tariff import energy_cost
from wattsup_core.types import Channel, DayForecast, Meter, MonthForecast, Range, Tariff

WHOLE_SHARE = 0.95


def sum_days(kwh: np.ndarray, horizon: Horizon, spread: Spread, holidays: dict[date, str]) -> tuple[DayForecast, ...]:
    """Each local day of the horizon [kWh].

    Parameters
    ----------
    kwh : np.ndarray
        Energy of each cell [kWh], shape (n,).
    """
    total = np.bincount(horizon.day, weights=kwh, minlength=horizon.days)
    share = np.maximum(horizon.share, 1e-9)
    bounds = spread.days(total / share, np.arange(horizon.days)) * share
    return tuple(
        DayForecast(day, float(horizon.share[place]), as_range(total[place], bounds[:, place]), holidays.get(day, ""))
        for place, day in enumerate(horizon.dates)
    )


def sum_months(
    kwh: np.ndarray, horizon: Horizon, spread: Spread, readings: pd.DataFrame, meter: Meter, tariff: Tariff
) -> tuple[MonthForecast, ...]:
    """Each calendar month that the horizon touches: what was read of it, what is to come and what it costs."""
    index = pd.DatetimeIndex(readings.index)
    local = timegrid.to_local(index, meter.timezone)
    month_of_row = (local.year * 12 + local.month - 1).to_numpy()
    dates = horizon.dates
    month_of_day = np.array([day.year * 12 + day.month - 1 for day in dates])
    months = []
    for month in np.unique(month_of_day):
        days = np.flatnonzero(month_of_day == month)
        cells = np.isin(horizon.day, days)
        mine = month_of_row == month
        measured = float(np.maximum(readings["kwh"].to_numpy(float)[mine], 0.0).sum())
        foretold = spread.sum_of_days(float(kwh[cells].sum()), float(horizon.share[days].sum()))
        whole = shifted(foretold, measured)
        read_share = mine.sum() * meter.interval_minutes / 1440.0
        length = pd.Timestamp(int(month) // 12, int(month) % 12 + 1, 1).days_in_month
        is_whole = bool(read_share + horizon.share[days].sum() >= WHOLE_SHARE * length)
        first_day = date(int(month) // 12, int(month) % 12 + 1, 1)
        months.append(MonthForecast(first_day, measured, whole, priced(whole, tariff, meter.channel), is_whole))
    return tuple(months)


def shifted(each: Range, by: float) -> Range:
    """The range with `by` added to all of it."""
    return Range(*(value + by for value in dataclasses.astuple(each)))


def priced(each: Range, tariff: Tariff, channel: Channel) -> Range | None:
    """Money for a range of energy [kWh]; None for energy sent to the grid, which the tariff does not price."""
    if channel is Channel.EXPORT:
        return None
    return Range(*energy_cost(np.array(dataclasses.astuple(each)), tariff).tolist())
