"""Channels that alerts go to, the messages to be sent, and which event each message tells of.

Revision ID: 0010
Revises: 0009
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the three tables."""
    op.create_table(
        "alert_channels",
        sa.Column("channel_key", sa.Integer(), nullable=False),
        sa.Column("channel_id", sa.Text(), nullable=False),
        sa.Column("meter_key", sa.Integer(), nullable=True),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("least_severity", sa.Integer(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["meter_key"], ["meters.meter_key"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("channel_key"),
        sa.UniqueConstraint("channel_id", name="uq_alert_channels_channel_id"),
    )
    op.create_table(
        "alert_messages",
        sa.Column("message_key", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("channel_key", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.Integer(), nullable=False),
        sa.Column("planned_at", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("claimed_by", sa.Text(), nullable=False),
        sa.Column("claimed_until", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("payload_json", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["channel_key"], ["alert_channels.channel_key"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("message_key"),
        sa.UniqueConstraint("message_id", name="uq_alert_messages_message_id"),
    )
    op.create_index("ix_alert_messages_state_due_at", "alert_messages", ["state", "due_at"], unique=False)
    op.create_index("ix_alert_messages_channel_key_planned_at", "alert_messages", ["channel_key", "planned_at"], unique=False)
    op.create_table(
        "alerts",
        sa.Column("channel_key", sa.Integer(), nullable=False),
        sa.Column("meter_key", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("message_key", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["channel_key"], ["alert_channels.channel_key"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["meter_key"], ["meters.meter_key"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["message_key"], ["alert_messages.message_key"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("channel_key", "meter_key", "event_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_alerts_message_key", "alerts", ["message_key"], unique=False)
