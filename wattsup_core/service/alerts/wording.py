"""What an alert says: a line, a text, and the same for programs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from wattsup_core.alerting import HIGHEST_SEVERITY
from wattsup_core.analysis import phrases
from wattsup_core.service.alerts.undelivered import plain
from wattsup_core.service.views.api import event_values
from wattsup_core.store.alert_records import MessageContent, ToldEvent
from wattsup_core.timegrid import to_wall
from wattsup_core.types import AnomalyEvent, Meter

LONGEST_SUBJECT = 150
MOST_LISTED = 20
DASH = "\u2013"


def content_of(told: Sequence[ToldEvent], public_url: str) -> MessageContent:
    """What a message on these events says, at least one; with links where the page's address is known."""
    payload = {"events": [_values(each, public_url) for each in told]}
    if len(told) == 1:
        (one,) = told
        return _content(f"{one.event.title}, {one.meter.name}, {_when(one)}", _text(one, public_url), "anomaly", payload)
    worst = max(told, key=lambda each: each.event.severity)
    subject = f"{len(told)} anomalies, the largest: {worst.event.title}, {worst.meter.name}"
    return _content(subject, _list(told, public_url), "digest", payload)


def test_content(public_url: str) -> MessageContent:
    """What a test says."""
    text = "This is a test: alerts of WattsUp arrive here."
    return _content("A test of your alerts", f"{text}\n\n{public_url}/settings" if public_url else text, "test", {"events": []})


def _content(subject: str, text: str, kind: str, payload: dict[str, Any]) -> MessageContent:
    line = plain(f"WattsUp: {subject}")[:LONGEST_SUBJECT]
    return MessageContent(line, text, {"type": kind, "subject": line, "text": text, **payload})


def _text(one: ToldEvent, public_url: str) -> str:
    event, meter = one.event, one.meter
    explanation = event.explanation
    first = [plain(event.title), f"{plain(meter.name)}, {_span(one)}"]
    facts = [explanation.summary, _cost(event, meter), explanation.detail, event.cause, explanation.comparison]
    asked = event.answer
    if event.is_alert and asked is not None:
        facts.append(f"You asked to be told of one like that of {phrases.day(to_wall(asked.start, meter.timezone))}.")
    sure = f"How sure: {explanation.confidence}. {_severity(event)}"
    checks = [f"Check first: {' '.join(explanation.check_first)}"] if explanation.check_first else []
    parts = ["\n".join(first), " ".join(dict.fromkeys(filter(None, facts))), sure, *checks, *filter(None, [_link(one, public_url)])]
    return "\n\n".join(parts)


def _list(told: Sequence[ToldEvent], public_url: str) -> str:
    shown = sorted(told, key=lambda each: -each.event.severity)[:MOST_LISTED]
    lines = [_line(each) for each in sorted(shown, key=lambda each: each.event.start)]
    rest = [f"And {len(told) - len(shown)} smaller ones."] if len(told) > len(shown) else []
    return "\n\n".join([*lines, *rest, *([public_url] if public_url else [])])


def _line(one: ToldEvent) -> str:
    event = one.event
    return f"{plain(event.title)}, {plain(one.meter.name)}, {_span(one)}. {event.explanation.summary} {_severity(event)}"


def _severity(event: AnomalyEvent) -> str:
    return f"Severity: {event.severity} of {HIGHEST_SEVERITY}."


def _cost(event: AnomalyEvent, meter: Meter) -> str:
    if event.cost is None or not math.isfinite(event.cost) or round(event.cost, 2) <= 0:
        return ""
    return f"That cost {event.cost:,.2f} {meter.currency} more than usual."


def _when(one: ToldEvent) -> str:
    return _moment(to_wall(one.event.start, one.meter.timezone))


def _span(one: ToldEvent) -> str:
    start, end = (to_wall(moment, one.meter.timezone) for moment in (one.event.start, one.event.end))
    until = f"{end:%H:%M}" if end.date() == start.date() else _moment(end)
    return f"{_moment(start)} {DASH} {until} ({one.meter.timezone})"


def _moment(clock: datetime) -> str:
    return f"{clock:%a} {clock.day} {clock:%b} {clock.year}, {clock:%H:%M}"


def _link(one: ToldEvent, public_url: str) -> str:
    return f"{public_url}/?{urlencode({'meter': one.meter.meter_id, 'event': one.event.event_id})}" if public_url else ""


def _values(one: ToldEvent, public_url: str) -> dict[str, Any]:
    """An event as the interface for programs tells it, with its meter, its sentences and its link."""
    event, meter = one.event, one.meter
    return {
        "meter": {"meter_id": meter.meter_id, "name": meter.name, "timezone": meter.timezone, "currency": meter.currency},
        **event_values(event, meter),
        "summary": event.explanation.summary,
        "confidence": event.explanation.confidence,
        "url": _link(one, public_url) or None,
    }
