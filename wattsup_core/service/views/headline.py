"""The figures on top of the Overview: energy, cost and anomalies of a window."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from wattsup_core.analysis.tariff import UNPRICED_CLASSES
from wattsup_core.service.views.arrays import MeterArrays
from wattsup_core.service.views.window import Window, days_of, window_before
from wattsup_core.types import AnomalyEvent, Direction, EventKind, Meter, Tariff
from wattsup_core.view_models import AnomalyFigure, CostFigure, EnergyFigure

FEWEST_SHARE_TO_COMPARE = 0.8
"""A period with fewer of its readings is not compared: what is missing would look like a saving."""
SMALLEST_COIN = 0.01


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

    An event counts with the share of its excess that lies in the window and in no more severe event, so that no interval counts
    twice. Meter faults and data gaps have no known energy and are not counted. What a person expected counts for nothing, nor does
    its stretch in a longer event round it.
    """
    counted = [event for event in events if not event.is_expected]
    owned = [each for each in _shares(arrays, events, window) if _is_costly(each.event) and not each.event.is_expected]
    cost = float(sum(each.own * (each.event.cost or 0.0) for each in owned))
    whole = float(sum(each.in_window * (each.event.cost or 0.0) for each in owned))
    return AnomalyFigure(
        count=len(counted),
        expected=len(events) - len(counted),
        excess_kwh=float(sum(each.own * each.event.excess_kwh for each in owned)),
        cost=cost,
        has_overlaps=whole - cost >= SMALLEST_COIN,
    )


def _is_costly(event: AnomalyEvent) -> bool:
    return event.direction is Direction.HIGH and event.event_class not in UNPRICED_CLASSES


def _kwh(arrays: MeterArrays, window: Window) -> np.ndarray:
    return arrays.kwh[arrays.rows(window.start, window.end)]


@dataclass(frozen=True)
class _Share:
    """An event with the share of its excess that lies in the window, and that of it which lies in no event before it."""

    event: AnomalyEvent
    in_window: float
    own: float


def _shares(arrays: MeterArrays, events: Sequence[AnomalyEvent], window: Window) -> list[_Share]:
    """Events with their shares, the most severe first.

    What was expected stands before what is longer, and takes nothing from what is not.
    """
    is_shown = np.zeros(len(arrays), dtype=bool)
    is_shown[arrays.rows(window.start, window.end)] = True
    is_free = is_shown.copy()
    expected = [event for event in events if event.is_expected]
    shares = []
    for event in sorted(events, key=lambda each: (-each.severity, each.start)):
        rows = arrays.rows(event.start, event.end)
        is_own = is_free[rows].copy()
        for within in expected:
            if within.end - within.start < event.end - event.start:
                is_own[_part(rows, arrays.rows(within.start, within.end))] = False
        is_even = event.kind is EventKind.BASELOAD_STEP
        in_window, own = (_share(arrays, rows, chosen, is_even=is_even) for chosen in (is_shown[rows], is_own))
        shares.append(_Share(event, in_window, own))
        if not event.is_expected:
            is_free[rows] = False
    return shares


def _part(rows: slice, others: slice) -> slice:
    """Where `others` lie among `rows`."""
    return slice(max(others.start - rows.start, 0), max(others.stop - rows.start, 0))


def _share(arrays: MeterArrays, rows: slice, is_free: np.ndarray, *, is_even: bool) -> float:
    """The share of an event's use above the expectation that lies in the free of its `rows`; of their number where there is none.

    A step of the always-on load is as high in each of its readings (`is_even`), whatever else ran beside it.
    """
    if is_free.all():
        return 1.0
    beyond = np.nan_to_num(np.maximum(arrays.kwh[rows] - arrays.expected_kwh[rows], 0.0).astype(float))
    excess_kwh = np.isfinite(arrays.kwh[rows]).astype(float) if is_even else beyond
    whole_kwh = float(excess_kwh.sum())
    return float(excess_kwh[is_free].sum()) / whole_kwh if whole_kwh > 0 else float(is_free.mean())
