"""What stands before every request and behind every answer: known names and pages only, same origin, sound callback bodies, security
headers.

Dash answers 500 to a callback body it does not expect; here such a body gets 400 before Dash sees it.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

from dash import Dash
from flask import Flask, Response, abort, make_response, request

from dashboard import hosts, plain_pages
from dashboard.api import errors
from dashboard.pages import PATHS
from wattsup_core.settings import Settings

PROGRAMS = "/api/"
HEALTH = "/healthz"
LONGEST_NAME = 253
BY_TOKEN = "live"  # noqa: S105
"""The blueprint whose routes want a token."""
CALLBACKS = "/_dash-update-component"
READING_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
MOST_BODY_BYTES = 2 * 1024 * 1024
FOR_EVER = "public, max-age=31536000, immutable"
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}


def protect(app: Dash, settings: Settings) -> None:
    """Put the guard around `app`, once all its callbacks are registered: the policy names the scripts it knows by then."""
    server: Flask = app.server
    policy = content_security_policy(app)
    names = hosts.Names.of(settings)

    @server.before_request
    def _before() -> None:
        _refuse_unknown_name(names)
        _refuse_unknown_page()
        _refuse_foreign_origin()
        if request.path == CALLBACKS and request.method == "POST":
            request.max_content_length = MOST_BODY_BYTES
            if not fits(_body(), app.callback_map):
                abort(400, "This page is out of date. Reload it.")

    @server.after_request
    def _after(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = policy
        for name, value in HEADERS.items():
            response.headers[name] = value
        if _is_versioned_file(response):
            response.headers["Cache-Control"] = FOR_EVER
        else:
            response.headers.setdefault("Cache-Control", "no-cache")
        return response


def content_security_policy(app: Dash) -> str:
    """The policy a browser holds the page to: nothing from another host, no script but ours."""
    rules = {
        "default-src": "'self'",
        "script-src": " ".join(["'self'", *app.csp_hashes()]),
        "style-src": "'self' 'unsafe-inline'",  # Plotly and Bootstrap's components set styles on elements
        "img-src": "'self' data: blob:",
        "object-src": "'none'",
        "base-uri": "'self'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def _refuse_unknown_name(names: hosts.Names) -> None:
    """Whoever owns a name can point it at this machine while a page of theirs is open: a browser then takes us for a part of that page.

    The health check tells nothing, and platforms ask for it by names of their own.
    """
    host = request.headers.get("Host")
    if host is None or request.path == HEALTH or _has_token() or names.let_in(host, request.environ["SERVER_NAME"]):
        return
    name = hosts.name_of(host)[:LONGEST_NAME]
    if request.path.startswith(PROGRAMS):
        message = f"WattsUp does not answer to the name {name}."
        abort(make_response(errors.answer("unknown_host", message, hosts.hint(name), 403)))
    abort(Response(plain_pages.unknown_name(name, hosts.hint(name)), status=403, mimetype="text/html"))


def _refuse_unknown_page() -> None:
    """Dash's catch-all route serves the page at any address; only those that are pages may have it."""
    is_catch_all = request.url_rule is not None and request.url_rule.rule == "/<path:path>"
    if is_catch_all and request.path.startswith(PROGRAMS):
        abort(make_response(errors.answer("not_found", "There is nothing at this address.", "See /api/v1/openapi.json.", 404)))
    if is_catch_all and request.path not in PATHS:
        abort(Response(plain_pages.NO_PAGE, status=404, mimetype="text/html"))


def _refuse_foreign_origin() -> None:
    """A browser names the page that a request comes from; a page of another site may not write here.

    Compared by host alone: behind a proxy that ends TLS the scheme differs. What a token opens is let through to where the token is
    looked at: no browser sends one by itself.
    """
    if _has_token():
        return
    origin = request.headers.get("Origin")
    if request.method not in READING_METHODS and origin is not None and _host_of(origin) != request.host:
        abort(403, "This request comes from another site.")


def _has_token() -> bool:
    return request.blueprint == BY_TOKEN and "Authorization" in request.headers


def _host_of(origin: str) -> str:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return ""


def _body() -> Any:
    try:
        return json.loads(request.get_data(cache=True))
    except (ValueError, RecursionError):
        abort(400, "The body is not JSON.")


def _is_versioned_file(response: Response) -> bool:
    """Whether the address names the version of what it gives, which therefore never changes."""
    return request.path.startswith("/assets/") and "m" in request.args and response.status_code in {200, 304}


def fits(body: Any, callbacks: dict[str, Any]) -> bool:
    """Whether `body` is what Dash's page sends for one of `callbacks`: its output, inputs and state, by id and property."""
    if not isinstance(body, dict) or not isinstance(body.get("output"), str):
        return False
    callback = callbacks.get(body["output"])
    if callback is None or "callback" not in callback:
        return False
    changed = body.get("changedPropIds", [])
    return (
        _are_all(body.get("inputs"), [(spec["id"], spec["property"]) for spec in callback["inputs"]])
        and _are_all(body.get("state") or [], [(spec["id"], spec["property"]) for spec in callback["state"]])
        and (callback["no_output"] or _are_outputs(body.get("outputs"), callback["output"]))
        and isinstance(changed, list)
        and all(isinstance(name, str) for name in changed)
    )


def _are_outputs(given: Any, outputs: Any) -> bool:
    if isinstance(outputs, list | tuple):
        return _are_all(given, [(each.component_id_str(), each.component_property) for each in outputs])
    return _are_all([given], [(outputs.component_id_str(), outputs.component_property)])


def _are_all(given: Any, specs: list[tuple[str, str]]) -> bool:
    return isinstance(given, list) and len(given) == len(specs) and all(_is(item, *spec) for item, spec in zip(given, specs, strict=True))


def _is(item: Any, spec_id: str, spec_property: str) -> bool:
    """Whether `item` is the component property of that id; for a pattern over many, a list of those that match."""
    if not spec_id.startswith("{"):
        return _is_property(item, spec_property) and item["id"] == spec_id
    pattern = json.loads(spec_id)
    takes_many = any(value in (["ALL"], ["ALLSMALLER"]) for value in pattern.values())
    items = item if takes_many else [item]
    return isinstance(items, list) and all(_is_property(each, spec_property) and _matches(each["id"], pattern) for each in items)


def _is_property(item: Any, name: str) -> bool:
    return (
        isinstance(item, dict)
        and isinstance(item.get("property"), str)
        and item["property"].split("@")[0] == name.split("@", maxsplit=1)[0]
        and isinstance(item.get("id"), str | dict)
    )


def _matches(component_id: Any, pattern: dict[str, Any]) -> bool:
    return (
        isinstance(component_id, dict)
        and component_id.keys() == pattern.keys()
        and all(isinstance(value, str | int | float) for value in component_id.values())
        and all(isinstance(wanted, list) or component_id[key] == wanted for key, wanted in pattern.items())
    )
