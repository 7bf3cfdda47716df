"""The name under which a process claims messages, and whether that process has ended."""

from __future__ import annotations

import socket
import uuid

import psutil

SAME_START_SECONDS = 5.0
"""So far apart may a process's start be told by two who ask: a clock that is set moves it."""


def new_holder() -> str:
    """A name that tells this process from all others, and from another sender of its own."""
    process = psutil.Process()
    return f"{socket.gethostname()}/{process.pid}/{process.create_time():.0f}/{uuid.uuid4().hex}"


def has_ended(holder: str) -> bool:
    """Whether the process behind a name ran on this machine and runs no more; of those of other machines nothing is known."""
    host, number, started, *_ = [*holder.split("/"), "", "", ""]
    if host != socket.gethostname() or not number.isdecimal() or not started.isdecimal():
        return False
    try:
        process = psutil.Process(int(number))
        is_another = abs(process.create_time() - int(started)) > SAME_START_SECONDS
        return is_another or bool(process.status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True
