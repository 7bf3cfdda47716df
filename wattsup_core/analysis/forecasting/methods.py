"""The methods by name: each takes the past and foretells a table of days by hours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from wattsup_core.analysis.forecasting.history import History
from wattsup_core.analysis.forecasting.prophet_days import DayModel, can_fit, fit_days
from wattsup_core.analysis.forecasting.shape import spread_over_day
from wattsup_core.analysis.forecasting.weeks import mean_of_weeks, repeat_last_week
from wattsup_core.types import ForecastMethod

PLAIN = (ForecastMethod.SEASONAL_NAIVE, ForecastMethod.FOUR_WEEKS)
WITH_PROPHET = (*PLAIN, ForecastMethod.PROPHET, ForecastMethod.COMBINED)
PROPHET_SHARE = 2 / 3
WEEK = 7


@dataclass(frozen=True)
class Foretold:
    """What each method tried says of the coming days [kWh], shape (days, slots), and Prophet's model when it was fitted."""

    tables: dict[ForecastMethod, np.ndarray]
    model: DayModel | None


def possible_methods(history: History) -> tuple[ForecastMethod, ...]:
    """The methods that the past is long enough for; seasonal naive always is."""
    if can_fit(history):
        return WITH_PROPHET
    return PLAIN if len(history) > WEEK else PLAIN[:1]


def foretell(history: History, days: int, methods: Sequence[ForecastMethod], holidays: dict[date, str]) -> Foretold:
    """Foretell the `days` after `history` by each of `methods`.

    Prophet is left out where its optimiser finds no fit; then the others stand.
    `COMBINED` is two parts of Prophet and one of the mean of four weeks: their errors differ, so the mean of them errs less than either.
    """
    plain = {
        ForecastMethod.SEASONAL_NAIVE: lambda: repeat_last_week(history.kwh, days),
        ForecastMethod.FOUR_WEEKS: lambda: mean_of_weeks(history.kwh, days),
    }
    tables = {method: plain[method]() for method in methods if method in plain}
    if not {ForecastMethod.PROPHET, ForecastMethod.COMBINED} & set(methods):
        return Foretold(tables, None)
    try:
        model = fit_days(history, days, holidays)
    except RuntimeError:  # what CmdStan ends with
        return Foretold(tables, None)
    prophet = spread_over_day(history, model.kwh, holidays)
    if ForecastMethod.PROPHET in methods:
        tables[ForecastMethod.PROPHET] = prophet
    if ForecastMethod.COMBINED in methods:
        tables[ForecastMethod.COMBINED] = PROPHET_SHARE * prophet + (1 - PROPHET_SHARE) * mean_of_weeks(history.kwh, days)
    return Foretold(tables, model)
