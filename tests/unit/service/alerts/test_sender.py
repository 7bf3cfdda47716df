"""The sender: what it tries, when it tries again, and that what was accepted is never sent again."""

from __future__ import annotations

import itertools
import queue
import random
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.factories import START, Clock, fill_recent, make_event, make_meter, make_readings, make_scored, make_upload
from tests.receivers import BROKEN_GOODBYE, FATES, mail_server
from wattsup_core.alerting import AlertRule, MessageState
from wattsup_core.analysis.model_version import MODEL_VERSION
from wattsup_core.analysis.pipeline import Analysis
from wattsup_core.answered import Answer
from wattsup_core.errors import BusyError
from wattsup_core.service.alerts import sender as sender_module
from wattsup_core.service.alerts.channels import add_channel, send_test
from wattsup_core.service.alerts.delivery import LONGEST_SECONDS
from wattsup_core.service.alerts.fence import CUT_EVERY_SECONDS
from wattsup_core.service.alerts.sender import AT_ONCE, CLAIM_SECONDS, NOTHING_LEFT, RetryPolicy, Sender
from wattsup_core.service.alerts.undelivered import UndeliveredError
from wattsup_core.settings import Settings
from wattsup_core.store import MessageContent, Store
from wattsup_core.store.connection import PRAGMAS
from wattsup_core.types import AnomalyEvent

METER = "m-home"
ROWS = make_readings(days=30)
END = START + timedelta(days=30)
SETTINGS = Settings(public_url="https://wattsup.example.com", alerts_to_private=True)


class Receiver:
    """Stands for the other side: takes what it is handed, or refuses it."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, MessageContent, str]] = []
        self.refusal = ""
        self.keys: list[str] = []

    def __call__(self, settings: Settings, address: str, content: MessageContent, message_id: str, created_at: datetime) -> None:
        self.keys.append(message_id)
        if self.refusal:
            raise UndeliveredError(self.refusal)
        self.taken.append((address, content, message_id))


@pytest.fixture
def clock() -> Clock:
    return Clock(END)


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Store:
    opened = Store(f"sqlite:///{tmp_path / 'store.db'}", clock)
    opened.migrate()
    opened.add_meter(make_meter())
    opened.save_upload(make_upload("u-1", (METER,)), [(METER, ROWS)])
    find(opened)
    add_channel(opened, SETTINGS, "https://example.com/hook", None, AlertRule())
    return opened


@pytest.fixture
def receiver() -> Receiver:
    return Receiver()


@pytest.fixture
def send(store: Store, clock: Clock, receiver: Receiver) -> Callable[[], int]:
    sender = Sender(store, SETTINGS, hand_over=receiver, now=clock)
    return lambda: send_all(sender)


def send_all(sender: Sender) -> int:
    """Have a sender try everything that is due; how much that was."""
    count = 0
    while True:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            begun = sender.begin_due(pool)
        if not begun:
            return count
        count += begun


def find(store: Store, *events: AnomalyEvent) -> None:
    store.save_analysis(METER, 1, Analysis(make_scored(ROWS, model_version=MODEL_VERSION), events, MODEL_VERSION, ()))


def event(event_id: str = "a", hours_ago: float = 6, **changes: Any) -> AnomalyEvent:
    return make_event(event_id, start=END - timedelta(hours=hours_ago), hours=1, **changes)


def is_busy(*_: object) -> frozenset[int]:
    """Stands for a call of a store that another process writes to."""
    raise BusyError("The database is busy.")


def state(store: Store) -> MessageState:
    return store.outbox.messages(1)[0].state


def test_a_message_says_what_there_is_when_it_is_sent(store: Store, send: Callable[[], int], receiver: Receiver) -> None:
    find(store, event(severity=40))
    find(store, event(severity=82))
    assert send() == 1
    ((address, content, message_id),) = receiver.taken
    assert address == "https://example.com/hook"
    assert content.subject == "WattsUp: High evening use, Home, Tue 3 Feb 2026, 18:00"
    assert "Home, Tue 3 Feb 2026, 18:00 – 19:00 (Europe/London)" in content.text
    assert "That cost 0.84 GBP more than usual." in content.text
    assert "How sure: medium. Severity: 82 of 100." in content.text
    assert content.text.endswith("https://wattsup.example.com/?meter=m-home&event=a")
    assert content.payload["events"][0]["severity"] == 82
    assert content.payload["events"][0]["meter"]["name"] == "Home"
    assert [(each.state, each.message_id, each.subject) for each in store.outbox.messages(5)] == [
        (MessageState.SENT, message_id, content.subject)
    ]
    assert send() == 0


def test_what_fails_is_tried_again_after_ever_longer_waits_and_given_up_after_a_day(
    store: Store, clock: Clock, send: Callable[[], int], receiver: Receiver
) -> None:
    find(store, event())
    receiver.refusal = "The mail server answered 451 Later."
    tries = [clock.now]
    while send():
        due = store.outbox.next_due()
        if due is not None:
            clock.now = due
            tries.append(due)
    (message,) = store.outbox.messages(5)
    assert (message.state, message.reason) == (MessageState.GIVEN_UP, receiver.refusal)
    assert len(tries) == len(receiver.keys) == message.tries
    assert len(set(receiver.keys)) == 1  # the same key in every try
    waits = [(later - before).total_seconds() for before, later in itertools.pairwise(tries)]
    assert 21 <= waits[0] <= 38
    assert all(1.1 <= longer / shorter <= 3.5 for shorter, longer in itertools.pairwise(waits))
    assert 4 * 3600 < (tries[-1] - tries[0]).total_seconds() <= 24 * 3600


@pytest.mark.parametrize("slept", [timedelta(hours=23.5), timedelta(hours=25), timedelta(days=9)])
def test_a_machine_that_slept_wakes_up_before_its_network(
    store: Store, clock: Clock, send: Callable[[], int], receiver: Receiver, slept: timedelta
) -> None:
    find(store, event())
    clock.now += slept
    receiver.refusal = "There is no server with the name example.com."
    for _ in range(4):
        assert send() == 1
        clock.now = store.outbox.next_due() or clock.now
    assert state(store) is MessageState.WAITING
    receiver.refusal = ""
    assert send() == 1
    assert state(store) is MessageState.SENT


def test_what_fails_for_long_after_a_day_is_given_up(store: Store, clock: Clock, send: Callable[[], int], receiver: Receiver) -> None:
    find(store, event())
    clock.now += timedelta(hours=25)
    receiver.refusal = "No."
    while send():
        clock.now = store.outbox.next_due() or clock.now
    assert (state(store), len(receiver.keys)) == (MessageState.GIVEN_UP, RetryPolicy().least_tries)


def test_waits_are_spread(store: Store) -> None:
    find(store, event())
    (message,) = store.outbox.claim("s", 1, 60)
    waits = {RetryPolicy().next_try(message, END) for _ in range(20)}
    assert len(waits) > 10


def test_later_tries_say_what_the_first_said(store: Store, clock: Clock, send: Callable[[], int], receiver: Receiver) -> None:
    find(store, event(severity=40))
    receiver.refusal = "Later."
    send()
    find(store, event(severity=90))
    receiver.refusal = ""
    clock.now += timedelta(minutes=1)
    send()
    assert receiver.taken[0][1].payload["events"][0]["severity"] == 40


def test_what_was_answered_before_it_was_sent_is_not_sent(store: Store, send: Callable[[], int], receiver: Receiver) -> None:
    find(store, event())
    store.answer_event(METER, "a", Answer.EXPECTED)
    assert send() == 1
    assert receiver.keys == []
    (message,) = store.outbox.messages(5)
    assert (message.state, message.reason) == (MessageState.WITHDRAWN, NOTHING_LEFT)


def test_a_mistake_of_ours_fails_its_message_alone(
    store: Store, clock: Clock, caplog: pytest.LogCaptureFixture, receiver: Receiver
) -> None:
    find(store, event("a"), event("b", 4))

    def hand_over(settings: Settings, address: str, content: MessageContent, message_id: str, created_at: datetime) -> None:
        if "event=a" in content.text:
            raise KeyError("ours")
        receiver(settings, address, content, message_id, created_at)

    send_all(Sender(store, SETTINGS, hand_over=hand_over, now=clock))
    assert sorted(each.state for each in store.outbox.messages(5)) == [MessageState.SENT, MessageState.WAITING]
    assert "could not be sent" in caplog.text
    assert "hook" not in caplog.text


def test_what_was_accepted_but_could_not_be_noted_is_noted_later_and_not_sent_again(
    store: Store, clock: Clock, receiver: Receiver, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    find(store, event())
    monkeypatch.setattr(sender_module, "BETWEEN_NOTES_SECONDS", 0.0)
    sender = Sender(store, SETTINGS, hand_over=receiver, now=clock)

    def fail(message: object) -> None:
        raise OSError("disk full")

    with monkeypatch.context() as broken:
        broken.setattr(store.outbox, "mark_sent", fail)
        send_all(sender)
    assert state(store) is MessageState.WAITING
    clock.now += timedelta(hours=1)
    assert send_all(sender) == 1
    assert state(store) is MessageState.SENT
    assert len(receiver.keys) == 1


def test_a_round_that_fails_does_not_end_the_sender(
    store: Store, clock: Clock, receiver: Receiver, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(sender_module, "AFTER_FAILURE_SECONDS", 0.01)
    monkeypatch.setattr(sender_module, "LOOK_EVERY_SECONDS", 0.01)
    find(store, event())
    stopped, asked = threading.Event(), Counter[str]()
    real = store.outbox.next_due

    def next_due() -> datetime | None:
        asked["n"] += 1
        if asked["n"] == 1:
            raise OSError("gone for a moment")
        if state(store) is MessageState.SENT:
            stopped.set()
        return real()

    monkeypatch.setattr(store.outbox, "next_due", next_due)
    Sender(store, SETTINGS, hand_over=receiver, now=clock).run(stopped)
    assert len(receiver.taken) == 1
    assert "A round of sending alerts failed" in caplog.text


@pytest.mark.parametrize("asked", ["keep_all", "told_events"])
def test_what_was_claimed_when_the_store_failed_is_sent_once_it_works_again(
    store: Store, clock: Clock, receiver: Receiver, monkeypatch: pytest.MonkeyPatch, asked: str
) -> None:
    """No claim keeps it for minutes, and no try is counted that was none."""
    find(store, event())
    sender = Sender(store, SETTINGS, hand_over=receiver, now=clock)
    with monkeypatch.context() as broken:
        broken.setattr(store.outbox, asked, is_busy)
        for _ in range(3):
            with pytest.raises(BusyError):
                send_all(sender)
            clock.now += timedelta(seconds=10)
    assert (receiver.keys, store.outbox.messages(1)[0].tries) == ([], 0)
    assert send_all(sender) == 1
    assert (len(receiver.taken), state(store), store.outbox.messages(1)[0].tries) == (1, MessageState.SENT, 1)
    assert send_all(sender) == 0


def test_what_another_has_sent_meanwhile_is_not_sent_again_when_the_store_works(
    store: Store, clock: Clock, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    find(store, event())
    slow = Sender(store, SETTINGS, hand_over=receiver, now=clock)
    with monkeypatch.context() as broken:
        broken.setattr(store.outbox, "keep_all", is_busy)
        with pytest.raises(BusyError):
            send_all(slow)
    clock.now += timedelta(seconds=CLAIM_SECONDS + 1)
    assert send_all(Sender(store, SETTINGS, hand_over=receiver, now=clock)) == 1
    send_all(slow)
    assert (len(receiver.keys), state(store)) == (1, MessageState.SENT)


def test_what_cannot_be_put_into_words_counts_as_tried(
    store: Store, clock: Clock, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sender_module, "content_of", lambda *_: {}["ours"])
    find(store, event())
    sender = Sender(store, SETTINGS, hand_over=receiver, now=clock)
    while send_all(sender):
        clock.now = store.outbox.next_due() or clock.now
    (message,) = store.outbox.messages(5)
    assert (message.state, receiver.keys) == (MessageState.GIVEN_UP, [])
    assert RetryPolicy().least_tries <= message.tries <= RetryPolicy().most_tries


def test_what_a_process_that_has_ended_was_sending_is_sent_at_once(
    store: Store, clock: Clock, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sender_module, "LOOK_EVERY_SECONDS", 0.01)
    find(store, event())
    program = "from wattsup_core.processes import new_holder; print(new_holder())"
    gone = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.strip()
    assert len(store.outbox.claim(gone, 8, CLAIM_SECONDS)) == 1
    stopped = threading.Event()

    def hand_over(*told: Any) -> None:
        receiver(*told)
        stopped.set()

    timer = threading.Timer(20, stopped.set)
    timer.start()
    Sender(store, SETTINGS, hand_over=hand_over, now=clock).run(stopped)
    timer.cancel()
    assert len(receiver.taken) == 1
    assert state(store) is MessageState.SENT


def test_a_slow_channel_holds_no_other_up(store: Store) -> None:
    add_channel(store, SETTINGS, "https://example.com/slow", None, AlertRule())
    find(store, *(event(f"e{n}", n + 1) for n in range(6)))
    released, taken = threading.Event(), queue.Queue[str]()

    def hand_over(settings: Settings, address: str, content: MessageContent, message_id: str, created_at: datetime) -> None:
        if address.endswith("slow"):
            released.wait(60)
        taken.put(address)

    stopped = threading.Event()
    thread = threading.Thread(target=Sender(store, SETTINGS, hand_over=hand_over, now=lambda: END).run, args=(stopped,))
    thread.start()
    try:
        assert [taken.get(timeout=30) for _ in range(6)] == ["https://example.com/hook"] * 6
        find(store, *(event(f"e{n}", n + 1) for n in range(7)))
        assert taken.get(timeout=30) == "https://example.com/hook"  # nor what has come since
        released.set()
        assert [taken.get(timeout=30) for _ in range(7)] == ["https://example.com/slow"] * 7
    finally:
        released.set()
        stopped.set()
        thread.join()


def test_no_more_is_claimed_than_is_begun_with(store: Store) -> None:
    for number in range(2 * AT_ONCE):
        add_channel(store, SETTINGS, f"https://example.com/{number}", None, AlertRule())
    find(store, event())
    released, begun = threading.Event(), threading.Semaphore(0)

    def hand_over(settings: Settings, address: str, content: MessageContent, message_id: str, created_at: datetime) -> None:
        begun.release()
        released.wait(60)

    sender = Sender(store, SETTINGS, hand_over=hand_over, now=lambda: END)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        try:
            assert sender.begin_due(pool) == AT_ONCE
            assert all(begun.acquire(timeout=30) for _ in range(AT_ONCE))
            assert sender.begin_due(pool) == 0
        finally:
            released.set()
    assert sum(each.tries for each in store.outbox.messages(99)) == AT_ONCE


def test_a_claim_outlasts_a_delivery_and_the_notes_of_it() -> None:
    busy_seconds = max(int(pragma.rpartition(" ")[2]) for pragma in PRAGMAS if "busy_timeout" in pragma) / 1000
    noting = sender_module.NOTES * (sender_module.BETWEEN_NOTES_SECONDS + busy_seconds)
    assert LONGEST_SECONDS + CUT_EVERY_SECONDS + noting < CLAIM_SECONDS


def test_a_mail_server_that_fails_now_and_then_gets_each_letter_once(tmp_path: Path) -> None:
    """The same as a soak of ten thousand, in small: `tests/bench/soak_alerts.py`."""
    chance = random.Random(5)
    fate = lambda: chance.choice([*FATES, BROKEN_GOODBYE]) if chance.random() < 0.4 else ""  # noqa: E731
    store = Store(f"sqlite:///{tmp_path / 'store.db'}", lambda: datetime.now(UTC))
    now = datetime.now(UTC)
    scored = fill_recent(store, now)
    with mail_server(fate) as box:
        settings = Settings(smtp_url=f"smtp://127.0.0.1:{box.port}", mail_from="alerts@example.com")
        for number in range(12):
            add_channel(store, settings, f"p{number}@example.org", None, AlertRule())
        events = tuple(make_event(f"e{n}", start=now - timedelta(hours=n + 2), hours=0.5) for n in range(5))
        store.save_analysis(METER, 1, Analysis(scored, events, MODEL_VERSION, ()))
        retry_policy = RetryPolicy(first_wait=timedelta(milliseconds=1), most_tries=60)
        sender, stopped = Sender(store, settings, retry_policy=retry_policy), threading.Event()
        thread = threading.Thread(target=sender.run, args=(stopped,))
        thread.start()
        while store.outbox.next_due() is not None:
            stopped.wait(0.05)
        stopped.set()
        thread.join()
    assert {each.state for each in store.outbox.messages(99)} == {MessageState.SENT}
    assert box.refused > 5
    assert len(box.ids) == len(set(box.ids)) == 60


def test_a_test_says_what_came_of_it(tmp_path: Path, store: Store) -> None:
    with mail_server() as box:
        settings = Settings(smtp_url=f"smtp://127.0.0.1:{box.port}", mail_from="alerts@example.com", public_url="https://w.example.com")
        channel = add_channel(store, settings, "jane@example.org", None, AlertRule())
        is_sent, told = send_test(store, settings, channel.channel_id)
    assert (is_sent, box.letters[0]["Subject"]) == (True, "WattsUp: A test of your alerts")
    assert "jane@example.org" in told
    assert send_test(store, settings, channel.channel_id) == (
        False,
        "The test was not sent: The mail server takes no connections there.",
    )
