"""The interface for programs and devices: readings in, readings and events out, by token."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, jsonify, request
from werkzeug.exceptions import RequestEntityTooLarge, UnsupportedMediaType

from dashboard.api import errors
from dashboard.api.openapi import document
from wattsup_core.board import Board
from wattsup_core.errors import BadRequestError
from wattsup_core.service import ingest
from wattsup_core.service.access import check_meter, check_scope, find_token
from wattsup_core.service.answers import receive_answer, withdraw_answer
from wattsup_core.service.live.starting import Ensure, start_nothing
from wattsup_core.service.views.api import events_since, list_meters, page_of_readings
from wattsup_core.store import Store, TokenRecord
from wattsup_core.types import Scope

NAME = "live"
MOST_BODY_MB = 8
LONGEST_COUNTER = 60

Written = tuple[Response, int]


def blueprint(store: Store, board: Board, ensure_scorer: Ensure = start_nothing) -> Blueprint:
    """The routes, over one store and its board; `ensure_scorer` is called after each write of readings that is on the disk."""
    api = Blueprint(NAME, __name__, url_prefix="/api/v1")
    errors.handle_bodies(api, f"A body has at most {MOST_BODY_MB} MB.", "Send the readings in several requests.")

    def token_for(scope: Scope, meter_id: str | None = None) -> TokenRecord:
        token = find_token(store, request.headers.get("Authorization", ""))
        check_scope(token, scope)
        if meter_id is not None:
            check_meter(token, meter_id)
        return token

    def written(answer: dict[str, Any], seqs: Mapping[str, int]) -> Written:
        ensure_scorer(seqs)
        return jsonify(answer), 202

    @api.post("/meters/<meter_id>/readings")
    def send(meter_id: str) -> Written:
        answer = ingest.receive(store, token_for(Scope.WRITE, meter_id), meter_id, _sent())
        return written(answer, {meter_id: answer["seq"]})

    @api.post("/readings")
    def send_many() -> Written:
        answer = ingest.receive_many(store, token_for(Scope.WRITE), _sent())
        return written(answer, answer["seq"])

    @api.get("/meters")
    def meters() -> Response:
        return jsonify(list_meters(store, token_for(Scope.READ).meter_id))

    @api.get("/meters/<meter_id>/readings")
    def readings(meter_id: str) -> Response:
        token_for(Scope.READ, meter_id)
        return jsonify(page_of_readings(store, meter_id, **_arguments("from", "to", "limit")))

    @api.get("/meters/<meter_id>/events")
    def events(meter_id: str) -> Response:
        token_for(Scope.READ, meter_id)
        return jsonify(events_since(store, meter_id, **_arguments("since")))

    @api.put("/meters/<meter_id>/events/<event_id>/answer")
    def answer(meter_id: str, event_id: str) -> Response:
        token_for(Scope.WRITE, meter_id)
        return jsonify(receive_answer(store, board, meter_id, event_id, _json()))

    @api.delete("/meters/<meter_id>/events/<event_id>/answer")
    def take_answer_back(meter_id: str, event_id: str) -> Response:
        token_for(Scope.WRITE, meter_id)
        return jsonify(withdraw_answer(store, board, meter_id, event_id))

    @api.get("/openapi.json")
    def openapi() -> Response:
        return jsonify(_document())

    return api


@functools.cache
def _document() -> dict[str, Any]:
    return document(MOST_BODY_MB)


def _sent() -> ingest.Sent:
    limit_bytes = MOST_BODY_MB * 1024 * 1024
    request.max_content_length = limit_bytes
    if (request.content_length or 0) > limit_bytes:
        raise RequestEntityTooLarge
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise UnsupportedMediaType("Send the body as it is, without Content-Encoding.")
    counter = request.args.get("counter", "")
    if len(counter) > LONGEST_COUNTER or not counter.isprintable():
        raise BadRequestError(f"The name of a counter has at most {LONGEST_COUNTER} printable characters.", "Name it as the device does.")
    return ingest.Sent(request.get_data(), request.is_json, request.headers.get("Idempotency-Key", ""), counter)


def _json() -> Any:
    """The body as JSON, of whatever type it says it is."""
    request.max_content_length = MOST_BODY_MB * 1024 * 1024
    try:
        return json.loads(request.get_data())
    except (ValueError, RecursionError):
        raise BadRequestError("The body is not JSON.", "See /api/v1/openapi.json.") from None


def _arguments(*names: str) -> dict[str, str]:
    """The arguments of the address that are known, those it does not name as ""; `from` is given as `first`, for it is a word of Python's.

    Raises
    ------
    BadRequestError
        When there is another one.
    """
    unknown = sorted(request.args.keys() - set(names))
    if unknown:
        raise BadRequestError(f"“{unknown[0][:40]}” is not known here.", f"Known are: {', '.join(names)}.")
    return {{"from": "first", "to": "end"}.get(name, name): request.args.get(name, "") for name in names}
