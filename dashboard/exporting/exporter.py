"""The server's side of the exporter: the queue, the clock, and the process behind them."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import logging
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any

from filelock import FileLock, Timeout

from dashboard.exporting import record
from dashboard.exporting.messages import pack, receive, send
from dashboard.exporting.record import QUEUE_FILE
from dashboard.exporting.refusals import ExporterBusyError, ExportFailedError, GivenUpError, NoBrowserError
from dashboard.exporting.waiting import IsGone, never_gone
from wattsup_core.folders import make_private
from wattsup_core.service.turns import turn_lock
from wattsup_core.settings import Settings, job_environment

LOG = logging.getLogger(__name__)

LIMIT_SECONDS = 15.0
"""For one file, starting Chrome included."""
WARM_SECONDS = 5.0
"""For one file by a Chrome that runs already: ten times what it takes. Then a fresh one gets the rest of the time."""
WAIT_SECONDS = 10.0
"""For one's turn in the queue."""
MOST_IN_LINE = 3
"""Requests of one server that may wait at a time: its other threads stay free for pages."""
OTHERS = "Other files are being prepared just now."

Order = dict[str, Any]
LOST = (OSError, ValueError, KeyError)


class Exporter:
    """Makes files of figures and pages; any thread of any server process may ask.

    Parameters
    ----------
    settings
        Where the exporter keeps itself, and which browser it drives.
    is_gone
        Asked some times a second whether anybody still waits.
    line
        Who may wait at a time; that of another exporter where both are one to those who ask.
    """

    def __init__(self, settings: Settings, is_gone: IsGone = never_gone, line: threading.BoundedSemaphore | None = None) -> None:
        self._settings = settings
        self._folder = settings.exporter_folder
        self._is_gone = is_gone
        self._line = line or threading.BoundedSemaphore(MOST_IN_LINE)

    def wanted_while(self, is_gone: IsGone) -> Exporter:
        """The same exporter for orders that are given up, in the queue and at work, once `is_gone`: the next need not wait for them.

        A picture that Chrome is at is left to it, which takes less than a new Chrome would.
        """
        return Exporter(self._settings, is_gone, self._line)

    def draw(self, figure: dict[str, Any], form: str, width: int, height: int, scale: float = 1.0) -> bytes:
        """A figure as "png", "svg" or "pdf", `width` by `height` pixels; a PNG has `scale` times as many.

        Raises
        ------
        NoBrowserError, ExportFailedError, ExporterBusyError
            When it could not be made; never later than the limits of time together.
        GivenUpError
            When nobody wants it any more.
        """
        return self._make({"figure": figure, "format": form, "width": width, "height": height, "scale": scale}, LIMIT_SECONDS)

    def print_page(self, page: str, limit_seconds: float = 2 * LIMIT_SECONDS) -> bytes:
        """An HTML page, whole in itself, as PDF on the paper its style sheet names; raises as :meth:`draw`."""
        return self._make({"page": page}, limit_seconds)

    def close(self) -> None:
        """End the exporter of this machine, if there is one."""
        record.end(make_private(self._folder))

    def _make(self, order: Order, limit_seconds: float) -> bytes:
        with self._turn():
            deadline = time.monotonic() + limit_seconds
            running = record.read(self._folder)
            if running:
                with contextlib.suppress(*LOST):
                    return self._ask(running, order, min(deadline, time.monotonic() + WARM_SECONDS))
                LOG.warning("The exporter failed and is started anew")
            return self._ask_anew(order, deadline)

    def _ask_anew(self, order: Order, deadline: float) -> bytes:
        record.end(self._folder)
        try:
            return self._ask(self._start(deadline), order, deadline)
        except LOST as error:
            record.end(self._folder)
            LOG.warning("A file could not be made: %r", error)
            late = " in time" if isinstance(error, TimeoutError) else ""
            raise ExportFailedError(f"The file could not be made{late}.", "Try again in a moment.") from error

    def _ask(self, running: record.Record, order: Order, deadline: float) -> bytes:
        """What the exporter makes of an order; one of `LOST` is raised when it is not to be trusted any more."""
        with socket.create_connection(("127.0.0.1", running.port), timeout=1.0) as wire:
            send(wire, pack({**order, "password": running.password}), deadline)
            answer, made = receive(wire, deadline, self._is_gone)
        if not answer["done"] or not made:
            raise ValueError(answer.get("why", "nothing was made"))
        return made

    # the queue

    @contextlib.contextmanager
    def _turn(self) -> Iterator[None]:
        """The only order of this machine, and no heavy job beside it: Chrome and a job do not fit into a small machine together."""
        make_private(self._folder)
        if not self._line.acquire(blocking=False):
            raise ExporterBusyError(OTHERS, "Try again in a moment.")
        try:
            deadline = time.monotonic() + WAIT_SECONDS
            queue, work = FileLock(self._folder / QUEUE_FILE), turn_lock(self._settings.jobs_folder)
            with self._held(queue, deadline, OTHERS), self._held(work, deadline, "Readings are being analysed just now."):
                yield
        finally:
            self._line.release()

    @contextlib.contextmanager
    def _held(self, lock: FileLock, deadline: float, message: str) -> Iterator[None]:
        try:
            lock.acquire(timeout=max(0.0, deadline - time.monotonic()), cancel_check=self._is_gone)
        except Timeout as taken:
            if self._is_gone():
                raise GivenUpError("Nobody waits for this file any more.") from taken
            raise ExporterBusyError(message, "Try again in a moment.") from taken
        try:
            yield
        finally:
            lock.release()

    # the process

    def _start(self, deadline: float) -> record.Record:
        """A new exporter, ready to be asked.

        Raises
        ------
        NoBrowserError
            When it finds no Chrome.
        OSError
            When it does not start, or is not ready in time.
        """
        record.sweep(self._folder)
        keeper = _Keeper(self._settings)
        answer = keeper.wait_for_answer(deadline)
        if "refused" in answer:
            raise NoBrowserError(*answer["refused"])
        running = record.read(self._folder)
        if running is None or running.pid != keeper.pid:
            keeper.kill()
            raise ChildProcessError("The exporter did not start.")
        return running


class _Keeper:
    """A thread that starts an exporter and stays until it has ended, then ends whatever is left of its group.

    On Linux the system kills an exporter when the *thread* that started it ends, so this must not be one that answers requests.
    """

    def __init__(self, settings: Settings) -> None:
        self.pid = 0
        self._settings = settings
        self._answered = threading.Event()
        self._answer: dict[str, Any] = {}
        try:
            threading.Thread(target=self._keep, daemon=True).start()
        except RuntimeError as error:
            raise ChildProcessError("No thread more can be started.") from error

    def wait_for_answer(self, deadline: float) -> dict[str, Any]:
        """What the exporter says of its start.

        Raises
        ------
        OSError
            When it says nothing until `deadline`; it is killed then.
        """
        if not self._answered.wait(max(0.0, deadline - time.monotonic())):
            self.kill()
            raise TimeoutError("The exporter does not answer.")
        return self._answer

    def kill(self) -> None:
        if self.pid:
            record.kill_group(self.pid)

    def _keep(self) -> None:
        try:
            self._run()
        except OSError as error:
            LOG.warning("No exporter could be started: %s", error)
        finally:
            self._answered.set()  # nobody waits for one that will say nothing

    def _run(self) -> None:
        process = subprocess.Popen(  # our own module, the settings go through a pipe
            [sys.executable, "-P", "-m", "dashboard.exporting.process"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=job_environment(),
            text=True,
            start_new_session=True,
        )
        self.pid = process.pid
        with contextlib.suppress(OSError), process.stdin as pipe:  # type: ignore[union-attr]  # they are pipes, see above
            json.dump({"settings": dataclasses.asdict(self._settings), "parent": os.getpid()}, pipe)
        with process.stdout as pipe:  # type: ignore[union-attr]
            self._answer = _parsed(pipe.readline())
            self._answered.set()
            process.wait()
        record.kill_group(process.pid)


def _parsed(line: str) -> dict[str, Any]:
    try:
        said = json.loads(line)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
