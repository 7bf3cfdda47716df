"""From a reading that is posted to the alert that is sent, through the processes of an installation, one of them killed on the way."""

from __future__ import annotations

import json
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from tests.e2e.conftest import Server, free_port
from tests.factories import daily_curve, make_meter
from tests.receivers import hook_server
from wattsup_core.alerting import AlertRule, MessageState
from wattsup_core.service.access import issue_token
from wattsup_core.service.alerts.channels import add_channel
from wattsup_core.settings import Settings
from wattsup_core.store import Store, open_store
from wattsup_core.types import Scope

pytestmark = pytest.mark.e2e

METER = "m-home"
DAYS, LIVE_HOURS = 40, 3
PATIENCE_SECONDS = 150.0


def post(url: str, token: str, readings: list[dict[str, object]]) -> None:
    body = json.dumps({"readings": readings}).encode()
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    request = urllib.request.Request(f"{url}/api/v1/meters/{METER}/readings", body, headers)  # noqa: S310
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
        assert answer.status == 202


def wait_until(holds: Callable[[], object], why: str) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < until, why
        time.sleep(0.1)


@contextmanager
def page_left_open(url: str) -> Iterator[None]:
    """Ask for the news of the meter once a second, as a page does that is left open."""
    closed = threading.Event()

    def ask() -> None:
        while not closed.wait(1.0):
            with urllib.request.urlopen(f"{url}/live/news?meter={METER}", timeout=30) as answer:  # noqa: S310
                answer.read()

    page = threading.Thread(target=ask)
    page.start()
    try:
        yield
    finally:
        closed.set()
        page.join()


def test_a_spike_that_is_posted_becomes_one_alert_though_its_scorer_is_killed(tmp_path: Path) -> None:
    end = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    kwh = daily_curve(DAYS, 30) * np.random.default_rng(3).lognormal(0, 0.1, DAYS * 48)
    kwh[-LIVE_HOURS * 2 :] += 4.0
    stamps = [end - timedelta(minutes=30 * (len(kwh) - at)) for at in range(len(kwh))]
    readings: list[dict[str, object]] = [
        {"timestamp": stamp.isoformat(), "kwh": round(float(value), 4)} for stamp, value in zip(stamps, kwh, strict=True)
    ]
    server = Server(tmp_path, free_port(), extra={"WATTSUP_ALERTS_TO_PRIVATE": "1", "PUBLIC_URL": "https://wattsup.example.com"})
    store: Store = open_store(server.settings.database_url)
    store.migrate()
    store.add_meter(make_meter(METER))
    _, token = issue_token(store, METER, Scope.WRITE)
    with hook_server(lambda: 204) as hook:
        add_channel(store, Settings(alerts_to_private=True), hook.address, None, AlertRule())
        server.start()
        try:
            with page_left_open(server.url):
                post(server.url, token, readings[: -LIVE_HOURS * 2])
                wait_until(lambda: not store.waiting(), "the history was not analysed")
                assert store.outbox.messages(9) == []  # history is no news
                for one in readings[-LIVE_HOURS * 2 :]:
                    post(server.url, token, [one])
                wait_until(lambda: store.outbox.messages(9), "no alert was queued")
                assert server.kill_scorer()
                wait_until(lambda: hook.posted, "the alert was not sent")
                wait_until(lambda: store.outbox.next_due() is None, "the alert was not noted as sent")
                events = store.events(METER)
        finally:
            server.stop()
    assert {each.state for each in store.outbox.messages(9)} == {MessageState.SENT}
    assert len({headers["Idempotency-Key"] for headers, _ in hook.posted}) == len(store.outbox.messages(9)) == 1
    told = hook.posted[-1][1]["events"]
    assert [each["event_id"] for each in told] == [event.event_id for event in events][-1:]
    assert told[0]["url"] == f"https://wattsup.example.com/?meter={METER}&event={told[0]['event_id']}"
