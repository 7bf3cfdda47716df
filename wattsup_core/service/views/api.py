"""What programs are shown: meters, readings with their scores, and events, as plain JSON values."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from wattsup_core.errors import BadRequestError
from wattsup_core.frames import covariate_columns
from wattsup_core.readers.times.sent import is_epoch, read_epoch
from wattsup_core.service.views.usual import told
from wattsup_core.service.views.window import data_span
from wattsup_core.timegrid import datetime_from_epoch, end_from_wall, epoch_of, stamp_text, start_from_wall, to_epoch_seconds
from wattsup_core.types import AnomalyEvent, Meter

if TYPE_CHECKING:
    from wattsup_core.store import EventChange, MeterState, Store

USUAL_ROWS, MOST_ROWS = 10_000, 100_000
ENERGY_DECIMALS, SCORE_DECIMALS = 6, 4
SCORES = {
    "expected_kwh": ("expected_kwh", ENERGY_DECIMALS),
    "lower_kwh": ("lower_95_kwh", ENERGY_DECIMALS),
    "upper_kwh": ("upper_95_kwh", ENERGY_DECIMALS),
    "score": ("score", SCORE_DECIMALS),
    "severity": ("severity", 1),
}
"""What a program is told of a score: its name there, the column of SCORED, and how many decimals."""
MOST_CURSOR = 2**62


def list_meters(store: Store, only: str | None = None) -> dict[str, Any]:
    """The meters, or `only` the one of this id, with how far each is."""
    if only is not None:
        return {"meters": [_meter(store.meter(only), store.state(only))]}
    states = {state.meter_id: state for state in store.states()}
    return {"meters": [_meter(meter, states[meter.meter_id]) for meter in store.meters() if meter.meter_id in states]}


def page_of_readings(store: Store, meter_id: str, first: str = "", end: str = "", limit: str = "") -> dict[str, Any]:
    """The first `limit` readings of ``[first, end)`` by time; ``next`` is where the following page begins, `None` after the last.

    Raises
    ------
    NotFoundError
        When there is no such meter.
    BadRequestError
        When an argument makes no sense.
    """
    meter = store.meter(meter_id)
    rows = _whole_number(limit, "limit", USUAL_ROWS, 1, MOST_ROWS)
    held, scored, following = store.readings_page(meter_id, _instant(first, "from", meter), _instant(end, "to", meter, end_from_wall), rows)
    if len(scored):
        scored = told(scored, data_span(meter, store.state(meter_id)))
    columns: dict[str, list[Any]] = {
        "timestamp": stamp_text(to_epoch_seconds(pd.DatetimeIndex(held.index)), meter.timezone),
        "kwh": _numbers(held["kwh"], None),
        "quality": held["quality"].tolist(),
        **{name: _numbers(held[name], None) for name in covariate_columns(held)},
        **{name: _numbers(scored[column], decimals) for name, (column, decimals) in SCORES.items()},
        "is_anomaly": scored["is_anomaly"].tolist(),
        "event_id": [event_id or None for event_id in scored["event_id"].tolist()],
    }
    readings = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    return {"readings": readings, "next": None if following is None else _text(following, meter)}


def events_since(store: Store, meter_id: str, since: str = "") -> dict[str, Any]:
    """The events that are new or have changed, the ids of those that are gone, and the ``cursor`` to ask with the next time.

    Parameters
    ----------
    since
        A cursor that an earlier answer gave: nothing is missed between two such calls. Or an instant: what was first shown or has
        changed then or later. Without it, all events.
    """
    meter = store.meter(meter_id)
    is_cursor = since.isascii() and since.isdigit() and len(since) < 10
    cursor = _whole_number(since, "since", 0, 0, MOST_CURSOR) if is_cursor else None
    changes = store.event_changes(meter_id, cursor, None if is_cursor else _instant(since, "since", meter))
    if cursor is not None and cursor > changes.cursor:
        raise BadRequestError(
            f"The cursor {cursor} is ahead of this meter.", "Ask once without “since”, then with the cursor of the answer."
        )
    return {
        "events": [_event(change, meter) for change in changes.changed],
        "withdrawn": [{"event_id": event_id, "updated_at": _text(moment, meter)} for event_id, moment in changes.withdrawn],
        "cursor": changes.cursor,
    }


def _meter(meter: Meter, state: MeterState) -> dict[str, Any]:
    return {
        "meter_id": meter.meter_id,
        "name": meter.name,
        "timezone": meter.timezone,
        "interval_minutes": meter.interval_minutes,
        "channel": meter.channel.value,
        "currency": meter.currency,
        "seq": state.last_seq,
        "scored_seq": state.scored_seq,
        "readings": state.rows,
        "first": None if state.first_ts is None else _text(state.first_ts, meter),
        "last": None if state.last_ts is None else _text(state.last_ts, meter),
    }


def _event(change: EventChange, meter: Meter) -> dict[str, Any]:
    stamps = {"first_shown_at": _text(change.first_shown_at, meter), "updated_at": _text(change.updated_at, meter)}
    return event_values(change.event, meter) | stamps


def event_values(event: AnomalyEvent, meter: Meter) -> dict[str, Any]:
    """An event as programs are shown it."""
    return {
        "event_id": event.event_id,
        "start": _text(event.start, meter),
        "end": _text(event.end, meter),
        "kind": event.kind.value,
        "class": event.event_class.value,
        "direction": event.direction.value,
        "severity": event.severity,
        "actual_kwh": _number(event.actual_kwh),
        "expected_kwh": _number(event.expected_kwh),
        "excess_kwh": _number(event.excess_kwh),
        "cost": None if event.cost is None else _number(event.cost),
        "title": event.title,
        "cause": event.cause,
        "ongoing": event.ongoing,
        "is_expected": event.is_expected,
        "answer": answer_of(event, meter),
    }


def answer_of(event: AnomalyEvent, meter: Meter) -> dict[str, Any] | None:
    """What a person says of an event, or has said of one like it; `None` where nobody has said anything."""
    answer = event.answer
    if answer is None:
        return None
    return {
        "says": answer.answer.value,
        "given_at": _text(answer.given_at, meter),
        "of": _text(answer.start, meter),
        "is_own": answer.is_own,
        "holds": answer.holds,
    }


def _instant(text: str, name: str, meter: Meter, from_wall: Callable[[datetime, str], datetime] = start_from_wall) -> datetime | None:
    """An argument as an instant, `None` for "": ISO text, or since 1970; without an offset on the meter's clock, by `from_wall`."""
    if not text:
        return None
    try:
        if is_epoch(text):
            return datetime_from_epoch(read_epoch(int(text))[0])
        moment = datetime.fromisoformat(text.replace(" ", "+") if "T" in text else text)  # "+" in an address is a space
        return from_wall(moment, meter.timezone) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError, OSError, IndexError):
        message = f"“{name}” is no time: {text[:40]}."
        raise BadRequestError(message, "Write it like 2026-01-31T14:30:00Z.") from None


def _whole_number(text: str, name: str, default: int, lowest: int, highest: int) -> int:
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and len(text) < 20 and lowest <= int(text) <= highest):
        raise BadRequestError(f"“{name}” is a whole number from {lowest} to {highest}.", "")
    return int(text)


def _numbers(column: pd.Series, decimals: int | None) -> list[float | None]:
    values = column.to_numpy(float)
    rounded = values if decimals is None else np.round(values, decimals)
    return [value if known else None for value, known in zip(rounded.tolist(), np.isfinite(values).tolist(), strict=True)]


def _number(value: float) -> float | None:
    return round(value, ENERGY_DECIMALS) if np.isfinite(value) else None


def _text(moment: datetime, meter: Meter) -> str:
    return stamp_text(np.array([epoch_of(moment)]), meter.timezone)[0]
