"""Answers with the tables that stand beside the chart, while they are open."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output, State
from dash.exceptions import PreventUpdate

from dashboard import address, charting, ids, sent
from dashboard.callbacks.services import Services
from dashboard.layout import twin
from wattsup_core.service import views


def register(app: Dash, services: Services) -> None:
    """Add the callback."""

    @app.callback(
        Output(ids.CHART_TABLE, "children"),
        Input(ids.TABLE_ASK, "data"),
        State(ids.URL, "search"),
        State(ids.HOME, "data"),
        prevent_initial_call=True,
    )
    def tabulate(ask: Any, search: Any, home: Any) -> Any:
        meter_id = address.identifier(home.get("meter")) if isinstance(home, dict) else None
        if meter_id is None:
            raise PreventUpdate
        span = address.window(ask.get("window")) if isinstance(ask, dict) else None
        if span is None:
            return None  # closed
        state = address.parse(search)
        meter = services.store.meter(meter_id)
        series = charting.seen_points(services.store, meter, charting.chosen(services.store, meter, span), state.resolution)
        risk = views.overview(services.store, state.query(meter_id)).risk
        return twin.tables(series, risk, sent.page(ask.get("page")))
