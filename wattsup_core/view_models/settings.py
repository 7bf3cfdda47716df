"""What the Settings page shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from wattsup_core.alerting import AlertRule, MessageState
from wattsup_core.types import Scope
from wattsup_core.view_models.choices import MeterChoices


@dataclass(frozen=True)
class ChannelView:
    """A channel as people are shown it; `meter` is the name of its meter, "" for all."""

    channel_id: str
    label: str
    meter: str
    rule: AlertRule


@dataclass(frozen=True)
class MessageView:
    """A message that was sent, waits or was given up.

    `moment` is when that was or is to be; `reason` says why the last try failed; `subject` is "" before the first try.
    """

    channel: str
    subject: str
    events: int
    state: MessageState
    tries: int
    moment: datetime
    reason: str
    timezone: str


@dataclass(frozen=True)
class TokenView:
    """A token that lets a program in; `meter` is the name of its meter, "" for all."""

    token_id: str
    meter: str
    scope: Scope
    created_at: datetime


@dataclass(frozen=True)
class SettingsView:
    """The page: channels and tokens in the order they were made, the newest messages first; `meters` is `None` while there is none."""

    channels: tuple[ChannelView, ...]
    messages: tuple[MessageView, ...]
    tokens: tuple[TokenView, ...]
    meters: MeterChoices | None
