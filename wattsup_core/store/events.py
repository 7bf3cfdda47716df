"""Events: kept by their id, so a growing event stays one event with one history."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, bindparam, case, false, func, select, true, update
from sqlalchemy.dialects.sqlite import insert

from wattsup_core.answered import Answer
from wattsup_core.errors import NotFoundError
from wattsup_core.store.alerts import EventNews, queue_alerts
from wattsup_core.store.answers import answered, has_alerts, keep_answer
from wattsup_core.store.readings import span_seconds
from wattsup_core.store.records import EventChange, EventChanges
from wattsup_core.store.stretches import history_among
from wattsup_core.store.tables import events, meters, withdrawn_events
from wattsup_core.timegrid import datetime_from_epoch, epoch_of
from wattsup_core.types import AnomalyEvent, Direction, Driver, EventClass, EventKind, EventStatus, Explanation

KEPT = {"meter_key", "event_id", "status", "first_severity", "first_shown_at", "is_history"}  # what a later analysis does not touch
STAMPS = {"change_seq", "updated_at"}


def replace_events(
    connection: Connection, meter_key: int, found: tuple[AnomalyEvent, ...], shown_at: int, *, is_history: bool = False
) -> None:
    """Make `found` the events of the meter: known ids are updated, new ones added, vanished ones withdrawn.

    What changes by this takes the meter's next `change_seq`; what stays as it was keeps its own. What is new in `is_history`, a meter's
    first analysis, is never news.
    """
    changes = _make(connection, meter_key, found, events.c.meter_key == meter_key, shown_at, is_provisional=False, is_history=is_history)
    queue_alerts(connection, meter_key, changes, shown_at)


def add_provisional(connection: Connection, meter_key: int, found: tuple[AnomalyEvent, ...], start_ts: int, shown_at: int) -> None:
    """Make `found` the provisional events of the meter that reach beyond `start_ts` [s].

    What the whole analysis has told stays told, and grows when it is found again.
    """
    held = events.c.event_id.in_([event.event_id for event in found]) | (events.c.provisional & (events.c.end_ts > start_ts))
    is_history = connection.scalars(select(meters.c.scored_seq).where(meters.c.meter_key == meter_key)).one() == 0
    changes = _make(connection, meter_key, found, held, shown_at, is_provisional=True, is_history=is_history)
    queue_alerts(connection, meter_key, changes, shown_at)


def _make(
    connection: Connection,
    meter_key: int,
    found: tuple[AnomalyEvent, ...],
    held: ColumnElement[bool],
    shown_at: int,
    *,
    is_provisional: bool,
    is_history: bool,
) -> list[EventNews]:
    """Make `found` the events of the meter among those `held`; those that are new or have changed, without what is history."""
    chosen = select(events).where(events.c.meter_key == meter_key, held)
    known = {row["event_id"]: row for row in connection.execute(chosen).mappings()}
    vanished = sorted(known.keys() - {event.event_id for event in found})
    settled = {event_id for event_id, row in known.items() if not row["provisional"]}
    rows = [_columns(event) | {"provisional": is_provisional and event.event_id not in settled} for event in found]
    pairs = zip(found, rows, strict=True)
    changed = [(event, row) for event, row in pairs if event.event_id not in known or _differs(row, known[event.event_id])]
    if not vanished and not changed:
        return []
    seq = _next_seq(connection, meter_key)
    if vanished:
        _withdraw(connection, meter_key, [known[event_id] for event_id in vanished], seq, shown_at)
    new = [event for event, _ in changed if event.event_id not in known]
    history = {event.event_id for event in new} if is_history else history_among(connection, meter_key, new)
    stamps = {"meter_key": meter_key, "first_shown_at": shown_at, "change_seq": seq, "updated_at": shown_at}
    _write(connection, [stamps | {"first_severity": row["severity"], "is_history": row["event_id"] in history} | row for _, row in changed])
    history |= {event_id for event_id, row in known.items() if row["is_history"]}
    return [
        EventNews(event, _event(known[event.event_id], event.meter_id) if event.event_id in known else None, not row["provisional"])
        for event, row in changed
        if event.event_id not in history
    ]


def _write(connection: Connection, rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    statement = insert(events)
    newer = {column.name: statement.excluded[column.name] for column in events.columns if column.name not in KEPT}
    connection.execute(statement.on_conflict_do_update(index_elements=["meter_key", "event_id"], set_=newer), rows)
    there = [(row["meter_key"], row["event_id"]) for row in rows]
    connection.exec_driver_sql("DELETE FROM withdrawn_events WHERE meter_key = ? AND event_id = ?", there)


def _differs(row: dict[str, Any], known: RowMapping) -> bool:
    return any(known[name] != value for name, value in row.items() if name not in KEPT | STAMPS)


def _next_seq(connection: Connection, meter_key: int) -> int:
    """Count the version of the meter's events up and return it."""
    counted = update(meters).where(meters.c.meter_key == meter_key).values(event_seq=meters.c.event_seq + 1).returning(meters.c.event_seq)
    return int(connection.execute(counted).scalar_one())


def _withdraw(connection: Connection, meter_key: int, rows: list[RowMapping], seq: int, now: int) -> None:
    connection.exec_driver_sql("DELETE FROM events WHERE meter_key = ? AND event_id = ?", [(meter_key, row["event_id"]) for row in rows])
    connection.exec_driver_sql(
        "INSERT OR REPLACE INTO withdrawn_events (meter_key, event_id, change_seq, withdrawn_at, start_ts, end_ts, kind, is_history) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [(meter_key, row["event_id"], seq, now, row["start_ts"], row["end_ts"], row["kind"], row["is_history"]) for row in rows],
    )


def answer_event(connection: Connection, meter_key: int, meter_id: str, event_id: str, answer: Answer | None, now: int) -> AnomalyEvent:
    """Keep what a person says of an event, `None` to take it back; the event as it is with that.

    Each event of which something else holds by this takes the meter's next `change_seq`.
    """
    event = find_event_now(connection, meter_key, meter_id, event_id, same_kind=True)
    before = {each.event_id: each.answer for each in list_events(connection, meter_key, meter_id, None, None)}
    if not keep_answer(connection, meter_key, event, answer, now):
        return event
    after = list_events(connection, meter_key, meter_id, None, None)
    changed = [{"changed_id": each.event_id} for each in after if each.answer != before[each.event_id]]
    if changed:
        of_event = (events.c.meter_key == meter_key) & (events.c.event_id == bindparam("changed_id"))
        stamped = update(events).where(of_event).values(change_seq=_next_seq(connection, meter_key), updated_at=now)
        connection.execute(stamped, changed)
    return find_event(connection, meter_key, meter_id, event.event_id)


def list_changes(connection: Connection, meter_key: int, meter_id: str, cursor: int | None, since: int | None) -> EventChanges:
    """What has changed after the `cursor`, or at or after the instant `since` [epoch s]; without both, all events there are."""
    now = connection.scalars(select(meters.c.event_seq).where(meters.c.meter_key == meter_key)).one()
    chosen, gone = events.c.meter_key == meter_key, withdrawn_events.c.meter_key == meter_key
    if cursor is not None:
        chosen, gone = chosen & (events.c.change_seq > cursor), gone & (withdrawn_events.c.change_seq > cursor)
    elif since is not None:
        chosen, gone = chosen & (events.c.updated_at >= since), gone & (withdrawn_events.c.withdrawn_at >= since)
    else:
        gone &= false()
    rows = connection.execute(select(events).where(chosen).order_by(events.c.start_ts, events.c.event_id)).mappings().all()
    withdrawn = connection.execute(select(withdrawn_events).where(gone).order_by(withdrawn_events.c.event_id)).mappings().all()
    found = answered(connection, meter_key, [_event(row, meter_id) for row in rows])
    return EventChanges(
        tuple(
            EventChange(event, datetime_from_epoch(row["first_shown_at"]), datetime_from_epoch(row["updated_at"]))
            for event, row in zip(found, rows, strict=True)
        ),
        tuple((row["event_id"], datetime_from_epoch(row["withdrawn_at"])) for row in withdrawn),
        int(now),
    )


def list_events(connection: Connection, meter_key: int, meter_id: str, start: datetime | None, end: datetime | None) -> list[AnomalyEvent]:
    """The events that touch ``[start, end)``, by start."""
    first, last = span_seconds(start, end)
    touching = (events.c.meter_key == meter_key) & (events.c.start_ts <= last) & (events.c.end_ts > first)
    rows = connection.execute(select(events).where(touching).order_by(events.c.start_ts, events.c.event_id)).mappings()
    return answered(connection, meter_key, [_event(row, meter_id) for row in rows])


def find_events(connection: Connection, meter_key: int, meter_id: str, event_ids: list[str]) -> list[AnomalyEvent]:
    """Those of the events that are there, by start."""
    chosen = (events.c.meter_key == meter_key) & events.c.event_id.in_(event_ids)
    rows = connection.execute(select(events).where(chosen).order_by(events.c.start_ts, events.c.event_id)).mappings()
    return answered(connection, meter_key, [_event(row, meter_id) for row in rows])


def list_alerts(connection: Connection, meter_key: int, meter_id: str) -> list[AnomalyEvent]:
    """The events that a person has asked to be told of and has said nothing of yet, by start."""
    if not has_alerts(connection, meter_key):
        return []
    return [event for event in list_events(connection, meter_key, meter_id, None, None) if event.is_alert]


def find_event(connection: Connection, meter_key: int, meter_id: str, event_id: str) -> AnomalyEvent:
    """The event of this id."""
    chosen = (events.c.meter_key == meter_key) & (events.c.event_id == event_id)
    row = connection.execute(select(events).where(chosen)).mappings().one_or_none()
    if row is None:
        raise NotFoundError("This anomaly is not here any more.", "Newer readings may have explained it: look at the list of anomalies.")
    (event,) = answered(connection, meter_key, [_event(row, meter_id)])
    return event


def find_event_now(connection: Connection, meter_key: int, meter_id: str, event_id: str, *, same_kind: bool = False) -> AnomalyEvent:
    """The event of this id or, when an analysis has found it anew since, the one that shares most of its stretch.

    Those of its kind come first, with `same_kind` no others.
    """
    gone = (
        (withdrawn_events.c.meter_key == meter_key) & (withdrawn_events.c.event_id == event_id) & withdrawn_events.c.start_ts.is_not(None)
    )
    former = connection.execute(select(withdrawn_events).where(gone)).mappings().one_or_none()
    if former is None:
        return find_event(connection, meter_key, meter_id, event_id)
    shared = func.min(events.c.end_ts, former["end_ts"]) - func.max(events.c.start_ts, former["start_ts"])
    touching = (events.c.meter_key == meter_key) & (events.c.start_ts < former["end_ts"]) & (events.c.end_ts > former["start_ts"])
    is_other_kind = case((events.c.kind == former["kind"], 0), else_=1)
    touching &= (is_other_kind == 0) if same_kind else true()
    nearest = select(events.c.event_id).where(touching).order_by(is_other_kind, shared.desc(), events.c.event_id).limit(1)
    return find_event(connection, meter_key, meter_id, connection.scalars(nearest).first() or event_id)


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
