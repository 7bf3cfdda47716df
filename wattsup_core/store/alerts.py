"""Alerts to be sent, written in the transaction that writes their events.

**One alert an event and channel.** The key of `alerts` is an event's id, which stays as the event grows. Where an analysis has put another
event in the place of one that was told, that one is bound to the same message: it is not told again, and a message that waits tells of what
there is when it is sent.

**A first look has to be confirmed.** A message on a provisional event waits for a minute, or until the whole analysis has seen the event;
most of what that takes back is never sent.

**Ten messages an hour, then one that sums up.** What comes when a channel has had that many within an hour goes into one message at the end
of it, for nobody reads the eleventh.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable

from sqlalchemy import Connection, and_, insert, select, update

from wattsup_core.alerting import MessageState
from wattsup_core.analysis.alert_rules import is_recent, is_worth_telling
from wattsup_core.store.alert_channels import channels_of
from wattsup_core.store.alert_tables import alert_messages, alerts
from wattsup_core.store.answers import answered, data_end
from wattsup_core.store.tables import meters, withdrawn_events
from wattsup_core.timegrid import datetime_from_epoch, epoch_of
from wattsup_core.types import AnomalyEvent

MOST_AN_HOUR, HOUR = 10, 3600
CONFIRM_SECONDS = 60


def queue_alerts(connection: Connection, meter_key: int, changed: Iterable[AnomalyEvent], settled: frozenset[str], now: int) -> None:
    """Queue the alerts that new and changed events of a meter deserve; those of ids `settled` were seen by the whole analysis.

    Of a meter whose readings were never analysed nothing is told: all it has is history.
    """
    meter = connection.execute(select(meters).where(meters.c.meter_key == meter_key)).mappings().one()
    channels = channels_of(connection, meter_key, is_sample=meter["is_sample"])
    if not channels or not meter["scored_seq"]:
        return
    end, moment = data_end(connection, meter_key), datetime_from_epoch(now)
    news = answered(connection, meter_key, [event for event in changed if is_recent(event, end, moment)])
    for channel_key, rule in channels:
        for event in news:
            if is_worth_telling(event, rule):
                _queue(connection, channel_key, meter_key, event, now, is_settled=event.event_id in settled)


def _queue(connection: Connection, channel_key: int, meter_key: int, event: AnomalyEvent, now: int, *, is_settled: bool) -> None:
    of_event = (alerts.c.channel_key == channel_key) & (alerts.c.meter_key == meter_key) & (alerts.c.event_id == event.event_id)
    message_key = connection.scalars(select(alerts.c.message_key).where(of_event)).first()
    if message_key is None:
        message_key = _told_before(connection, channel_key, meter_key, event)
        if message_key is None:
            message_key = _message_for(connection, channel_key, now, is_settled=is_settled)
        row = {"channel_key": channel_key, "meter_key": meter_key, "event_id": event.event_id, "message_key": message_key}
        connection.execute(insert(alerts).values(**row))
    if is_settled:
        _confirm(connection, message_key, now)


def _told_before(connection: Connection, channel_key: int, meter_key: int, event: AnomalyEvent) -> int | None:
    """The message on an event that is gone and in whose place this one is: it touches its stretch."""
    gone = and_(withdrawn_events.c.meter_key == alerts.c.meter_key, withdrawn_events.c.event_id == alerts.c.event_id)
    touches = (withdrawn_events.c.start_ts < epoch_of(event.end)) & (withdrawn_events.c.end_ts > epoch_of(event.start))
    told = (
        select(alerts.c.message_key)
        .join(withdrawn_events, gone)
        .where(alerts.c.channel_key == channel_key, alerts.c.meter_key == meter_key, touches)
        .order_by(alerts.c.message_key.desc())
        .limit(1)
    )
    return connection.scalars(told).first()


def _message_for(connection: Connection, channel_key: int, now: int, *, is_settled: bool) -> int:
    """The message that is to tell of one more event: a new one, or the next that sums up."""
    planned = select(alert_messages.c.planned_at).where(
        alert_messages.c.channel_key == channel_key, alert_messages.c.planned_at > now - HOUR
    )
    busy = connection.scalars(planned.order_by(alert_messages.c.planned_at.desc()).limit(MOST_AN_HOUR)).all()
    if len(busy) < MOST_AN_HOUR:
        return _add_message(connection, channel_key, now, now, 0 if is_settled else CONFIRM_SECONDS)
    waits = (alert_messages.c.channel_key == channel_key) & (alert_messages.c.state == MessageState.WAITING.value)
    is_open = waits & (alert_messages.c.tries == 0) & (alert_messages.c.planned_at > now)
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
