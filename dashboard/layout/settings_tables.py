"""The tables of the Settings page, and what is said when something was done there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import dcc, html

from dashboard import format as words
from dashboard import ids
from dashboard.layout.pieces import Child, Children, aria, button, icon, unbroken
from dashboard.layout.settings import SCOPE_LABELS, TOPIC_LABELS
from wattsup_core.alerting import AlertRule, MessageState
from wattsup_core.view_models.settings import ChannelView, MessageView, TokenView

ALL = "all meters"
Row = tuple[str, list[Any]]
"""The class of a row and its cells."""


def channel_table(channels: Sequence[ChannelView]) -> Children:
    """The channels, or a sentence when there is none."""
    if not channels:
        return _none("bell", "No channel yet: nobody is told of anomalies.")
    rows = [
        (
            "",
            [
                html.Span(each.label, className="settings-name"),
                html.Span(each.meter or ALL, className="settings-whole"),
                _rule(each.rule),
                _channel_buttons(each),
            ],
        )
        for each in channels
    ]
    return _table("Channels that alerts go to", ("Channel", "Meter", "About", ""), rows)


def message_table(messages: Sequence[MessageView]) -> Children:
    """What became of the last alerts, or a sentence when there was none."""
    if not messages:
        return _none("check-circle", "Nothing was sent yet.")
    rows = [(f"message-{each.state.name.lower()}", [_state(each), _said(each), each.channel]) for each in messages]
    return unbroken(_table("The last alerts, the newest first", ("State", "Alert", "Channel"), rows))


def token_table(tokens: Sequence[TokenView]) -> Children:
    """The tokens that are valid, or a sentence when there is none."""
    if not tokens:
        return _none("info-circle", "No token yet: no program is let in.")
    rows = [("", [each.token_id, each.meter or ALL, SCOPE_LABELS[each.scope], _made(each), _revoke(each)]) for each in tokens]
    return _table("Tokens that let programs in", ("Token", "Meter", "It may", "Made", ""), rows)


def said(text: str, *, is_good: bool) -> html.P:
    """What came of something a person has done."""
    return html.P(
        [icon("check-circle" if is_good else "exclamation-triangle"), text],
        className="settings-said" if is_good else "settings-said is-bad",
    )


def token_made(token_id: str, secret: str) -> html.Div:
    """A new token, which nobody can tell again."""
    field = dcc.Input(id=ids.TOKEN_SECRET, value=secret, readOnly=True, className="form-control settings-secret")
    label = html.Label(f"Token {token_id}. Copy it now: it is shown this once.", htmlFor=ids.TOKEN_SECRET, className="field-label")
    return html.Div(
        [label, field, dcc.Clipboard(target_id=ids.TOKEN_SECRET, title="Copy the token", className="button button-plain")],
        className="field settings-made",
    )


def _none(symbol: str, text: str) -> html.P:
    return html.P([icon(symbol), text], className="events-none")


def _table(caption: str, columns: Sequence[str], rows: Sequence[Row]) -> html.Table:
    """A table; on a phone each row is a card."""
    head = [html.Th(name or html.Span("Actions", className="visually-hidden"), scope="col", role="columnheader") for name in columns]
    body = [
        html.Tr(
            [html.Td(cell, role="cell") for cell in cells],
            role="row",
            className=look,
        )
        for look, cells in rows
    ]
    return html.Table(
        [
            html.Caption(caption, className="visually-hidden"),
            html.Thead(html.Tr(head, role="row"), role="rowgroup"),
            html.Tbody(body, role="rowgroup"),
        ],
        className="settings-table",
        role="table",
    )


def _rule(rule: AlertRule) -> str:
    return TOPIC_LABELS[rule.topic] + (f" from severity {rule.least_severity}" if rule.least_severity else "")


def _channel_buttons(channel: ChannelView) -> html.Div:
    test = button(
        "Send a test", id={"type": ids.CHANNEL_TEST, "channel": channel.channel_id}, **aria(label=f"Send a test to {channel.label}")
    )
    return html.Div([test, _remove("channel", channel.channel_id, "Remove", channel.label)], className="settings-buttons")


def _revoke(token: TokenView) -> html.Div:
    return html.Div(_remove("token", token.token_id, "Revoke", token.token_id), className="settings-buttons")


def _remove(what: str, key: str, word: str, name: str) -> html.Button:
    return button(word, id={"type": ids.SETTINGS_REMOVE, "what": what, "id": key}, **aria(label=f"{word} {name}"))


def _made(token: TokenView) -> str:
    return words.day(token.created_at, with_year=True)


def _state(message: MessageView) -> Child:
    moment = words.when(message.moment, message.timezone)
    match message.state:
        case MessageState.SENT:
            return f"Sent {moment}"
        case MessageState.WAITING:
            return f"Next try {moment}" if message.reason else f"Goes out {moment}"
        case MessageState.GIVEN_UP:
            return f"Given up {moment}"
    return f"Not sent {moment}"


def _said(message: MessageView) -> Children:
    subject = message.subject.removeprefix("WattsUp: ") or words.count(message.events, "anomaly", "anomalies")
    if not message.reason:
        return html.Span(subject, className="settings-name")
    tried = (
        f"After {words.count(message.tries, 'try', 'tries')}: " if message.state in {MessageState.WAITING, MessageState.GIVEN_UP} else ""
    )
    return [html.Span(subject, className="settings-name"), html.Span(f"{tried}{message.reason}", className="cell-more")]
