"""Small building blocks that every part of the page shares."""

from __future__ import annotations

from typing import Any, TypeVar

from dash import html
from dash.development.base_component import Component

from dashboard import format as words

Child = Component | str | None
Children = Child | list[Any]
_Part = TypeVar("_Part")


def aria(**attributes: str) -> dict[str, Any]:
    """``aria-`` attributes: ``aria(label="Close")`` is ``{"aria-label": "Close"}``."""
    return {f"aria-{name}": value for name, value in attributes.items()}


def data(**attributes: str) -> dict[str, Any]:
    """``data-`` attributes, as :func:`aria`."""
    return {f"data-{name}": value for name, value in attributes.items()}


def icon(name: str, extra: str = "") -> html.Span:
    """An icon of ``assets/icons`` in the colour of the text around it; hidden from screen readers."""
    return html.Span(className=f"icon icon-{name} {extra}".strip(), **aria(hidden="true"))


def hidden(text: str) -> html.Span:
    """Text for screen readers only."""
    return html.Span(text, className="visually-hidden")


def quantity(value: str, unit: str = "") -> html.Span:
    """A number that never breaks from its unit."""
    return html.Span([value, html.Span(f" {unit}", className="unit")] if unit else value, className="quantity")


def unbroken(part: _Part) -> _Part:
    """What is put on the page, with no line break between a number and its unit in any of its texts; attributes stay as they are."""
    if isinstance(part, str):
        return words.unbroken(part)  # type: ignore[return-value]  # mypy does not narrow a type variable
    if isinstance(part, list):
        return [unbroken(each) for each in part]  # type: ignore[return-value]
    if isinstance(part, Component) and getattr(part, "children", None) is not None:
        part.children = unbroken(part.children)
    return part


def heading(text: str, pill: Children = None, pill_id: str | None = None, name: str | None = None) -> html.Div:
    """A card's title with a pill beside it."""
    title = html.H2(text, className="card-heading", **_named(name))
    if pill is None and pill_id is None:
        return html.Div(title, className="card-head-title")
    return html.Div([title, html.Span(pill, className="pill", **_named(pill_id))], className="card-head-title")


def _named(name: str | None) -> dict[str, Any]:
    return {"id": name} if name else {}


def button(children: Children, kind: str = "plain", **props: Any) -> html.Button:
    """A button; `kind` is "primary", "plain", "icon" or "link"."""
    return html.Button(children, type="button", className=f"button button-{kind}", n_clicks=0, **props)


def icon_button(name: str, label: str, **props: Any) -> html.Button:
    """A button that shows an icon only, named for screen readers and by its title."""
    return button(icon(name), kind="icon", title=label, **aria(label=label), **props)


def upload_opener(children: Children, kind: str, **props: Any) -> html.Button:
    """A button that opens the upload dialog: ``assets/upload.js`` listens for ``data-upload="open"``."""
    return button(children, kind=kind, **data(upload="open"), **props)


def file_chooser(text: str) -> html.Button:
    """A button that opens the browser's file picker: ``assets/upload.js`` listens for ``data-upload="choose"``."""
    return button([icon("folder2-open"), text], kind="primary", **data(upload="choose"))
