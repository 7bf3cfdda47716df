"""The Live page: the newest readings of a meter and what is out of character among them.

It reads the window and its day from the store and keeps nothing: what has just arrived is in no memory yet.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from wattsup_core import timegrid
from wattsup_core.analysis.findings import LASTING_KINDS
from wattsup_core.service.views.going_on import going_on
from wattsup_core.service.views.live_series import LiveRows, live_series
from wattsup_core.service.views.peak_watch import demand_figure
from wattsup_core.service.views.usual import is_usual_known
from wattsup_core.service.views.window import data_span
from wattsup_core.types import AnomalyEvent, Channel, Meter
from wattsup_core.view_models import SPANS, LiveView, PowerFigure, TodayFigure

if TYPE_CHECKING:
    from wattsup_core.store import Store

HOURS_OF_SPAN = {"1h": 1, "6h": 6, "24h": 24}
FEWEST_READINGS = 4
"""A span with fewer of the meter's readings is not offered."""
USUAL_READINGS = 24
"""A span that is chosen for the meter holds so many."""
READINGS_WITHOUT_SPAN = 24
KNOWN_SHARE = 0.8
"""With fewer of the day's readings scored, nothing is said of what is usual by now."""
LONGEST_DRAWN = timedelta(days=32)
MOST_HELD_BACK = 4
"""Readings without a first look that are not shown yet."""


@dataclass(frozen=True)
class _Day:
    """A local day up to the end of the newest reading, and its rows."""

    start: datetime
    rows: LiveRows


def live(store: Store, meter_id: str, span: str | None = None, since: datetime | None = None) -> LiveView:
    """The window that ends with the newest reading, and the figures of its last local day.

    Parameters
    ----------
    span
        One of `SPANS`; `None`, or one that holds too few readings of this meter, for the one that suits it.
    since
        Where the series begins, when that is earlier than the window: what a browser still shows of a window before.

    Raises
    ------
    NotFoundError
        When there is no such meter, or it has no readings.
    """
    meter, state = store.meter(meter_id), store.state(meter_id)
    data = data_span(meter, state)
    spans = spans_of(meter.interval_minutes)
    chosen = span if span in spans else _suiting(spans, meter.interval_minutes)
    is_looked = state.looked_seq == state.last_seq
    end = data.end if is_looked else _seen_end(store, meter, data.end)
    start = end - _length(chosen, meter.interval_minutes)
    drawn_from = start if since is None else min(start, max(since, end - LONGEST_DRAWN))
    midnight = _midnight(end, meter.timezone)
    looked = _rows(store.scored(meter_id, min(drawn_from, midnight), end))
    rows = looked if is_usual_known(data) else looked.without_usual()
    events = store.events(meter_id, min(drawn_from, midnight), end)
    told = [event for event in events if event.end > min(start, midnight)]
    return LiveView(
        meter_id=meter_id,
        meter_name=meter.name,
        is_sample=meter.is_sample,
        timezone=meter.timezone,
        currency=meter.currency,
        interval_minutes=meter.interval_minutes,
        channel=meter.channel,
        span=chosen,
        spans=spans,
        start=start,
        end=end,
        power=_power(rows, events, meter),
        today=_today(_Day(midnight, rows.since(timegrid.epoch_of(midnight))), meter),
        demand=demand_figure(store, meter, rows, end),
        events=tuple(sorted(told, key=lambda event: (event.start, event.severity), reverse=True)),
        still_on=going_on(told, looked.seconds, looked.expected_kwh, meter.interval_minutes),
        series=live_series(rows.since(timegrid.epoch_of(drawn_from)), events, meter, timegrid.epoch_of(start)),
        is_pending=state.is_pending and not is_looked,
    )


def _seen_end(store: Store, meter: Meter, end: datetime) -> datetime:
    """The end without the few newest readings that wait for their first look: a second later they are there, with their band and colour.

    Where more wait, or nothing was ever looked at, all are shown.
    """
    rows = _rows(store.scored(meter.meter_id, end - (MOST_HELD_BACK + 2) * timedelta(minutes=meter.interval_minutes), end))
    looked = np.flatnonzero(np.isfinite(rows.expected_kwh))
    if not len(looked) or len(rows.seconds) - 1 - looked[-1] > MOST_HELD_BACK:
        return end
    return timegrid.datetime_from_epoch(int(rows.seconds[looked[-1]])) + timedelta(minutes=meter.interval_minutes)


def spans_of(interval_minutes: float) -> tuple[str, ...]:
    """The spans that hold a few readings of a meter."""
    return tuple(span for span in SPANS if HOURS_OF_SPAN[span] * 60 >= FEWEST_READINGS * interval_minutes)


def _suiting(spans: tuple[str, ...], interval_minutes: float) -> str:
    """The shortest span with enough readings for a line; the longest there is when none has."""
    enough = [span for span in spans if HOURS_OF_SPAN[span] * 60 >= USUAL_READINGS * interval_minutes]
    return enough[0] if enough else spans[-1] if spans else ""


def _length(span: str, interval_minutes: float) -> timedelta:
    return timedelta(hours=HOURS_OF_SPAN[span]) if span else READINGS_WITHOUT_SPAN * timedelta(minutes=interval_minutes)


def _midnight(end: datetime, timezone: str) -> datetime:
    """The midnight with which the local day of the newest reading began."""
    day = timegrid.to_wall(end - timegrid.INSTANT, timezone).date()
    return timegrid.datetime_from_epoch(int(timegrid.local_day_starts(day, day, timezone)[0]))


def _rows(scored: pd.DataFrame) -> LiveRows:
    known = scored[scored["kwh"].notna()]
    energies = (known[name].to_numpy(float) for name in ("kwh", "expected_kwh", "lower_95_kwh", "upper_95_kwh"))
    return LiveRows(timegrid.to_epoch_seconds(pd.DatetimeIndex(known.index)), *energies)


def _power(rows: LiveRows, events: list[AnomalyEvent], meter: Meter) -> PowerFigure | None:
    if not len(rows.seconds):
        return None
    kw, lower_kw, upper_kw = (
        float(timegrid.kwh_to_kw(values[-1:], meter.interval_minutes)[0]) for values in (rows.kwh, rows.lower_kwh, rows.upper_kwh)
    )
    at = timegrid.datetime_from_epoch(int(rows.seconds[-1]))
    is_known = np.isfinite(lower_kw) and np.isfinite(upper_kw)
    is_anomaly = any(event.start <= at < event.end for event in events if event.kind not in LASTING_KINDS and not event.is_expected)
    return PowerFigure(kw, lower_kw if is_known else None, upper_kw if is_known else None, is_anomaly)


def _today(day: _Day, meter: Meter) -> TodayFigure:
    kwh = float(day.rows.kwh.sum())
    expected = day.rows.expected_kwh[np.isfinite(day.rows.expected_kwh)]
    is_known = len(expected) > 0 and len(expected) >= KNOWN_SHARE * len(day.rows.kwh)
    usual_kwh = float(expected.mean() * len(day.rows.kwh)) if is_known else None
    cost = None if meter.channel is Channel.EXPORT else kwh * meter.price_per_kwh
    return TodayFigure(timegrid.to_wall(day.start, meter.timezone).date(), kwh, cost, usual_kwh)
