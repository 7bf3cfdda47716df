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

from wattsup_core.board import Board
from wattsup_core.service import room
from wattsup_core.service.live.arrivals import note_arrival, note_arrivals
from wattsup_core.service.live.notices import STARTING, forget_the_dead
from wattsup_core.settings import Settings, job_environment

if TYPE_CHECKING:
    from wattsup_core.store import Store

LOG = logging.getLogger(__name__)

STARTING_SECONDS = 15.0
MOST_NOTED = 100
WATCH_EVERY_SECONDS = 20.0
Ensure = Callable[[Mapping[str, int]], None]
"""Sees to it that something scores; told the version of each meter that was just written to."""


def ensure_scorer(settings: Settings, board: Board) -> bool:
    """Start a scorer unless one is awake or about to be, or another needs its room in memory; whether this call has started one.

    Whoever looks again once there is room, as pages do every second, starts it then.
    """
    if not forget_the_dead(board) or room.is_needed(settings.jobs_folder):
        return False
    note = uuid.uuid4().hex
    if not board.claim(STARTING, note, STARTING_SECONDS):
        return False
    if not forget_the_dead(board):  # one that was about to be has begun since, and let go of its note
        board.release(STARTING, note)
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


def watch_store(settings: Settings, store: Store) -> None:
    """From now on, see to it that what waits in the store is done though no readings come: its scorer may have been killed."""
    watch = Watch(store, Starter(settings))

    def run() -> None:
        while True:
            time.sleep(WATCH_EVERY_SECONDS)
            watch.look()

    threading.Thread(target=run, daemon=True, name="watch").start()


class Watch:
    """Looks now and then whether anything waits in `store`, and calls `ensure` for alerts that are due and for meters that wait twice.

    Those of a file that is being imported wait for a moment only, and their import has them analysed.
    """

    def __init__(self, store: Store, ensure: Ensure) -> None:
        self._store, self._ensure = store, ensure
        self._waiting: frozenset[str] = frozenset()

    def look(self) -> None:
        """One look; it never raises."""
        try:
            due, waiting = self._store.outbox.next_due(), frozenset(self._store.waiting())
        except Exception:
            LOG.exception("What waits in the store could not be looked up")
            return
        if (due is not None and due <= datetime.now(UTC)) or self._waiting & waiting:
            self._ensure({})
        self._waiting = waiting


def start_nothing(written: Mapping[str, int]) -> None:
    """Stands for a starter where rows wait for whoever comes."""
