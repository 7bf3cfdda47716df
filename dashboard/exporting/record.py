"""Where the exporter of this machine is: its process, port and password, in a file that only the app's user may read; whose a profile is."""

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

from wattsup_core.processes import ProcessMark, has_ended

FILE = "exporter.json"
QUEUE_FILE = "queue.lock"
"""Locked by whoever has an order filled."""
GONE_SECONDS = 3.0
PROFILE = "profile-"
OWNER = "owner"
ABANDONED_SECONDS = 86_400.0
"""Chrome writes into its profile far more often, as long as it runs."""


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


def sweep(folder: Path) -> None:
    """Delete the profiles of exporters that were killed; of those elsewhere, which nobody here knows of, when they are a day old."""
    for profile in folder.glob(f"{PROFILE}*"):
        with contextlib.suppress(FileNotFoundError):  # another exporter sweeps too
            owner = profile / OWNER
            if (owner.exists() and has_ended(owner.read_text())) or time.time() - profile.stat().st_mtime > ABANDONED_SECONDS:
                shutil.rmtree(profile, ignore_errors=True)


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
