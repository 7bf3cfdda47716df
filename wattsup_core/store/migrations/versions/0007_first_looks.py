"""First looks at arriving rows: how far they are, and events that only a first look has seen.

Revision ID: 0007
Revises: 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; what has been analysed counts as looked at."""
    op.add_column("meters", sa.Column("looked_seq", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("meters", sa.Column("fresh_ts", sa.Integer(), nullable=True))
    op.add_column("events", sa.Column("provisional", sa.Boolean(), nullable=False, server_default="0"))
    op.add_column("events", sa.Column("first_severity", sa.Integer(), nullable=False, server_default="0"))
    op.execute("UPDATE meters SET looked_seq = scored_seq")
    op.execute("UPDATE events SET first_severity = severity")
