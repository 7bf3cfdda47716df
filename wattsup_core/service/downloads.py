"""Readings and events of a meter as CSV, streamed: a history of any length leaves in pieces of a few hundred kilobytes."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from wattsup_core import timegrid
from wattsup_core.analysis.tariff import told_cost, uncosted
from wattsup_core.service.views.usual import told
from wattsup_core.service.views.window import data_span, split
from wattsup_core.types import AnomalyEvent, Meter

if TYPE_CHECKING:
    from wattsup_core.store import MeterState, Store

INTERVALS_PER_PIECE = 10_000
ENERGY_DECIMALS = 6
SCORE_DECIMALS = 4
COST_DECIMALS = 4
USUAL_BAND = ("lower_95_kwh", "upper_95_kwh")
"""What the columns `lower_kwh` and `upper_kwh` of the files hold."""
READINGS_HEADER = ("timestamp", "kwh", "expected_kwh", "lower_kwh", "upper_kwh", "score", "severity", "is_anomaly", "event_id")
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

Cell = str | float | int | None


def readings_csv(store: Store, meter_id: str, start: datetime | None = None, end: datetime | None = None) -> Iterator[str]:
    """The readings of ``[start, end)`` with their scores, one line a reading; the whole history when no window is given.

    Times are the meter's local ones with their offset, so the hour that the autumn clock repeats stays two hours; energies are
    in kWh, `kwh` with every digit that is stored. Cells of readings that wait for their first score are empty, and so are those of the
    usual while the meter is too young for it to be known.

    Raises
    ------
    NotFoundError
        When there is no such meter; before the first piece is asked for.
    """
    meter, state = store.meter(meter_id), store.state(meter_id)
    return _readings_pieces(store, meter, state, _windows(meter, state, start, end))


def events_csv(store: Store, meter_id: str, start: datetime | None = None, end: datetime | None = None) -> Iterator[str]:
    """The events that touch ``[start, end)``, by start; `end` of an event is exclusive. The cost's column names its currency.

    It holds what the page tells: nothing of what was expected, not priced or too little use; `cost_note` says which of these.

    Raises
    ------
    NotFoundError
        When there is no such meter; before the first piece is asked for.
    """
    meter = store.meter(meter_id)
    return _events_pieces(meter, store.events(meter_id, start, end))


def file_name(meter: Meter, content: str, start: datetime, end: datetime, suffix: str = "csv") -> str:
    """A name for a download, such as ``wattsup-home-main-meter-readings-2026-01-03-to-2026-02-01.csv``; plain ASCII."""
    plain = unicodedata.normalize("NFKD", meter.name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-") or "meter"
    first, last = (timegrid.to_wall(moment, meter.timezone).date() for moment in (start, end - timegrid.INSTANT))
    return f"wattsup-{slug}-{content}-{first.isoformat()}-to-{last.isoformat()}.{suffix}"


def guard_formula(text: str) -> str:
    """`text` so that a spreadsheet shows it: an apostrophe goes before what it would take for a formula."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def _windows(meter: Meter, state: MeterState, start: datetime | None, end: datetime | None) -> Iterator[tuple[datetime, datetime]]:
    """The window, clamped to the data, in pieces."""
    if state.first_ts is None or state.last_ts is None:
        return iter(())
    past_last = state.last_ts + timedelta(seconds=1)
    piece = timedelta(minutes=meter.interval_minutes) * INTERVALS_PER_PIECE
    return split(max(start or state.first_ts, state.first_ts), min(end or past_last, past_last), piece)


def _readings_pieces(store: Store, meter: Meter, state: MeterState, windows: Iterator[tuple[datetime, datetime]]) -> Iterator[str]:
    yield _lines([READINGS_HEADER])
    for start, end in windows:
        scored = store.scored(meter.meter_id, start, end)
        if len(scored):
            yield _lines(_reading_rows(told(scored, data_span(meter, state)), meter.timezone))


def _reading_rows(scored: pd.DataFrame, timezone: str) -> Iterable[tuple[Cell, ...]]:
    return zip(
        timegrid.stamp_text(timegrid.to_epoch_seconds(pd.DatetimeIndex(scored.index)), timezone),
        _numbers(scored["kwh"]),
        *(_numbers(scored[name], ENERGY_DECIMALS) for name in ("expected_kwh", *USUAL_BAND)),
        _numbers(scored["score"], SCORE_DECIMALS),
        _numbers(scored["severity"], 0),
        scored["is_anomaly"].astype(int).tolist(),
        [guard_formula(event_id) for event_id in scored["event_id"]],
        strict=True,
    )


def _numbers(column: pd.Series[float], decimals: int | None = None) -> list[float | int | None]:
    values = column.to_numpy(float)
    if decimals is not None:
        values = np.round(values, decimals)
    whole = decimals == 0
    return [None if value != value else int(value) if whole else value for value in values.tolist()]


def _events_pieces(meter: Meter, events: list[AnomalyEvent]) -> Iterator[str]:
    energies = ("actual_kwh", "expected_kwh", "excess_kwh")
    cost = f"cost_{meter.currency.lower()}"
    yield _lines(
        [("event_id", "start", "end", "kind", "class", "direction", "severity", *energies, cost, "title", "cause", "status", "cost_note")]
    )
    if events:
        yield _lines(_event_row(event, meter.timezone) for event in events)


def _event_row(event: AnomalyEvent, timezone: str) -> tuple[Cell, ...]:
    edges = np.array([timegrid.epoch_of(event.start), timegrid.epoch_of(event.end)])
    return (
        guard_formula(event.event_id),
        *timegrid.stamp_text(edges, timezone),
        event.kind.value,
        event.event_class.value,
        event.direction.value,
        event.severity,
        *(_rounded(energy_kwh, ENERGY_DECIMALS) for energy_kwh in (event.actual_kwh, event.expected_kwh, event.excess_kwh)),
        _rounded(told_cost(event), COST_DECIMALS),
        guard_formula(event.title),
        guard_formula(event.cause),
        status_of(event),
        uncosted(event),
    )


def status_of(event: AnomalyEvent) -> str:
    """What has become of an event: what a person says of it, or has said of one like it; else whether it is new."""
    if event.answer is None or not event.answer.holds or event.is_alert:
        return event.status.value
    return event.answer.answer.value


def _rounded(value: float | None, decimals: int) -> float | None:
    return None if value is None or value != value else round(value, decimals)


def _lines(rows: Iterable[tuple[Cell, ...]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()
