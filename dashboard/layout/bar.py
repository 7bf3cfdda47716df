"""The top bar: brand, meter picker, Upload, theme."""

from __future__ import annotations

import dash_bootstrap_components as dbc
from dash import html

from dashboard import ids
from dashboard.layout.pieces import aria, hidden, icon, icon_button, upload_opener


def top_bar() -> html.Header:
    """The bar; the picker's options and value are set when the meters are known."""
    picker = html.Label(
        [
            icon("house"),
            hidden("Meter"),
            dbc.Select(id=ids.METER_PICKER, options=[], value=None, class_name="picker-select"),
            icon("chevron-down", "picker-chevron"),
        ],
        className="picker",
    )
    return html.Header(
        html.Div(
            [
                html.A([icon("lightning-charge-fill", "brand-bolt"), html.Span("WattsUp")], href="/", className="brand"),
                html.Div(className="bar-space"),
                picker,
                upload_opener(
                    [icon("upload"), html.Span("Upload", className="upload-word")],
                    kind="primary",
                    id=ids.UPLOAD_BUTTON,
                    **aria(label="Upload a file of meter readings"),
                ),
                icon_button("theme", "Switch between light and dark", id=ids.THEME_BUTTON),
            ],
            className="bar",
        ),
        className="bar-edge",
    )
