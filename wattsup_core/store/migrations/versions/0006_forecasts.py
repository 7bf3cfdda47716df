"""Forecasts that were made, kept to be held against what came."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "forecasts",
        sa.Column("forecast_key", sa.Integer(), nullable=False),
        sa.Column("meter_key", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("chosen_method", sa.Text(), nullable=False),
        sa.Column("start_ts", sa.Integer(), nullable=False),
        sa.Column("end_ts", sa.Integer(), nullable=False),
        sa.Column("timezone", sa.Text(), nullable=False),
        sa.Column("interval_minutes", sa.Float(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("trust", sa.Text(), nullable=False),
        sa.Column("details_json", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["meter_key"],
            ["meters.meter_key"],
        ),
        sa.PrimaryKeyConstraint("forecast_key"),
    )
    op.create_index("ix_forecasts_meter_key_made_at", "forecasts", ["meter_key", "made_at"], unique=False)
    op.create_table(
        "forecast_rows",
        sa.Column("forecast_key", sa.Integer(), nullable=False),
        sa.Column("ts", sa.Integer(), nullable=False),
        sa.Column("kwh", sa.Float(), nullable=False),
        sa.Column("lower_80_kwh", sa.Float(), nullable=False),
        sa.Column("upper_80_kwh", sa.Float(), nullable=False),
        sa.Column("lower_95_kwh", sa.Float(), nullable=False),
        sa.Column("upper_95_kwh", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(
            ["forecast_key"],
            ["forecasts.forecast_key"],
        ),
        sa.PrimaryKeyConstraint("forecast_key", "ts"),
        sqlite_with_rowid=False,
    )
