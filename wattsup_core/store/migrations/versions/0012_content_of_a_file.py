"""What was in a file, as the SHA-256 of its bytes, so that one sent twice is known. Of the files there are it is not known.

Revision ID: 0012
Revises: 0011
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column to the ledger."""
    op.add_column("uploads", sa.Column("digest", sa.Text(), nullable=False, server_default=""))
