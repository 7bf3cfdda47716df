"""Live readings: tokens, receipts of answered requests, registers, and when an event last changed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tokens",
        sa.Column("token_key", sa.Integer(), nullable=False),
        sa.Column("token_id", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("meter_key", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.Integer(), nullable=False),
        sa.Column("revoked_at", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["meter_key"], ["meters.meter_key"]),
        sa.PrimaryKeyConstraint("token_key"),
        sa.UniqueConstraint("digest", name="uq_tokens_digest"),
        sa.UniqueConstraint("token_id", name="uq_tokens_token_id"),
    )
    op.create_table(
        "receipts",
        sa.Column("token_key", sa.Integer(), nullable=False),
        sa.Column("idempotency_key", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.Integer(), nullable=False),
        sa.Column("outcomes_json", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["token_key"], ["tokens.token_key"]),
        sa.PrimaryKeyConstraint("token_key", "idempotency_key"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_receipts_answered_at", "receipts", ["answered_at"], unique=False)
    op.create_table(
        "registers",
        sa.Column("meter_key", sa.Integer(), nullable=False),
        sa.Column("counter", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["meter_key"], ["meters.meter_key"]),
        sa.PrimaryKeyConstraint("meter_key"),
    )
    op.create_table(
        "register_readings",
        sa.Column("meter_key", sa.Integer(), nullable=False),
        sa.Column("ts", sa.Integer(), nullable=False),
        sa.Column("kwh", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["meter_key"], ["meters.meter_key"]),
        sa.PrimaryKeyConstraint("meter_key", "ts"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "withdrawn_events",
        sa.Column("meter_key", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("change_seq", sa.Integer(), nullable=False),
        sa.Column("withdrawn_at", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["meter_key"], ["meters.meter_key"]),
        sa.PrimaryKeyConstraint("meter_key", "event_id"),
        sqlite_with_rowid=False,
    )
    op.add_column("meters", sa.Column("event_seq", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("events", sa.Column("change_seq", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("events", sa.Column("updated_at", sa.Integer(), nullable=False, server_default="0"))
    op.execute("UPDATE events SET updated_at = first_shown_at")
