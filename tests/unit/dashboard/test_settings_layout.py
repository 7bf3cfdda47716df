"""The Settings page's tables: what they say of channels, alerts and tokens."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from dashboard import ids
from dashboard.layout import settings_tables as tables
from tests.unit.dashboard.test_layout import said, walk
from wattsup_core.alerting import AlertRule, AlertTopic, MessageState
from wattsup_core.types import Scope
from wattsup_core.view_models.settings import ChannelView, MessageView, TokenView

MOMENT = datetime(2020, 7, 1, 12, tzinfo=UTC)


def message(state: MessageState, **changes: Any) -> MessageView:
    given: dict[str, Any] = {"channel": "ntfy (1234)", "subject": "WattsUp: Spike, Home", "events": 1, "tries": 1, "reason": ""} | changes
    return MessageView(state=state, moment=MOMENT, timezone="Europe/London", **given)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (message(MessageState.SENT), "Sent Wed 1 Jul 2020, 13:00 Spike, Home ntfy (1234)"),
        (message(MessageState.WAITING, subject="", events=3, tries=0), "Goes out Wed 1 Jul 2020, 13:00 3 anomalies ntfy (1234)"),
        (
            message(MessageState.WAITING, reason="Busy.", tries=2),
            "Next try Wed 1 Jul 2020, 13:00 Spike, Home After 2 tries: Busy. ntfy (1234)",
        ),
        (
            message(MessageState.GIVEN_UP, reason="No such user.", tries=12),
            "Given up Wed 1 Jul 2020, 13:00 Spike, Home After 12 tries: No such user. ntfy (1234)",
        ),
        (
            message(MessageState.WITHDRAWN, subject="", events=0, reason="Gone."),
            "Not sent Wed 1 Jul 2020, 13:00 0 anomalies Gone. ntfy (1234)",
        ),
    ],
)
def test_what_became_of_an_alert(given: MessageView, told: str) -> None:
    assert told in said(tables.message_table([given]))


def test_channels_and_tokens_say_whom_they_concern_and_can_be_removed() -> None:
    channels = tables.channel_table(
        [ChannelView("c1", "jane@example.com", "", AlertRule()), ChannelView("c2", "ntfy (1234)", "Home", AlertRule(60, AlertTopic.DATA))]
    )
    assert "jane@example.com all meters All anomalies" in said(channels)
    assert "ntfy (1234) Home Faults of the data from severity 60" in said(channels)
    tokens = tables.token_table([TokenView("t1", "Home", Scope.READ, MOMENT)])
    assert "t1 Home Read only 1 Jul 2020 Revoke" in said(tokens)
    buttons = [one for one in [*walk(channels), *walk(tokens)] if isinstance(getattr(one, "id", None), dict)]
    assert [(one.id["type"], getattr(one, "aria-label")) for one in buttons] == [
        (ids.CHANNEL_TEST, "Send a test to jane@example.com"),
        (ids.SETTINGS_REMOVE, "Remove jane@example.com"),
        (ids.CHANNEL_TEST, "Send a test to ntfy (1234)"),
        (ids.SETTINGS_REMOVE, "Remove ntfy (1234)"),
        (ids.SETTINGS_REMOVE, "Revoke t1"),
    ]


def test_where_there_is_nothing_a_sentence_stands() -> None:
    assert said(tables.channel_table([])) == "No channel yet: nobody is told of anomalies."
    assert said(tables.message_table([])) == "Nothing was sent yet."
    assert said(tables.token_table([])) == "No token yet: no program is let in."
