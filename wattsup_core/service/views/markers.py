"""Where each event's marker stands: on the drawn point at which the event is most extreme, or begins when it is a long one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from wattsup_core import timegrid
from wattsup_core.analysis.findings import LASTING_KINDS
from wattsup_core.analysis.tariff import UNPRICED_CLASSES
from wattsup_core.service.views.curve import Curve
from wattsup_core.service.views.painting import is_long
from wattsup_core.service.views.rounding import round_for_screen
from wattsup_core.types import AnomalyEvent, Direction
from wattsup_core.view_models import Marker

MOST_MARKERS = 400
"""More would cover the line; the most severe are shown and the rest is counted."""


@dataclass(frozen=True)
class Mark:
    """The point that stands for an event: a position in the curve, None where it has no readings; and its instant."""

    event: AnomalyEvent
    at: int | None
    seconds: int
    is_long: bool


def find_marks(curve: Curve, window: slice, events: Sequence[AnomalyEvent], window_length: timedelta) -> list[Mark]:
    """The mark of each event that touches the window: its extreme within it; of a long one its beginning, wherever that lies."""
    return [_beginning(curve, event) if is_long(event, window_length) else _extreme(curve, window, event) for event in events]


def draw_markers(curve: Curve, marks: Sequence[Mark], timezone: str) -> tuple[Marker, ...]:
    """The markers of the most severe events, at most :data:`MOST_MARKERS`, in time order."""
    worst = sorted(marks, key=lambda mark: -mark.event.severity)[:MOST_MARKERS]
    worst.sort(key=lambda mark: mark.seconds)
    points = _clocks([mark.seconds for mark in worst], timezone)
    starts = _clocks([timegrid.epoch_of(mark.event.start) for mark in worst], timezone)
    ends = _clocks([timegrid.epoch_of(mark.event.end) for mark in worst], timezone)
    return tuple(
        Marker(
            event_id=mark.event.event_id,
            x=x,
            y=round_for_screen(curve.actual[mark.at] * curve.factor) if mark.at is not None else 0.0,
            direction=mark.event.direction,
            severity=mark.event.severity,
            title=mark.event.title,
            start_x=start_x,
            end_x=end_x,
            actual_kwh=_named_kwh(mark.event),
            is_long=mark.is_long,
            is_expected=mark.event.is_expected,
            start_seconds=timegrid.epoch_of(mark.event.start),
            end_seconds=timegrid.epoch_of(mark.event.end),
        )
        for mark, x, start_x, end_x in zip(worst, points, starts, ends, strict=True)
    )


def _beginning(curve: Curve, event: AnomalyEvent) -> Mark:
    span = curve.points(timegrid.epoch_of(event.start), timegrid.epoch_of(event.end))
    known = np.flatnonzero(np.isfinite(curve.actual[span]))
    if not len(known):
        return Mark(event, None, timegrid.epoch_of(event.start), is_long=True)
    at = span.start + int(known[0])
    return Mark(event, at, int(curve.starts[at]), is_long=True)


def _extreme(curve: Curve, window: slice, event: AnomalyEvent) -> Mark:
    span = curve.points(timegrid.epoch_of(event.start), timegrid.epoch_of(event.end))
    first, last = max(span.start, window.start), min(span.stop, window.stop)
    values = curve.actual[first:last]
    known = np.flatnonzero(np.isfinite(values))
    if not len(known):
        return Mark(event, None, timegrid.epoch_of(event.start), is_long=False)
    pick = np.argmax if event.direction is Direction.HIGH else np.argmin
    at = first + int(known[pick(values[known])])
    return Mark(event, at, int(curve.starts[at]), is_long=False)


def _named_kwh(event: AnomalyEvent) -> float | None:
    """Energy worth naming; that of a lasting change is that of its weeks."""
    if event.event_class in UNPRICED_CLASSES or event.kind in LASTING_KINDS:
        return None
    return event.actual_kwh


def _clocks(seconds: list[int], timezone: str) -> list[str]:
    return timegrid.wall_clock_text(timegrid.to_wall_seconds(np.array(seconds, dtype=np.int64), timezone))
