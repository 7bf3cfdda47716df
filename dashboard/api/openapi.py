"""The OpenAPI 3.1 document, made from one table of the routes; a test holds that the table and the server know the same routes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from dashboard.api import schemas

PREFIX = "/api/v1"
ERRORS = {
    400: "The request makes no sense.",
    401: "The token is missing, unknown or revoked.",
    403: "The token is not for this.",
    404: "There is no such meter or event.",
    413: "The body is too large.",
    415: "The body is compressed.",
    422: "The Idempotency-Key came before with another body.",
    503: "The database is busy: send it again in a few seconds.",
    507: "The disk is full: nothing was stored.",
}
READING, WRITING, ANSWERING = (400, 401, 403, 404), (400, 401, 403, 404, 413, 415, 422, 503, 507), (400, 401, 403, 404, 413, 503, 507)


@dataclass(frozen=True)
class Route:
    """One operation: its address under `PREFIX`, what it does, takes and answers; without `errors` it is open to all."""

    method: str
    path: str
    operation: str
    summary: str
    status: int
    answer: dict[str, Any]
    parameters: tuple[dict[str, Any], ...] = ()
    body: dict[str, Any] = field(default_factory=dict)
    errors: tuple[int, ...] = ()


ROUTES = (
    Route(
        "post", "/meters/{meter_id}/readings", "sendReadings",
        "Send readings of one meter; answered once they are on the disk.", 202, schemas.STORED,
        (schemas.METER_ID, schemas.IDEMPOTENCY_KEY, schemas.COUNTER), schemas.BODY, WRITING,
    ),
    Route(
        "post", "/readings", "sendReadingsOfMeters",
        "Send readings of several meters; each names its meter.", 202, schemas.STORED_BY_METER,
        (schemas.IDEMPOTENCY_KEY, schemas.COUNTER), schemas.BODY_OF_METERS, WRITING,
    ),
    Route("get", "/meters", "listMeters", "The meters that the token is for.", 200, schemas.METERS, errors=READING),
    Route(
        "get", "/meters/{meter_id}/readings", "getReadings", "Readings with their scores, oldest first.", 200, schemas.READINGS,
        (schemas.METER_ID, schemas.FROM, schemas.TO, schemas.LIMIT), errors=READING,
    ),
    Route(
        "get", "/meters/{meter_id}/events", "getEvents", "Events that are new or have changed.", 200, schemas.EVENTS,
        (schemas.METER_ID, schemas.SINCE), errors=READING,
    ),
    Route(
        "put", "/meters/{meter_id}/events/{event_id}/answer", "answerEvent",
        "Say what an event is; said once more, the newest holds.", 200, schemas.ANSWERED,
        (schemas.METER_ID, schemas.EVENT_ID), schemas.ANSWER_BODY, ANSWERING,
    ),
    Route(
        "delete", "/meters/{meter_id}/events/{event_id}/answer", "takeAnswerBack",
        "Take back what was said of an event.", 200, schemas.ANSWERED, (schemas.METER_ID, schemas.EVENT_ID), errors=(*READING, 503, 507),
    ),
    Route("get", "/openapi.json", "getOpenApi", "This document.", 200, {"type": "object"}),
)  # fmt: skip


def document(most_body_mb: int) -> dict[str, Any]:
    """The document; bodies have at most `most_body_mb` MB."""
    paths: dict[str, dict[str, Any]] = {}
    for route in ROUTES:
        paths.setdefault(PREFIX + route.path, {})[route.method] = _operation(route)
    description = f"Readings of meters in, readings with scores and anomalies out. Bodies have at most {most_body_mb} MB."
    return {
        "openapi": "3.1.0",
        "info": {"title": "WattsUp", "version": "1", "description": description},
        "paths": paths,
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": {"Error": schemas.ERROR, "Reading": schemas.SENT_READING, "Rejected": schemas.REJECTED, "Event": schemas.EVENT},
        },
    }


def _operation(route: Route) -> dict[str, Any]:
    answers: dict[str, Any] = {str(route.status): {"description": route.summary, "content": _json(route.answer)}}
    for status in route.errors:
        answers[str(status)] = {"description": ERRORS[status], "content": _json({"$ref": "#/components/schemas/Error"})}
    operation: dict[str, Any] = {
        "operationId": route.operation,
        "summary": route.summary,
        "responses": answers,
        "security": [{"token": []}] if route.errors else [],
    }
    if route.parameters:
        operation["parameters"] = list(route.parameters)
    if route.body:
        operation["requestBody"] = {"required": True, "content": route.body}
    return operation


def _json(schema: dict[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}
