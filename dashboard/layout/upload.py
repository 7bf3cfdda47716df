"""The upload dialog: choose a file, watch the work; what came of it is in :mod:`dashboard.layout.upload_result`."""

from __future__ import annotations

import dash_bootstrap_components as dbc
from dash import html

from dashboard import format as words
from dashboard import ids
from dashboard.layout.pieces import Children, aria, button, data, file_chooser, hidden, icon, icon_button
from dashboard.layout.upload_result import ended_early

STEPS = {
    "sending": "Sending the file",
    "reading": "Reading the rows",
    "cleaning": "Cleaning gaps, duplicates and units",
    "learning": "Learning what is usual",
    "scoring": "Scoring every reading",
}
STATES = {"is-done": "done", "is-now": "going on", "is-next": "to come"}


def upload_dialog() -> dbc.Modal:
    """The dialog; the attribute ``data-phase`` of `ids.UPLOAD_PHASE` ("choose", "work", "cancelled", "result") shows one of its parts."""
    head = html.Div(
        [html.H2("Upload readings", id="upload-heading", className="card-heading"), icon_button("x-lg", "Close", id=ids.UPLOAD_CLOSE)],
        className="dialog-head",
    )
    body = html.Div(
        [
            html.Div(choose(), className="phase-choose"),
            html.Div(work(), className="phase-work"),
            html.Div(ended_early("Cancelled", stored=False), className="phase-cancelled"),
            html.Div(id=ids.UPLOAD_BODY, className="phase-result"),
        ],
        id=ids.UPLOAD_PHASE,
        **data(phase="choose"),
    )
    return dbc.Modal(
        [head, html.Div(body, className="dialog-body")],
        id=ids.UPLOAD_DIALOG,
        is_open=False,
        centered=True,
        backdrop="static",
        keyboard=True,
        fullscreen="sm-down",
        class_name="upload-dialog",
        labelledby="upload-heading",
    )


def choose() -> Children:
    """What can be uploaded, and the button that opens the file picker."""
    return html.Div(
        [
            icon("file-earmark-arrow-up", "drop-icon"),
            html.P("Drop your meter's file here", className="drop-title"),
            html.P(
                "CSV, Excel, JSON or Green Button, as your supplier or your meter's app exports it. "
                "Units, dates and gaps are found and told.",
                className="drop-text",
            ),
            file_chooser("Choose a file"),
        ],
        className="drop-zone",
    )


def work() -> Children:
    """The file's name, the steps, one bar in two parts (sending, working) and Cancel."""
    return [
        html.P(id=ids.UPLOAD_WORK_NAME, className="work-name"),
        html.Div(steps("sending", 0.0), id=ids.UPLOAD_STEP),
        html.Div(
            [
                dbc.Progress(id=ids.UPLOAD_SENT, value=0, class_name="work-sent"),
                dbc.Progress(id=ids.UPLOAD_PROGRESS, value=0, class_name="work-done"),
            ],
            className="work-bars",
        ),
        html.Div(button("Cancel", id=ids.UPLOAD_CANCEL), className="dialog-actions"),
    ]


def steps(step: str, share: float) -> Children:
    """The step list while `step` is going on; `share` of it (sending) or of the whole job (the others) is done, 0 to 1.

    The last step, "saving", counts to scoring.
    """
    names = list(STEPS)
    at = names.index("scoring" if step == "saving" else step)
    return [
        html.Ol([_step(STEPS[name], rank, at) for rank, name in enumerate(names)], className="steps"),
        html.P(f"{STEPS[names[at]]}, {words.percent(100 * share)}", className="visually-hidden", role="status"),
    ]


def _step(label: str, rank: int, at: int) -> html.Li:
    state = "is-done" if rank < at else "is-now" if rank == at else "is-next"
    mark = icon("check-lg") if state == "is-done" else None
    current = aria(current="step") if state == "is-now" else {}
    return html.Li([html.Span(mark, className="step-mark"), label, hidden(f", {STATES[state]}")], className=f"step {state}", **current)


def drop_hint() -> html.Div:
    """Covers the page while a file is dragged over it; shown by the style sheet while ``<body data-dragging>`` is set."""
    return html.Div(
        html.Div(
            [icon("file-earmark-arrow-up", "drop-icon"), html.P("Drop the file to read it", className="drop-title")],
            className="drop-hint-box",
        ),
        id=ids.DROP_HINT,
        className="drop-hint",
        **aria(hidden="true"),
    )
