"""READINGS to a Forecast: the one code path under the command line and the page."""

from __future__ import annotations

import numpy as np
import pandas as pd

from wattsup_core import timegrid
from wattsup_core.analysis.calendar import public_holidays
from wattsup_core.analysis.forecasting.components import describe_components
from wattsup_core.analysis.forecasting.history import History, build_history
from wattsup_core.analysis.forecasting.horizon import Horizon, build_horizon, dates_of
from wattsup_core.analysis.forecasting.intervals import Spread, learn_spread, rough_spread
from wattsup_core.analysis.forecasting.methods import foretell, possible_methods
from wattsup_core.analysis.forecasting.notes import notes_for
from wattsup_core.analysis.forecasting.report import report_trial
from wattsup_core.analysis.forecasting.sums import priced, sum_days, sum_months
from wattsup_core.analysis.forecasting.trial import choose_method, run_trial, score_methods
from wattsup_core.analysis.forecasting.trust import NAMES, trust_in_words
from wattsup_core.analysis.grid import DAY_MINUTES
from wattsup_core.countries import checked_country
from wattsup_core.errors import BadRequestError
from wattsup_core.frames import FORECAST_COLUMNS, check_forecast, check_readings
from wattsup_core.progress import Progress
from wattsup_core.types import Forecast, ForecastConfig, ForecastMethod, Meter, Tariff
from wattsup_core.view_models import MOST_DAYS_AHEAD

TRIED_AT = 0.85


def make_forecast(
    readings: pd.DataFrame,
    meter: Meter,
    tariff: Tariff,
    config: ForecastConfig = ForecastConfig(),
    is_odd: np.ndarray | None = None,
    is_fault: np.ndarray | None = None,
    progress: Progress = lambda _step, _share: None,
) -> Forecast:
    """Foretell the days after a meter's last reading, and say how far to trust it.

    Parameters
    ----------
    readings : pd.DataFrame
        READINGS (see :mod:`wattsup_core.frames`).
    meter : Meter
        Its timezone gives the local calendar, its interval the rows' when that is longer than an hour.
    tariff : Tariff
        Prices the energy.
    config : ForecastConfig
        What is asked.
    is_odd : np.ndarray, optional
        Readings that were found anomalous, shape (rows,), bool: judged by, but not learned from unless they last over a week.
    is_fault : np.ndarray, optional
        Readings that a fault of the meter made, shape (rows,), bool: neither, unless they last over a week.
    progress : callable
        Told ``(step, share)``; may raise to stop the work.

    Returns
    -------
    Forecast
        The same readings and configuration give the same forecast.

    Raises
    ------
    BadRequestError
        When there is less than a day to go by, the readings are coarser than a day, the days asked are not 1 to 90, or the past is too
        short for the method asked; or the public holidays of the country asked are not known.
    """
    history, known = _past(readings, meter, config, is_odd, is_fault)
    horizon = build_horizon(history, config.days, meter.timezone)
    first, last = dates_of(history.first_day, 1)[0], horizon.dates[-1]
    holidays = public_holidays(first, last, _country(meter, config))
    possible = possible_methods(history)
    if config.method not in (ForecastMethod.AUTO, *possible):
        raise BadRequestError(f"{NAMES[config.method].capitalize()} needs four weeks of readings that differ.", "Choose another method.")
    progress("testing", 0.05)
    trial = run_trial(history, config.days, holidays, lambda share: progress("testing", 0.05 + share * (TRIED_AT - 0.05)))
    progress("forecasting", TRIED_AT)
    scores = score_methods(trial) if trial else ()
    foretold = foretell(history, horizon.days, possible, holidays)
    chosen = choose_method(scores, tuple(foretold.tables))
    method = chosen if config.method is ForecastMethod.AUTO else config.method
    if method not in foretold.tables:
        raise BadRequestError("Prophet found no fit for these readings.", "Choose another method.")
    spread = learn_spread(history, trial, method) if trial and method in trial.foretold_kwh else rough_spread(history)
    kwh = np.maximum(foretold.tables[method][horizon.day, horizon.slot], 0.0)
    backtest = report_trial(history, trial, method, scores) if trial and method in trial.foretold_kwh else None
    total = spread.sum_of_days(float(kwh.sum()), float(horizon.share.sum()))
    return Forecast(
        meter_id=meter.meter_id,
        start=timegrid.datetime_from_epoch(int(horizon.seconds[0])),
        end=timegrid.datetime_from_epoch(horizon.end_seconds),
        timezone=meter.timezone,
        interval_minutes=history.cell_seconds / 60.0,
        method=method,
        chosen_method=chosen,
        rows=_rows(kwh, horizon, spread),
        days=sum_days(kwh, horizon, spread, holidays),
        total=total,
        cost=priced(total, tariff, meter.channel),
        currency=tariff.currency,
        months=sum_months(kwh, horizon, spread, known, meter, tariff),
        components=describe_components(history, foretold.model, holidays),
        backtest=backtest,
        trust=trust_in_words(backtest, method),
        notes=notes_for(history, trial, foretold, method),
    )


def _country(meter: Meter, config: ForecastConfig) -> str:
    """Whose public holidays count: what was asked, else the meter's country."""
    if config.country is None:
        return meter.country
    return checked_country(config.country) if config.country else ""


def _past(
    readings: pd.DataFrame, meter: Meter, config: ForecastConfig, is_odd: np.ndarray | None, is_fault: np.ndarray | None
) -> tuple[History, pd.DataFrame]:
    """The history, and the readings that have a value."""
    check_readings(readings)
    if not 1 <= config.days <= MOST_DAYS_AHEAD:
        raise BadRequestError(f"A forecast reaches 1 to {MOST_DAYS_AHEAD} days ahead.", "Choose a number of days between them.")
    if meter.interval_minutes > DAY_MINUTES:
        raise BadRequestError("Readings further apart than a day are too coarse for a forecast by day.", "Use daily or finer readings.")
    has_value = np.isfinite(readings["kwh"].to_numpy(float))
    known = readings[has_value]
    too_short = BadRequestError("There is less than one whole day of readings: too little to forecast from.", "Add more readings.")
    if known.empty:
        raise too_short
    masks = [None if mask is None else np.asarray(mask, bool)[has_value] for mask in (is_odd, is_fault)]
    history = build_history(known, meter, *masks)
    if not np.isfinite(history.kwh).any():
        raise too_short
    return history, known


def _rows(kwh: np.ndarray, horizon: Horizon, spread: Spread) -> pd.DataFrame:
    bounds = spread.hours(kwh, horizon.day, horizon.slot)
    columns = dict(zip(FORECAST_COLUMNS, (kwh, *bounds), strict=True))
    return check_forecast(pd.DataFrame(columns, index=timegrid.from_epoch_seconds(horizon.seconds)))
