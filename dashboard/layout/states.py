"""What stands in place of content: skeletons while it loads, empty, failed, out of range, not yet scored; and toasts."""

from __future__ import annotations

import dash_bootstrap_components as dbc
from dash import html
from dash.development.base_component import Component

from dashboard import format as words
from dashboard.layout.pieces import Child, aria, file_chooser, hidden, icon
from wattsup_core.view_models import OverviewView


def _bone(extra: str) -> html.Span:
    return html.Span(className=f"bone {extra}", **aria(hidden="true"))


def figures_skeleton(count: int = 4) -> list[html.Div]:
    """Some empty cards."""
    card = [_bone("bone-label"), _bone("bone-value"), _bone("bone-line")]
    return [html.Div(card, className="card figure") for _ in range(count)]


def chart_skeleton() -> list[Component]:
    """A quiet block where the chart will be."""
    return [_bone("bone-chart"), hidden("Loading the chart")]


def table_skeleton() -> list[Component]:
    """Four empty rows."""
    return [*(_bone("bone-row") for _ in range(4)), hidden("Loading the anomalies")]


def why_skeleton() -> list[Component]:
    """An empty panel."""
    return [_bone("bone-close-up"), _bone("bone-row"), _bone("bone-row"), hidden("Loading the explanation")]


def _notice(symbol: str, title: str, text: str, action: Child = None) -> html.Div:
    parts = [icon(symbol, "notice-icon"), html.P(title, className="notice-title"), html.P(text, className="notice-text")]
    return html.Div([*parts, action] if action is not None else parts, className="notice")


def empty() -> html.Div:
    """No meter at all."""
    action = file_chooser("Choose a file")
    text = "Drop a CSV, Excel, JSON or Green Button file of your meter's readings anywhere on this page, or choose one."
    return html.Div(_notice("lightning-charge", "No readings yet", text, action), className="card")


def failed(message: str, hint: str = "") -> html.Div:
    """The page could not be filled."""
    return html.Div(_notice("exclamation-triangle", message, hint or "Reload the page to try again."), className="card", role="alert")


def no_data_in_range(view: OverviewView) -> html.Div:
    """The range holds no reading; says where the readings are."""
    held = words.date_range(view.data_start, view.data_end, view.timezone)
    return _notice("calendar3", "No readings in this range", f"This meter has readings for {held}. Pick a range within it.")


def pending() -> html.Div:
    """The readings are there, their scores are not."""
    return _notice("hourglass-split", "Still learning what is usual", "The anomalies show here as soon as the readings are scored.")


def toast(message: str, hint: str = "") -> dbc.Toast:
    """A passing word about something that failed."""
    return dbc.Toast(
        html.P(hint or "Try again.", className="toast-text"),
        header=message,
        is_open=True,
        dismissable=True,
        duration=12000,
        class_name="word",
    )


def no_forecast(message: str, hint: str) -> html.Div:
    """There is no forecast, and why."""
    return html.Div(_notice("graph-up", message, hint), className="card", role="alert")
