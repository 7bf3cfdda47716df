"""Answers a zoom or pan of the chart: the points of the new window, in the figure that is there."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output, Patch, State
from dash.exceptions import PreventUpdate

from dashboard import address, charting, ids, sent
from dashboard.callbacks.services import Services
from dashboard.layout import chart as chart_layout


def register(app: Dash, services: Services) -> None:
    """Add the callback."""

    @app.callback(
        output=(Output(ids.CHART, "figure", allow_duplicate=True), Output(ids.CHART_SUMMARY, "children", allow_duplicate=True)),
        inputs={"window": Input(ids.CHART_WINDOW, "data")},
        state={
            "search": State(ids.URL, "search"),
            "home": State(ids.HOME, "data"),
            "theme": State(ids.THEME, "data"),
            "switches": [State(name, "value") for name in sent.LAYER_SWITCHES],
        },
        prevent_initial_call=True,
    )
    def draw_window(window: Any, search: Any, home: Any, theme: Any, switches: list[Any]) -> tuple[Patch, str]:
        span = address.window(window)
        meter_id = address.identifier(home.get("meter")) if isinstance(home, dict) else None
        if span is None or meter_id is None:
            raise PreventUpdate
        state = address.parse(search)
        layers = sent.shows(switches, state.event or address.identifier(home.get("top")))
        meter = services.store.meter(meter_id)
        drawn = charting.draw(
            services.store, meter, charting.chosen(services.store, meter, span), state.resolution, layers, sent.theme(theme), ""
        )
        return _traces(drawn), chart_layout.summary(meter.name, drawn.series)


def _traces(drawn: charting.Chart) -> Patch:
    """The points and what hangs on them. The axis of time is the browser's: it may have moved on since it asked."""
    figure = drawn.figure
    patch = Patch()
    patch["data"] = figure["data"]
    for part in ("annotations", "shapes"):
        patch["layout"][part] = figure["layout"].get(part, [])
    for part in ("title", "range", "tickformat"):
        patch["layout"]["yaxis"][part] = figure["layout"]["yaxis"].get(part)
    return patch
