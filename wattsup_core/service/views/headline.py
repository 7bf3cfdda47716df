"""The figures on top of the Overview: energy, cost and anomalies of a window."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import numpy as np

from wattsup_core.analysis.tariff import UNPRICED_CLASSES
from wattsup_core.service.views.arrays import MeterArrays
from wattsup_core.service.views.window import Window, days_of, window_before
from wattsup_core.types import AnomalyEvent, Direction, EventStatus, Meter, Tariff
from wattsup_core.view_models import AnomalyFigure, CostFigure, EnergyFigure

FEWEST_SHARE_TO_COMPARE = 0.8
"""A period with fewer of its readings is not compared: what is missing would look like a saving."""


def tariff_of(meter: Meter) -> Tariff:
    """The meter's flat tariff."""
    return Tariff(meter.price_per_kwh, meter.currency)


def completeness(arrays: MeterArrays, meter: Meter, start: datetime, end: datetime) -> float:
    """Share of the intervals of ``[start, end)`` that have a reading, 0 to 1."""
    intervals = (end - start).total_seconds() / (meter.interval_minutes * 60)
    known = int(np.isfinite(arrays.kwh[arrays.rows(start, end)]).sum())
    return min(known / max(round(intervals), 1), 1.0)


def energy_figure(arrays: MeterArrays, meter: Meter, window: Window) -> EnergyFigure:
    """Energy recorded in the window, and how the mean of its readings compares with that of the window before.

    Means rather than sums, so that a missing day is not a saving.
    """
    before = window_before(window, meter.timezone)
    change_pct = None
    if all(completeness(arrays, meter, each.start, each.end) >= FEWEST_SHARE_TO_COMPARE for each in (window, before)):
        now_kwh, before_kwh = (float(np.nanmean(_kwh(arrays, each), dtype=float)) for each in (window, before))
        change_pct = 100.0 * (now_kwh / before_kwh - 1.0) if before_kwh > 0 else None
    return EnergyFigure(float(np.nansum(_kwh(arrays, window), dtype=float)), change_pct, days_of(window, meter.timezone))


def cost_figure(energy: EnergyFigure, meter: Meter) -> CostFigure:
    """Cost of the window's energy at the meter's tariff, and per day of it."""
    tariff = tariff_of(meter)
    cost = energy.kwh * tariff.price_per_kwh
    return CostFigure(cost, cost / energy.days if energy.days > 0 else 0.0, tariff.name, tariff.price_per_kwh)


def anomaly_figure(arrays: MeterArrays, events: Sequence[AnomalyEvent], window: Window) -> AnomalyFigure:
    """How many events touch the window, and what those above the expectation cost in it.

    An event that reaches beyond the window counts with the share of its excess that lies inside. Meter faults and data gaps
    have no known energy and are not counted.
    """
    costly = [event for event in events if event.direction is Direction.HIGH and event.event_class not in UNPRICED_CLASSES]
    shares = [_share_inside(arrays, event, window) for event in costly]
    return AnomalyFigure(
        count=len(events),
        new_count=sum(event.status is EventStatus.NEW for event in events),
        excess_kwh=float(sum(share * event.excess_kwh for share, event in zip(shares, costly, strict=True))),
        cost=float(sum(share * (event.cost or 0.0) for share, event in zip(shares, costly, strict=True))),
    )


def _kwh(arrays: MeterArrays, window: Window) -> np.ndarray:
    return arrays.kwh[arrays.rows(window.start, window.end)]


def _share_inside(arrays: MeterArrays, event: AnomalyEvent, window: Window) -> float:
    """The share of an event's use above the expectation that lies in the window; of its time where it has none."""
    start, end = max(event.start, window.start), min(event.end, window.end)
    if (start, end) == (event.start, event.end):
        return 1.0
    whole, inside = (_excess_kwh(arrays, *span) for span in ((event.start, event.end), (start, end)))
    return inside / whole if whole > 0 else (end - start) / (event.end - event.start)


def _excess_kwh(arrays: MeterArrays, start: datetime, end: datetime) -> float:
    rows = arrays.rows(start, end)
    return float(np.nansum(np.maximum(arrays.kwh[rows] - arrays.expected_kwh[rows], 0.0), dtype=float))
