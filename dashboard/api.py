"""What is asked for over plain HTTP, beside the page: uploads, downloads, and whether the server is well."""

from __future__ import annotations

import logging
import threading
import uuid
from collections.abc import Iterator

from flask import Blueprint, Response, current_app, jsonify, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.wrappers import Response as AnyResponse

from dashboard.downloads import add_routes as add_download_routes
from dashboard.exporting import Exporter, ExporterBusyError, ExportFailedError, NoBrowserError
from dashboard.spool import Spool
from wattsup_core.errors import BadRequestError, NotFoundError, WattsUpError
from wattsup_core.settings import Settings
from wattsup_core.store import Store

LOG = logging.getLogger(__name__)

CHUNK_BYTES = 256 * 1024
MOST_AT_ONCE = 4
"""Files that may arrive at the same time: half of the server's threads stay free for pages."""
NOT_NOW = dict.fromkeys((NoBrowserError.code, ExportFailedError.code, ExporterBusyError.code), 503)
STATUS = {NotFoundError.code: 404, BadRequestError.code: 400} | NOT_NOW


def blueprint(settings: Settings, store: Store, exporter: Exporter) -> Blueprint:
    """The routes, over one store; `exporter` makes images and PDF files."""
    api = Blueprint("api", __name__)
    spool = Spool(settings.uploads_folder)
    lanes = threading.BoundedSemaphore(MOST_AT_ONCE)
    api.register_error_handler(WattsUpError, _refused)
    api.register_error_handler(HTTPException, _failed)
    api.register_error_handler(Exception, _broken)

    @api.get("/healthz")
    def health() -> tuple[Response, int]:
        try:
            store.meters()
        except Exception:
            LOG.exception("The health check cannot read the database")
            return jsonify(status="failing", database="failing"), 503
        return jsonify(status="ok", database="ok"), 200

    @api.post("/api/v1/uploads")
    def receive() -> tuple[Response, int]:
        limit_bytes = settings.max_upload_mb * 1024 * 1024
        request.max_content_length = limit_bytes
        if (request.content_length or 0) > limit_bytes:
            raise RequestEntityTooLarge
        if not lanes.acquire(blocking=False):
            return _error("busy", "Other files are arriving just now.", "Try again in a minute.", 503)
        try:
            spool.sweep()
            return jsonify(upload=spool.receive(_chunks(), request.args.get("name", ""))), 201
        finally:
            lanes.release()

    add_download_routes(api, store, exporter)
    return api


def _chunks() -> Iterator[bytes]:
    while chunk := request.stream.read(CHUNK_BYTES):
        yield chunk


def _refused(error: WattsUpError) -> tuple[Response, int]:
    return _error(error.code, error.message, error.hint, STATUS.get(error.code, 422))


def _failed(error: HTTPException) -> tuple[Response, int] | AnyResponse:
    if isinstance(error, RequestEntityTooLarge):
        most = current_app.config["MAX_CONTENT_LENGTH"] // (1024 * 1024)
        return _error("too_large", f"This file is larger than {most:,} MB.", "Upload a shorter period.", 413)
    if error.code is None:
        return error.get_response()
    return _error("http", str(error.description), "", error.code)


def _broken(error: Exception) -> tuple[Response, int]:
    incident = uuid.uuid4().hex[:8]
    LOG.error("Incident %s", incident, exc_info=error)
    return _error("incident", f"Something went wrong (id {incident}).", "Try again, and name this id when you report it.", 500)


def _error(code: str, message: str, hint: str, status: int) -> tuple[Response, int]:
    return jsonify(error={"code": code, "message": message, "hint": hint}), status
