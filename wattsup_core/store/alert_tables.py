"""The tables of alerts: channels they go to, messages to be sent, and which event each message tells of.

A message is what is sent once: it tells of one event, or sums up several. `planned_at` is when it was to go at first, by which an hour's
messages are counted; `due_at` when it is tried next. Whoever sends it holds a claim on it until `claimed_until`. Its words are written at
the first try and stay the same for all later ones; `payload_json` is what a program is sent. An event is told to a channel once: the key of
`alerts` holds that.
"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, PrimaryKeyConstraint, Table, Text, UniqueConstraint

from wattsup_core.store.tables import metadata


def _integer(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False)


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False)


def _owned_by(name: str, owner: str) -> Column[int]:
    """A key that goes when its owner goes."""
    return Column(name, Integer, ForeignKey(f"{owner}.{name}", ondelete="CASCADE"), nullable=False)


alert_channels = Table(
    "alert_channels",
    metadata,
    Column("channel_key", Integer, primary_key=True),
    _text("channel_id"),
    Column("meter_key", Integer, ForeignKey("meters.meter_key", ondelete="CASCADE")),
    _text("address"),
    _text("label"),
    _integer("least_severity"),
    _text("topic"),
    _integer("created_at"),
    UniqueConstraint("channel_id", name="uq_alert_channels_channel_id"),
)

alert_messages = Table(
    "alert_messages",
    metadata,
    Column("message_key", Integer, primary_key=True),
    _text("message_id"),
    _owned_by("channel_key", "alert_channels"),
    _integer("created_at"),
    _integer("planned_at"),
    _integer("due_at"),
    _text("state"),
    _integer("tries"),
    _text("claimed_by"),
    _integer("claimed_until"),
    Column("ended_at", Integer),
    _text("reason"),
    _text("subject"),
    _text("text"),
    _text("payload_json"),
    UniqueConstraint("message_id", name="uq_alert_messages_message_id"),
    Index("ix_alert_messages_state_due_at", "state", "due_at"),
    Index("ix_alert_messages_channel_key_planned_at", "channel_key", "planned_at"),
)

alerts = Table(
    "alerts",
    metadata,
    _owned_by("channel_key", "alert_channels"),
    _owned_by("meter_key", "meters"),
    _text("event_id"),
    _owned_by("message_key", "alert_messages"),
    PrimaryKeyConstraint("channel_key", "meter_key", "event_id"),
    Index("ix_alerts_message_key", "message_key"),
    sqlite_with_rowid=False,
)
