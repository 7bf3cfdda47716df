"""An uploaded file becomes a meter: starts the import as a job, shows what came of it, reads it again with corrections."""

from __future__ import annotations

import uuid
from typing import Any

from dash import Dash, Input, Output, State, no_update
from dash.exceptions import PreventUpdate

from dashboard import ids, jobs, sent
from dashboard.address import ViewState, identifier, search
from dashboard.callbacks.refusals import incident_words
from dashboard.callbacks.services import Services
from dashboard.layout import states, upload, upload_result
from dashboard.layout.upload_result import Typed
from dashboard.pages import OVERVIEW
from wattsup_core.service import views
from wattsup_core.service.corrections import correct_meter, name_problem, price_problem

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
        state={
            "is_open": State(ids.UPLOAD_DIALOG, "is_open"),
            "name": State(ids.UPLOAD_WORK_NAME, "children"),
            "ticket": State(ids.UPLOAD_TICKET, "data"),
        },
        prevent_initial_call=True,
    )
    def tell(outcome: Any, is_open: Any, name: Any, ticket: Any) -> dict[str, Any]:
        if not isinstance(outcome, dict):
            raise PreventUpdate
        body, word = _told(outcome, sent.typed(ticket), services)
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


def _told(outcome: dict[str, Any], typed: Typed, services: Services) -> tuple[Any, str]:
    """What came of an import, as the dialog's content and as a few words."""
    value, refused, stored = outcome.get("value"), outcome.get("refused"), outcome.get("stored", False)
    if isinstance(value, dict):
        return upload_result.summary(views.upload_view(services.store, str(value.get("upload"))), typed), "read"
    if isinstance(refused, dict) and stored is not False:
        return upload_result.ended_early(str(refused.get("message", "")), stored), "not read to the end"
    if isinstance(refused, dict):
        return upload_result.refusal(str(refused.get("message", "")), str(refused.get("hint", ""))), "not read"
    if outcome.get("cancelled"):
        return upload_result.ended_early("Cancelled", outcome.get("stored")), "cancelled"
    if "incident" in outcome:
        return upload_result.ended_early(" ".join(incident_words(str(outcome["incident"]))), outcome.get("stored")), "not read"
    return upload_result.ended_early("The work on this file was stopped before its end.", outcome.get("stored")), "stopped"


def _again(app: Dash) -> None:
    @app.callback(
        output=(
            Output(ids.UPLOAD_TICKET, "data"),
            Output(ids.UPLOAD_PHASE, PHASE, allow_duplicate=True),
            Output(ids.UPLOAD_SENT, "value", allow_duplicate=True),
        ),
        inputs={"clicks": Input(ids.UPLOAD_AGAIN, "n_clicks")},
        state={
            "ticket": State(ids.UPLOAD_TICKET, "data"),
            "outcome": State(ids.UPLOAD_RESULT, "data"),
            "options": {
                "timezone": State(ids.UPLOAD_ZONE, "value"),
                "stamp": State(ids.UPLOAD_STAMP, "value"),
                "date_order": State(ids.UPLOAD_DATE_ORDER, "value"),
                "cumulative": State(ids.UPLOAD_REGISTER, "value"),
                "unit": State(ids.UPLOAD_UNIT, "value"),
            },
            "typed": {
                "name": State(ids.UPLOAD_NAME, "value"),
                "price": State(ids.UPLOAD_PRICE, "value"),
                "currency": State(ids.UPLOAD_CURRENCY, "value"),
            },
        },
        prevent_initial_call=True,
    )
    def read_again(clicks: Any, ticket: Any, outcome: Any, options: dict[str, Any], typed: dict[str, Any]) -> tuple[Any, ...]:
        earlier = outcome.get("value") if isinstance(outcome, dict) else None
        if not clicks or not isinstance(ticket, dict) or not isinstance(earlier, dict):
            raise PreventUpdate
        again = {"options": options, "typed": {**typed, "unit": options["unit"]}, "replaces": earlier.get("upload")}
        return {**ticket, **again}, "work", 100


SHOWN = {
    "search": Output(ids.URL, "search"),
    "path": Output(ids.URL, "pathname"),
    "is_open": Output(ids.UPLOAD_DIALOG, "is_open"),
    "refresh": Output(ids.REFRESH, "data", allow_duplicate=True),
    "pending": Output(ids.PENDING, "data", allow_duplicate=True),
    "name_problem": Output(ids.UPLOAD_NAME_PROBLEM, "children"),
    "name_is_bad": Output(ids.UPLOAD_NAME, "invalid"),
    "price_problem": Output(ids.UPLOAD_PRICE_PROBLEM, "children"),
    "price_is_bad": Output(ids.UPLOAD_PRICE, "invalid"),
}


def _show(app: Dash, services: Services) -> None:
    @app.callback(
        output=SHOWN,
        inputs={"clicks": Input(ids.UPLOAD_SHOW, "n_clicks")},
        state={
            "outcome": State(ids.UPLOAD_RESULT, "data"),
            "name": State(ids.UPLOAD_NAME, "value"),
            "price": State(ids.UPLOAD_PRICE, "value"),
            "currency": State(ids.UPLOAD_CURRENCY, "value"),
        },
        prevent_initial_call=True,
    )
    def show(clicks: Any, outcome: Any, name: Any, price: Any, currency: Any) -> dict[str, Any]:
        known = _meters(outcome)
        if not clicks or not known:
            raise PreventUpdate
        name = sent.text(name) or "" if len(known) == 1 else None  # several meters of one file keep theirs
        price_per_kwh = sent.price(price)
        problems = _problems("" if name is None else name_problem(name), price_problem(price_per_kwh))
        if any(problems[each] for each in ("name_problem", "price_problem")):
            return dict.fromkeys(SHOWN, no_update) | problems
        currency = sent.text(currency)
        repriced = [meter_id for meter_id in known if correct_meter(services.store, meter_id, name, price_per_kwh, currency)]
        return problems | {
            "path": OVERVIEW.path,
            "search": search(ViewState(meter=known[0], preset=views.opening_preset(services.store, known[0]))),
            "is_open": False,
            "refresh": uuid.uuid4().hex,
            "pending": {"meters": repriced, "again": True} if repriced else no_update,
        }


def _meters(outcome: Any) -> list[str]:
    """The meters that an import went to."""
    value = outcome.get("value") if isinstance(outcome, dict) else None
    meters = value.get("meters") if isinstance(value, dict) else None
    return [meter_id for meter_id in map(identifier, meters if isinstance(meters, list) else []) if meter_id]


def _problems(of_name: str, of_price: str) -> dict[str, Any]:
    return {"name_problem": of_name, "name_is_bad": bool(of_name), "price_problem": of_price, "price_is_bad": bool(of_price)}
