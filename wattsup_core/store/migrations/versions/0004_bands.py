"""Scores keep the edges of two bands, 80 and 95 %. The one band of before held another share; it is not taken for either of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("lower_80_kwh", "upper_80_kwh", "lower_95_kwh", "upper_95_kwh"):
        op.add_column("scores", sa.Column(name, sa.Float(), nullable=True))
    for name in ("lower_kwh", "upper_kwh"):
        op.drop_column("scores", name)
