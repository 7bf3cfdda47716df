"""Whether a page has a forecast made: there is none, or the meter's readings have moved on by a day, or a week, since."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from wattsup_core.types import ForecastConfig

if TYPE_CHECKING:
    from wattsup_core.store import ForecastRecord, MeterState, Store
    from wattsup_core.types import Meter

DAY = timedelta(days=1)


def is_due(store: Store, meter_id: str, config: ForecastConfig, since: int | None = None) -> bool:
    """Whether a forecast as `config` asks is to be made; with `since` [s] also when the kept one was made before that instant.

    Raises
    ------
    NotFoundError
        When there is no such meter.
    """
    kept = store.newest_forecast(meter_id, config)
    if kept is None or (since is not None and kept.made_at < datetime.fromtimestamp(since, UTC)):
        return True
    return is_behind(kept, store.state(meter_id), store.meter(meter_id))


def is_behind(kept: ForecastRecord, state: MeterState, meter: Meter) -> bool:
    """Whether the readings end a day, or a week, or more after (or, taken out since, before) the instant that a forecast begins.

    Which it is says the meter's rhythm; where a forecast is made only when somebody asks, none is ever behind. Neither is one that has
    seen all there is to see: the last rows may hold no value, and then it begins before them.
    """
    days = meter.forecast_rhythm.days
    if days is None or state.last_ts is None or kept.seq >= state.last_seq:
        return False
    return abs(state.last_ts + timedelta(minutes=meter.interval_minutes) - kept.forecast.start) >= days * DAY
