"""Which events the first analysis of their meter has found: those are never news. Of those that are there it is not known.

Revision ID: 0011
Revises: 0010
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the mark to events, and to those that are gone."""
    op.add_column("events", sa.Column("is_history", sa.Boolean(), nullable=False, server_default="0"))
    op.add_column("withdrawn_events", sa.Column("is_history", sa.Boolean(), nullable=False, server_default="0"))
