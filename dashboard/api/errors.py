"""What a caller of the plain HTTP interface is told when something is wrong: a stable code, a sentence, and what to do."""

from __future__ import annotations

import logging
import uuid

from flask import Blueprint, Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, RequestEntityTooLarge
from werkzeug.wrappers import Response as AnyResponse

from dashboard.exporting import ExporterBusyError, ExportFailedError, GivenUpError, NoBrowserError
from wattsup_core.errors import (
    BadRequestError,
    BusyError,
    DiskFullError,
    ForbiddenError,
    KeyReusedError,
    NotFoundError,
    UnknownTokenError,
    WattsUpError,
)
from wattsup_core.folders import in_words

LOG = logging.getLogger(__name__)

PREFIX = "/api/"
STATUS = {
    BadRequestError.code: 400,
    UnknownTokenError.code: 401,
    ForbiddenError.code: 403,
    NotFoundError.code: 404,
    KeyReusedError.code: 422,
    DiskFullError.code: 507,
    **dict.fromkeys((BusyError.code, NoBrowserError.code, ExportFailedError.code, ExporterBusyError.code, GivenUpError.code), 503),
}
OTHERWISE = 422
RETRY_SECONDS = "5"


def answer(code: str, message: str, hint: str, status: int) -> tuple[Response, int]:
    """The body and the status of a refusal."""
    response = jsonify(error={"code": code, "message": message, "hint": hint})
    if status == STATUS[UnknownTokenError.code]:
        response.headers["WWW-Authenticate"] = "Bearer"
    if code in (BusyError.code, ExporterBusyError.code):
        response.headers["Retry-After"] = RETRY_SECONDS
    return response, status


def handle(blueprint: Blueprint) -> None:
    """Give the routes of `blueprint` these answers."""

    def failed(error: HTTPException) -> tuple[Response, int] | AnyResponse:
        if error.code is None:
            return error.get_response()
        return answer("http", str(error.description), "", error.code)

    blueprint.register_error_handler(WattsUpError, _refused)
    blueprint.register_error_handler(HTTPException, failed)
    blueprint.register_error_handler(Exception, _broken)


def handle_bodies(blueprint: Blueprint, too_large: str, smaller: str) -> None:
    """The same for routes that take bodies: one over their limit is told `too_large` and what to do, `smaller`."""

    def refused(_error: RequestEntityTooLarge) -> tuple[Response, int]:
        return answer("too_large", too_large, smaller, 413)

    handle(blueprint)
    blueprint.register_error_handler(RequestEntityTooLarge, refused)


def handle_unknown_routes(server: Flask) -> None:
    """Answer in the same way where an address under `PREFIX` knows no such method."""

    def not_allowed(error: MethodNotAllowed) -> tuple[Response, int] | MethodNotAllowed:
        if not request.path.startswith(PREFIX):
            return error
        response, status = answer("method_not_allowed", f"{request.method} is not known here.", "See /api/v1/openapi.json.", 405)
        response.headers["Allow"] = ", ".join(error.valid_methods or ())
        return response, status

    server.register_error_handler(MethodNotAllowed, not_allowed)


def _refused(error: WattsUpError) -> tuple[Response, int]:
    return answer(error.code, error.message, error.hint, STATUS.get(error.code, OTHERWISE))


def _broken(error: Exception) -> tuple[Response, int]:
    refusal = in_words(error)
    if refusal is not None:
        return _refused(refusal)
    incident = uuid.uuid4().hex[:8]
    LOG.error("Incident %s", incident, exc_info=error)
    return answer("incident", f"Something went wrong (id {incident}).", "Try again, and name this id when you report it.", 500)
