"""A process told from all others, in a text that other processes read: whether it still runs, and whether it has ended.

The number alone is not enough: it is given anew after the process has ended, and containers that share a folder count from 1 each.
"""

from __future__ import annotations

import os
import socket
import uuid
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

SAME_START_SECONDS = 5.0
"""So far apart may a process's start be told by two who ask: where it is told by the wall clock, setting that moves it."""
BOOT = Path("/proc/sys/kernel/random/boot_id")
NUMBERED_IN = Path("/proc/self/ns/pid")


@dataclass(frozen=True)
class ProcessMark:
    """What tells a process from all others.

    Attributes
    ----------
    host
        The name of its machine, or of its container.
    boot, space
        Since which boot of it, and in which namespace of process numbers, it runs; "" where the system has no such thing.
    pid
        Its number there.
    start
        When it began [s]: since the boot where the system counts from there (Linux), as a clock that is set does not move that; else since
        1970.
    """

    host: str
    boot: str
    space: str
    pid: int
    start: float

    @classmethod
    def of(cls, pid: int) -> ProcessMark:
        """The mark of a process that runs here; psutil's `NoSuchProcess` when there is none of that number."""
        return cls(socket.gethostname(), _boot(), _space(), pid, _start_of(psutil.Process(pid)))

    @classmethod
    def read(cls, text: object) -> ProcessMark | None:
        """The mark in a text that begins with one, such as a holder's name; `None` when there is none."""
        parts = text.split("/") if isinstance(text, str) else []
        with suppress(ValueError):
            host, boot, space, pid, start, *_ = parts
            return cls(host, boot, space, int(pid), float(start))
        return None

    def __str__(self) -> str:
        return f"{self.host}/{self.boot}/{self.space}/{self.pid}/{self.start:.2f}"

    def find(self) -> psutil.Process | None:
        """The process, when it runs here; `None` when it has ended, even when another has its number now, and when it is elsewhere."""
        if (self.host, self.boot, self.space) != (socket.gethostname(), _boot(), _space()):
            return None
        try:
            process = psutil.Process(self.pid)
            is_it = abs(_start_of(process) - self.start) < SAME_START_SECONDS and process.status() != psutil.STATUS_ZOMBIE
        except (psutil.NoSuchProcess, ValueError, OverflowError):  # the latter of a number that none can have
            return None
        return process if is_it else None

    @property
    def has_ended(self) -> bool:
        """Whether it is known to run no more; of processes of other machines and containers nothing is known."""
        if self.host != socket.gethostname():
            return False
        return self.boot != _boot() or (self.space == _space() and self.find() is None)


def new_holder() -> str:
    """A name to hold something by: it tells this process from all others, and ends with something nobody else has."""
    return f"{ProcessMark.of(os.getpid())}/{uuid.uuid4().hex}"


def has_ended(holder: object) -> bool:
    """Whether the process behind a name of :func:`new_holder` is known to have ended; of any other name nothing is."""
    mark = ProcessMark.read(holder)
    return mark is not None and mark.has_ended


def _start_of(process: psutil.Process) -> float:
    return float(process.create_time() - (psutil.boot_time() if psutil.LINUX else 0.0))


def _boot() -> str:
    return BOOT.read_text().strip() if BOOT.exists() else ""


def _space() -> str:
    return str(NUMBERED_IN.readlink()) if NUMBERED_IN.is_symlink() else ""
