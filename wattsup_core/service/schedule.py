"""Every day or every week each meter that gets readings is forecast anew, if anybody has ever looked at a forecast of it.

The store is the schedule: a meter has one run to come, the first three o'clock by its clocks a day or a week after its last forecast,
and it is due from then on once readings have come. So runs that were missed, however many, are made up for by one.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from wattsup_core.forecast_rhythm import ForecastRhythm
from wattsup_core.service.forecasting import forecast_meter
from wattsup_core.types import Forecast, ForecastConfig, ForecastMethod

if TYPE_CHECKING:
    from collections.abc import Collection

    from wattsup_core.store import ForecastRecord, Store

RUN_HOUR = 3
DAY = timedelta(days=1)


def next_run(made_at: datetime, timezone: str, rhythm: ForecastRhythm = ForecastRhythm.DAILY) -> datetime | None:
    """The run that follows a forecast made at `made_at`, when the clocks of `timezone` reach the hour; `None` when none follows by itself.

    Daily it is the next such hour. Weekly it is that of the same weekday a week later, whatever time of its day the forecast was made at.
    """
    local = made_at.astimezone(ZoneInfo(timezone))
    run = local.replace(hour=RUN_HOUR, minute=0, second=0, microsecond=0, fold=0)  # where the clocks show the hour twice, the first
    if rhythm is ForecastRhythm.OFF:
        return None
    if rhythm is ForecastRhythm.WEEKLY:
        return (run + 7 * DAY).astimezone(UTC)
    return (run if run > local else run + DAY).astimezone(UTC)


def due_meter(store: Store, now: datetime, but: Collection[str] = ()) -> str | None:
    """The meter whose forecast is due, the one with the oldest; `None` when none is. Those of `but` are left out."""
    for each in store.overtaken_forecasts():
        run = next_run(each.made_at, each.timezone, each.rhythm)
        if run is not None and run <= now and each.meter_id not in but:
            return each.meter_id
    return None


def scheduled_forecast(store: Store, meter_id: str) -> ForecastRecord | None:
    """The forecast that is made anew by itself: the usual one, else the newest; `None` without any."""
    return store.newest_forecast(meter_id, ForecastConfig()) or store.newest_forecast(meter_id)


def forecast_anew(store: Store, meter_id: str) -> ForecastRecord | None:
    """Forecast a meter as its usual forecast was made, or else its newest; `None` when there is none to go by.

    Raises
    ------
    NotFoundError
        When there is no such meter.
    BadRequestError
        When its readings no longer give one.
    """
    kept = scheduled_forecast(store, meter_id)
    return None if kept is None else forecast_meter(store, meter_id, config_of(kept.forecast))


def config_of(made: Forecast) -> ForecastConfig:
    """What was asked of a forecast; its country is the meter's."""
    method = ForecastMethod.AUTO if made.method is made.chosen_method else made.method
    return ForecastConfig(max(1, round((made.end - made.start) / DAY)), method)
