"""Starts the scoring job when rows wait and no scorer gives signs of life: by whoever notices, once."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import psutil

from wattsup_core.board import Board
from wattsup_core.service.live.arrivals import note_arrival, note_arrivals
from wattsup_core.service.live.notices import holding_process
from wattsup_core.settings import Settings, job_environment

if TYPE_CHECKING:
    from wattsup_core.store import Store

LOG = logging.getLogger(__name__)

STARTING = "scorer-starting"
STARTING_SECONDS = 15.0
MOST_NOTED = 100
OUTBOX_EVERY_SECONDS = 20.0
Ensure = Callable[[Mapping[str, int]], None]
"""Sees to it that something scores; told the version of each meter that was just written to."""


def ensure_scorer(settings: Settings, board: Board) -> bool:
    """Start a scorer unless one is awake or about to be; whether this call has started one."""
    number = holding_process(board)
    if (number is not None and psutil.pid_exists(number)) or not board.claim(STARTING, uuid.uuid4().hex, STARTING_SECONDS):
        return False
    process = subprocess.Popen(  # our own module, no argument comes from outside
        [sys.executable, "-P", "-m", "wattsup_core", "scorer"],
        env={**job_environment(), "DATABASE_URL": settings.database_url, "JOBS_URL": settings.jobs_url},
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )
    threading.Thread(target=process.wait, daemon=True).start()  # no zombie stays
    return True


class Starter:
    """Sees to it that something scores what has just been stored; called after each durable write, and cheap.

    Parameters
    ----------
    settings : Settings
        Where the store and the board are.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._board = Board(settings.board_folder)

    def __call__(self, written: Mapping[str, int]) -> None:
        """`written` holds the version of each meter that was written to; of a gateway's hundreds, when each arrived is not kept.

        It never raises: what was stored is stored, and the next write or page tries again.
        """
        try:
            if len(written) == 1:
                note_arrival(self._board, *next(iter(written.items())))
            elif len(written) <= MOST_NOTED:
                note_arrivals(self._board, written)
            ensure_scorer(self._settings, self._board)
        except Exception:
            LOG.exception("No scorer could be started")


def watch_outbox(settings: Settings, store: Store) -> None:
    """From now on, see to it that alerts which are due are sent though no readings come: their scorer may have been killed."""
    starter = Starter(settings)

    def watch() -> None:
        while True:
            time.sleep(OUTBOX_EVERY_SECONDS)
            try:
                due = store.outbox.next_due()
            except Exception:
                LOG.exception("The outbox could not be looked into")
                continue
            if due is not None and due <= datetime.now(UTC):
                starter({})

    threading.Thread(target=watch, daemon=True, name="outbox").start()


def start_nothing(written: Mapping[str, int]) -> None:
    """Stands for a starter where rows wait for whoever comes."""
