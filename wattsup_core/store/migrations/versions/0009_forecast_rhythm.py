"""How often each meter is forecast by itself. Those that are there go on as before: daily.

Revision ID: 0009
Revises: 0008
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the rhythm."""
    op.add_column("meters", sa.Column("forecast_rhythm", sa.Text(), nullable=False, server_default="daily"))
