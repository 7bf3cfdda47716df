"""The Settings page: draws its tables, adds, tries and removes channels and tokens."""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from typing import Any

from dash import ALL, Dash, Input, Output, State, ctx, no_update, set_props
from dash.exceptions import PreventUpdate

from dashboard import ids, sent
from dashboard.address import parse
from dashboard.callbacks.refusals import words_for
from dashboard.callbacks.services import Services
from dashboard.layout import settings_tables as tables
from dashboard.layout.settings import EVERY_METER, OTHER_METERS
from wattsup_core.errors import NotFoundError, WattsUpError
from wattsup_core.service import views
from wattsup_core.service.access import issue_token
from wattsup_core.service.alerts.channels import add_channel, send_test
from wattsup_core.service.views.settings import messages
from wattsup_core.view_models import MeterChoices

REMOVE = {"type": ids.SETTINGS_REMOVE, "what": ALL, "id": ALL}
QUESTIONS = {
    "channel": "Remove this channel? Alerts that wait for it are not sent, and its address has to be typed again.",
    "token": "Revoke this token? Programs that use it are not let in any more.",
}
BUSY = "Another test is on its way: try again in a moment."


def register(app: Dash, services: Services) -> None:
    """Add the callbacks."""
    _drawing(app, services)
    _channels(app, services)
    _tokens(app, services)
    _removing(app, services)


def _drawing(app: Dash, services: Services) -> None:
    @app.callback(
        Output(ids.CHANNELS, "children"),
        Output(ids.MESSAGES, "children"),
        Output(ids.API_TOKENS, "children"),
        Output(ids.CHANNEL_METER, "options"),
        Output(ids.TOKEN_METER, "options"),
        Output(ids.SETTINGS_TICK, "disabled"),
        Input(ids.SETTINGS_VIEW, "data"),
        Input(ids.SETTINGS_CHANGED, "data"),
        State(ids.URL, "search"),
        State(ids.TOKEN_SHOWN, "data"),
        prevent_initial_call=True,
    )
    def draw(opened: Any, _changed: Any, search: Any, shown: Any) -> tuple[Any, ...]:
        if opened is None:
            _forget_secret()
            return (*[no_update] * 5, True)
        view = views.settings(services.store, parse(search).meter)
        meters = _options(view.meters)
        drawn = tables.channel_table(view.channels), tables.message_table(view.messages), tables.token_table(view.tokens)
        if shown is not None and all(token.token_id != shown for token in view.tokens):
            _forget_secret()
        return *drawn, meters, meters, not view.channels

    @app.callback(
        Output(ids.MESSAGES, "children", allow_duplicate=True),
        Input(ids.SETTINGS_TICK, "n_intervals"),
        prevent_initial_call=True,
    )
    def look(_ticks: Any) -> Any:
        # A callback of its own: Dash drops the answer of one that is asked again meanwhile.
        return tables.message_table(messages(services.store))


def _forget_secret() -> None:
    """It outlasts neither its token nor the page. Not as an output: it would fade whenever the tables are drawn."""
    set_props(ids.TOKEN_MADE, {"children": None})
    set_props(ids.TOKEN_SHOWN, {"data": None})


def _channels(app: Dash, services: Services) -> None:
    testing = threading.Lock()

    @app.callback(
        Output(ids.CHANNEL_SAID, "children"),
        Output(ids.CHANNEL_ADDRESS, "value"),
        Output(ids.SETTINGS_CHANGED, "data"),
        Input(ids.CHANNEL_ONCE, "data"),
        State(ids.CHANNEL_ADDRESS, "value"),
        State(ids.CHANNEL_METER, "value"),
        State(ids.CHANNEL_TOPIC, "value"),
        State(ids.CHANNEL_SEVERITY, "value"),
        running=[(Output(ids.CHANNEL_ADD, "aria-disabled"), "true", "false")],
        prevent_initial_call=True,
    )
    def add(asked: Any, address: Any, meter: Any, topic: Any, severity: Any) -> tuple[Any, ...]:
        if not asked:
            raise PreventUpdate
        try:
            rule = sent.alert_rule(topic, severity)
            channel = add_channel(services.store, services.settings, sent.address(address), sent.meter_or_all(meter), rule)
        except WattsUpError as error:
            return tables.said(" ".join(words_for(error)).strip(), is_good=False), no_update, no_update
        return tables.said(f"Alerts go to {channel.label}. Send a test to see that they arrive.", is_good=True), "", _now()

    @app.callback(
        Output(ids.CHANNEL_SAID, "children", allow_duplicate=True),
        Input(ids.TEST_ONCE, "data"),
        running=[(Output(ids.CHANNEL_WORK, "hidden"), False, True)],
        prevent_initial_call=True,
    )
    def test(asked: Any) -> Any:
        channel_id = sent.channel(asked)
        if channel_id is None:
            raise PreventUpdate
        if not testing.acquire(blocking=False):
            return tables.said(BUSY, is_good=False)
        try:
            is_sent, told = send_test(services.store, services.settings, channel_id)
        except WattsUpError as error:
            is_sent, told = False, " ".join(words_for(error)).strip()
        finally:
            testing.release()
        return tables.said(told, is_good=is_sent)


def _tokens(app: Dash, services: Services) -> None:
    @app.callback(
        Output(ids.TOKEN_MADE, "children"),
        Output(ids.TOKEN_SHOWN, "data"),
        Output(ids.SETTINGS_CHANGED, "data", allow_duplicate=True),
        Input(ids.TOKEN_ONCE, "data"),
        State(ids.TOKEN_METER, "value"),
        State(ids.TOKEN_SCOPE, "value"),
        running=[(Output(ids.TOKEN_ADD, "aria-disabled"), "true", "false")],
        prevent_initial_call=True,
    )
    def make(asked: Any, meter: Any, scope: Any) -> tuple[Any, ...]:
        if not asked:
            raise PreventUpdate
        token_id, secret = issue_token(services.store, sent.meter_or_all(meter), sent.scope(scope))
        return tables.token_made(token_id, secret), token_id, _now()


def _removing(app: Dash, services: Services) -> None:
    @app.callback(
        Output(ids.SETTINGS_ASKED, "data"),
        Output(ids.SETTINGS_CONFIRM, "message"),
        Output(ids.SETTINGS_CONFIRM, "displayed"),
        Input(REMOVE, "n_clicks"),
        prevent_initial_call=True,
    )
    def ask(_clicks: Any) -> tuple[Any, ...]:
        pressed = _pressed()
        return {"what": pressed["what"], "id": pressed["id"]}, QUESTIONS.get(str(pressed["what"]), ""), True

    @app.callback(
        Output(ids.CHANNEL_SAID, "children", allow_duplicate=True),
        Output(ids.SETTINGS_CHANGED, "data", allow_duplicate=True),
        Input(ids.SETTINGS_CONFIRM, "submit_n_clicks"),
        State(ids.SETTINGS_ASKED, "data"),
        prevent_initial_call=True,
    )
    def remove(clicks: Any, asked: Any) -> tuple[Any, ...]:
        if not clicks or not isinstance(asked, dict) or not isinstance(asked.get("id"), str):
            raise PreventUpdate
        with suppress(NotFoundError):  # it is gone, as it was to be: this may be sent twice
            if asked.get("what") == "channel":
                services.store.outbox.remove_channel(asked["id"])
            else:
                services.store.revoke_token(asked["id"])
        return None, _now()


def _options(known: MeterChoices | None) -> list[dict[str, Any]]:
    """All meters together and each; where they are too many for a list, the one that the person comes from, and how to choose another."""
    each = (known.listed or (known.shown,)) if known else ()
    others = [OTHER_METERS] if known and not known.listed else []
    return [EVERY_METER, *({"label": choice.name, "value": choice.meter_id} for choice in each), *others]


def _pressed() -> dict[str, Any]:
    """The button that was pressed; a table that is drawn anew presses none."""
    if not isinstance(ctx.triggered_id, dict) or not ctx.triggered[0]["value"]:
        raise PreventUpdate
    return dict(ctx.triggered_id)


def _now() -> dict[str, int]:
    return {"value": time.time_ns() // 1_000_000}
