"""What `detect` prints: the anomalies of a file, in words or as one JSON object."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from wattsup_core.commands.terminal import printable
from wattsup_core.timegrid import epoch_of, stamp_text, to_wall
from wattsup_core.types import AnomalyEvent, Meter, Tariff

if TYPE_CHECKING:
    from wattsup_core.service.files import AnalysedMeter, FileAnalysis


def in_words(found: FileAnalysis, name: str) -> str:
    """What was read and what was found, for a terminal: a line for each anomaly, by start."""
    file = found.file
    lines = [f"{name}: {file.format_name}, {file.unit}, {file.timezone}. {file.report.stored:,} of {file.report.read:,} rows stored."]
    lines += [f"  {issue.message}" for issue in file.report.warnings]
    for each in found.meters:
        lines += _meter_lines(each)
    return "\n".join(printable(line) for line in lines)


def as_object(found: FileAnalysis, tariff: Tariff) -> dict[str, Any]:
    """What was read, as `inspect` tells it, and what was found: events as in ``events.csv``, with their title and meter."""
    from wattsup_core.service.inspection import inspection

    return inspection(found.file) | {
        "price_per_kwh": tariff.price_per_kwh,
        "currency": tariff.currency,
        "analyses": [
            {
                "meter": each.meter.name,
                "country": each.meter.country,
                "model_version": each.analysis.model_version,
                "notes": list(each.analysis.notes),
            }
            for each in found.meters
        ],
        "events": [_event_object(event, meter) for meter, event in found.events],
    }


def _event_object(event: AnomalyEvent, meter: Meter) -> dict[str, Any]:
    start, end = stamp_text(np.array([epoch_of(event.start), epoch_of(event.end)]), meter.timezone)
    return {
        "event_id": event.event_id,
        "start": start,
        "end": end,
        "kind": event.kind.value,
        "class": event.event_class.value,
        "direction": event.direction.value,
        "severity": event.severity,
        "actual_kwh": _finite(event.actual_kwh),
        "expected_kwh": _finite(event.expected_kwh),
        "excess_kwh": _finite(event.excess_kwh),
        "cost": None if event.cost is None else _finite(event.cost),
        "cause": event.cause,
        "title": event.title,
        "meter": meter.name,
    }


def _finite(value: float) -> float | None:
    """`value` in six decimals, `None` where it is not known: JSON has no NaN."""
    return round(value, 6) if math.isfinite(value) else None


def _meter_lines(each: AnalysedMeter) -> Iterator[str]:
    events = each.analysis.events
    count = f"{len(events)} anomal{'y' if len(events) == 1 else 'ies'}"
    yield f"{each.meter.name}: {len(each.readings):,} {each.meter.interval_minutes:g}-minute readings, {count}."
    for note in each.analysis.notes:
        yield f"  {note}"
    for event in events:
        yield "  " + "  ".join(_event_cells(event, each.meter))


def _event_cells(event: AnomalyEvent, meter: Meter) -> tuple[str, ...]:
    start, end = to_wall(event.start, meter.timezone), to_wall(event.end, meter.timezone)
    cost = "" if event.cost is None or event.cost < 0 else f"{event.cost:.2f} {meter.currency}"
    return (
        f"{event.severity:3d}",
        f"{_moment(start)} – {_end(start, end):16}",
        f"{event.excess_kwh:+10.2f} kWh",
        f"{cost:>12}",
        event.title,
    )


def _moment(clock: datetime) -> str:
    return f"{clock:%Y-%m-%d %H:%M}"


def _end(start: datetime, end: datetime) -> str:
    return f"{end:%H:%M}" if end.date() == start.date() else _moment(end)
