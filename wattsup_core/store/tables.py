"""The tables. Instants are whole seconds since 1970 (UTC); a meter is known inside by a small integer key.

Each committed write of readings takes the next `seq` of its meter. A reading keeps two of them: `seq`, the write that last
changed the row (what a scorer has to look at again), and `source_seq`, the write its value came from (what has to go when that
upload is undone). The value a write replaced stays in ``replaced_readings``, so an upload can be undone without loss.

A meter counts three versions: `last_seq`, the newest write; `looked_seq`, up to which arriving rows have had a first look; `scored_seq`,
up to which the whole analysis has seen it. `fresh_ts` is the earliest interval among the rows that wait for a first look. An event that
only a first look has seen is `provisional`.

Events are counted in the same way: `event_seq` of the meter goes up with each analysis that changes one, and an event keeps it
as `change_seq`, so a client can ask for what has changed since it last asked. Of an event that is gone its stretch and kind stay, and
`answers` are kept by stretch and kind alone: an analysis replaces events, never what a person has said of them. What the first analysis of
a meter has found `is_history`, and stays that.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, ForeignKey, Index, Integer, MetaData, PrimaryKeyConstraint, Table, Text, UniqueConstraint

metadata = MetaData()


def _integer(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False)


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False)


def _counter(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False, server_default="0")


def _meter_key() -> Column[int]:
    return Column("meter_key", Integer, ForeignKey("meters.meter_key"), nullable=False)


def _upload_key() -> Column[int]:
    return Column("upload_key", Integer, ForeignKey("uploads.upload_key"), nullable=False)


def _series_key() -> Column[int]:
    return Column("series_key", Integer, ForeignKey("covariate_series.series_key"), nullable=False)


meters = Table(
    "meters",
    metadata,
    Column("meter_key", Integer, primary_key=True),
    _text("meter_id"),
    _text("owner"),
    _text("name"),
    _text("timezone"),
    _text("country"),
    Column("interval_minutes", Float, nullable=False),
    _text("channel"),
    _text("currency"),
    Column("price_per_kwh", Float, nullable=False),
    Column("is_sample", Boolean, nullable=False),
    _integer("last_seq"),
    _integer("scored_seq"),
    _integer("looked_seq"),
    Column("fresh_ts", Integer),
    _integer("row_count"),
    _text("model_version"),
    _text("notes_json"),
    _counter("event_seq"),
    _text("forecast_rhythm"),
    UniqueConstraint("meter_id", name="uq_meters_meter_id"),
)

readings = Table(
    "readings",
    metadata,
    _meter_key(),
    _integer("ts"),
    Column("kwh", Float),
    _integer("quality"),
    _integer("seq"),
    _integer("source_seq"),
    PrimaryKeyConstraint("meter_key", "ts"),
    sqlite_with_rowid=False,
)

replaced_readings = Table(
    "replaced_readings",
    metadata,
    _meter_key(),
    _integer("by_seq"),
    _integer("ts"),
    Column("kwh", Float),
    _integer("quality"),
    _integer("source_seq"),
    PrimaryKeyConstraint("meter_key", "by_seq", "ts"),
    sqlite_with_rowid=False,
)

covariate_series = Table(
    "covariate_series",
    metadata,
    Column("series_key", Integer, primary_key=True),
    _meter_key(),
    _text("name"),
    UniqueConstraint("meter_key", "name", name="uq_covariate_series_meter_key_name"),
)

covariates = Table(
    "covariates",
    metadata,
    _series_key(),
    _integer("ts"),
    Column("value", Float, nullable=False),
    _integer("seq"),
    _integer("source_seq"),
    PrimaryKeyConstraint("series_key", "ts"),
    sqlite_with_rowid=False,
)

replaced_covariates = Table(
    "replaced_covariates",
    metadata,
    _series_key(),
    _integer("by_seq"),
    _integer("ts"),
    Column("value", Float, nullable=False),
    _integer("source_seq"),
    PrimaryKeyConstraint("series_key", "by_seq", "ts"),
    sqlite_with_rowid=False,
)

uploads = Table(
    "uploads",
    metadata,
    Column("upload_key", Integer, primary_key=True),
    _text("upload_id"),
    _text("file_name"),
    _integer("received_at"),
    _text("format_name"),
    _text("unit"),
    _text("timezone"),
    _text("timezone_source"),
    Column("date_order", Text),
    _text("stamp"),
    Column("is_register", Boolean, nullable=False),
    _integer("read"),
    _integer("stored"),
    _integer("rejected"),
    _integer("new_rows"),
    _integer("changed_rows"),
    Column("kwh_total", Float, nullable=False),
    Column("first_ts", Integer),
    Column("last_ts", Integer),
    Column("interval_minutes", Float, nullable=False),
    _text("replaced_by"),
    Column("digest", Text, nullable=False, server_default=""),
    UniqueConstraint("upload_id", name="uq_uploads_upload_id"),
)

upload_meters = Table(
    "upload_meters",
    metadata,
    _upload_key(),
    _integer("position"),
    _meter_key(),
    Column("seq", Integer),
    _integer("new_rows"),
    _integer("changed_rows"),
    PrimaryKeyConstraint("upload_key", "position"),
    Index("ix_upload_meters_meter_key", "meter_key"),
)

upload_issues = Table(
    "upload_issues",
    metadata,
    _upload_key(),
    _integer("position"),
    _text("code"),
    _text("severity"),
    _integer("count"),
    _text("message"),
    Column("first_ts", Integer),
    Column("last_ts", Integer),
    PrimaryKeyConstraint("upload_key", "position"),
)

upload_rejects = Table(
    "upload_rejects",
    metadata,
    _upload_key(),
    _integer("position"),
    _integer("line"),
    _text("code"),
    _text("text"),
    PrimaryKeyConstraint("upload_key", "position"),
    sqlite_with_rowid=False,
)

model_versions = Table(
    "model_versions",
    metadata,
    Column("model_key", Integer, primary_key=True),
    _text("name"),
    UniqueConstraint("name", name="uq_model_versions_name"),
)

scores = Table(
    "scores",
    metadata,
    _meter_key(),
    _integer("ts"),
    Column("expected_kwh", Float),
    Column("lower_80_kwh", Float),
    Column("upper_80_kwh", Float),
    Column("lower_95_kwh", Float),
    Column("upper_95_kwh", Float),
    Column("score", Float),
    Column("forest_score", Float),
    Column("severity", Float),
    Column("event_id", Text),
    Column("model_key", Integer, ForeignKey("model_versions.model_key"), nullable=False),
    Column("first_score", Float),
    _integer("first_shown_at"),
    PrimaryKeyConstraint("meter_key", "ts"),
    sqlite_with_rowid=False,
)

events = Table(
    "events",
    metadata,
    _meter_key(),
    _text("event_id"),
    _integer("start_ts"),
    _integer("end_ts"),
    _text("kind"),
    _text("event_class"),
    _text("direction"),
    _integer("severity"),
    Column("actual_kwh", Float, nullable=False),
    Column("expected_kwh", Float, nullable=False),
    Column("excess_kwh", Float, nullable=False),
    Column("cost", Float),
    _text("title"),
    _text("cause"),
    _text("explanation_json"),
    _text("status"),
    Column("ongoing", Boolean, nullable=False),
    Column("provisional", Boolean, nullable=False),
    _integer("first_severity"),
    _integer("first_shown_at"),
    _counter("change_seq"),
    _counter("updated_at"),
    Column("is_history", Boolean, nullable=False, server_default="0"),
    PrimaryKeyConstraint("meter_key", "event_id"),
    Index("ix_events_meter_key_start_ts", "meter_key", "start_ts"),
    sqlite_with_rowid=False,
)

withdrawn_events = Table(
    "withdrawn_events",
    metadata,
    _meter_key(),
    _text("event_id"),
    _integer("change_seq"),
    _integer("withdrawn_at"),
    Column("start_ts", Integer),
    Column("end_ts", Integer),
    Column("kind", Text),
    Column("is_history", Boolean, nullable=False, server_default="0"),
    PrimaryKeyConstraint("meter_key", "event_id"),
    sqlite_with_rowid=False,
)

answers = Table(
    "answers",
    metadata,
    Column("answer_key", Integer, primary_key=True),
    Column("meter_key", Integer, ForeignKey("meters.meter_key", ondelete="CASCADE"), nullable=False),
    _text("answer"),
    _integer("given_at"),
    _integer("start_ts"),
    _integer("end_ts"),
    _text("kind"),
    Column("excess_kwh", Float, nullable=False),
    _integer("known_until_ts"),
    Index("ix_answers_meter_key", "meter_key"),
)

tokens = Table(
    "tokens",
    metadata,
    Column("token_key", Integer, primary_key=True),
    _text("token_id"),
    _text("digest"),
    _text("scope"),
    Column("meter_key", Integer, ForeignKey("meters.meter_key")),
    _integer("created_at"),
    Column("revoked_at", Integer),
    UniqueConstraint("digest", name="uq_tokens_digest"),
    UniqueConstraint("token_id", name="uq_tokens_token_id"),
)

receipts = Table(
    "receipts",
    metadata,
    Column("token_key", Integer, ForeignKey("tokens.token_key"), nullable=False),
    _text("idempotency_key"),
    _text("digest"),
    _integer("answered_at"),
    _text("outcomes_json"),
    PrimaryKeyConstraint("token_key", "idempotency_key"),
    Index("ix_receipts_answered_at", "answered_at"),
    sqlite_with_rowid=False,
)

registers = Table(
    "registers",
    metadata,
    Column("meter_key", Integer, ForeignKey("meters.meter_key"), primary_key=True),
    _text("counter"),
)

register_readings = Table(
    "register_readings",
    metadata,
    _meter_key(),
    _integer("ts"),
    Column("kwh", Float, nullable=False),
    PrimaryKeyConstraint("meter_key", "ts"),
    sqlite_with_rowid=False,
)

forecasts = Table(
    "forecasts",
    metadata,
    Column("forecast_key", Integer, primary_key=True),
    _meter_key(),
    _integer("made_at"),
    _integer("seq"),
    _text("method"),
    _text("chosen_method"),
    _integer("start_ts"),
    _integer("end_ts"),
    _text("timezone"),
    Column("interval_minutes", Float, nullable=False),
    _text("currency"),
    _text("trust"),
    _text("details_json"),
    Index("ix_forecasts_meter_key_made_at", "meter_key", "made_at"),
)

forecast_rows = Table(
    "forecast_rows",
    metadata,
    Column("forecast_key", Integer, ForeignKey("forecasts.forecast_key"), nullable=False),
    _integer("ts"),
    Column("kwh", Float, nullable=False),
    Column("lower_80_kwh", Float, nullable=False),
    Column("upper_80_kwh", Float, nullable=False),
    Column("lower_95_kwh", Float, nullable=False),
    Column("upper_95_kwh", Float, nullable=False),
    PrimaryKeyConstraint("forecast_key", "ts"),
    sqlite_with_rowid=False,
)
