"""Events: kept by their id, so a growing event stays one event with one history."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, select
from sqlalchemy.dialects.sqlite import insert

from wattsup_core.errors import NotFoundError
from wattsup_core.store.readings import span_seconds
from wattsup_core.store.tables import events
from wattsup_core.timegrid import datetime_from_epoch, epoch_of
from wattsup_core.types import AnomalyEvent, Direction, Driver, EventClass, EventKind, EventStatus, Explanation

KEPT = {"meter_key", "event_id", "status", "first_severity", "first_shown_at"}  # what a later analysis does not touch


def replace_events(connection: Connection, meter_key: int, found: tuple[AnomalyEvent, ...], shown_at: int) -> None:
    """Make `found` the events of the meter: known ids are updated, new ones added, vanished ones removed."""
    known = set(connection.scalars(select(events.c.event_id).where(events.c.meter_key == meter_key)))
    _remove(connection, meter_key, known - {event.event_id for event in found})
    _upsert(connection, meter_key, found, shown_at, is_provisional=False)


def add_provisional(connection: Connection, meter_key: int, found: tuple[AnomalyEvent, ...], start_ts: int, shown_at: int) -> None:
    """Make `found` the provisional events of the meter that reach beyond `start_ts` [s]; what the whole analysis has told stays."""
    touching = (events.c.meter_key == meter_key) & events.c.provisional & (events.c.end_ts > start_ts)
    known = set(connection.scalars(select(events.c.event_id).where(touching)))
    _remove(connection, meter_key, known - {event.event_id for event in found})
    _upsert(connection, meter_key, found, shown_at, is_provisional=True)


def _remove(connection: Connection, meter_key: int, vanished: set[str]) -> None:
    if vanished:
        gone = [{"event_id": event_id} for event_id in sorted(vanished)]
        connection.exec_driver_sql(f"DELETE FROM events WHERE meter_key = {meter_key:d} AND event_id = :event_id", gone)  # noqa: S608


def _upsert(connection: Connection, meter_key: int, found: tuple[AnomalyEvent, ...], shown_at: int, *, is_provisional: bool) -> None:
    if not found:
        return
    statement = insert(events)
    newer = {column.name: statement.excluded[column.name] for column in events.columns if column.name not in KEPT}
    upsert = statement.on_conflict_do_update(index_elements=["meter_key", "event_id"], set_=newer)
    fixed = {"meter_key": meter_key, "first_shown_at": shown_at, "provisional": is_provisional}
    connection.execute(upsert, [fixed | {"first_severity": event.severity} | _columns(event) for event in found])


def list_events(connection: Connection, meter_key: int, meter_id: str, start: datetime | None, end: datetime | None) -> list[AnomalyEvent]:
    """The events that touch ``[start, end)``, by start."""
    first, last = span_seconds(start, end)
    touching = (events.c.meter_key == meter_key) & (events.c.start_ts <= last) & (events.c.end_ts > first)
    rows = connection.execute(select(events).where(touching).order_by(events.c.start_ts, events.c.event_id)).mappings()
    return [_event(row, meter_id) for row in rows]


def find_event(connection: Connection, meter_key: int, meter_id: str, event_id: str) -> AnomalyEvent:
    """The event of this id."""
    chosen = (events.c.meter_key == meter_key) & (events.c.event_id == event_id)
    row = connection.execute(select(events).where(chosen)).mappings().one_or_none()
    if row is None:
        raise NotFoundError("This anomaly is not here any more.", "Newer readings may have explained it: look at the list of anomalies.")
    return _event(row, meter_id)


def _columns(event: AnomalyEvent) -> dict[str, Any]:
    return {
        "event_id": event.event_id,
        "start_ts": epoch_of(event.start),
        "end_ts": epoch_of(event.end),
        "kind": event.kind.value,
        "event_class": event.event_class.value,
        "direction": event.direction.value,
        "severity": event.severity,
        "actual_kwh": event.actual_kwh,
        "expected_kwh": event.expected_kwh,
        "excess_kwh": event.excess_kwh,
        "cost": event.cost,
        "title": event.title,
        "cause": event.cause,
        "explanation_json": json.dumps(asdict(event.explanation), ensure_ascii=False),
        "status": event.status.value,
        "ongoing": event.ongoing,
    }


def _event(row: RowMapping, meter_id: str) -> AnomalyEvent:
    return AnomalyEvent(
        event_id=row["event_id"],
        meter_id=meter_id,
        start=datetime_from_epoch(row["start_ts"]),
        end=datetime_from_epoch(row["end_ts"]),
        kind=EventKind(row["kind"]),
        event_class=EventClass(row["event_class"]),
        direction=Direction(row["direction"]),
        severity=row["severity"],
        actual_kwh=row["actual_kwh"],
        expected_kwh=row["expected_kwh"],
        excess_kwh=row["excess_kwh"],
        cost=row["cost"],
        title=row["title"],
        cause=row["cause"],
        explanation=_explanation(json.loads(row["explanation_json"])),
        status=EventStatus(row["status"]),
        ongoing=row["ongoing"],
        is_provisional=row["provisional"],
        first_severity=row["first_severity"],
    )


def _explanation(fields: dict[str, Any]) -> Explanation:
    drivers = tuple(Driver(**driver) for driver in fields.pop("drivers"))
    return Explanation(**fields | {"drivers": drivers, "check_first": tuple(fields["check_first"])})
