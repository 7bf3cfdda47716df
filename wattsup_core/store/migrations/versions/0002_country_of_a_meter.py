"""The country of a meter, taken from its zone. Meters that have one are scored again: their public holidays are known now."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from wattsup_core.countries import country_of_zone

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("meters", sa.Column("country", sa.Text(), nullable=False, server_default=""))
    meters = sa.table("meters", sa.column("timezone", sa.Text()), sa.column("country", sa.Text()), sa.column("scored_seq", sa.Integer()))
    connection = op.get_bind()
    for zone in connection.scalars(sa.select(meters.c.timezone).distinct()).all():
        country = country_of_zone(zone)
        if country:
            connection.execute(sa.update(meters).where(meters.c.timezone == zone).values(country=country, scored_seq=0))
