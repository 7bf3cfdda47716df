"""The peak watch: what the running quarter of an hour comes to, beside the month's highest.

A network operator bills the highest mean power of a quarter of an hour; while one runs there is still time to switch something off.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

from wattsup_core import timegrid
from wattsup_core.service.views.live_series import LiveRows
from wattsup_core.timegrid import MINUTES_PER_HOUR, QUARTER_HOUR_S
from wattsup_core.types import Meter
from wattsup_core.view_models import DemandFigure

if TYPE_CHECKING:
    from wattsup_core.store import Store

BLOCK_MINUTES = 15.0


def demand_figure(store: Store, meter: Meter, rows: LiveRows, end: datetime) -> DemandFigure:
    """The mean power of the running block, if the newest power goes on, and the highest of the month before it.

    A meter whose intervals do not fill a quarter of an hour, such as one of 10 minutes, has each of its intervals as a block.

    Parameters
    ----------
    rows
        The newest readings, at least those of the last block.
    end
        The end of the newest reading.
    """
    interval_s = round(meter.interval_minutes * 60)
    is_running = interval_s < QUARTER_HOUR_S and QUARTER_HOUR_S % interval_s == 0
    block_minutes = BLOCK_MINUTES if is_running else meter.interval_minutes
    begin = _block_start(end, block_minutes) if is_running else end - timedelta(minutes=meter.interval_minutes)
    midnight = timegrid.to_wall(begin, meter.timezone).replace(day=1, hour=0, minute=0, second=0, fold=0)  # the first of two
    month = timegrid.from_wall(midnight, meter.timezone)
    block_s, least_rows = (QUARTER_HOUR_S, QUARTER_HOUR_S // interval_s) if is_running else (1, 1)  # else each row is one
    peak_kwh = store.highest_block(meter.meter_id, month, begin, block_s, least_rows) if month < begin else None
    kwh, minutes_left = _running(rows, begin, end, meter) if is_running else (_last(rows, begin), None)
    hours = block_minutes / MINUTES_PER_HOUR
    return DemandFigure(block_minutes, None if kwh is None else kwh / hours, minutes_left, None if peak_kwh is None else peak_kwh / hours)


def _block_start(end: datetime, block_minutes: float) -> datetime:
    """The quarter of an hour that the newest reading has ended in; one that it has filled is over."""
    seconds = timegrid.epoch_of(end)
    return timegrid.datetime_from_epoch(seconds - seconds % round(block_minutes * 60))


def _running(rows: LiveRows, begin: datetime, end: datetime, meter: Meter) -> tuple[float | None, float]:
    """Energy of the running block [kWh] when the newest power goes on to its end, and how long that is [min]."""
    minutes_left = BLOCK_MINUTES - (end - begin) / timedelta(minutes=1)
    if not len(rows.kwh):
        return None, minutes_left
    so_far = float(rows.since(timegrid.epoch_of(begin)).kwh.sum())
    return so_far + float(rows.kwh[-1]) * minutes_left / meter.interval_minutes, minutes_left


def _last(rows: LiveRows, begin: datetime) -> float | None:
    newest = rows.since(timegrid.epoch_of(begin)).kwh
    return float(np.sum(newest)) if len(newest) else None
