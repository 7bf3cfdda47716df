"""``migrate``: bring the database to the tables of this version."""

from __future__ import annotations

import argparse
from typing import Any


def add_parser(commands: Any) -> None:
    """Add the subcommand."""
    parser = commands.add_parser("migrate", help="bring the database of DATABASE_URL to this version")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> None:  # noqa: ARG001  # every subcommand runs alike
    """Migrate and say so."""
    from wattsup_core.settings import Settings
    from wattsup_core.store import open_store

    url = Settings.from_env().database_url
    open_store(url).migrate()
    print(f"{url} is up to date.")
