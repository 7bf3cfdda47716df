"""A window of the chart in figures, beside the same window a week and a year before."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from wattsup_core import timegrid
from wattsup_core.analysis.window_sum import WindowSum, sum_window
from wattsup_core.emissions import EmissionFactor, emission_factor
from wattsup_core.errors import BadRequestError
from wattsup_core.service.views.arrays import MeterArrays, arrays_of
from wattsup_core.service.views.headline import FEWEST_SHARE_TO_COMPARE, tariff_of
from wattsup_core.types import Channel, Meter
from wattsup_core.view_models import SummedWindow, WindowSumsView

if TYPE_CHECKING:
    from wattsup_core.store import Store

EARLIER = (("A week before", timedelta(weeks=1)), ("A year before", timedelta(weeks=52)))
"""By the wall clock; 52 weeks, so that Mondays are held against Mondays."""


def window_sums(store: Store, meter_id: str, start: datetime, end: datetime, own_co2_g_per_kwh: float | None = None) -> WindowSumsView:
    """The window from `start` to `end`, beside the windows that the wall clock showed at the same times a week and a year before.

    Parameters
    ----------
    start, end
        Instants, `end` exclusive.
    own_co2_g_per_kwh
        What the installation says of its supply; without it the average of the meter's country counts.

    Raises
    ------
    NotFoundError
        When there is no such meter, or it has no readings.
    BadRequestError
        When the window does not end after it starts.
    """
    if start >= end:
        raise BadRequestError("The window does not end after it begins.", "Choose an end after the start.")
    meter = store.meter(meter_id)
    arrays = arrays_of(store, meter, store.state(meter_id))
    factor = emission_factor(meter.country, own_co2_g_per_kwh) if meter.channel is Channel.IMPORT else None
    asked, asked_sum = _summed(arrays, meter, factor, "This window", start, end)
    clocks = timegrid.to_wall(start, meter.timezone), timegrid.to_wall(end, meter.timezone)
    before = [(name, timegrid.window_of_wall(clocks[0] - back, clocks[1] - back, meter.timezone)) for name, back in EARLIER]
    earlier = [_beside(asked_sum, *_summed(arrays, meter, factor, name, *window)) for name, window in before]
    tariff = tariff_of(meter)
    return WindowSumsView(meter.name, meter.timezone, meter.currency, meter.channel, tariff.price_per_kwh, factor, (asked, *earlier))


def _summed(
    arrays: MeterArrays, meter: Meter, factor: EmissionFactor | None, name: str, first: datetime, last: datetime
) -> tuple[SummedWindow, WindowSum]:
    interval = timedelta(minutes=meter.interval_minutes)
    rows = arrays.rows(first - 2 * interval, last + 2 * interval)  # the neighbours tell where days end
    found = sum_window(arrays.seconds[rows], arrays.kwh[rows], interval.total_seconds(), timegrid.epoch_of(first), timegrid.epoch_of(last))
    priced = meter.channel is Channel.IMPORT and found.readings > 0
    cost = found.kwh * tariff_of(meter).price_per_kwh if priced else None
    co2_kg = found.kwh * factor.g_per_kwh / 1000.0 if factor and priced else None
    figures = (found.kwh, cost, co2_kg, found.mean_kw, found.peak_kw, found.readings, found.missing)
    return SummedWindow(name, first, last, *figures, to_come=min(_to_come(arrays, interval, first, last), found.missing)), found


def _to_come(arrays: MeterArrays, interval: timedelta, first: datetime, last: datetime) -> int:
    """How many readings of a window are of after the meter's last one."""
    if not len(arrays.seconds):
        return 0
    ends = int(arrays.seconds[-1]) + interval.total_seconds()
    return max(0, math.ceil((timegrid.epoch_of(last) - max(ends, timegrid.epoch_of(first))) / interval.total_seconds()))


def _beside(asked: WindowSum, earlier: SummedWindow, found: WindowSum) -> SummedWindow:
    """An earlier window with how the one that was asked for differs; by mean power, so that a gap is no saving."""
    if min(asked.share_read, found.share_read) < FEWEST_SHARE_TO_COMPARE or asked.mean_kw is None:
        return earlier
    if found.mean_kw is None or found.mean_kw <= 0 or asked.mean_kw < 0:  # energy that went the other way is not so much more or less
        return earlier
    return replace(earlier, change_pct=100.0 * (asked.mean_kw / found.mean_kw - 1.0))
