"""Once a day each meter that gets readings is forecast anew, if anybody has ever looked at a forecast of it.

The store is the schedule: a run is due when the newest forecast was made before the last local three o'clock and readings have come since.
So runs that were missed, however many, are made up for by one.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from wattsup_core.service.forecasting import forecast_meter
from wattsup_core.types import Forecast, ForecastConfig, ForecastMethod

if TYPE_CHECKING:
    from collections.abc import Collection

    from wattsup_core.store import ForecastRecord, Store

RUN_HOUR = 3
DAY = timedelta(days=1)


def last_run(now: datetime, timezone: str) -> datetime:
    """The last instant, at `now` or before, at which the clocks of `timezone` reached the hour of the daily run."""
    local = now.astimezone(ZoneInfo(timezone))
    run = local.replace(hour=RUN_HOUR, minute=0, second=0, microsecond=0)
    return (run if run <= local else run - DAY).astimezone(UTC)


def next_run(after: datetime, timezone: str) -> datetime:
    """The first instant after `after` at which the clocks of `timezone` reach the hour of the daily run."""
    local = after.astimezone(ZoneInfo(timezone))
    run = local.replace(hour=RUN_HOUR, minute=0, second=0, microsecond=0)
    return (run if run > local else run + DAY).astimezone(UTC)


def due_meter(store: Store, now: datetime, but: Collection[str] = ()) -> str | None:
    """The meter whose daily forecast is due, the one with the oldest; `None` when none is. Those of `but` are left out."""
    overtaken = store.overtaken_forecasts()
    return next((meter_id for meter_id, timezone, made_at in overtaken if meter_id not in but and made_at < last_run(now, timezone)), None)


def forecast_anew(store: Store, meter_id: str) -> ForecastRecord | None:
    """Forecast a meter as its usual forecast was made, or else its newest; `None` when there is none to go by.

    Raises
    ------
    NotFoundError
        When there is no such meter.
    BadRequestError
        When its readings no longer give one.
    """
    kept = store.newest_forecast(meter_id, ForecastConfig()) or store.newest_forecast(meter_id)
    return None if kept is None else forecast_meter(store, meter_id, config_of(kept.forecast))


def config_of(made: Forecast) -> ForecastConfig:
    """What was asked of a forecast; its country is the meter's."""
    method = ForecastMethod.AUTO if made.method is made.chosen_method else made.method
    return ForecastConfig(max(1, round((made.end - made.start) / DAY)), method)
