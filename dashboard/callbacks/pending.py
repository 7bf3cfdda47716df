"""Work that the page finds undone: rows without scores after a crash, or an empty store. It is done by a job, then the page redrawn."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output
from dash.exceptions import PreventUpdate

from dashboard import ids, jobs
from dashboard.callbacks.refusals import incident_words
from dashboard.layout import state, states


def picture(step: str, share: float) -> list[Any]:
    """How the progress of that work is shown."""
    return [state.pending_note(step, share)]


def register(app: Dash) -> None:
    """Add the callbacks."""
    app.callback(
        Output(ids.PENDING_RESULT, "data"),
        Input(ids.PENDING, "data"),
        background=True,
        interval=500,
        running=[(Output(ids.PENDING_NOTE, "children"), state.pending_note("", 0.0), None)],
        progress=[Output(ids.PENDING_NOTE, "children")],
        prevent_initial_call=True,
    )(jobs.catch_up)

    @app.callback(
        Output(ids.TOASTS, "children", allow_duplicate=True),
        Input(ids.PENDING_RESULT, "data"),
        prevent_initial_call=True,
    )
    def tell(outcome: Any) -> Any:
        if not isinstance(outcome, dict) or "value" in outcome:
            raise PreventUpdate  # the browser asks for the page anew: see shell
        return states.toast(*_words(outcome))


def _words(outcome: dict[str, Any]) -> tuple[str, str]:
    refused = outcome.get("refused")
    if isinstance(refused, dict):
        return str(refused.get("message", "")), str(refused.get("hint", ""))
    if "incident" in outcome:
        return incident_words(str(outcome["incident"]))
    return "The readings could not be scored to the end.", "Reload the page to try again."
