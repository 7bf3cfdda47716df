"""What people say of events; and which stretch an event had that is gone, so that a link to it finds what came in its place.

Revision ID: 0008
Revises: 0007
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the answers and the stretches; of what is gone already the stretch is not known."""
    op.create_table(
        "answers",
        sa.Column("answer_key", sa.Integer(), nullable=False),
        sa.Column("meter_key", sa.Integer(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("given_at", sa.Integer(), nullable=False),
        sa.Column("start_ts", sa.Integer(), nullable=False),
        sa.Column("end_ts", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("excess_kwh", sa.Float(), nullable=False),
        sa.Column("known_until_ts", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["meter_key"], ["meters.meter_key"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("answer_key"),
    )
    op.create_index("ix_answers_meter_key", "answers", ["meter_key"], unique=False)
    op.add_column("withdrawn_events", sa.Column("start_ts", sa.Integer(), nullable=True))
    op.add_column("withdrawn_events", sa.Column("end_ts", sa.Integer(), nullable=True))
    op.add_column("withdrawn_events", sa.Column("kind", sa.Text(), nullable=True))
