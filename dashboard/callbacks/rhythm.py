"""Keeps how often the meter of the Forecast page is forecast by itself; the page is then drawn anew with it."""

from __future__ import annotations

import time
from typing import Any

from dash import Dash, Input, Output, State
from dash.exceptions import PreventUpdate

from dashboard import ids, sent
from dashboard.address import identifier
from dashboard.callbacks.refusals import tell
from dashboard.callbacks.services import Services
from wattsup_core.errors import WattsUpError


def register(app: Dash, services: Services) -> None:
    """Add the callback. The page sets the choice too, to what it shows; only what differs from that is a person's."""

    @app.callback(
        Output(ids.FORECAST_KEPT, "data"),
        Input(ids.FORECAST_RHYTHM, "value"),
        State(ids.FORECAST_DRAWN, "data"),
        prevent_initial_call=True,
    )
    def keep(value: Any, drawn: Any) -> dict[str, int]:
        rhythm, shown = sent.rhythm(value), drawn if isinstance(drawn, dict) else {}
        meter_id = identifier(shown.get("meter"))
        if rhythm is None or meter_id is None or rhythm.value == shown.get("rhythm"):
            raise PreventUpdate
        try:
            services.store.set_forecast_rhythm(meter_id, rhythm)
        except WattsUpError as error:
            tell(error)  # the page is drawn anew all the same: with the rhythm that there is
        return {"value": time.time_ns() // 1_000_000}
