"""What the Forecast page shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from wattsup_core.forecast_rhythm import ForecastRhythm
from wattsup_core.types import BacktestDay, Channel, DayForecast, Forecast, ForecastConfig


@dataclass(frozen=True)
class PastForecast:
    """A forecast made before, on the days of it that have come since: its `days`, the sums over them [kWh], the mean error of a day [%]."""

    made_at: datetime
    days: tuple[BacktestDay, ...]
    foretold_kwh: float
    actual_kwh: float
    error_pct: float | None


@dataclass(frozen=True)
class ForecastView:
    """Everything of the Forecast page.

    `forecast` is `None` while none has been made as `config` asks; `is_due` when one is to be made. `measured` are the whole local days
    before it [kWh], `None` where readings are missing; `days` the days ahead as they will come to, that which has begun with what was
    read of it, one that the horizon cuts left out. `past` is an earlier forecast beside what came.
    `next_run` is when this one is made anew by itself at the earliest, in the `rhythm` of the meter; `None` where that is another's turn
    (see :func:`wattsup_core.service.schedule.scheduled_forecast`) or nobody's.
    """

    meter_id: str
    meter_name: str
    is_sample: bool
    timezone: str
    currency: str
    channel: Channel
    country: str
    data_end: datetime
    config: ForecastConfig
    is_due: bool
    forecast: Forecast | None = None
    made_at: datetime | None = None
    rhythm: ForecastRhythm = ForecastRhythm.DAILY
    next_run: datetime | None = None
    measured: tuple[tuple[date, float | None], ...] = ()
    days: tuple[DayForecast, ...] = ()
    past: PastForecast | None = None
