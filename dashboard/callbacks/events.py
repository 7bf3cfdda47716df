"""The anomaly table (sort, filter, page) and the panel that says why one was flagged."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output, State, ctx
from dash.exceptions import PreventUpdate

from dashboard import ids, sent
from dashboard.address import identifier, parse
from dashboard.callbacks.services import Services
from dashboard.layout import events as events_layout
from dashboard.layout import why
from dashboard.layout.event_order import next_sort
from wattsup_core.errors import NotFoundError
from wattsup_core.service import views


def register(app: Dash, services: Services) -> None:
    """Add the callbacks."""
    _table(app, services)
    _panel(app, services)


def _table(app: Dash, services: Services) -> None:
    @app.callback(
        Output(ids.EVENTS, "children", allow_duplicate=True),
        Output(ids.EVENTS_COUNT, "children", allow_duplicate=True),
        Output(ids.EVENTS_SORT, "data"),
        Output(ids.EVENTS_PAGE, "data", allow_duplicate=True),
        Input(ids.EVENTS_PRESS, "data"),
        Input(ids.EVENTS_FILTER, "value"),
        Input(ids.EVENTS_EXPECTED, "value"),
        State(ids.EVENTS_SORT, "data"),
        State(ids.EVENTS_PAGE, "data"),
        State(ids.HOME, "data"),
        State(ids.URL, "search"),
        prevent_initial_call=True,
    )
    def arrange(press: Any, needle: Any, expected: Any, sort: Any, page: Any, home: Any, search: Any) -> tuple[Any, ...]:
        meter_id, top = _shown(home)
        order, number = _pressed(press, sent.order(sort), sent.page(page))
        state = parse(search)
        view, listed = views.overview(services.store, state.query(meter_id)), sent.listed(needle, expected)
        table = events_layout.anomaly_table(view, order, listed, number, state.event or top)
        return table, events_layout.events_count(view, listed), order, number


def _pressed(press: Any, order: dict[str, Any], page: int) -> tuple[dict[str, Any], int]:
    """Order and page after a press of a button, or after another filter was written."""
    button = press.get("button") if isinstance(press, dict) else None
    if ctx.triggered_id != ids.EVENTS_PRESS or not isinstance(button, dict):
        return order, 0
    if button.get("type") == ids.EVENT_SORT_BUTTON:
        return next_sort(order, sent.column(button.get("column"))), 0
    return order, sent.page(page + (1 if button.get("step") == 1 else -1))


def _panel(app: Dash, services: Services) -> None:
    @app.callback(
        Output(ids.WHY, "children"),
        Input(ids.SELECTED, "data"),
        Input(ids.HOME, "data"),
        State(ids.THEME, "data"),
        prevent_initial_call=True,
    )
    def explain(selected: Any, home: Any, theme: Any) -> Any:
        meter_id, top = _shown(home)
        for event_id in filter(None, (identifier(selected), top)):
            try:
                panel = why.why_panel(views.event_view(services.store, meter_id, event_id), sent.theme(theme))
            except NotFoundError:
                continue  # an address may outlive its event
            return [panel[0], why.why_gone(), *panel[1:]] if identifier(selected) not in {None, event_id} else panel
        return why.why_gone_alone() if identifier(selected) else why.why_nothing(has_events=False)


def _shown(home: Any) -> tuple[str, str | None]:
    """The meter that the page shows and its worst event; nothing happens before there is one."""
    meter_id = identifier(home.get("meter")) if isinstance(home, dict) else None
    if meter_id is None:
        raise PreventUpdate
    return meter_id, identifier(home.get("top"))
