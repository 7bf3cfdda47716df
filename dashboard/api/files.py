"""What the page asks for over plain HTTP: uploads and downloads; and whether the server is well."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator

from flask import Blueprint, Response, jsonify, request
from werkzeug.exceptions import RequestEntityTooLarge

from dashboard.api import errors
from dashboard.downloads import add_routes as add_download_routes
from dashboard.exporting import Exporter
from dashboard.spool import Spool
from wattsup_core.settings import Settings
from wattsup_core.store import Store

LOG = logging.getLogger(__name__)

CHUNK_BYTES = 256 * 1024
MOST_AT_ONCE = 4
"""Files that may arrive at the same time: half of the server's threads stay free for pages."""


def blueprint(settings: Settings, store: Store, exporter: Exporter) -> Blueprint:
    """The routes, over one store; `exporter` makes images and PDF files."""
    api = Blueprint("api", __name__)
    spool = Spool(settings.uploads_folder)
    lanes = threading.BoundedSemaphore(MOST_AT_ONCE)
    errors.handle_bodies(api, f"This file is larger than {settings.max_upload_mb:,} MB.", "Upload a shorter period.")

    @api.get("/healthz")
    def health() -> tuple[Response, int]:
        try:
            store.count_meters()
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
            return errors.answer("busy", "Other files are arriving just now.", "Try again in a minute.", 503)
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
