"""Files to take along: the menu of a chart, and the note about a file that is being prepared, that came, or that did not and why."""

from __future__ import annotations

import dash_bootstrap_components as dbc
from dash import html

from dashboard import ids
from dashboard.layout.pieces import Child, Children, aria, button, data, icon, icon_button


def chart_menu(menu: str, png: str, svg: str, pdf: str, *more: Child) -> dbc.DropdownMenu:
    """The Download menu of a chart by the ids of the menu and its pictures, with what there is `more` of it."""
    pictures = (("Picture (PNG)", png), ("Drawing (SVG)", svg), ("Page to print (PDF)", pdf))
    return dbc.DropdownMenu(
        [
            html.Div("This chart", className="dropdown-header"),
            *(dbc.DropdownMenuItem(label, id=name) for label, name in pictures),
            *more,
        ],
        id=menu,
        label=html.Span([icon("download"), "Download"]),
        align_end=True,
        toggle_class_name="button button-plain",
        class_name="download",
    )


def file_note() -> html.Div:
    """The note; ``assets/files.js`` sets its ``data-state`` ("idle", "work", "done", "failed"), which shows a part, and its texts."""
    return html.Div(
        [
            html.Div(_work(), className="file-part file-work"),
            html.Div([icon("check-circle"), html.Span(id=ids.FILE_SAVED, className="file-words")], className="file-part file-done"),
            html.Div(_failed(), className="file-part file-failed"),
        ],
        id=ids.FILE_NOTE,
        className="file-note",
        role="status",
        **data(state="idle"),
        **aria(live="polite"),
    )


def _work() -> Children:
    return [
        icon("hourglass-split"),
        html.Span(["Preparing your file: ", html.Span(id=ids.FILE_NAME)], className="file-words"),
        button("Cancel", **data(file="cancel")),
        html.Span(className="file-bar", **aria(hidden="true")),
    ]


def _failed() -> Children:
    return [
        html.Div(
            [icon("exclamation-triangle"), html.Strong(id=ids.FILE_MESSAGE, className="file-words"), _close()],
            className="file-head",
        ),
        html.P(id=ids.FILE_HINT, className="file-hint"),
        html.Div(
            [
                button("Make a picture in this browser", kind="primary", **data(file="picture")),
                button("Save the report as HTML", kind="primary", **data(file="report")),
                button("Try again", **data(file="again")),
            ],
            className="file-actions",
        ),
    ]


def _close() -> html.Button:
    return icon_button("x-lg", "Close", **data(file="close"))
