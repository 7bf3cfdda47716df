"""Channels that alerts go to. One that is removed takes its messages and its address with it."""

from __future__ import annotations

from sqlalchemy import Connection, RowMapping, delete, func, insert, or_, select

from wattsup_core.alerting import AlertRule, AlertTopic
from wattsup_core.errors import BadRequestError, NotFoundError
from wattsup_core.store.alert_records import AlertChannel
from wattsup_core.store.alert_tables import alert_channels
from wattsup_core.store.meters import key_of
from wattsup_core.store.tables import meters
from wattsup_core.timegrid import datetime_from_epoch, epoch_of

WITH_METERS = select(alert_channels, meters.c.meter_id).select_from(
    alert_channels.outerjoin(meters, meters.c.meter_key == alert_channels.c.meter_key)
)


def add_channel(connection: Connection, channel: AlertChannel, most: int) -> None:
    """Add a channel, unless alerts of that go to its address already or there are `most` channels."""
    meter_key = None if channel.meter_id is None else key_of(connection, channel.meter_id)
    same = (alert_channels.c.address == channel.address) & alert_channels.c.meter_key.is_not_distinct_from(meter_key)
    if connection.scalars(select(alert_channels.c.channel_key).where(same)).first() is not None:
        raise BadRequestError("Alerts of this go to this address already.", "Remove that channel first to change its severity.")
    if connection.scalars(select(func.count()).select_from(alert_channels)).one() >= most:
        raise BadRequestError(f"There are {most} channels already.", "Remove one first.")
    row = {
        "channel_id": channel.channel_id,
        "meter_key": meter_key,
        "address": channel.address,
        "label": channel.label,
        "least_severity": channel.rule.least_severity,
        "topic": channel.rule.topic.value,
        "created_at": epoch_of(channel.created_at),
    }
    connection.execute(insert(alert_channels).values(**row))


def list_channels(connection: Connection) -> list[AlertChannel]:
    """All channels, in the order they were added."""
    return [channel_of(row) for row in connection.execute(WITH_METERS.order_by(alert_channels.c.channel_key)).mappings()]


def find_channel(connection: Connection, channel_id: str) -> AlertChannel:
    """The channel of this id."""
    row = connection.execute(WITH_METERS.where(alert_channels.c.channel_id == channel_id)).mappings().one_or_none()
    if row is None:
        raise _unknown(channel_id)
    return channel_of(row)


def remove_channel(connection: Connection, channel_id: str) -> None:
    """Remove a channel and all that was, or was to be, sent to it."""
    if not connection.execute(delete(alert_channels).where(alert_channels.c.channel_id == channel_id)).rowcount:
        raise _unknown(channel_id)


def channels_of(connection: Connection, meter_key: int, *, is_sample: bool) -> list[tuple[int, AlertRule]]:
    """Key and rule of each channel that is told of a meter; of a sample only those that were added for it."""
    concerns = alert_channels.c.meter_key == meter_key
    if not is_sample:
        concerns = or_(concerns, alert_channels.c.meter_key.is_(None))
    rows = connection.execute(select(alert_channels).where(concerns).order_by(alert_channels.c.channel_key)).mappings()
    return [(row["channel_key"], _rule(row)) for row in rows]


def channel_of(row: RowMapping) -> AlertChannel:
    """A row of `WITH_METERS` as a channel."""
    return AlertChannel(
        channel_id=row["channel_id"],
        meter_id=row["meter_id"],
        address=row["address"],
        label=row["label"],
        rule=_rule(row),
        created_at=datetime_from_epoch(row["created_at"]),
    )


def _rule(row: RowMapping) -> AlertRule:
    return AlertRule(row["least_severity"], AlertTopic(row["topic"]))


def _unknown(channel_id: str) -> NotFoundError:
    return NotFoundError(f"There is no alert channel {channel_id[:40]}.", "It may have been removed: look at the list of channels.")
