"""The Settings page: where alerts go, what became of the last ones, and which programs are let in."""

from __future__ import annotations

import dash_bootstrap_components as dbc
from dash import dcc, html
from dash.development.base_component import Component

from dashboard import ids
from dashboard.address import ALL_METERS
from dashboard.layout import states
from dashboard.layout.pieces import aria, button, heading, icon
from dashboard.pages import SETTINGS
from wattsup_core.alerting import HIGHEST_SEVERITY, LOWEST_SEVERITY, AlertTopic
from wattsup_core.types import Scope

EVERY_METER = {"label": "All meters", "value": ALL_METERS}
OTHER_METERS = {"label": "Another: open it on the Overview, then come back", "value": "another", "disabled": True}
"""Stands last where the meters are too many for a list."""
TOPIC_LABELS = {AlertTopic.ALL: "All anomalies", AlertTopic.USE: "Unusual use", AlertTopic.DATA: "Faults of the data"}
SCOPE_LABELS = {Scope.WRITE: "Send and read", Scope.READ: "Read only"}
LOOK_EVERY_MS = 5000
ADDRESS_HINT = (
    "An e-mail address; the https://… that a Slack or Discord channel gives you, or that of a program of your own (a webhook); "
    "or ntfys://ntfy.sh/topic and the like for other services (as Apprise writes them)."
)


def content() -> list[Component]:
    """The page before anything is known."""
    return [
        html.H1(SETTINGS.name, className="live-title"),
        _alerts_card(),
        _messages_card(),
        _programs_card(),
        dcc.ConfirmDialog(id=ids.SETTINGS_CONFIRM),
        dcc.Store(id=ids.SETTINGS_VIEW),
        dcc.Store(id=ids.SETTINGS_ASKED),
        dcc.Store(id=ids.SETTINGS_CHANGED),
        dcc.Store(id=ids.CHANNEL_ONCE),
        dcc.Store(id=ids.TEST_ONCE),
        dcc.Store(id=ids.TOKEN_ONCE),
        dcc.Store(id=ids.TOKEN_SHOWN),
        dcc.Interval(id=ids.SETTINGS_TICK, interval=LOOK_EVERY_MS, disabled=True),
    ]


def _alerts_card() -> html.Section:
    told = "When an anomaly is found in readings that have just come, it is sent to these channels: once, however it grows."
    topics = [{"label": label, "value": topic.value} for topic, label in TOPIC_LABELS.items()]
    given = {"type": "number", "min": LOWEST_SEVERITY, "max": HIGHEST_SEVERITY, "step": 1, "inputmode": "numeric"}
    form = html.Div(
        [
            _field(
                "Address",
                dbc.Input(id=ids.CHANNEL_ADDRESS, type="text", autocomplete="off", maxlength=2000),
                ids.CHANNEL_ADDRESS,
                "field settings-address",
                ADDRESS_HINT,
            ),
            _field("Meter", dbc.Select(id=ids.CHANNEL_METER, options=[EVERY_METER], value=ALL_METERS), ids.CHANNEL_METER),
            _field("About", dbc.Select(id=ids.CHANNEL_TOPIC, options=topics, value=AlertTopic.ALL.value), ids.CHANNEL_TOPIC),
            _field("From severity", dbc.Input(id=ids.CHANNEL_SEVERITY, value=LOWEST_SEVERITY, **given), ids.CHANNEL_SEVERITY),
            button([icon("plus-lg"), "Add channel"], kind="primary", id=ids.CHANNEL_ADD),
        ],
        className="settings-form",
        role="group",
        **aria(label="Add a channel"),
    )
    work = html.P([icon("hourglass-split"), "The test is on its way …"], id=ids.CHANNEL_WORK, className="settings-said", hidden=True)
    return _card(
        "Alerts",
        [
            html.P(told, className="settings-text"),
            html.Div(states.table_skeleton(), id=ids.CHANNELS),
            work,
            html.Div(id=ids.CHANNEL_SAID, role="status"),
            form,
        ],
    )


def _messages_card() -> html.Section:
    return _card("Last alerts", [html.Div(states.table_skeleton(), id=ids.MESSAGES)])


def _programs_card() -> html.Section:
    told = "Meters and gateways that send their readings by themselves, and programs that ask for them, are let in by a token."
    scopes = [{"label": label, "value": scope.value} for scope, label in SCOPE_LABELS.items()]
    form = html.Div(
        [
            _field("Meter", dbc.Select(id=ids.TOKEN_METER, options=[EVERY_METER], value=ALL_METERS), ids.TOKEN_METER),
            _field("It may", dbc.Select(id=ids.TOKEN_SCOPE, options=scopes, value=Scope.WRITE.value), ids.TOKEN_SCOPE),
            button([icon("plus-lg"), "Make a token"], kind="primary", id=ids.TOKEN_ADD),
        ],
        className="settings-form",
        role="group",
        **aria(label="Make a token"),
    )
    return _card(
        "Programs",
        [
            html.P(told, className="settings-text"),
            html.Div(states.table_skeleton(), id=ids.API_TOKENS),
            html.Div(id=ids.TOKEN_MADE, role="status"),
            form,
        ],
    )


def _card(title: str, body: list[Component]) -> html.Section:
    name = f"settings-{title.lower().replace(' ', '-')}"
    return html.Section([html.Div(heading(title, name=name), className="card-head"), *body], className="card", **aria(labelledby=name))


def _field(label: str, control: Component, name: str, look: str = "field", hint: str = "") -> html.Div:
    parts: list[Component] = [html.Label(label, htmlFor=name, className="field-label"), control]
    return html.Div([*parts, html.Span(hint, className="field-hint")] if hint else parts, className=look)
