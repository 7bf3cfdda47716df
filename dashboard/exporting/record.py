"""Where the exporter of this machine is: its process, port and password, readable by the app's user alone; and whose a profile is."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import tempfile
import time
import uuid
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from wattsup_core.processes import ProcessMark

FILE = "exporter.json"
QUEUE_FILE = "queue.lock"
"""Locked by whoever has an order filled."""
GONE_SECONDS = 3.0
PROFILE = "profile-"
OWNER = "owner"
ABANDONED_SECONDS = 86_400.0
"""An exporter touches :data:`OWNER` with each order, and ends when none comes for minutes."""


@dataclass(frozen=True)
class Record:
    """A running exporter.

    Attributes
    ----------
    process
        What tells its process, which leads a process group, from all others (:class:`~wattsup_core.processes.ProcessMark`).
    port, password
        Where it listens on this machine, and what shows it that the server asks.
    """

    process: str
    port: int
    password: str

    @classmethod
    def of_this_process(cls, port: int) -> Record:
        """The record of an exporter that runs here."""
        return cls(str(ProcessMark.of(os.getpid())), port, uuid.uuid4().hex)

    @property
    def pid(self) -> int:
        """The number of its process; 0 when the record names none."""
        mark = ProcessMark.read(self.process)
        return mark.pid if mark else 0

    @property
    def is_alive(self) -> bool:
        """Whether that process is there, whether it answers or not."""
        mark = ProcessMark.read(self.process)
        return mark is not None and mark.find() is not None


def new_profile(folder: Path) -> Path:
    """A folder for the browser of this process, which says whose it is."""
    profile = Path(tempfile.mkdtemp(prefix=PROFILE, dir=folder))
    (profile / OWNER).write_text(str(ProcessMark.of(os.getpid())))
    return profile


def keep(profile: Path) -> None:
    """Tell those elsewhere that its exporter is at work."""
    (profile / OWNER).touch()


def sweep(folder: Path) -> None:
    """Delete the profiles of exporters that were killed; of those elsewhere after a day without an order."""
    for profile in folder.glob(f"{PROFILE}*"):
        with contextlib.suppress(FileNotFoundError):  # another exporter sweeps too
            if _is_left(profile):
                shutil.rmtree(profile, ignore_errors=True)


def _is_left(profile: Path) -> bool:
    owner = profile / OWNER
    if not owner.exists():
        return time.time() - profile.stat().st_mtime > ABANDONED_SECONDS
    mark = ProcessMark.read(owner.read_text())
    if mark is None or mark.find() is None:
        return (mark is not None and mark.has_ended) or time.time() - owner.stat().st_mtime > ABANDONED_SECONDS
    return False


def write(folder: Path, record: Record) -> None:
    """Leave the record, whole or not at all."""
    part = folder / f"{FILE}.{record.pid}"
    part.touch(mode=0o600)
    part.write_text(json.dumps(asdict(record)))
    part.replace(folder / FILE)


def read(folder: Path) -> Record | None:
    """The record of an exporter that is alive."""
    try:
        record = Record(**json.loads((folder / FILE).read_text()))
    except (OSError, ValueError, TypeError):
        return None
    return record if record.is_alive else None


def end(folder: Path) -> None:
    """Kill the exporter of the record with everything in its group, and wait until it is gone; nothing when there is none."""
    record = read(folder)
    (folder / FILE).unlink(missing_ok=True)
    if record is None:
        return
    kill_group(record.pid)
    deadline = time.monotonic() + GONE_SECONDS
    while record.is_alive and time.monotonic() < deadline:
        time.sleep(0.02)


def kill_group(leader: int) -> None:
    """Kill a process group, which ends the stopped ones in it too; where there are none, the process and what it has started."""
    if hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(leader, signal.SIGKILL)
        return
    with contextlib.suppress(psutil.NoSuchProcess):
        process = psutil.Process(leader)
        for member in [*process.children(recursive=True), process]:
            with contextlib.suppress(psutil.NoSuchProcess):
                member.kill()
