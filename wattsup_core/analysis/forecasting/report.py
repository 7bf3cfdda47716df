"""A trial as a person is shown it: scores, the days with their bands, and how many of them the bands held."""

from __future__ import annotations

import numpy as np

from wattsup_core.analysis.forecasting.history import History
from wattsup_core.analysis.forecasting.horizon import dates_of
from wattsup_core.analysis.forecasting.intervals import as_range, learn_spread
from wattsup_core.analysis.forecasting.trial import Trial
from wattsup_core.types import Backtest, BacktestDay, ForecastMethod, MethodScore


def report_trial(history: History, trial: Trial, method: ForecastMethod, scores: tuple[MethodScore, ...]) -> Backtest | None:
    """The backtest of `method`; the bands of each origin's days are learned from the other origins. None when no day was whole."""
    days = [day for place in range(len(trial.origins)) for day in _days(history, trial, method, place)]
    if not days:
        return None
    return Backtest(
        origins=tuple(dates_of(history.first_day + origin, 1)[0] for origin in trial.origins),
        days_each=trial.days_each,
        first_day=min(day.day for day in days),
        last_day=max(day.day for day in days),
        scores=scores,
        coverage_80_pct=100.0 * float(np.mean([day.kwh.lower_80 <= day.actual_kwh <= day.kwh.upper_80 for day in days])),
        coverage_95_pct=100.0 * float(np.mean([day.kwh.lower_95 <= day.actual_kwh <= day.kwh.upper_95 for day in days])),
        days=tuple(days),
    )


def _days(history: History, trial: Trial, method: ForecastMethod, place: int) -> list[BacktestDay]:
    origin = trial.origins[place]
    lengths = history.day_length[origin : origin + trial.days_each] / history.slots
    foretold = trial.foretold_kwh[method][place].sum(axis=1)
    spread = learn_spread(history, trial, method, leave_out=place if len(trial.origins) > 1 else None)
    bounds = spread.days(foretold, np.arange(trial.days_each))
    actual = trial.actual_day_kwh[place]
    origin_date, *_ = dates = dates_of(history.first_day + origin, trial.days_each)
    return [
        BacktestDay(
            origin=origin_date,
            day=dates[day],
            kwh=as_range(foretold[day] * lengths[day], bounds[:, day] * lengths[day]),
            actual_kwh=float(actual[day] * lengths[day]),
        )
        for day in np.flatnonzero(np.isfinite(actual)).tolist()
    ]
