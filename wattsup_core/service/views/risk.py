"""The risk lane: the worst event of each local day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import numpy as np

from wattsup_core import timegrid
from wattsup_core.service.views.window import Window
from wattsup_core.types import AnomalyEvent
from wattsup_core.view_models import RiskDay


def risk_days(events: Sequence[AnomalyEvent], window: Window, timezone: str) -> tuple[RiskDay, ...]:
    """One entry for each local day that the window touches; an event counts on every day it touches, within the window.

    What a person expected is no risk.
    """
    first = timegrid.to_wall(window.start, timezone).date()
    last = timegrid.to_wall(window.end - timegrid.INSTANT, timezone).date()
    midnights = timegrid.local_day_starts(first, last, timezone)
    severity = np.zeros(len(midnights) - 1, dtype=np.int64)
    count = np.zeros_like(severity)
    worst = [""] * len(severity)
    for event in (each for each in events if not each.is_expected):
        start, end = timegrid.epoch_of(max(event.start, window.start)), timegrid.epoch_of(event.end)
        touched = slice(int(np.searchsorted(midnights, start, side="right")) - 1, int(np.searchsorted(midnights, end)))
        for day in np.flatnonzero(severity[touched] < event.severity) + touched.start:
            worst[day] = event.event_id
        severity[touched] = np.maximum(severity[touched], event.severity)
        count[touched] += 1
    days = (first + timedelta(days=number) for number in range(len(severity)))
    return tuple(RiskDay(*of_day) for of_day in zip(days, severity.tolist(), count.tolist(), worst, strict=True))
