"""Sends what waits in the outbox, beside the scorer and never in its way.

As many messages are claimed as there are free threads, one of each channel, so that one that is slow holds no other up. Each is said,
which is kept and counts as a try, and handed over; that it was accepted is noted at once. Where the store fails before the words are kept,
the messages stay claimed, and are gone on with some seconds later. A claim outlasts every delivery, and before it the sender asks whether
its claim still stands. So a message goes twice only when a process is killed between the other side's word and its note, and then under
the same Message-ID or Idempotency-Key.

What fails is tried again after half a minute, then after twice as long each time, give or take a quarter, so that what failed together does
not come back together; after a day it is given up, with the last reason, but not before some tries: a machine may have slept for a day, and
wakes up before its network.
"""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from wattsup_core.analysis.alert_rules import is_worth_telling
from wattsup_core.errors import BusyError
from wattsup_core.processes import has_ended, new_holder
from wattsup_core.service.alerts.delivery import deliver
from wattsup_core.service.alerts.undelivered import UndeliveredError
from wattsup_core.service.alerts.wording import content_of
from wattsup_core.settings import Settings

if TYPE_CHECKING:
    from wattsup_core.store import ClaimedMessage, MessageContent, Store, ToldEvent

LOG = logging.getLogger(__name__)

AT_ONCE = 4
CLAIM_SECONDS = 300  # longer than a delivery and all tries to note it may take
LOOK_EVERY_SECONDS = 1.0
AFTER_FAILURE_SECONDS = 10.0
NOTES, BETWEEN_NOTES_SECONDS = 5, 2.0
OUR_MISTAKE = "WattsUp made a mistake of its own; its log says more."
NOTHING_LEFT = "Later readings explained it, or it was answered, before it was sent."

Deliver = Callable[["Settings", str, "MessageContent", str, datetime], None]
"""Hands a message over to an address, or raises `UndeliveredError`."""


@dataclass(frozen=True)
class RetryPolicy:
    """How long to go on trying: waits double from `first_wait`.

    A message is given up when it would be older than `longest` at the next try, but not before `least_tries`; or after `most_tries`.
    """

    first_wait: timedelta = timedelta(seconds=30)
    longest: timedelta = timedelta(hours=24)
    least_tries: int = 5
    most_tries: int = 13
    jitter: float = 0.25

    def next_try(self, message: ClaimedMessage, now: datetime) -> datetime | None:
        """When a message is tried next, that has just failed; `None` when it is given up."""
        pause = self.first_wait * 2 ** (message.tries - 1) * random.uniform(1 - self.jitter, 1 + self.jitter)
        due = now + pause
        is_young = due <= message.created_at + self.longest or message.tries < self.least_tries
        return due if is_young and message.tries < self.most_tries else None


class Sender:
    """Sends the messages of `store`; `holder` is the name it claims them under."""

    def __init__(
        self,
        store: Store,
        settings: Settings,
        *,
        retry_policy: RetryPolicy = RetryPolicy(),
        hand_over: Deliver = deliver,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._outbox, self._settings = store.outbox, settings
        self._retry_policy, self._hand_over, self._now = retry_policy, hand_over, now
        self._holder = new_holder()
        self._accepted: set[int] = set()
        self._claimed: list[ClaimedMessage] = []
        self._has_taken_over = False
        self._running: dict[Future[None], str] = {}
        self.has_waiting = False
        """Whether messages wait, now or for their next try."""

    def run(self, stopped: threading.Event) -> None:
        """Send until `stopped`, first what a killed sender had claimed; what is being handed over then is waited for."""
        with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="alert") as pool:
            while not stopped.is_set():
                try:
                    self._take_over()
                    count = self.begin_due(pool)
                    self.has_waiting = bool(count) or self._outbox.next_due() is not None
                except Exception:
                    LOG.exception("A round of sending alerts failed")
                    count = 0
                    stopped.wait(AFTER_FAILURE_SECONDS)
                if not count:
                    self._rest(stopped)

    def _take_over(self) -> None:
        """Once, have the claims of senders that have ended given back."""
        if not self._has_taken_over:
            self._outbox.release(has_ended)
            self._has_taken_over = True

    def begin_due(self, pool: ThreadPoolExecutor) -> int:
        """Begin with messages that are due, as many as there are free threads, one of each channel; how many there were.

        Those that were claimed when the store failed come first.
        """
        self._running = {one: channel_id for one, channel_id in self._running.items() if not one.done()}
        self._claimed = messages = self._claimed or self._claim()
        ready = self._prepare(messages)
        self._claimed = []
        for message, content in ready:
            self._running[pool.submit(self._try, message, content)] = message.channel.channel_id
        return len(messages)

    def _claim(self) -> list[ClaimedMessage]:
        free = AT_ONCE - len(self._running)
        due = self._outbox.next_due() if free else None
        if due is None or due > self._now():
            return []
        return self._outbox.claim(self._holder, free, CLAIM_SECONDS, frozenset(self._running.values()))

    def _rest(self, stopped: threading.Event) -> None:
        """Wait a little, or until a thread is free again."""
        if self._running:
            wait(self._running, LOOK_EVERY_SECONDS, FIRST_COMPLETED)
        else:
            stopped.wait(LOOK_EVERY_SECONDS)

    def _prepare(self, messages: Sequence[ClaimedMessage]) -> list[tuple[ClaimedMessage, MessageContent | None]]:
        """The messages that are ours to send, with what they say: written at the first try, and kept for all others.

        Of one that was accepted, which could not be noted, nothing is left to send.
        """
        noted = [(message, None) for message in messages if message.message_key in self._accepted]
        said = [each for message in messages if message.message_key not in self._accepted and (each := self._say(message)) is not None]
        ours = self._outbox.keep_all(self._holder, said, CLAIM_SECONDS) if said else frozenset()
        return [*noted, *((message, content) for message, content, _ in said if message.message_key in ours)]

    def _say(self, message: ClaimedMessage) -> tuple[ClaimedMessage, MessageContent, list[ToldEvent] | None] | None:
        """A message, what it says, and of which events; `None` when nothing is left to say, and `BusyError` while the store is busy."""
        if message.content is not None:
            return message, message.content, None
        try:
            rule = message.channel.rule
            told = [each for each in self._outbox.told_events(message) if is_worth_telling(each.event, rule)]
            if told:
                return message, content_of(told, self._settings.public_url), told
            self._outbox.withdraw(message, self._holder, NOTHING_LEFT)
        except BusyError:
            raise
        except Exception:
            LOG.exception("The alert %s could not be put into words", message.message_id)
            self._fail(message, OUR_MISTAKE)
        return None

    def _try(self, message: ClaimedMessage, content: MessageContent | None) -> None:
        """Try one message; whatever it brings, the others go on."""
        try:
            if content is not None:
                self._hand_over(self._settings, message.channel.address, content, message.message_id, message.created_at)
                self._accepted.add(message.message_key)
        except UndeliveredError as error:
            self._fail(message, error.reason)
        except Exception:
            LOG.exception("The alert %s could not be sent", message.message_id)
            self._fail(message, OUR_MISTAKE)
        else:
            self._note_sent(message)

    def _note_sent(self, message: ClaimedMessage) -> None:
        """Note that a message was accepted; where that fails now, the next claim on it does no more than that."""
        for _ in range(NOTES):
            try:
                self._outbox.mark_sent(message)
            except Exception:
                LOG.exception("The alert %s was sent, which could not be noted yet", message.message_id)
                time.sleep(BETWEEN_NOTES_SECONDS)
            else:
                self._accepted.discard(message.message_key)
                return

    def _fail(self, message: ClaimedMessage, reason: str) -> None:
        try:
            self._outbox.mark_failed(message, self._holder, reason, self._retry_policy.next_try(message, self._now()))
        except Exception:
            LOG.exception("That the alert %s failed could not be noted; its claim runs out", message.message_id)
