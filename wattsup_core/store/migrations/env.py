"""Alembic's environment: runs on the transaction that the program opened."""

from __future__ import annotations

from alembic import context

from wattsup_core.store.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
