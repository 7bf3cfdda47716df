"""Which events are painted on the line, and which are told by a bar under it.

A spike is painted where it is. What lasts for weeks would turn the whole line red and hide the spikes in it, so of that only
the beginning is marked.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import numpy as np

from wattsup_core import timegrid
from wattsup_core.analysis.findings import LASTING_KINDS
from wattsup_core.service.views.curve import Curve
from wattsup_core.types import AnomalyEvent

LONGEST_PAINTED = timedelta(days=2)


def is_long(event: AnomalyEvent, window_length: timedelta) -> bool:
    """Whether an event is told by a bar: a lasting change, or more than two days of a window that is longer than that itself."""
    return event.kind in LASTING_KINDS or (event.end - event.start > LONGEST_PAINTED and window_length > LONGEST_PAINTED)


def painted_points(curve: Curve, window: slice, events: Sequence[AnomalyEvent]) -> np.ndarray:
    """Which points of the window belong to one of `events`, shape (n,)."""
    is_painted = np.zeros(window.stop - window.start, dtype=bool)
    for event in events:
        span = curve.points(timegrid.epoch_of(event.start), timegrid.epoch_of(event.end))
        is_painted[max(span.start - window.start, 0) : max(span.stop - window.start, 0)] = True
    return is_painted
