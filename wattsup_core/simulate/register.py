"""The meter: energy of minutes counted up by a register of limited resolution, read at the interval's ends."""

from __future__ import annotations

import numpy as np

from wattsup_core.simulate.clock import MINUTES_PER_DAY, Clock
from wattsup_core.simulate.randomness import FloatArray, IntArray

COUNTS_PER_KWH = 10_000_000
FINE_DECIMALS, COARSE_DECIMALS = 5, 3


def decimals(interval_minutes: int) -> int:
    """How many decimals of a kWh the register shows: 3 (1 Wh) as most meters, 5 below five minutes."""
    return FINE_DECIMALS if interval_minutes < 5 else COARSE_DECIMALS


def reading_edges(clock: Clock, interval_minutes: int) -> IntArray:
    """Rows at which the register is read, shape (intervals + 1,). Whole days end at local midnight: 23 to 25 hours."""
    if interval_minutes == MINUTES_PER_DAY:
        edges: IntArray = np.unique((clock.day_starts - clock.day_starts[0]) // 60)
        return edges
    return np.arange(0, clock.minutes + 1, interval_minutes)


def interval_kwh(minute_kwh: FloatArray, edges: IntArray, shown_decimals: int) -> FloatArray:
    """Energy between readings of the register [kWh], shape (intervals,).

    The register counts in whole steps and carries the rest on, so no energy is lost, and a reading at a coarser
    interval is the sum of the finer ones at the same resolution.
    """
    counts = np.concatenate([[0], np.cumsum(np.rint(minute_kwh * COUNTS_PER_KWH).astype(np.int64))])
    shown = counts[edges] // (COUNTS_PER_KWH // 10**shown_decimals)
    energies_kwh: FloatArray = np.diff(shown) / 10**shown_decimals
    return energies_kwh


def interval_means(minute_values: FloatArray, edges: IntArray) -> FloatArray:
    """Mean of the minutes' values over each interval, shape (intervals,)."""
    sums = np.concatenate([[0.0], np.cumsum(minute_values)])
    return np.diff(sums[edges]) / np.diff(edges)
