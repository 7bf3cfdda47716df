"""Keeps what a person says of the anomaly in the panel; the page is then drawn anew with it."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output, State, no_update
from dash.exceptions import PreventUpdate

from dashboard import ids, sent
from dashboard.address import identifier
from dashboard.callbacks.refusals import tell
from dashboard.callbacks.services import Services
from dashboard.layout.answers import answer_bar
from wattsup_core.errors import WattsUpError
from wattsup_core.service.answers import answer_event


def register(app: Dash, services: Services) -> None:
    """Add the callback. A press says what is to hold, not what to change: sent twice it is kept once."""

    @app.callback(
        Output(ids.ANSWERS, "children"),
        Output(ids.ANSWER_KEPT, "data"),
        Input(ids.ANSWER_PRESS, "data"),
        State(ids.HOME, "data"),
        prevent_initial_call=True,
    )
    def keep(press: Any, home: Any) -> tuple[Any, Any]:
        said = sent.answer(press)
        meter_id = identifier(home.get("meter")) if isinstance(home, dict) else None
        if said is None or meter_id is None:
            raise PreventUpdate
        drawn_anew = {"value": press.get("n")}
        try:
            event = answer_event(services.store, services.board, meter_id, *said)
        except WattsUpError as error:
            tell(error)
            return no_update, drawn_anew  # the page shows what there is instead
        return answer_bar(event, services.store.meter(meter_id).timezone), drawn_anew
