"""Runs Dash's background callbacks as jobs in processes of their own (see :mod:`dashboard.jobs`).

Dash's own manager forks the threaded server, shares a cached result between everybody who asks the same, and says nothing when a
child dies. This one starts a fresh interpreter for each job, gives each start a key of its own, kills only what it has started, and
turns a dead or silent child into an outcome the page shows.
"""

from __future__ import annotations

import dataclasses
import json
import logging
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from typing import Any

import psutil
from dash.background_callback.managers import BaseBackgroundCallbackManager

from dashboard.jobs import JOBS, SILENCE_SECONDS, STORED_BY
from wattsup_core.board import Board
from wattsup_core.processes import ProcessMark
from wattsup_core.settings import Settings, job_environment

LOG = logging.getLogger(__name__)


Picture = Callable[[str, float], list[Any]]
"""Makes of a step and its share what the progress outputs of a callback show."""


class JobRunner(BaseBackgroundCallbackManager):
    """Dash's background callback manager over :class:`~wattsup_core.board.Board`.

    A job is known to the browser by a random token that Dash signs; the process behind it stands on the board.

    Parameters
    ----------
    settings
        Where the board is; each job gets them.
    pictures
        How the progress of a job is shown, by the job's name.
    """

    def __init__(self, settings: Settings, pictures: Mapping[str, Picture]) -> None:
        self._settings = settings
        self._pictures = pictures
        self._board = Board(settings.board_folder)
        super().__init__(cache_by=None)  # type: ignore[no-untyped-call]

    # starting

    def build_cache_key(self, fn: Any, args: Any, cache_args_to_ignore: Any, triggered: Any) -> str:  # noqa: ARG002  # Dash's signature
        """A key that no other start has: a result belongs to the page that asked for it, whatever it asked."""
        return uuid.uuid4().hex

    def make_job_fn(self, fn: Callable[..., Any], progress: Any, key: str | None = None) -> str:  # noqa: ARG002  # Dash's signature
        """The name under which the child finds the job."""
        if JOBS.get(fn.__name__) is not fn:
            raise TypeError(f"{fn.__qualname__} is not one of the jobs in dashboard.jobs.")
        return fn.__name__

    def call_job_fn(self, key: str, job_fn: str, args: Any, context: Any) -> str:  # noqa: ARG002  # Dash's signature
        """Start the job; its token."""
        order = {"job": job_fn, "key": key, "arguments": list(args), "settings": dataclasses.asdict(self._settings)}
        process = subprocess.Popen(  # our own module, the order goes through a pipe
            [sys.executable, "-P", "-m", "dashboard.jobs"],
            stdin=subprocess.PIPE,
            env=job_environment(),
            text=True,
            start_new_session=True,
        )
        token = uuid.uuid4().hex
        self._board.put(f"{key}-job", job_fn)
        self._board.put(_record(token), {"process": str(ProcessMark.of(process.pid)), "started": time.monotonic(), "key": key})
        with process.stdin as pipe:  # type: ignore[union-attr]  # it is a pipe, see above
            json.dump(order, pipe)
        threading.Thread(target=process.wait, daemon=True).start()  # no zombie stays when nobody asks for the result
        return token

    # watching

    def job_running(self, job: Any) -> bool:
        """Whether the job's process is there and has given a sign of life lately."""
        record = self._board.get(_record(job))
        process = _process(record)
        if record is None or process is None:
            return False
        last_sign = self._board.get(f"{record['key']}-beat") or record["started"]
        return bool(time.monotonic() - last_sign < SILENCE_SECONDS)

    def get_progress(self, key: str) -> Any:
        """What the page shows of the job's progress, when it has changed since it was asked for."""
        told = self._board.take(f"{key}-progress")
        picture = self._pictures.get(self._board.get(f"{key}-job") or "")
        return picture(*told) if told and picture else None

    def result_ready(self, key: str) -> bool:
        """Whether the job has left its outcome."""
        return self._board.get(key) is not None

    def get_result(self, key: str, job: Any) -> Any:
        """The job's outcome; `UNDEFINED` while there is none."""
        outcome = self._board.take(key)
        if outcome is not None:
            return outcome
        if not job or self.job_running(job):
            return self.UNDEFINED
        self._kill(job)
        return self._board.take(key) or {"stopped": True, "stored": self._stored(key)}  # it may have ended between the two looks

    def _stored(self, key: str) -> bool | None:
        return STORED_BY.get(self._board.get(f"{key}-step") or "waiting")

    def get_updated_props(self, key: str) -> dict[str, Any]:  # noqa: ARG002  # Dash's signature
        """Nothing: jobs know no page."""
        return {}

    # ending

    def terminate_job(self, job: Any) -> None:
        """Stop a job, and what it has started, at once; while it stores it may finish that first, so that we know what became of it.

        What `job` does not name by a token of ours is left alone.
        """
        record = self._board.get(_record(job))
        if record is None:
            return
        key = record["key"]
        self._board.put(f"{key}-cancel", True)
        if self._stored(key) is None:
            return
        # Before the kill: a page that asks while the process dies would hear that it was stopped by something else.
        self._board.put(key, {"cancelled": True, "stored": self._stored(key)})
        self._kill(job)

    def terminate_unhealthy_job(self, job: Any) -> bool:
        """Kill a job that is silent; whether there was one."""
        if self._board.get(_record(job)) is None or self.job_running(job):
            return False
        self.terminate_job(job)
        return True

    def _kill(self, job: Any) -> None:
        process = _process(self._board.get(_record(job)))
        if process is None:
            return
        try:
            family = [*process.children(recursive=True), process]
        except psutil.NoSuchProcess:
            return
        for member in family:
            try:
                member.kill()
            except psutil.NoSuchProcess:
                LOG.debug("Process %s has ended by itself", member.pid)
        psutil.wait_procs(family, timeout=2)

    def get_or_create_signing_secret(self, generate: Callable[[], bytes]) -> bytes:
        """The secret that signs what the browser holds of a job, the same in every web process."""
        return self._board.first("signing-secret", generate().decode()).encode()


def _record(job: Any) -> str:
    return f"job-{job}"


def _process(record: Any) -> psutil.Process | None:
    """The process a record tells of; `None` when it is gone, even when another has its number now."""
    mark = ProcessMark.read(record.get("process")) if isinstance(record, dict) else None
    return mark.find() if mark else None
