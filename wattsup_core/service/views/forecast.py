"""The Forecast page: a kept forecast beside the weeks before it, and an earlier one beside what came."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

from wattsup_core.analysis.forecasting.history import History, build_history, day_sums
from wattsup_core.analysis.forecasting.horizon import dates_of
from wattsup_core.analysis.forecasting.sums import WHOLE_SHARE, shifted
from wattsup_core.analysis.forecasting.trial import JUDGED_SHARE
from wattsup_core.service.forecast_needs import is_behind
from wattsup_core.service.forecasting import held_against_actual
from wattsup_core.service.schedule import next_run, scheduled_forecast
from wattsup_core.service.views.window import data_span
from wattsup_core.types import DayForecast, Forecast, ForecastConfig, Meter
from wattsup_core.view_models import ForecastView, PastForecast

if TYPE_CHECKING:
    from wattsup_core.store import ForecastRecord, Store

WEEKS_SHOWN = 8
LEAST_DAYS_SHOWN = 28
DAY = timedelta(days=1)


def forecast(store: Store, meter_id: str, config: ForecastConfig) -> ForecastView:
    """The forecast that is kept as `config` asks, whether it is due anew, and what there is to hold it against.

    Raises
    ------
    NotFoundError
        When there is no such meter, or it has no readings.
    """
    meter, state = store.meter(meter_id), store.state(meter_id)
    span = data_span(meter, state)
    kept = store.newest_forecast(meter_id, config)
    shown = kept.forecast if kept else None
    past = _past(store, meter, shown) if shown else None
    return ForecastView(
        meter_id=meter.meter_id,
        meter_name=meter.name,
        is_sample=meter.is_sample,
        timezone=meter.timezone,
        currency=shown.currency if shown else meter.currency,
        channel=meter.channel,
        country=meter.country,
        data_end=span.end,
        config=config,
        is_due=kept is None or is_behind(kept, state, meter),
        forecast=shown,
        made_at=kept.made_at if kept else None,
        rhythm=meter.forecast_rhythm,
        next_run=_next_run(store, meter, kept) if kept else None,
        measured=_measured(past, shown) if past and shown else (),
        days=_days(past, shown) if shown else (),
        past=_earlier(store, meter_id, span.end, shown) if shown else None,
    )


def _next_run(store: Store, meter: Meter, kept: ForecastRecord) -> datetime | None:
    scheduled = scheduled_forecast(store, meter.meter_id)
    is_it = scheduled is not None and scheduled.forecast_id == kept.forecast_id
    return next_run(kept.made_at, meter.timezone, meter.forecast_rhythm) if is_it else None


def _past(store: Store, meter: Meter, shown: Forecast) -> History | None:
    """The weeks before a forecast, as the forecast sees them."""
    readings = store.readings(meter.meter_id, shown.start - timedelta(weeks=WEEKS_SHOWN), shown.start)
    known = readings[np.isfinite(readings["kwh"].to_numpy(float))]
    return None if known.empty else build_history(known, meter)


def _measured(past: History, shown: Forecast) -> tuple[tuple[date, float | None], ...]:
    kwh = day_sums(past.actual_kwh, JUDGED_SHARE) * past.day_length / past.slots
    days = zip(dates_of(past.first_day, len(kwh)), kwh.tolist(), strict=True)
    most = max(LEAST_DAYS_SHOWN, 2 * len(shown.days))
    told = [(day, round(value, 3) if np.isfinite(value) else None) for day, value in days]
    first = next((place for place, (_, value) in enumerate(told) if value is not None), len(told))
    return tuple(told[first:][-most:])


def _days(past: History | None, shown: Forecast) -> tuple[DayForecast, ...]:
    """The days ahead as they will come to."""
    days = list(shown.days)
    if past is not None and days and days[0].share < WHOLE_SHARE:
        days[0] = DayForecast(days[0].day, 1.0, shifted(days[0].kwh, past.today_kwh), days[0].holiday)
    return tuple(day for day in days if day.share >= WHOLE_SHARE)


def _earlier(store: Store, meter_id: str, end: datetime, shown: Forecast) -> PastForecast | None:
    """The earliest kept forecast that began within the last as many days as are forecast now, on the days that have come."""
    window = end - (shown.end - shown.start) - DAY
    for forecast_id, made_at in store.forecasts(meter_id, window, end - DAY):
        kept = store.forecast(meter_id, forecast_id).forecast
        if kept.start < window:
            continue
        came = held_against_actual(store, meter_id, forecast_id)
        if came:
            foretold, actual = sum(day.kwh.value for day in came), sum(day.actual_kwh for day in came)
            off = sum(abs(day.kwh.value - day.actual_kwh) for day in came)
            return PastForecast(made_at, came, foretold, actual, 100.0 * off / actual if actual > 0 else None)
    return None
