"""Which messages are due, and who claims them and gives them back; and which are forgotten."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection

from sqlalchemy import Connection, RowMapping, delete, select, update

from wattsup_core.alerting import MessageState
from wattsup_core.store import alert_channels as channels
from wattsup_core.store.alert_records import ClaimedMessage, MessageContent
from wattsup_core.store.alert_tables import alert_channels, alert_messages, alerts
from wattsup_core.store.stretches import STRETCHES
from wattsup_core.timegrid import datetime_from_epoch

KEEP_SECONDS = 60 * 86_400
WAITS = alert_messages.c.state == MessageState.WAITING.value


def forget_old(connection: Connection, now: int) -> None:
    """Delete what was done with long ago, unless it told of an anomaly that went on since: that is how we know that it was told."""
    long_ago = now - KEEP_SECONDS
    goes_on = (
        select(alerts.c.event_id)
        .join(STRETCHES, (STRETCHES.c.meter_key == alerts.c.meter_key) & (STRETCHES.c.event_id == alerts.c.event_id))
        .where(alerts.c.message_key == alert_messages.c.message_key, STRETCHES.c.end_ts >= long_ago)
        .correlate(alert_messages)
        .exists()
    )
    connection.execute(delete(alert_messages).where(alert_messages.c.ended_at < long_ago, ~goes_on))


def due_messages(connection: Connection, most: int, busy: Collection[str], now: int) -> list[int]:
    """The keys of up to `most` messages that are due, the longest due first, one of each channel that is not `busy`."""
    is_due = WAITS & (alert_messages.c.due_at <= now) & (alert_messages.c.claimed_until <= now)
    of_busy = select(alert_channels.c.channel_key).where(alert_channels.c.channel_id.in_(busy))
    due = select(alert_messages.c.channel_key, alert_messages.c.message_key).where(is_due, alert_messages.c.channel_key.not_in(of_busy))
    firsts: dict[int, int] = {}
    in_turn = due.order_by(alert_messages.c.due_at, alert_messages.c.message_key)
    with connection.execute(in_turn) as rows:  # by the index, as far as is needed
        for channel_key, message_key in rows:
            firsts.setdefault(channel_key, message_key)
            if len(firsts) == most:
                break
    return list(firsts.values())


def claim_messages(connection: Connection, holder: str, keys: list[int], seconds: int, now: int) -> list[ClaimedMessage]:
    """Claim the messages `keys` for `holder`, for so many `seconds`. That is no try yet."""
    if not keys:
        return []
    chosen = alert_messages.c.message_key.in_(keys)
    connection.execute(update(alert_messages).where(chosen).values(claimed_by=holder, claimed_until=now + seconds))
    columns = [each for each in alert_messages.c if each.name not in {"channel_key", "created_at"}]
    of_channel = alert_channels.c.channel_key == alert_messages.c.channel_key
    rows = connection.execute(
        channels.WITH_METERS.add_columns(*columns, alert_messages.c.created_at.label("queued_at"))
        .join(alert_messages, of_channel)
        .where(chosen)
        .order_by(alert_messages.c.due_at, alert_messages.c.message_key)
    )
    return [_claimed(row) for row in rows.mappings()]


def release_claims(connection: Connection, has_ended: Callable[[str], bool]) -> int:
    """Give back the claims of holders that have ended; how many."""
    is_claimed = WAITS & (alert_messages.c.claimed_by != "")
    holders = list(connection.scalars(select(alert_messages.c.claimed_by).where(is_claimed).distinct()))
    chosen = is_claimed & alert_messages.c.claimed_by.in_([each for each in holders if has_ended(each)])
    return connection.execute(update(alert_messages).where(chosen).values(claimed_by="", claimed_until=0)).rowcount


def _claimed(row: RowMapping) -> ClaimedMessage:
    content = MessageContent(row["subject"], row["text"], json.loads(row["payload_json"])) if row["payload_json"] else None
    return ClaimedMessage(
        message_key=row["message_key"],
        message_id=row["message_id"],
        channel=channels.channel_of(row),
        created_at=datetime_from_epoch(row["queued_at"]),
        tries=row["tries"] + 1,
        content=content,
    )
