"""The outbox: what is due, who is sending it, and what became of it.

A sender claims messages for a while. A claim that has run out is anybody's, so a sender that is killed keeps nothing back; before it sends,
a sender asks whether its claim still stands. That a message was accepted is noted whoever holds it by then: it is a fact.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, case, delete, func, select, true, update

from wattsup_core.alerting import MessageState
from wattsup_core.store import alert_channels as channels
from wattsup_core.store.alert_claims import WAITS, claim_messages, due_messages, forget_old, release_claims
from wattsup_core.store.alert_records import AlertChannel, AlertMessage, ClaimedMessage, MessageContent, ToldEvent
from wattsup_core.store.alert_tables import alert_channels, alert_messages, alerts
from wattsup_core.store.connection import Database
from wattsup_core.store.events import find_events
from wattsup_core.store.meters import find_meter
from wattsup_core.store.tables import meters
from wattsup_core.timegrid import datetime_from_epoch, epoch_of

_EVENTS_OF = select(alerts.c.meter_key, meters.c.meter_id, alerts.c.event_id).join(meters, meters.c.meter_key == alerts.c.meter_key)


class Outbox:
    """Channels and messages of the store at `database`; each call is a transaction of its own. `now` is the clock."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database, self._now = database, now
        self._turn = threading.Lock()

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """A transaction that writes. Threads of a process take turns: SQLite would have them ask again and again, ever later."""
        with self._turn, self._database.writing() as connection:
            yield connection

    # channels

    def add_channel(self, channel: AlertChannel, most: int) -> None:
        """Add a channel where there are fewer than `most`.

        Raises
        ------
        NotFoundError
            When its meter is not there.
        BadRequestError
            When alerts of that meter, or of all, go to its address already, or there are `most` channels.
        """
        with self._writing() as connection:
            channels.add_channel(connection, channel, most)

    def channels(self) -> list[AlertChannel]:
        """All channels, in the order they were added."""
        with self._database.reading() as connection:
            return channels.list_channels(connection)

    def channel(self, channel_id: str) -> AlertChannel:
        """One channel; :class:`~wattsup_core.errors.NotFoundError` when it is not there."""
        with self._database.reading() as connection:
            return channels.find_channel(connection, channel_id)

    def remove_channel(self, channel_id: str) -> None:
        """Remove a channel with all its messages; :class:`~wattsup_core.errors.NotFoundError` when it is not there."""
        with self._writing() as connection:
            channels.remove_channel(connection, channel_id)

    # messages

    def next_due(self) -> datetime | None:
        """When the next message is due, or somebody's claim on it ends; `None` when none waits."""
        with self._database.reading() as connection:
            soonest = func.min(func.max(alert_messages.c.due_at, alert_messages.c.claimed_until))
            seconds = connection.scalars(select(soonest).where(WAITS)).one()
        return None if seconds is None else datetime_from_epoch(seconds)

    def claim(self, holder: str, most: int, seconds: int, busy: Collection[str] = ()) -> list[ClaimedMessage]:
        """Claim up to `most` messages that are due, for `seconds`, the longest due first; what is old and done with is forgotten.

        Of each channel one is claimed, of the channels `busy`, by their ids, none: where one is slow the others need not wait for it.
        """
        with self._writing() as connection:
            now = epoch_of(self._now())
            forget_old(connection, now)
            return claim_messages(connection, holder, due_messages(connection, most, busy, now), seconds, now)

    def release(self, has_ended: Callable[[str], bool]) -> int:
        """Give back the claims of holders that have ended, so that their messages are due at once; how many."""
        with self._writing() as connection:
            return release_claims(connection, has_ended)

    def told_events(self, message: ClaimedMessage) -> list[ToldEvent]:
        """The events that a message is to tell of as they are now, by start; those that are gone are left out."""
        with self._database.reading() as connection:
            return _told_events(connection, message.message_key)

    def keep_all(
        self, holder: str, said: Sequence[tuple[ClaimedMessage, MessageContent, Sequence[ToldEvent] | None]], seconds: int
    ) -> frozenset[int]:
        """Keep what messages say, for all their tries, count this one, and make the claims on them `seconds` long, in one transaction.

        With each message come the events that it tells of, `None` where its words were kept before. An event that it does not tell of, for
        that was gone or answered, may be told by another message if it comes back.

        Returns
        -------
        frozenset of int
            The keys of the messages that `holder` may still send.
        """
        with self._writing() as connection:
            ours = [
                each
                for each in said
                if self._update(connection, each[0], _kept(each[0], each[1], self._now(), seconds), self._held_by(holder))
            ]
            for message, _, told in ours:
                if told is not None:
                    _unbind(connection, message.message_key, {(each.meter.meter_id, each.event.event_id) for each in told})
        return frozenset(message.message_key for message, _, _ in ours)

    def mark_sent(self, message: ClaimedMessage) -> None:
        """Note that the other side has accepted a message."""
        self._set(message, self._ended(MessageState.SENT, ""), true())

    def mark_failed(self, message: ClaimedMessage, holder: str, reason: str, due_at: datetime | None) -> None:
        """Note why a try has failed, and when the next is due; `None` gives the message up."""
        if due_at is None:
            values = self._ended(MessageState.GIVEN_UP, reason)
        else:
            values = {"reason": reason, "due_at": epoch_of(due_at), "claimed_by": "", "claimed_until": 0}
        self._set(message, values | {"tries": message.tries}, WAITS & (alert_messages.c.claimed_by == holder))

    def withdraw(self, message: ClaimedMessage, holder: str, reason: str) -> None:
        """Note that there is nothing left to tell; what comes back may be told by another message."""
        values = {"state": MessageState.WITHDRAWN.value, "reason": reason, "ended_at": epoch_of(self._now())}
        with self._writing() as connection:
            if self._update(connection, message, values, self._held_by(holder)):
                _unbind(connection, message.message_key, set())

    def messages(self, most: int) -> list[AlertMessage]:
        """The newest `most` messages, the newest first."""
        with self._database.reading() as connection:
            return _messages(connection, most)

    def _held_by(self, holder: str) -> ColumnElement[bool]:
        return WAITS & (alert_messages.c.claimed_by == holder) & (alert_messages.c.claimed_until > epoch_of(self._now()))

    def _ended(self, state: MessageState, reason: str) -> dict[str, Any]:
        return {"state": state.value, "reason": reason, "ended_at": epoch_of(self._now()), "claimed_by": "", "claimed_until": 0}

    def _set(self, message: ClaimedMessage, values: dict[str, Any], condition: ColumnElement[bool]) -> bool:
        with self._writing() as connection:
            return self._update(connection, message, values, condition)

    @staticmethod
    def _update(connection: Connection, message: ClaimedMessage, values: dict[str, Any], condition: ColumnElement[bool]) -> bool:
        chosen = (alert_messages.c.message_key == message.message_key) & condition
        return connection.execute(update(alert_messages).where(chosen).values(**values)).rowcount == 1


def _kept(message: ClaimedMessage, content: MessageContent, now: datetime, seconds: int) -> dict[str, Any]:
    words = {"subject": content.subject, "text": content.text, "payload_json": json.dumps(content.payload, ensure_ascii=False)}
    return {**words, "tries": message.tries, "claimed_until": epoch_of(now) + seconds}


def _unbind(connection: Connection, message_key: int, told: Collection[tuple[str, str]]) -> None:
    """Take the events off a message that are not among those `told`, by meter and event id."""
    for meter_key, meter_id, event_id in connection.execute(_EVENTS_OF.where(alerts.c.message_key == message_key)).all():
        if (meter_id, event_id) not in told:
            row = (alerts.c.meter_key == meter_key) & (alerts.c.event_id == event_id) & (alerts.c.message_key == message_key)
            connection.execute(delete(alerts).where(row))


def _told_events(connection: Connection, message_key: int) -> list[ToldEvent]:
    by_meter: dict[tuple[int, str], list[str]] = {}
    for meter_key, meter_id, event_id in connection.execute(_EVENTS_OF.where(alerts.c.message_key == message_key)):
        by_meter.setdefault((meter_key, meter_id), []).append(event_id)
    found = []
    for (meter_key, meter_id), event_ids in by_meter.items():
        meter = find_meter(connection, meter_id)
        found += [ToldEvent(meter, event) for event in find_events(connection, meter_key, meter_id, event_ids)]
    return sorted(found, key=lambda each: (each.event.start, each.meter.meter_id, each.event.event_id))


def _messages(connection: Connection, most: int) -> list[AlertMessage]:
    counted = select(func.count()).where(alerts.c.message_key == alert_messages.c.message_key).correlate(alert_messages).scalar_subquery()
    own_zone = select(meters.c.timezone).where(meters.c.meter_key == alert_channels.c.meter_key).correlate(alert_channels).scalar_subquery()
    told = select(meters.c.timezone).join(alerts, alerts.c.meter_key == meters.c.meter_key)
    told_zone = told.where(alerts.c.message_key == alert_messages.c.message_key).correlate(alert_messages).limit(1).scalar_subquery()
    zone = func.coalesce(own_zone, told_zone, "UTC").label("timezone")
    found = select(alert_messages, alert_channels.c.label, counted.label("events"), zone).join(
        alert_channels, alert_channels.c.channel_key == alert_messages.c.channel_key
    )
    moment = case((alert_messages.c.ended_at.is_(None), alert_messages.c.created_at), else_=alert_messages.c.ended_at)
    rows = connection.execute(found.order_by(moment.desc(), alert_messages.c.message_key.desc()).limit(most)).mappings()
    return [_message(row) for row in rows]


def _message(row: RowMapping) -> AlertMessage:
    return AlertMessage(
        message_id=row["message_id"],
        channel_label=row["label"],
        state=MessageState(row["state"]),
        subject=row["subject"],
        events=row["events"],
        tries=row["tries"],
        created_at=datetime_from_epoch(row["created_at"]),
        due_at=datetime_from_epoch(row["due_at"]),
        ended_at=None if row["ended_at"] is None else datetime_from_epoch(row["ended_at"]),
        reason=row["reason"],
        timezone=row["timezone"],
    )
