"""The top bar: brand, pages, meter picker, live pill, Upload, theme. On a phone the pages are a bar at the bottom."""

from __future__ import annotations

import dash_bootstrap_components as dbc
from dash import html

from dashboard import ids
from dashboard.layout.pieces import aria, data, hidden, icon, icon_button, upload_opener
from dashboard.pages import PAGES, Page


def top_bar() -> html.Header:
    """The bar; the picker's options and value, or that there are too many meters for it, are set when the meters are known."""
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
                html.A([icon("lightning-charge-fill", "brand-bolt"), html.Span("WattsUp")], href="/", className="brand", **data(path="/")),
                _pages(),
                html.Div(className="bar-space"),
                _finder(),
                picker,
                _live_pill(),
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


def _finder() -> html.Div:
    """The picker of many meters: a field that finds them, which the browser makes."""
    parts = [icon("house"), html.Div(id=ids.METER_FIND, className="finder-field"), icon("chevron-down", "picker-chevron")]
    return html.Div(parts, id=ids.METER_FINDER, className="picker finder", hidden=True)


def _pages() -> html.Nav:
    return html.Nav([_page_link(page) for page in PAGES], className="pages", **aria(label="Pages"))


def _page_link(page: Page) -> html.A:
    """A link that the browser follows within the page; which one is on show it knows from its address."""
    link_id = {"type": ids.PAGE_LINK, "path": page.path}
    return html.A([icon(page.icon), html.Span(page.name)], id=link_id, href=page.path, className="page-link-item", **data(path=page.path))


def _live_pill() -> html.Div:
    """Whether readings are coming in, on every page; the browser writes it."""
    return html.Div(
        [html.Span(className="live-dot", **aria(hidden="true")), html.Span("No live data")], id=ids.LIVE_PILL, className="live-pill"
    )
