"""Prophet on the energy of days: trend, week, year, public holidays and temperature (Taylor and Letham 2018, "Forecasting at scale").

Days rather than hours, because the backtests say so: the error of a day is smaller, a fit takes a fifth of a second instead of
several, and so every method can be tried on the meter's past before one is chosen. The hours of a day come from its shape
(:mod:`wattsup_core.analysis.forecasting.shape`).

Four choices keep it steady; the second and the third were found by backtests over real meters:

- It is fitted on the comparing scale (:mod:`wattsup_core.analysis.scale`), where effects multiply and nothing falls below zero.
- Half of what is foretold comes from a fit with a sloping trend, half from one with a level: a slope of a month rarely lasts the next.
- What the last two weeks were above or below the fit is carried on, fading by a fiftieth a day.
- All public holidays have one effect in common, for a year holds each of them only once.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import numpy as np
import pandas as pd

from wattsup_core.analysis.forecasting.climate import usual_temperature
from wattsup_core.analysis.forecasting.history import History
from wattsup_core.analysis.forecasting.horizon import dates_of
from wattsup_core.analysis.scale import Scale, fit_scale

LEAST_DAYS = 28
LEAST_DAYS_FOR_A_YEAR = 300
DAYS_IN_A_YEAR = 365.25
LEAST_VALUES = 3
RECENT_DAYS = 14
KEPT_A_DAY = 0.98
SPREAD_DAYS = 120
QUANTILES = (np.arange(40) + 0.5) / 40
HEATING_BELOW_C, COOLING_ABOVE_C = 15.0, 22.0
LEAST_DEGREES_SPREAD = 0.5
LEAST_TEMPERATURE_SHARE = 0.9
Growth = Literal["flat", "linear"]
GROWTHS: tuple[Growth, ...] = ("flat", "linear")
SEED = 7


@dataclass(frozen=True)
class DayModel:
    """Prophet's two fits, averaged, over past and coming days; shapes are (past + ahead,) unless said.

    Attributes
    ----------
    scale
        The scale of `trend` and the effects.
    past
        Days of the past; the rest are foretold.
    trend
        The slow level, in the days ahead with what is carried on of the last two weeks.
    effects
        What is added to it: weekly, yearly, holidays, temperature, those that were fitted.
    kwh
        Energy of each coming day as of 24 hours [kWh], shape (ahead,).
    temperature_c
        The days' temperature, the usual one ahead [°C], or None.
    """

    scale: Scale
    past: int
    trend: np.ndarray
    effects: dict[str, np.ndarray]
    kwh: np.ndarray
    temperature_c: np.ndarray | None


def can_fit(history: History) -> bool:
    """Whether the past is long and varied enough for Prophet."""
    known = history.day_kwh[np.isfinite(history.day_kwh)]
    return len(known) >= LEAST_DAYS and len(np.unique(known)) >= LEAST_VALUES


def fit_days(history: History, days: int, holidays: dict[date, str]) -> DayModel:
    """Fit Prophet to the days of `history` and foretell the `days` after them.

    Parameters
    ----------
    history : History
        A past that :func:`can_fit`.
    days : int
        How many days to foretell.
    holidays : dict
        Public holidays of past and coming days, by day.
    """
    scale = fit_scale(history.day_kwh)
    frame, temperature_c = _frame(history, days, scale)
    fits = [_fit(frame, len(history), growth, holidays) for growth in GROWTHS]
    ahead_kwh = np.mean([_expand(fit, scale) for fit in fits], axis=0)
    names = fits[0].effects.keys()
    return DayModel(
        scale=scale,
        past=len(history),
        trend=np.mean([fit.trend + fit.carried for fit in fits], axis=0),
        effects={name: np.mean([fit.effects[name] for fit in fits], axis=0) for name in names},
        kwh=ahead_kwh,
        temperature_c=temperature_c,
    )


@dataclass(frozen=True)
class _Fit:
    """One fit: trend, effects and what is carried on, shape (past + ahead,); the residuals of the past days that are known."""

    past: int
    trend: np.ndarray
    effects: dict[str, np.ndarray]
    carried: np.ndarray
    residual: np.ndarray


def _frame(history: History, days: int, scale: Scale) -> tuple[pd.DataFrame, np.ndarray | None]:
    dates = dates_of(history.first_day, len(history) + days)
    level = np.r_[scale.compress(history.day_kwh), np.full(days, np.nan)]
    frame = pd.DataFrame({"ds": pd.to_datetime(list(dates)), "y": level})
    temperature_c = _temperature(history, days)
    if temperature_c is not None:
        degrees = {"heating": np.maximum(HEATING_BELOW_C - temperature_c, 0), "cooling": np.maximum(temperature_c - COOLING_ABOVE_C, 0)}
        for name, values in degrees.items():
            if values[: len(history)].std() > LEAST_DEGREES_SPREAD:
                frame[name] = values
    return frame, temperature_c


def _temperature(history: History, days: int) -> np.ndarray | None:
    """Temperature of past and coming days [°C]; None when too many past days have none."""
    known = history.temperature_c
    if known is None or np.isfinite(known).mean() < LEAST_TEMPERATURE_SHARE:
        return None
    usual = usual_temperature(known, days)
    return np.concatenate([np.where(np.isfinite(known), known, usual[: len(known)]), usual[len(known) :]])


def _fit(frame: pd.DataFrame, past: int, growth: Growth, holidays: dict[date, str]) -> _Fit:
    model = _new_model(growth, holidays)
    is_known = np.isfinite(frame["y"].to_numpy(float))
    span = int(np.ptp(np.flatnonzero(is_known))) + 1
    if span >= LEAST_DAYS_FOR_A_YEAR:
        model.add_seasonality("yearly", DAYS_IN_A_YEAR, 2, prior_scale=1.0)
    degrees = [name for name in ("heating", "cooling") if name in frame.columns]
    for name in degrees:
        model.add_regressor(name, prior_scale=1.0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # Prophet's own use of pandas
        model.fit(frame[is_known], algorithm="LBFGS", seed=SEED)
        told = model.predict(frame.drop(columns="y"))
    effects = {"weekly": told["weekly"].to_numpy(float)}
    effects |= {name: told[name].to_numpy(float) for name in ("yearly", "holidays") if name in told}
    if degrees:
        effects["temperature"] = told[degrees].to_numpy(float).sum(axis=1)
    residual = (frame["y"].to_numpy(float) - told["yhat"].to_numpy(float))[is_known]
    fading = KEPT_A_DAY ** np.arange(1, len(frame) - past + 1)
    carried = np.r_[np.zeros(past), residual[-RECENT_DAYS:].mean() * fading]
    return _Fit(past, told["trend"].to_numpy(float), effects, carried, residual)


def _new_model(growth: Growth, holidays: dict[date, str]) -> Any:
    """A Prophet that says nothing on the terminal and draws no samples."""
    import cmdstanpy
    import prophet

    cmdstanpy.utils.get_logger().disabled = True
    prophet.forecaster.logger.disabled = True
    prophet.models.logger.disabled = True
    known = pd.DataFrame({"ds": pd.to_datetime(list(holidays)), "holiday": "public holiday"}) if holidays else None
    return prophet.Prophet(
        growth=growth,
        n_changepoints=15,
        holidays=known,
        holidays_prior_scale=1.0,
        weekly_seasonality=3,
        daily_seasonality=False,
        yearly_seasonality=False,
        uncertainty_samples=0,
    )


def _expand(fit: _Fit, scale: Scale) -> np.ndarray:
    """The energy expected of each coming day [kWh]: the mean over what days have differed by, not the middle of it."""
    level = (fit.trend + fit.carried + sum(fit.effects.values()))[fit.past :]
    recent = fit.residual[-SPREAD_DAYS:]
    spread = np.quantile(recent - recent.mean(), QUANTILES)
    return np.asarray(scale.expand(np.maximum(level[:, None] + spread, 0.0)).mean(axis=1))
