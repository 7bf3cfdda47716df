"""Stretches of events, of those that are gone too: by them it is known what was found before under another id."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, RowMapping, select, union_all

from wattsup_core.analysis.same_event import is_same_event
from wattsup_core.store.tables import events, withdrawn_events
from wattsup_core.timegrid import datetime_from_epoch, epoch_of
from wattsup_core.types import AnomalyEvent, EventKind

_NAMES = ("meter_key", "event_id", "start_ts", "end_ts", "kind", "is_history")
STRETCHES = union_all(*(select(*(table.c[name] for name in _NAMES)) for table in (events, withdrawn_events))).subquery("stretches")


@dataclass(frozen=True)
class EventStretch:
    """When an event was, and its kind."""

    start: datetime
    end: datetime
    kind: EventKind


def stretch_of(row: RowMapping) -> EventStretch:
    """A row of `STRETCHES` that :func:`touching` has found."""
    return EventStretch(datetime_from_epoch(row["start_ts"]), datetime_from_epoch(row["end_ts"]), EventKind(row["kind"]))


def touching(meter_key: int, start: datetime, end: datetime) -> ColumnElement[bool]:
    """Whether a row of `STRETCHES` is of the meter and touches ``[start, end)``."""
    is_met = (STRETCHES.c.start_ts < epoch_of(end)) & (STRETCHES.c.end_ts > epoch_of(start))
    return (STRETCHES.c.meter_key == meter_key) & is_met


def history_among(connection: Connection, meter_key: int, new: Collection[AnomalyEvent]) -> set[str]:
    """The ids of those `new` events that the first analysis of the meter has found already, under other ids."""
    if not new:
        return set()
    touches = touching(meter_key, min(event.start for event in new), max(event.end for event in new))
    rows = connection.execute(select(STRETCHES).where(touches, STRETCHES.c.is_history)).mappings()
    history = [stretch_of(row) for row in rows]
    return {event.event_id for event in new if any(is_same_event(each, event) for each in history)}
