"""A sender killed at its work: the next one on the machine sends what it had refused, or was handing over, under the same key."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.factories import fill_recent, make_event
from tests.receivers import hook_server
from wattsup_core.alerting import AlertRule, MessageState
from wattsup_core.analysis.model_version import MODEL_VERSION
from wattsup_core.analysis.pipeline import Analysis
from wattsup_core.service.alerts.channels import add_channel
from wattsup_core.service.alerts.sender import Sender
from wattsup_core.settings import Settings
from wattsup_core.store import Store, open_store

METER = "m-home"
PATIENCE_SECONDS = 60.0
PROGRAM = """
import sys, threading
from wattsup_core.service.alerts.sender import Sender
from wattsup_core.settings import Settings
from wattsup_core.store import open_store
Sender(open_store(sys.argv[1]), Settings(alerts_to_private=True)).run(threading.Event())
"""


def wait_until(holds: Callable[[], object], why: str) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < until, why
        time.sleep(0.05)


@pytest.mark.parametrize("has_answered", [True, False])
def test_what_a_killed_sender_left_is_sent_by_the_next(tmp_path: Path, has_answered: bool) -> None:
    url, settings = f"sqlite:///{tmp_path / 'store.db'}", Settings(alerts_to_private=True)
    store, now = open_store(url), datetime.now(UTC)
    scored = fill_recent(store, now)
    killed = threading.Event()

    def refuse_first() -> int:
        if killed.is_set():
            return 204
        if not has_answered:
            killed.wait(PATIENCE_SECONDS)
        return 503

    with hook_server(refuse_first) as hook:
        add_channel(store, settings, hook.address, None, AlertRule())
        store.save_analysis(METER, 1, Analysis(scored, (make_event("e", start=now - timedelta(hours=2)),), MODEL_VERSION, ()))
        first = subprocess.Popen([sys.executable, "-c", PROGRAM, url])
        try:
            wait_until(lambda: store.outbox.messages(1)[0].reason if has_answered else hook.posted, "it was not tried")
        finally:
            first.kill()
            first.wait()
        killed.set()
        later = Store(url, lambda: datetime.now(UTC) + timedelta(minutes=1 if has_answered else 0))
        assert (later.outbox.next_due() or now) > datetime.now(UTC)
        stopped = threading.Event()
        second = Sender(later, settings, now=lambda: datetime.now(UTC) + timedelta(minutes=1 if has_answered else 0))
        thread = threading.Thread(target=second.run, args=(stopped,))
        thread.start()
        try:
            wait_until(lambda: store.outbox.next_due() is None, "it was not sent")
        finally:
            stopped.set()
            thread.join()
    assert [(each.state, each.tries) for each in store.outbox.messages(9)] == [(MessageState.SENT, 2)]
    assert len(hook.posted) == 2
    assert len({headers["Idempotency-Key"] for headers, _ in hook.posted}) == 1
