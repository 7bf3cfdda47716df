"""Ten thousand alerts through a mail server that fails three times in ten: all sent, none twice after it has said 250.

Run with ``python -m tests.bench.soak_alerts [--alerts N] [--fails 0.3]``. Ends with exit status 1 when an alert was lost or doubled.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from tests.factories import fill_recent, make_event
from tests.receivers import BROKEN_GOODBYE, FATES, mail_server
from wattsup_core.alerting import AlertRule
from wattsup_core.analysis.model_version import MODEL_VERSION
from wattsup_core.analysis.pipeline import Analysis
from wattsup_core.service.alerts.sender import RetryPolicy, Sender
from wattsup_core.settings import Settings
from wattsup_core.store import AlertChannel, Store, open_store

METER = "m-home"
EVENTS_EACH = 10
TELL_EVERY_SECONDS = 15.0


def main() -> int:
    """Queue, send, count."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--alerts", type=int, default=10_000)
    parser.add_argument("--fails", type=float, default=0.3)
    args = parser.parse_args()
    chance = random.Random(1)

    def fate() -> str:
        if chance.random() < args.fails:
            return chance.choice(FATES)
        return BROKEN_GOODBYE if chance.random() < 0.05 else ""

    with tempfile.TemporaryDirectory() as folder, mail_server(fate) as box:
        store = open_store(f"sqlite:///{folder}/store.db")
        began = time.monotonic()
        count = _queue(store, args.alerts)
        print(f"{count:,} alerts queued in {time.monotonic() - began:.0f} s", flush=True)
        settings = Settings(smtp_url=f"smtp://127.0.0.1:{box.port}", mail_from="alerts@example.com")
        took = _send(store, settings, lambda: len(box.letters))
        states = Counter(each.state.value for each in store.outbox.messages(2 * count))
        tries = sum(each.tries for each in store.outbox.messages(2 * count))
        doubled = len(box.ids) - len(set(box.ids))
        print("| alerts | tries | refused | said 250 | twice | states | s |\n|--:|--:|--:|--:|--:|---|--:|")
        print(f"| {count:,} | {tries:,} | {box.refused:,} | {len(box.ids):,} | {doubled} | {dict(states)} | {took:.0f} |")
        return 0 if states == {"sent": count} and len(box.ids) == count and not doubled else 1


def _queue(store: Store, alerts: int) -> int:
    """One analysis that finds ten events, on a meter with a tenth as many channels as alerts are wanted."""
    now = datetime.now(UTC)
    scored = fill_recent(store, now)
    channels = alerts // EVENTS_EACH
    for number in range(channels):
        address = f"person{number}@example.org"
        store.outbox.add_channel(AlertChannel(f"c{number}", None, address, address, AlertRule(), now), channels)
    events = tuple(make_event(f"e{n}", start=now - timedelta(hours=n + 2), hours=0.5) for n in range(EVENTS_EACH))
    store.save_analysis(METER, 1, Analysis(scored, events, MODEL_VERSION, ()))
    return channels * EVENTS_EACH


def _send(store: Store, settings: Settings, taken: Callable[[], int]) -> float:
    """Send until nothing waits [s]."""
    retry_policy = RetryPolicy(first_wait=timedelta(seconds=1), most_tries=60)
    sender, stopped = Sender(store, settings, retry_policy=retry_policy), threading.Event()
    thread = threading.Thread(target=sender.run, args=(stopped,))
    began = told = time.monotonic()
    thread.start()
    while store.outbox.next_due() is not None:
        time.sleep(0.5)
        if time.monotonic() - told > TELL_EVERY_SECONDS:
            told = time.monotonic()
            print(f"  {taken():,} after {told - began:.0f} s", flush=True)
    stopped.set()
    thread.join()
    return time.monotonic() - began


if __name__ == "__main__":
    sys.exit(main())
