"""The exporter's process: one Chrome, driven by Kaleido, that makes one file after another for whoever has the password.

``python -m dashboard.exporting.process`` reads the settings and the number of its parent on standard input, opens Chrome, leaves a
record of where it listens and prints a line. It ends, with Chrome, when it has been idle for some minutes, when a job needs the memory,
when its parent is gone, and after any failure: the next order gets a fresh one. It mends nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import json
import logging
import os
import shutil
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from dashboard.exporting import record
from dashboard.exporting.messages import LONGEST_LINE, pack
from dashboard.exporting.record import QUEUE_FILE
from dashboard.exporting.refusals import NoBrowserError
from dashboard.exporting.studio import Studio
from wattsup_core.service import room
from wattsup_core.service.turns import turn_lock
from wattsup_core.settings import Settings

LOG = logging.getLogger(__name__)

IDLE_SECONDS = 180.0
IDLE_SMALL_SECONDS = 10.0
"""On a small machine, where no scorer runs beside Chrome: long enough for the next picture of a report."""
LOOK_SECONDS = 1.0
OPEN_SECONDS = 14.0


class ExportServer:
    """Takes orders over the wire, one at a time, and knows when to close."""

    def __init__(self, studio: Studio, settings: Settings, profile: Path) -> None:
        self._studio, self._settings, self._profile = studio, settings, profile
        self._closing = asyncio.Event()
        self._last_order = time.monotonic()
        self._at_work = asyncio.Lock()
        self._password = ""

    async def run(self) -> None:
        """Listen, say so, and return when it is time to go."""
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=LONGEST_LINE)
        here = record.Record.of_this_process(server.sockets[0].getsockname()[1])
        self._password = here.password
        record.write(self._settings.exporter_folder, here)
        _say(ready=True)
        watching = asyncio.create_task(self._watch())
        await self._closing.wait()
        watching.cancel()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, ValueError, asyncio.IncompleteReadError):
            order = json.loads(await reader.readline())
            if hmac.compare_digest(str(order.get("password", "")).encode(), self._password.encode()):
                async with self._at_work:
                    writer.write(await self._fill(order))
                    await writer.drain()
                    self._last_order = time.monotonic()
                    record.keep(self._profile)
        writer.close()
        if self._studio.is_broken:
            self._closing.set()

    async def _fill(self, order: dict[str, Any]) -> bytes:
        try:
            return pack({"done": True}, await self._studio.make(order))
        except Exception as error:
            LOG.exception("A file could not be made")
            return pack({"done": False, "why": type(error).__name__})

    async def _watch(self) -> None:
        """Close when nobody has asked for long, when a job waits for memory, or when Chrome has died."""
        while not self._closing.is_set():
            await asyncio.sleep(LOOK_SECONDS)
            is_idle = time.monotonic() - self._last_order > (IDLE_SMALL_SECONDS if room.is_small() else IDLE_SECONDS)
            if not self._at_work.locked() and (is_idle or not self._studio.is_alive or self._is_in_the_way()):
                self._closing.set()

    def _is_in_the_way(self) -> bool:
        """Whether a job is at work; not while the server that holds the queue is about to ask us."""
        try:
            queue, job = FileLock(self._settings.exporter_folder / QUEUE_FILE), turn_lock(self._settings.jobs_folder)
            with queue.acquire(timeout=0), job.acquire(timeout=0):
                return False
        except Timeout as taken:
            return Path(taken.lock_file).name != QUEUE_FILE


async def work(settings: Settings, profile: Path) -> None:
    """Open Chrome and take orders; says on standard output that it is ready, or why it is not."""
    try:
        studio = await asyncio.wait_for(Studio.open(settings.browser_path, profile), OPEN_SECONDS)
    except NoBrowserError as error:
        _say(refused=[error.message, error.hint])
        return
    except Exception as error:
        LOG.exception("Chrome does not start")
        _say(failed=type(error).__name__)
        return
    await ExportServer(studio, settings, profile).run()


def _say(**words: Any) -> None:
    sys.stdout.write(json.dumps(words) + "\n")
    sys.stdout.flush()


def _die_with(parent: int) -> None:
    """End, and Chrome with us, when the process that has started us is gone; by the system where it does that, even while stopped."""
    if sys.platform == "linux":
        import ctypes

        set_parent_death_signal = 1
        ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGKILL)

    def look() -> None:
        while os.getppid() == parent:
            time.sleep(LOOK_SECONDS)
        record.kill_group(os.getpid())

    threading.Thread(target=look, daemon=True).start()


def main() -> None:
    """Do what standard input says, then leave nothing behind."""
    logging.basicConfig(level=logging.WARNING)
    order = json.load(sys.stdin)
    settings = Settings(**order["settings"])
    _die_with(order["parent"])
    profile = record.new_profile(settings.exporter_folder)
    try:
        with room.held_by_chrome(settings.jobs_folder):
            asyncio.run(work(settings, profile))
    finally:
        shutil.rmtree(profile, ignore_errors=True)
        record.kill_group(os.getpid())


if __name__ == "__main__":
    main()
