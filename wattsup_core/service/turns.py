"""Heavy work takes turns on a machine: two at once do not fit into a small one's memory."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

from filelock import FileLock, Timeout

from wattsup_core.folders import make_private
from wattsup_core.progress import Progress, no_progress

LONGEST_SECONDS = 3600.0


def turn_lock(jobs_folder: Path) -> FileLock:
    """The lock that whoever does heavy work holds; not taken yet."""
    return FileLock(make_private(jobs_folder) / "turn.lock")


def turn(jobs_folder: Path, progress: Progress = no_progress) -> AbstractContextManager[object]:
    """Held by one process or thread at a time; tells "waiting" when another has it."""
    lock = turn_lock(jobs_folder)
    try:
        return lock.acquire(timeout=0)
    except Timeout:
        progress("waiting", 0.0)
        return lock.acquire(timeout=LONGEST_SECONDS)
