"""Where each event's marker stands: on the drawn point at which the event is most extreme."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from wattsup_core import timegrid
from wattsup_core.analysis.tariff import UNPRICED_CLASSES
from wattsup_core.service.views.curve import Curve
from wattsup_core.service.views.rounding import round_for_screen
from wattsup_core.types import AnomalyEvent, Direction, EventKind
from wattsup_core.view_models import Marker

MOST_MARKERS = 400
"""More would cover the line; the most severe are shown and the rest is counted."""
UNNAMED_KINDS = frozenset({EventKind.BASELOAD_STEP, EventKind.DRIFT})
"""Kinds that last for weeks: their energy is that of the weeks, not of the anomaly."""


@dataclass(frozen=True)
class Extreme:
    """The point at which an event is most extreme: a position in the curve, None where it has no readings; and its instant."""

    event: AnomalyEvent
    at: int | None
    seconds: int


def find_extremes(curve: Curve, window: slice, events: Sequence[AnomalyEvent]) -> list[Extreme]:
    """The extreme point within the window of each event that touches it."""
    return [_extreme(curve, window, event) for event in events]


def draw_markers(curve: Curve, extremes: Sequence[Extreme], timezone: str) -> tuple[Marker, ...]:
    """The markers of the most severe events, at most :data:`MOST_MARKERS`, in time order."""
    worst = sorted(extremes, key=lambda extreme: -extreme.event.severity)[:MOST_MARKERS]
    worst.sort(key=lambda extreme: extreme.seconds)
    points = _clocks([extreme.seconds for extreme in worst], timezone)
    starts = _clocks([timegrid.epoch_of(extreme.event.start) for extreme in worst], timezone)
    ends = _clocks([timegrid.epoch_of(extreme.event.end) for extreme in worst], timezone)
    return tuple(
        Marker(
            event_id=extreme.event.event_id,
            x=x,
            y=round_for_screen(curve.actual[extreme.at] * curve.factor) if extreme.at is not None else 0.0,
            direction=extreme.event.direction,
            severity=extreme.event.severity,
            title=extreme.event.title,
            start_x=start_x,
            end_x=end_x,
            actual_kwh=_named_kwh(extreme.event),
        )
        for extreme, x, start_x, end_x in zip(worst, points, starts, ends, strict=True)
    )


def _extreme(curve: Curve, window: slice, event: AnomalyEvent) -> Extreme:
    span = curve.points(timegrid.epoch_of(event.start), timegrid.epoch_of(event.end))
    first, last = max(span.start, window.start), min(span.stop, window.stop)
    values = curve.actual[first:last]
    known = np.flatnonzero(np.isfinite(values))
    if not len(known):
        return Extreme(event, None, timegrid.epoch_of(event.start))
    pick = np.argmax if event.direction is Direction.HIGH else np.argmin
    at = first + int(known[pick(values[known])])
    return Extreme(event, at, int(curve.starts[at]))


def _named_kwh(event: AnomalyEvent) -> float | None:
    if event.event_class in UNPRICED_CLASSES or event.kind in UNNAMED_KINDS:
        return None
    return event.actual_kwh


def _clocks(seconds: list[int], timezone: str) -> list[str]:
    return timegrid.wall_clock_text(timegrid.to_wall_seconds(np.array(seconds, dtype=np.int64), timezone))
