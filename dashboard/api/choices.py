"""What the page's meter picker asks while a person types: ``GET /meters/find?typed=…``, the meters whose name or id holds the words."""

from __future__ import annotations

import dataclasses

from flask import Blueprint, Response, jsonify, request

from dashboard import sent
from dashboard.api import errors
from wattsup_core.service import views
from wattsup_core.store import Store


def blueprint(store: Store) -> Blueprint:
    """The route, over one store."""
    choices = Blueprint("choices", __name__)
    errors.handle(choices)

    @choices.get("/meters/find")
    def find() -> Response:
        response = jsonify(dataclasses.asdict(views.find_meters(store, sent.needle(request.args.get("typed")))))
        response.headers["Cache-Control"] = "no-store"
        return response

    return choices
