"""Meters, readings, uploads, scores and events."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "meters",
        sa.Column("meter_key", sa.Integer(), nullable=False),
        sa.Column("meter_id", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("timezone", sa.Text(), nullable=False),
        sa.Column("interval_minutes", sa.Float(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("price_per_kwh", sa.Float(), nullable=False),
        sa.Column("is_sample", sa.Boolean(), nullable=False),
        sa.Column("last_seq", sa.Integer(), nullable=False),
        sa.Column("scored_seq", sa.Integer(), nullable=False),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.Column("model_version", sa.Text(), nullable=False),
        sa.Column("notes_json", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("meter_key"),
        sa.UniqueConstraint("meter_id", name="uq_meters_meter_id"),
    )
    op.create_table(
        "model_versions",
        sa.Column("model_key", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("model_key"),
        sa.UniqueConstraint("name", name="uq_model_versions_name"),
    )
    op.create_table(
        "uploads",
        sa.Column("upload_key", sa.Integer(), nullable=False),
        sa.Column("upload_id", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("received_at", sa.Integer(), nullable=False),
        sa.Column("format_name", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("timezone", sa.Text(), nullable=False),
        sa.Column("timezone_source", sa.Text(), nullable=False),
        sa.Column("date_order", sa.Text(), nullable=True),
        sa.Column("stamp", sa.Text(), nullable=False),
        sa.Column("is_register", sa.Boolean(), nullable=False),
        sa.Column("read", sa.Integer(), nullable=False),
        sa.Column("stored", sa.Integer(), nullable=False),
        sa.Column("rejected", sa.Integer(), nullable=False),
        sa.Column("new_rows", sa.Integer(), nullable=False),
        sa.Column("changed_rows", sa.Integer(), nullable=False),
        sa.Column("kwh_total", sa.Float(), nullable=False),
        sa.Column("first_ts", sa.Integer(), nullable=True),
        sa.Column("last_ts", sa.Integer(), nullable=True),
        sa.Column("interval_minutes", sa.Float(), nullable=False),
        sa.Column("replaced_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("upload_key"),
        sa.UniqueConstraint("upload_id", name="uq_uploads_upload_id"),
    )
    op.create_table(
        "covariate_series",
        sa.Column("series_key", sa.Integer(), nullable=False),
        sa.Column("meter_key", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["meter_key"],
            ["meters.meter_key"],
        ),
        sa.PrimaryKeyConstraint("series_key"),
        sa.UniqueConstraint("meter_key", "name", name="uq_covariate_series_meter_key_name"),
    )
    op.create_table(
        "events",
        sa.Column("meter_key", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("start_ts", sa.Integer(), nullable=False),
        sa.Column("end_ts", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("event_class", sa.Text(), nullable=False),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("severity", sa.Integer(), nullable=False),
        sa.Column("actual_kwh", sa.Float(), nullable=False),
        sa.Column("expected_kwh", sa.Float(), nullable=False),
        sa.Column("excess_kwh", sa.Float(), nullable=False),
        sa.Column("cost", sa.Float(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("explanation_json", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("ongoing", sa.Boolean(), nullable=False),
        sa.Column("first_shown_at", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["meter_key"],
            ["meters.meter_key"],
        ),
        sa.PrimaryKeyConstraint("meter_key", "event_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_events_meter_key_start_ts", "events", ["meter_key", "start_ts"], unique=False)
    op.create_table(
        "readings",
        sa.Column("meter_key", sa.Integer(), nullable=False),
        sa.Column("ts", sa.Integer(), nullable=False),
        sa.Column("kwh", sa.Float(), nullable=True),
        sa.Column("quality", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("source_seq", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["meter_key"],
            ["meters.meter_key"],
        ),
        sa.PrimaryKeyConstraint("meter_key", "ts"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "replaced_readings",
        sa.Column("meter_key", sa.Integer(), nullable=False),
        sa.Column("by_seq", sa.Integer(), nullable=False),
        sa.Column("ts", sa.Integer(), nullable=False),
        sa.Column("kwh", sa.Float(), nullable=True),
        sa.Column("quality", sa.Integer(), nullable=False),
        sa.Column("source_seq", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["meter_key"],
            ["meters.meter_key"],
        ),
        sa.PrimaryKeyConstraint("meter_key", "by_seq", "ts"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "scores",
        sa.Column("meter_key", sa.Integer(), nullable=False),
        sa.Column("ts", sa.Integer(), nullable=False),
        sa.Column("expected_kwh", sa.Float(), nullable=True),
        sa.Column("lower_kwh", sa.Float(), nullable=True),
        sa.Column("upper_kwh", sa.Float(), nullable=True),
        sa.Column("score", sa.Float(), nullable=True),
        sa.Column("forest_score", sa.Float(), nullable=True),
        sa.Column("severity", sa.Float(), nullable=True),
        sa.Column("event_id", sa.Text(), nullable=True),
        sa.Column("model_key", sa.Integer(), nullable=False),
        sa.Column("first_score", sa.Float(), nullable=True),
        sa.Column("first_shown_at", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["meter_key"],
            ["meters.meter_key"],
        ),
        sa.ForeignKeyConstraint(
            ["model_key"],
            ["model_versions.model_key"],
        ),
        sa.PrimaryKeyConstraint("meter_key", "ts"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "upload_issues",
        sa.Column("upload_key", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("first_ts", sa.Integer(), nullable=True),
        sa.Column("last_ts", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["upload_key"],
            ["uploads.upload_key"],
        ),
        sa.PrimaryKeyConstraint("upload_key", "position"),
    )
    op.create_table(
        "upload_meters",
        sa.Column("upload_key", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("meter_key", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=True),
        sa.Column("new_rows", sa.Integer(), nullable=False),
        sa.Column("changed_rows", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["meter_key"],
            ["meters.meter_key"],
        ),
        sa.ForeignKeyConstraint(
            ["upload_key"],
            ["uploads.upload_key"],
        ),
        sa.PrimaryKeyConstraint("upload_key", "position"),
    )
    op.create_index("ix_upload_meters_meter_key", "upload_meters", ["meter_key"], unique=False)
    op.create_table(
        "upload_rejects",
        sa.Column("upload_key", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["upload_key"],
            ["uploads.upload_key"],
        ),
        sa.PrimaryKeyConstraint("upload_key", "position"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "covariates",
        sa.Column("series_key", sa.Integer(), nullable=False),
        sa.Column("ts", sa.Integer(), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("source_seq", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["series_key"],
            ["covariate_series.series_key"],
        ),
        sa.PrimaryKeyConstraint("series_key", "ts"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "replaced_covariates",
        sa.Column("series_key", sa.Integer(), nullable=False),
        sa.Column("by_seq", sa.Integer(), nullable=False),
        sa.Column("ts", sa.Integer(), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.Column("source_seq", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["series_key"],
            ["covariate_series.series_key"],
        ),
        sa.PrimaryKeyConstraint("series_key", "by_seq", "ts"),
        sqlite_with_rowid=False,
    )
