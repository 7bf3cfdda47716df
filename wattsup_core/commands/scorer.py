"""``scorer``: the scoring job, as a process of its own. The dashboard starts one by itself when it is needed."""

from __future__ import annotations

import argparse
import logging
import time
from typing import Any

STAND_BY_SECONDS = 5.0


def add_parser(commands: Any) -> None:
    """Add the subcommand."""
    parser = commands.add_parser("scorer", help="score readings as they arrive, until none have come for a while")
    parser.add_argument("--stay", action="store_true", help="wait for readings without an end, as a worker process does")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> None:
    """Work as the scorer of this installation; returns at once when another one is at work."""
    from wattsup_core.board import Board
    from wattsup_core.service.alerts.sender import Sender
    from wattsup_core.service.live.scorer import STAY_SECONDS, Scorer
    from wattsup_core.settings import Settings
    from wattsup_core.store import open_store

    logging.basicConfig(level=logging.WARNING)
    settings = Settings.from_env()
    store = open_store(settings.database_url)
    store.migrate()
    board = Board(settings.board_folder)
    if not args.stay:
        Scorer(store, board, settings.jobs_folder, STAY_SECONDS, sender=Sender(store, settings), makes_room=True).run()
        return
    while True:
        Scorer(store, board, settings.jobs_folder, float("inf"), sender=Sender(store, settings)).run()
        time.sleep(STAND_BY_SECONDS)  # another one holds the lease: stand by
