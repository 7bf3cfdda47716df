"""What the store tells of alerts."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from wattsup_core.alerting import AlertRule, MessageState
from wattsup_core.types import AnomalyEvent, Meter


@dataclass(frozen=True)
class AlertChannel:
    """Where alerts go: of one meter or, without `meter_id`, of all but samples.

    `address` may hold secrets and is for sending alone; `label` is what people are shown of it.
    """

    channel_id: str
    meter_id: str | None
    address: str = field(repr=False)
    label: str
    rule: AlertRule
    created_at: datetime


@dataclass(frozen=True)
class MessageContent:
    """What a message says: a line, a text, and the same for programs."""

    subject: str
    text: str
    payload: dict[str, Any]


@dataclass(frozen=True)
class ClaimedMessage:
    """A message that somebody may send until their claim ends; `tries` counts this one. `content` is `None` before the first try."""

    message_key: int
    message_id: str
    channel: AlertChannel
    created_at: datetime
    tries: int
    content: MessageContent | None


@dataclass(frozen=True)
class ToldEvent:
    """An event that a message is to tell of, with its meter."""

    meter: Meter
    event: AnomalyEvent


@dataclass(frozen=True)
class AlertMessage:
    """A message as people are shown it.

    `due_at` is the next try of one that waits, `ended_at` when another was sent, given up or withdrawn; `reason` says why the last try
    failed. `subject` is "" before the first try, `events` how many anomalies it tells of, `timezone` that of a meter it concerns.
    """

    message_id: str
    channel_label: str
    state: MessageState
    subject: str
    events: int
    tries: int
    created_at: datetime
    due_at: datetime
    ended_at: datetime | None
    reason: str
    timezone: str
