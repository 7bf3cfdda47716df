"""Answers with the sum of a window while its panel is open."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output, State
from dash.exceptions import PreventUpdate

from dashboard import address, charting, ids
from dashboard.callbacks.services import Services
from dashboard.layout import window_sums
from wattsup_core.service import views


def register(app: Dash, services: Services) -> None:
    """Add the callback."""

    @app.callback(
        Output(ids.SUMS_RESULT, "children"),
        Input(ids.SUMS_ASK, "data"),
        State(ids.HOME, "data"),
        prevent_initial_call=True,
    )
    def sum_up(ask: Any, home: Any) -> Any:
        meter_id = address.identifier(home.get("meter")) if isinstance(home, dict) else None
        if meter_id is None or not isinstance(ask, dict):
            raise PreventUpdate  # nothing is shown yet, or nothing was asked
        span = address.window(ask.get("window"))
        if span is None:
            return window_sums.wrong_way_round()
        window = charting.chosen(services.store, services.store.meter(meter_id), span)
        return window_sums.result(views.window_sums(services.store, meter_id, *window, services.settings.co2_g_per_kwh))
