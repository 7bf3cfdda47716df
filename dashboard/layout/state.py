"""What the browser remembers while the page is open, beside the address, and the lines that tell of work going on."""

from __future__ import annotations

import dash_bootstrap_components as dbc
from dash import dcc, html

from dashboard import ids
from dashboard.layout.pieces import icon
from dashboard.layout.upload import STEPS

WORDS = STEPS | {"": "Starting", "waiting": "Waiting for other work to finish", "saving": "Saving the scores"}


def stores() -> list[dcc.Store]:
    """The stores that the callbacks hand to each other."""
    names = (
        ids.VIEW,
        ids.SELECTED,
        ids.HOME,
        ids.EVENTS_PRESS,
        ids.ANSWER_PRESS,
        ids.ANSWER_KEPT,
        ids.REFRESH,
        ids.UPLOAD_RESULT,
        ids.PENDING_RESULT,
    )
    live = (ids.LIVE_VIEW, ids.LIVE_NEWS, ids.LIVE_DRAWN)
    ahead = (ids.FORECAST_VIEW, ids.FORECAST_TASK, ids.FORECAST_RESULT, ids.FORECAST_DRAWN, ids.FORECAST_KEPT)
    return [dcc.Store(id=name) for name in (*names, *live, *ahead)]


def pending_holder() -> html.Div:
    """Where work that the page waits for is told."""
    return html.Div(id=ids.PENDING_NOTE)


def pending_note(step: str, share: float) -> html.Div:
    """How far the work is that the page waits for."""
    return html.Div(
        [
            icon("hourglass-split"),
            html.Span(f"{WORDS.get(step, WORDS[''])} …"),
            dbc.Progress(value=round(100 * share), class_name="pending-bar"),
        ],
        className="banner",
        role="status",
    )
