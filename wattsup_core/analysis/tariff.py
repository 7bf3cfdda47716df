"""Energy to money by a flat tariff."""

from __future__ import annotations

import numpy as np

from wattsup_core.types import AnomalyEvent, Channel, EventClass, Tariff

UNPRICED_CLASSES = frozenset({EventClass.METER_FAULT, EventClass.DATA_GAP})


def energy_cost(kwh: np.ndarray, tariff: Tariff) -> np.ndarray:
    """Cost of energies [kWh] in the tariff's currency, same shape; missing energy costs nothing known (NaN)."""
    return np.asarray(kwh, dtype=float) * tariff.price_per_kwh


def event_cost(excess_kwh: float, event_class: EventClass, tariff: Tariff, channel: Channel = Channel.IMPORT) -> float | None:
    """What an event cost at the marginal price: above zero for use beyond the expectation, below for a drop.

    Returns
    -------
    float or None
        Money in the tariff's currency; None for meter faults and data gaps, whose energy is not known, and for energy
        sent to the grid, which the tariff does not price.
    """
    if channel is Channel.EXPORT or event_class in UNPRICED_CLASSES or not np.isfinite(excess_kwh):
        return None
    return float(excess_kwh) * tariff.price_per_kwh


def uncosted(event: AnomalyEvent) -> str:
    """Why no cost is told of an event, in words; "" where one is."""
    if event.is_expected:
        return "expected, not counted"
    if event.cost is None:
        return "not priced"
    return "no extra cost" if event.cost < 0 else ""  # less than usual was used: no waste, and no money that anybody was given


def told_cost(event: AnomalyEvent) -> float | None:
    """The cost that page, files and report tell of an event; `None` where it has none, for the reason of :func:`uncosted`."""
    return None if uncosted(event) else event.cost
