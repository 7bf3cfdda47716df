"""Which events go on: one rule for every page, held against the newest reading of the meter that was looked at."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from wattsup_core.analysis.findings import LASTING_KINDS
from wattsup_core.timegrid import epoch_of
from wattsup_core.types import AnomalyEvent


def going_on(events: Iterable[AnomalyEvent], seconds: np.ndarray, expected_kwh: np.ndarray, interval_minutes: float) -> frozenset[str]:
    """The ids of the events that reach the newest reading that was looked at.

    What lasts for weeks is told by the whole analysis alone: its end is that of the last whole analysis.

    Parameters
    ----------
    events : iterable of AnomalyEvent
        Those that are asked about.
    seconds : np.ndarray
        Interval starts of the meter's newest readings, whole seconds since 1970, increasing, shape (n,).
    expected_kwh : np.ndarray
        What is usual of each [kWh], NaN where nothing has looked at the reading, shape (n,).
    interval_minutes : float
        Length of an interval [min].
    """
    looked = np.flatnonzero(np.isfinite(expected_kwh))
    end = int(seconds[looked[-1]]) + round(interval_minutes * 60) if len(looked) else None
    return frozenset(event.event_id for event in events if _is_on(event, end))


def _is_on(event: AnomalyEvent, end: int | None) -> bool:
    if event.kind in LASTING_KINDS:
        return event.ongoing
    return end is not None and epoch_of(event.end) >= end
