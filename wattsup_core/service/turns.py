"""Heavy work takes turns on a machine: two at once do not fit into a small one's memory."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from wattsup_core.folders import make_private
from wattsup_core.progress import Progress, no_progress

LONGEST_SECONDS = 3600.0
LOOK_SECONDS = 0.1


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


class OwnTurns:
    """The turns of a process that also asks whether another has the turn: the lock alone does not tell the two apart."""

    def __init__(self, jobs_folder: Path) -> None:
        self._jobs_folder = jobs_folder
        self._door = threading.Lock()
        self._is_ours = False

    @contextmanager
    def turn(self) -> Iterator[None]:
        """:func:`turn`, held by one thread of this process at a time; filelock's `Timeout` when it does not come for long."""
        lock = turn_lock(self._jobs_folder)
        until = time.monotonic() + LONGEST_SECONDS
        while not self._try(lock, is_last=time.monotonic() > until):
            time.sleep(LOOK_SECONDS)
        try:
            yield
        finally:
            with self._door:
                lock.release()
                self._is_ours = False

    def _try(self, lock: FileLock, *, is_last: bool) -> bool:
        with self._door:
            try:
                lock.acquire(timeout=0)
            except Timeout:
                if is_last:
                    raise
                return False
            self._is_ours = True
        return True

    def unless_ours(self, ask: Callable[[], bool]) -> bool:
        """What `ask` says while no thread of this process takes the turn or lets go of it; False while one has it."""
        with self._door:
            return not self._is_ours and ask()
