"""``demo``: the demo stream, as a process of its own. The button on the Live page starts one."""

from __future__ import annotations

import argparse
import logging
from typing import Any

from wattsup_core.commands.arguments import number


def add_parser(commands: Any) -> None:
    """Add the subcommand."""
    parser = commands.add_parser("demo", help="play a simulated household, faster than life, for the Live page")
    parser.add_argument("--minutes", type=number(float, 0), default=15.0, help="how long (default: 15)")
    parser.add_argument("--speed", type=number(float, 0), default=150.0, help="how many times faster than life (default: 150)")
    parser.add_argument("--with-parent", action="store_true", help="end when the process that has started it ends")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> None:
    """Play until the time is up or somebody stops it; returns at once when another demo is on."""
    from wattsup_core.board import Board
    from wattsup_core.service.live.demo import Demo
    from wattsup_core.settings import Settings
    from wattsup_core.store import open_store

    logging.basicConfig(level=logging.WARNING)
    settings = Settings.from_env()
    store = open_store(settings.database_url)
    store.migrate()
    sent = Demo(settings, store, Board(settings.board_folder), args.speed).run(args.minutes * 60, with_parent=args.with_parent)
    print(f"{sent:,} readings played.")
