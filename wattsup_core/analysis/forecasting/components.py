"""What a forecast is made of, as energy: each influence as what it adds to a typical day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import numpy as np

from wattsup_core.analysis.forecasting.history import History
from wattsup_core.analysis.forecasting.horizon import dates_of
from wattsup_core.analysis.forecasting.prophet_days import DayModel
from wattsup_core.analysis.forecasting.weeks import SHAPE_WEEKS, mean_of_weeks
from wattsup_core.analysis.phrases import MINUS, WEEKDAYS
from wattsup_core.types import ForecastComponent

MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")
TREND_STEP_DAYS = 7
DEGREES_STEP_C = 2
LEAST_DAYS_AT_A_TEMPERATURE = 3


def describe_components(history: History, model: DayModel | None, holidays: dict[date, str]) -> tuple[ForecastComponent, ...]:
    """The influences that the history shows: those of Prophet's model where it was fitted, and the hours of the day.

    Parameters
    ----------
    history : History
        The past.
    model : DayModel or None
        Prophet's model of it.
    holidays : dict
        Public holidays of past and coming days, by day.
    """
    found = list(_of_model(history, model, holidays)) if model else []
    return (*found, *_hours(history))


def _of_model(history: History, model: DayModel, holidays: dict[date, str]) -> Iterator[ForecastComponent]:
    dates = dates_of(history.first_day, len(model.trend))
    usual = float(model.trend[model.past])
    chosen = np.arange(0, len(dates), TREND_STEP_DAYS)
    trend_kwh = model.scale.expand(np.maximum(model.trend[chosen], 0.0))
    yield ForecastComponent("trend", "Trend", tuple(dates[day].isoformat() for day in chosen), _plain(trend_kwh))
    weekday = np.array([day.weekday() for day in dates])
    yield _by_group("weekly", "Day of the week", WEEKDAYS, weekday, model, usual)
    if "yearly" in model.effects:
        month = np.array([day.month - 1 for day in dates])
        yield _by_group("yearly", "Month", MONTHS, month, model, usual)
    if "holidays" in model.effects:
        ahead = [place for place in range(model.past, len(dates)) if dates[place] in holidays]
        effect = model.effects["holidays"][ahead]
        labels = tuple(f"{holidays[dates[place]]}, {dates[place].isoformat()}" for place in ahead)
        yield ForecastComponent("holidays", "Public holidays", labels, _plain(_added_kwh(model, usual, effect)))
    if "temperature" in model.effects and model.temperature_c is not None:
        yield _by_temperature(model, model.temperature_c, usual)


def _by_group(name: str, title: str, labels: tuple[str, ...], group: np.ndarray, model: DayModel, usual: float) -> ForecastComponent:
    """The mean effect of the days of each group; groups without a day are left out."""
    kept = [place for place in range(len(labels)) if (group == place).any()]
    effect = np.array([model.effects[name][group == place].mean() for place in kept])
    return ForecastComponent(name, title, tuple(labels[place] for place in kept), _plain(_added_kwh(model, usual, effect)))


def _by_temperature(model: DayModel, temperature_c: np.ndarray, usual: float) -> ForecastComponent:
    past = slice(0, model.past)
    degrees = np.round(temperature_c[past] / DEGREES_STEP_C).astype(int) * DEGREES_STEP_C
    steps = [step for step in np.unique(degrees) if (degrees == step).sum() >= LEAST_DAYS_AT_A_TEMPERATURE]
    effect = np.array([model.effects["temperature"][past][degrees == step].mean() for step in steps])
    labels = tuple(f"{step} °C".replace("-", MINUS) for step in steps)
    return ForecastComponent("temperature", "Outdoor temperature", labels, _plain(_added_kwh(model, usual, effect)))


def _added_kwh(model: DayModel, usual: float, effect: np.ndarray) -> np.ndarray:
    """What an effect on the comparing scale adds to a day at the level `usual` [kWh], shape of `effect`."""
    expand = model.scale.expand
    return np.asarray(expand(np.maximum(usual + effect, 0.0)) - expand(np.maximum(np.full(1, usual), 0.0)))


def _hours(history: History) -> Iterator[ForecastComponent]:
    if history.slots == 1:
        return
    by_hour = mean_of_weeks(history.kwh, 7, SHAPE_WEEKS).mean(axis=0)
    minutes = (np.arange(history.slots) * history.cell_seconds + history.phase_seconds) // 60
    labels = tuple(f"{minute // 60 % 24:02d}:{minute % 60:02d}" for minute in minutes)
    yield ForecastComponent("daily", "Hour of the day", labels, _plain(by_hour - by_hour.mean()))


def _plain(values: np.ndarray) -> tuple[float, ...]:
    return tuple(float(value) for value in np.round(values, 6))
