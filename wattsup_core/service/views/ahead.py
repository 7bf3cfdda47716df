"""The forecast on the Overview: one figure, and the points after the last reading."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from wattsup_core import timegrid
from wattsup_core.analysis.forecasting.sums import WHOLE_SHARE
from wattsup_core.service.views.rounding import round_or_none
from wattsup_core.types import Forecast, ForecastConfig
from wattsup_core.view_models import AheadFigure, AheadSeries, Resolution

if TYPE_CHECKING:
    from wattsup_core.store import ForecastRecord, Store

DAY = timedelta(days=1)


def usual_forecast(store: Store, meter_id: str) -> ForecastRecord | None:
    """The meter's forecast as it is made when nobody says how; else the one made last."""
    return store.newest_forecast(meter_id, ForecastConfig()) or store.newest_forecast(meter_id)


def ahead_figure(kept: ForecastRecord | None, data_end: datetime) -> AheadFigure | None:
    """Energy and cost of the days ahead; `None` without a forecast that reaches past the readings."""
    if kept is None or kept.forecast.end <= data_end:
        return None
    made = kept.forecast
    return AheadFigure(max(1, round((made.end - made.start) / DAY)), made.total, made.cost, made.end)


def ahead_series(store: Store, meter_id: str, resolution: Resolution, start: datetime, end: datetime) -> AheadSeries | None:
    """The forecast's points in ``[start, end)`` in the unit of `resolution`; `None` where there are none."""
    kept = usual_forecast(store, meter_id)
    if kept is None:
        return None
    made = kept.forecast
    drawn = _days(made, start, end) if resolution is Resolution.DAY else _hours(made, start, end)
    return drawn if drawn.x else None


def _hours(made: Forecast, start: datetime, end: datetime) -> AheadSeries:
    """Mean power [kW] of each row."""
    first, last = made.rows.index.searchsorted(pd.DatetimeIndex([start, end]))
    rows = made.rows.iloc[first:last]
    seconds = timegrid.to_epoch_seconds(pd.DatetimeIndex(rows.index))
    kwh, lower, upper = (
        _plain(timegrid.kwh_to_kw(rows[name].to_numpy(float), made.interval_minutes)) for name in ("kwh", "lower_80_kwh", "upper_80_kwh")
    )
    x = timegrid.wall_clock_text(timegrid.to_wall_seconds(seconds, made.timezone))
    return AheadSeries(x, seconds.tolist(), kwh, lower, upper)


def _days(made: Forecast, start: datetime, end: datetime) -> AheadSeries:
    """Energy [kWh] of each day that is forecast whole."""
    first, last = (timegrid.to_wall(moment, made.timezone).date() for moment in (start, end))
    shown = [each for each in made.days if each.share >= WHOLE_SHARE and first <= each.day < last]
    kwh = [[getattr(each.kwh, name) for each in shown] for name in ("value", "lower_80", "upper_80")]
    value, lower, upper = (_plain(np.array(values, dtype=float)) for values in kwh)
    midnights = [datetime.combine(each.day, time()) for each in shown]
    seconds = [timegrid.epoch_of(timegrid.from_wall(midnight, made.timezone)) for midnight in midnights]
    return AheadSeries([midnight.isoformat(timespec="minutes") for midnight in midnights], seconds, value, lower, upper)


def _plain(values: np.ndarray) -> list[float]:
    return [value for value in round_or_none(values) if value is not None]
