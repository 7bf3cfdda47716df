"""Room in memory: on a small machine the scorer leaves while a job or Chrome is there, for there is no room for both beside the server.

A job holds the turn (:mod:`wattsup_core.service.turns`); Chrome's process holds a lock of its own as long as it is there.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from contextlib import nullcontext, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
from filelock import FileLock, Timeout

from wattsup_core.folders import make_private
from wattsup_core.service.turns import turn_lock

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

SMALL_MB = 768.0
MB = 2**20
GROUPS = Path("/proc/self/cgroup")
MOUNTS = Path("/sys/fs/cgroup")


@functools.cache
def is_small() -> bool:
    """Whether this machine, or what of its memory this process may use, is too small for everything at once."""
    return memory_mb() < SMALL_MB


def memory_mb(groups: Path = GROUPS, mounts: Path = MOUNTS) -> float:
    """The memory that this process may use [MB]: the machine's, or less where a control group, as of a container, has a limit.

    Parameters
    ----------
    groups, mounts
        Where Linux tells the groups of a process, and their limits.
    """
    whole = int(psutil.virtual_memory().total)
    return min([whole, *_limits(groups, mounts)]) / MB


def _limits(groups: Path, mounts: Path) -> Iterator[int]:
    """The limits of the groups that this process is in, and of those around them [bytes]."""
    lines = groups.read_text().splitlines() if groups.is_file() else []
    for _, controllers, path in (line.split(":", 2) for line in lines):
        if controllers and "memory" not in controllers.split(","):
            continue
        base, name = (mounts / "memory", "memory.limit_in_bytes") if controllers else (mounts, "memory.max")
        parts = Path(path).parts[1:]
        for folder in (base.joinpath(*parts[:depth]) for depth in range(len(parts) + 1)):
            with suppress(OSError, ValueError):  # not there, not for us, or "max"
                yield int((folder / name).read_text())


def chrome_lock(jobs_folder: Path) -> FileLock:
    """The lock that Chrome's process holds on a small machine; not taken yet."""
    return FileLock(make_private(jobs_folder) / "chrome.lock")


def held_by_chrome(jobs_folder: Path) -> AbstractContextManager[object]:
    """Held by the one Chrome as long as it is there, on a small machine; one that ends may still have it for a moment."""
    return chrome_lock(jobs_folder).acquire() if is_small() else nullcontext()


def is_needed(jobs_folder: Path) -> bool:
    """Whether another needs the room on a small machine: a job, or Chrome. Not to be asked by a process that holds the turn itself."""
    if not is_small():
        return False
    try:
        with turn_lock(jobs_folder).acquire(timeout=0), chrome_lock(jobs_folder).acquire(timeout=0):
            return False
    except Timeout:
        return True
