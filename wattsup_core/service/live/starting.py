"""Starts the scoring job when rows wait and no scorer gives signs of life: by whoever notices, once."""

from __future__ import annotations

import subprocess
import sys
import threading
import uuid

import psutil

from wattsup_core.board import Board
from wattsup_core.service.live.notices import holding_process
from wattsup_core.settings import Settings, job_environment

STARTING = "scorer-starting"
STARTING_SECONDS = 15.0


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

    def __call__(self) -> None:
        ensure_scorer(self._settings, self._board)
