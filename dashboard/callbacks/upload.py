"""An uploaded file becomes a meter: starts the import as a job, shows what came of it, reads it again with corrections."""

from __future__ import annotations

import uuid
from typing import Any

from dash import Dash, Input, Output, State, no_update
from dash.exceptions import PreventUpdate

from dashboard import ids, jobs
from dashboard.address import ViewState, identifier, search
from dashboard.callbacks.refusals import incident_words
from dashboard.callbacks.services import Services
from dashboard.layout import states, upload, upload_result
from wattsup_core.service import views
from wattsup_core.service.corrections import correct_meter

PHASE = "data-phase"


def picture(step: str, share: float) -> list[Any]:
    """How the progress of an import is shown."""
    return [upload.steps("reading" if step == "waiting" else step, share), 100 * share]


def register(app: Dash, services: Services) -> None:
    """Add the callbacks."""
    _start(app)
    _outcome(app, services)
    _again(app)
    _show(app, services)


def _start(app: Dash) -> None:
    app.callback(
        Output(ids.UPLOAD_RESULT, "data"),
        Input(ids.UPLOAD_TICKET, "data"),
        background=True,
        interval=400,
        progress=[Output(ids.UPLOAD_STEP, "children"), Output(ids.UPLOAD_PROGRESS, "value")],
        cancel=[Input(ids.UPLOAD_CANCEL, "n_clicks")],
        prevent_initial_call=True,
    )(jobs.import_upload)


def _outcome(app: Dash, services: Services) -> None:
    @app.callback(
        output={
            "body": Output(ids.UPLOAD_BODY, "children"),
            "phase": Output(ids.UPLOAD_PHASE, PHASE),
            "steps": Output(ids.UPLOAD_STEP, "children", allow_duplicate=True),
            "sent": Output(ids.UPLOAD_SENT, "value"),
            "done": Output(ids.UPLOAD_PROGRESS, "value", allow_duplicate=True),
            "refresh": Output(ids.REFRESH, "data"),
            "toast": Output(ids.TOASTS, "children"),
        },
        inputs={"outcome": Input(ids.UPLOAD_RESULT, "data")},
        state={"is_open": State(ids.UPLOAD_DIALOG, "is_open"), "name": State(ids.UPLOAD_WORK_NAME, "children")},
        prevent_initial_call=True,
    )
    def tell(outcome: Any, is_open: Any, name: Any) -> dict[str, Any]:
        if not isinstance(outcome, dict):
            raise PreventUpdate
        body, word = _told(outcome, services)
        is_stored = "value" in outcome or outcome.get("stored", False) is not False
        name = name if isinstance(name, str) else ""
        return {
            "body": body,
            "phase": "result",
            "steps": upload.steps("sending", 0.0),
            "sent": 0,
            "done": 0,
            "refresh": uuid.uuid4().hex if is_stored else no_update,
            "toast": no_update if is_open else states.toast(f"{name}: {word}", "Press Upload to see more."),
        }


def _told(outcome: dict[str, Any], services: Services) -> tuple[Any, str]:
    """What came of an import, as the dialog's content and as a few words."""
    value, refused = outcome.get("value"), outcome.get("refused")
    if isinstance(value, dict):
        return upload_result.summary(views.upload_view(services.store, str(value.get("upload")))), "read"
    if isinstance(refused, dict):
        return upload_result.refusal(str(refused.get("message", "")), str(refused.get("hint", ""))), "not read"
    if outcome.get("cancelled"):
        return upload_result.ended_early("Cancelled", outcome.get("stored")), "cancelled"
    if "incident" in outcome:
        return upload_result.ended_early(" ".join(incident_words(str(outcome["incident"]))), outcome.get("stored")), "not read"
    return upload_result.ended_early("The work on this file was stopped before its end.", outcome.get("stored")), "stopped"


def _again(app: Dash) -> None:
    @app.callback(
        Output(ids.UPLOAD_TICKET, "data"),
        Output(ids.UPLOAD_PHASE, PHASE, allow_duplicate=True),
        Output(ids.UPLOAD_SENT, "value", allow_duplicate=True),
        Input(ids.UPLOAD_AGAIN, "n_clicks"),
        State(ids.UPLOAD_TICKET, "data"),
        State(ids.UPLOAD_RESULT, "data"),
        State(ids.UPLOAD_ZONE, "value"),
        State(ids.UPLOAD_STAMP, "value"),
        State(ids.UPLOAD_DATE_ORDER, "value"),
        State(ids.UPLOAD_REGISTER, "value"),
        prevent_initial_call=True,
    )
    def read_again(clicks: Any, ticket: Any, outcome: Any, zone: Any, stamp: Any, order: Any, register: Any) -> tuple[Any, ...]:
        earlier = outcome.get("value") if isinstance(outcome, dict) else None
        if not clicks or not isinstance(ticket, dict) or not isinstance(earlier, dict):
            raise PreventUpdate
        options = {"timezone": zone, "stamp": stamp, "date_order": order, "cumulative": register is True}
        return {**ticket, "options": options, "replaces": earlier.get("upload")}, "work", 100


def _show(app: Dash, services: Services) -> None:
    @app.callback(
        Output(ids.URL, "search"),
        Output(ids.UPLOAD_DIALOG, "is_open"),
        Output(ids.REFRESH, "data", allow_duplicate=True),
        Output(ids.PENDING, "data", allow_duplicate=True),
        Input(ids.UPLOAD_SHOW, "n_clicks"),
        State(ids.UPLOAD_RESULT, "data"),
        State(ids.UPLOAD_NAME, "value"),
        State(ids.UPLOAD_PRICE, "value"),
        prevent_initial_call=True,
    )
    def show(clicks: Any, outcome: Any, name: Any, price: Any) -> tuple[Any, ...]:
        value = outcome.get("value") if isinstance(outcome, dict) else None
        meters = value.get("meters") if isinstance(value, dict) else None
        if not clicks or not isinstance(meters, list):
            raise PreventUpdate
        known = [meter_id for meter_id in map(identifier, meters) if meter_id]
        if not known:
            raise PreventUpdate
        repriced = [meter_id for meter_id in known if correct_meter(services.store, meter_id, _name(name, known), _price(price))]
        rescore = {"meters": repriced, "again": True} if repriced else no_update
        return search(ViewState(meter=known[0])), False, uuid.uuid4().hex, rescore


def _name(value: Any, meters: list[str]) -> str | None:
    """The name given; meters of one file keep theirs when there are several."""
    return value if isinstance(value, str) and len(meters) == 1 else None


def _price(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) else None
