"""Alerts to be sent, written in the transaction that writes their events.

**One alert an event and channel.** The key of `alerts` is an event's id, which stays as the event grows. Where an analysis has found an
event anew that was told, or is about to be, that one is bound to the same message: it is not told again, and a message that waits tells of
what there is when it is sent.

**A first look has to be confirmed.** A message on a provisional event waits for a minute, or until the whole analysis has seen the event;
most of what that takes back is never sent.

**Ten messages an hour, then one that sums up.** What comes when a channel has had that many within an hour goes into one message at the end
of it, for nobody reads the eleventh.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, insert, select, update

from wattsup_core.alerting import MessageState
from wattsup_core.analysis.alert_rules import is_news, is_recent
from wattsup_core.analysis.same_event import is_same_event, likeness
from wattsup_core.store.alert_channels import channels_of
from wattsup_core.store.alert_tables import alert_messages, alerts
from wattsup_core.store.answers import answered, data_end
from wattsup_core.store.stretches import STRETCHES, stretch_of, touching
from wattsup_core.store.tables import meters
from wattsup_core.timegrid import datetime_from_epoch
from wattsup_core.types import AnomalyEvent

MOST_AN_HOUR, HOUR = 10, 3600
CONFIRM_SECONDS = 60
TOLD = (MessageState.SENT.value, MessageState.WAITING.value)
"""One that was given up has reached nobody: what is found anew is told by another."""


@dataclass(frozen=True)
class EventNews:
    """An event that is new or has changed; `before` is how it was, `is_settled` whether the whole analysis has seen it."""

    event: AnomalyEvent
    before: AnomalyEvent | None
    is_settled: bool


def queue_alerts(connection: Connection, meter_key: int, changed: Sequence[EventNews], now: int) -> None:
    """Queue the alerts that new and changed events of a meter deserve."""
    if not changed:
        return
    is_sample = connection.scalars(select(meters.c.is_sample).where(meters.c.meter_key == meter_key)).one()
    channels = channels_of(connection, meter_key, is_sample=is_sample)
    if not channels:
        return
    end, moment = data_end(connection, meter_key), datetime_from_epoch(now)
    recent = _answered(connection, meter_key, [one for one in changed if is_recent(one.event, end, moment)])
    for channel_key, rule in channels:
        for one in recent:
            message_key = _bound_to(connection, channel_key, meter_key, one.event.event_id)
            if message_key is None and is_news(one.event, one.before, rule, end, moment):
                message_key = _bind(connection, channel_key, meter_key, one, now)
            if message_key is not None and one.is_settled:
                _confirm(connection, message_key, now)


def _answered(connection: Connection, meter_key: int, changed: Sequence[EventNews]) -> list[EventNews]:
    """The same with what holds of each, and of how it was, by the meter's answers."""
    now = answered(connection, meter_key, [one.event for one in changed])
    before = iter(answered(connection, meter_key, [one.before for one in changed if one.before is not None]))
    return [EventNews(event, None if one.before is None else next(before), one.is_settled) for event, one in zip(now, changed, strict=True)]


def _bound_to(connection: Connection, channel_key: int, meter_key: int, event_id: str) -> int | None:
    """The message to a channel on an event."""
    of_event = (alerts.c.channel_key == channel_key) & (alerts.c.meter_key == meter_key) & (alerts.c.event_id == event_id)
    return connection.scalars(select(alerts.c.message_key).where(of_event)).first()


def _bind(connection: Connection, channel_key: int, meter_key: int, one: EventNews, now: int) -> int:
    """Have a message tell a channel of an event: the one on it under another id, or a new one."""
    message_key = _told_before(connection, channel_key, meter_key, one.event)
    if message_key is None:
        message_key = _message_for(connection, channel_key, now, is_settled=one.is_settled)
    row = {"channel_key": channel_key, "meter_key": meter_key, "event_id": one.event.event_id, "message_key": message_key}
    connection.execute(insert(alerts).values(**row))
    return message_key


def _told_before(connection: Connection, channel_key: int, meter_key: int, event: AnomalyEvent) -> int | None:
    """The message, sent or waiting, on this event under another id: on what is most like it."""
    told = (
        select(STRETCHES, alerts.c.message_key)
        .join(alerts, (alerts.c.meter_key == STRETCHES.c.meter_key) & (alerts.c.event_id == STRETCHES.c.event_id))
        .join(alert_messages, alert_messages.c.message_key == alerts.c.message_key)
        .where(alerts.c.channel_key == channel_key, touching(meter_key, event.start, event.end), alert_messages.c.state.in_(TOLD))
    )
    former = [(stretch_of(row), row["message_key"]) for row in connection.execute(told).mappings()]
    same = [(likeness(each, event), message_key) for each, message_key in former if is_same_event(each, event)]
    return max(same)[1] if same else None


def _message_for(connection: Connection, channel_key: int, now: int, *, is_settled: bool) -> int:
    """The message that is to tell of one more event: a new one, or the next that sums up."""
    planned = select(alert_messages.c.planned_at).where(
        alert_messages.c.channel_key == channel_key, alert_messages.c.planned_at > now - HOUR
    )
    busy = connection.scalars(planned.order_by(alert_messages.c.planned_at.desc()).limit(MOST_AN_HOUR)).all()
    if len(busy) < MOST_AN_HOUR:
        return _add_message(connection, channel_key, now, now, 0 if is_settled else CONFIRM_SECONDS)
    waits = (alert_messages.c.channel_key == channel_key) & (alert_messages.c.state == MessageState.WAITING.value)
    is_open = waits & (alert_messages.c.tries == 0) & (alert_messages.c.claimed_by == "") & (alert_messages.c.planned_at > now)
    summing_up = connection.scalars(select(alert_messages.c.message_key).where(is_open)).first()
    return summing_up or _add_message(connection, channel_key, now, busy[-1] + HOUR, 0)


def _add_message(connection: Connection, channel_key: int, now: int, planned_at: int, delay: int) -> int:
    row = {
        "message_id": secrets.token_hex(16),
        "channel_key": channel_key,
        "created_at": now,
        "planned_at": planned_at,
        "due_at": planned_at + delay,
        "state": MessageState.WAITING.value,
        "tries": 0,
        "claimed_by": "",
        "claimed_until": 0,
        "reason": "",
        "subject": "",
        "text": "",
        "payload_json": "",
    }
    return int(connection.execute(insert(alert_messages).values(**row).returning(alert_messages.c.message_key)).scalar_one())


def _confirm(connection: Connection, message_key: int, now: int) -> None:
    """Let a message go that waits for the whole analysis alone."""
    waits = (alert_messages.c.message_key == message_key) & (alert_messages.c.state == MessageState.WAITING.value)
    early = waits & (alert_messages.c.tries == 0) & (alert_messages.c.planned_at <= now) & (alert_messages.c.due_at > now)
    connection.execute(update(alert_messages).where(early).values(due_at=now))
