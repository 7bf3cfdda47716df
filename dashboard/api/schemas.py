"""JSON schemas of what the interface for programs takes and answers."""

from __future__ import annotations

from typing import Any

from wattsup_core.answered import Answer
from wattsup_core.service.views.api import MOST_ROWS, USUAL_ROWS

Schema = dict[str, Any]


def _object(required: tuple[str, ...] = (), **properties: Schema) -> Schema:
    return {"type": "object", "required": list(required), "properties": properties}


def _list(of: Schema) -> Schema:
    return {"type": "array", "items": of}


def _argument(name: str, schema: Schema, description: str, place: str = "query") -> Schema:
    return {"name": name, "in": place, "required": place == "path", "schema": schema, "description": description}


NUMBER: Schema = {"type": "number"}
WHOLE: Schema = {"type": "integer"}
TEXT: Schema = {"type": "string"}
FLAG: Schema = {"type": "boolean"}
INSTANT: Schema = {"type": "string", "format": "date-time"}
NUMBER_OR_NULL: Schema = {"type": ["number", "null"]}
TEXT_OR_NULL: Schema = {"type": ["string", "null"]}

ERROR = _object(("error",), error=_object(("code", "message", "hint"), code=TEXT, message=TEXT, hint=TEXT))
REJECTED = _object(("index", "code", "reason"), index=WHOLE, code=TEXT, reason=TEXT)
SENT_READING = _object(
    ("timestamp",),
    timestamp={
        "type": ["string", "number"],
        "description": "Start of the interval (of a register: when it was read), as ISO 8601 or seconds since 1970. "
        "Without an offset it is the wall clock of the meter's zone.",
    },
    kwh=NUMBER | {"description": "Energy of the interval [kWh]."},
    wh=NUMBER | {"description": "Energy of the interval [Wh]."},
    kw=NUMBER | {"description": "Mean power over the meter's interval [kW]."},
    register_kwh=NUMBER | {"description": "Reading of a running register [kWh]; the energy is the difference to the one before."},
    temperature_c=NUMBER | {"description": "Outdoor temperature [°C]."},
    quality={"enum": ["actual", "estimated"]},
) | {"oneOf": [{"required": [name]} for name in ("kwh", "wh", "kw", "register_kwh")]}
_READING: Schema = {"$ref": "#/components/schemas/Reading"}
_DEVICE: Schema = {"type": "object", "description": "A message of a Tasmota, Shelly or zigbee2mqtt device as it is."}
_OF_METER: Schema = {"allOf": [_READING, _object(("meter",), meter=TEXT)]}


def _bodies(one: Schema) -> Schema:
    several = _list(one)
    return {"application/json": {"schema": {"anyOf": [one, several, _object(("readings",), readings=several)]}}}


BODY: Schema = _bodies({"anyOf": [_READING, _DEVICE]}) | {
    "text/csv": {"schema": TEXT, "example": "timestamp,kwh\n2026-01-31T14:30:00Z,0.25\n"},
    "text/plain": {"schema": TEXT | {"description": "A DSMR P1 telegram."}},
}
BODY_OF_METERS: Schema = _bodies(_OF_METER) | {
    "text/csv": {"schema": TEXT, "example": "meter,timestamp,kwh\nm-home,2026-01-31T14:30:00Z,0.25\n"},
}
_REJECTED = _list({"$ref": "#/components/schemas/Rejected"})
_NOTES = _list(_object(("code", "count", "message"), code=TEXT, count=WHOLE, message=TEXT)) | {
    "description": "What was noticed of a CSV that was read as a file, such as energy of the other direction that is left out; "
    "only there when something was."
}
STORED = _object(("seq", "stored", "rejected"), seq=WHOLE, stored=WHOLE, rejected=_REJECTED, notes=_NOTES)
STORED_BY_METER = _object(
    ("seq", "stored", "rejected"), seq={"type": "object", "additionalProperties": WHOLE}, stored=WHOLE, rejected=_REJECTED
)
METERS = _object(
    ("meters",),
    meters=_list(
        _object(
            meter_id=TEXT, name=TEXT, timezone=TEXT, interval_minutes=NUMBER, channel=TEXT, currency=TEXT, seq=WHOLE, scored_seq=WHOLE,
            readings=WHOLE, first=TEXT_OR_NULL, last=TEXT_OR_NULL,
        )
    ),
)  # fmt: skip
READINGS = _object(
    ("readings", "next"),
    readings=_list(
        _object(
            ("timestamp", "kwh"),
            timestamp=INSTANT, kwh=NUMBER_OR_NULL, quality=TEXT, temperature_c=NUMBER_OR_NULL, expected_kwh=NUMBER_OR_NULL,
            lower_kwh=NUMBER_OR_NULL, upper_kwh=NUMBER_OR_NULL, score=NUMBER_OR_NULL, severity=NUMBER_OR_NULL, is_anomaly=FLAG,
            event_id=TEXT_OR_NULL,
        )
    ),
    next=TEXT_OR_NULL | {"description": "`from` of the following page; null after the last."},
)  # fmt: skip
ANSWER: Schema = {
    "description": "What a person says of the event, or has said of one like it; null where nobody has said anything.",
    "anyOf": [
        _object(
            ("says", "given_at", "of", "is_own", "holds"),
            says={"enum": list(Answer)}, given_at=INSTANT, of=INSTANT | {"description": "Start of the event that was spoken of."},
            is_own=FLAG | {"description": "False where it was said of a like event before."},
            holds=FLAG | {"description": "False of an event that was expected and has grown larger since."},
        ),
        {"type": "null"},
    ],
}  # fmt: skip
EVENT = _object(
    ("event_id", "start", "end", "kind"),
    event_id=TEXT, start=INSTANT, end=INSTANT | {"description": "Exclusive."}, kind=TEXT, direction=TEXT, severity=WHOLE,
    actual_kwh=NUMBER_OR_NULL, expected_kwh=NUMBER_OR_NULL, excess_kwh=NUMBER_OR_NULL, cost=NUMBER_OR_NULL, title=TEXT, cause=TEXT,
    ongoing=FLAG, is_expected=FLAG | {"description": "A person expected it: it counts for nothing."}, answer=ANSWER,
    first_shown_at=INSTANT, updated_at=INSTANT, **{"class": TEXT},
)  # fmt: skip
EVENTS = _object(
    ("events", "withdrawn", "cursor"),
    events=_list({"$ref": "#/components/schemas/Event"}),
    withdrawn=_list(_object(("event_id", "updated_at"), event_id=TEXT, updated_at=INSTANT)),
    cursor=WHOLE | {"description": "`since` of the next call."},
)

ANSWER_BODY: Schema = {"application/json": {"schema": _object(("answer",), answer={"enum": list(Answer)})}}
ANSWERED = _object(("event_id", "is_expected", "answer"), event_id=TEXT, is_expected=FLAG, answer=ANSWER)

METER_ID = _argument("meter_id", TEXT, "Id of the meter.", "path")
EVENT_ID = _argument("event_id", TEXT, "Id of the event.", "path")
IDEMPOTENCY_KEY = _argument(
    "Idempotency-Key",
    TEXT,
    "The same key with the same body within a day is answered as the first time; nothing is stored again.",
    "header",
)
COUNTER = _argument("counter", TEXT, "The counter of a device with several, such as em1data:0, that the meter follows from now on.")
FROM = _argument("from", TEXT, "First instant, inclusive: ISO 8601, without an offset on the meter's clock, or seconds since 1970.")
TO = _argument("to", TEXT, "Last instant, exclusive; on the meter's clock in an hour that is shown twice, that of the second pass.")
LIMIT = _argument("limit", WHOLE | {"minimum": 1, "maximum": MOST_ROWS, "default": USUAL_ROWS}, "Most readings in the answer.")
SINCE = _argument("since", TEXT, "The cursor of an earlier answer, or an instant: what was first shown or has changed then or later.")
