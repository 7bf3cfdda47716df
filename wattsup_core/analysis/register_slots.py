"""Energy of a meter's intervals from register readings that come at any time: each kWh once, none made up.

The register is known at the edge of an interval when a reading lies at it (or within the wander of a clock), or between two readings
close together, or, where the next reading is far off, as it stood at the last reading of the interval. An interval's energy is the
difference of the register between its edges. Where edges are missing, what the register has gained stands in the last interval of the
gap, as in a file; across a reset nothing is known.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wattsup_core.analysis.cadence import MAX_WANDER_S, MAX_WANDER_SHARE
from wattsup_core.analysis.registers import difference_register
from wattsup_core.timegrid import slot_starts

CLOSE_STEPS = 1.5
"""Readings at most so many intervals apart: between them the register is taken to have run evenly."""


@dataclass(frozen=True)
class SlotEnergy:
    """Intervals whose energy is known.

    Attributes
    ----------
    start, end
        Edges of the intervals [epoch s], shape (k,).
    kwh
        Energy gained at the interval's end [kWh], shape (k,).
    is_reset
        Readings at which the register fell for good, shape (n,).
    """

    start: np.ndarray
    end: np.ndarray
    kwh: np.ndarray
    is_reset: np.ndarray


def energy_of_slots(readings: np.ndarray, seconds: np.ndarray, interval_s: int, timezone: str) -> SlotEnergy:
    """The energy of every interval whose end the readings have passed.

    Parameters
    ----------
    readings : np.ndarray
        Register readings [kWh] in time order, shape (n,), finite.
    seconds : np.ndarray
        Their instants [epoch s], sorted, unique.
    interval_s : int
        The meter's interval [s]; intervals begin at whole multiples of it on the clock of `timezone`.
    """
    gained = difference_register(readings, seconds, interval_s)
    part = np.cumsum(gained.is_reset)
    level = np.cumsum(np.nan_to_num(gained.kwh))
    next_edges = slot_starts(seconds + interval_s, interval_s, timezone)
    edges = np.unique(  # where a clock is set ahead, the next interval may be over within the length of one
        [slot_starts(seconds, interval_s, timezone), slot_starts(next_edges - 1, interval_s, timezone), next_edges]
    )
    edges = edges[edges <= seconds[-1]]
    known, at_edge, part_at_edge = _levels(edges, level, seconds, part, interval_s)
    edges, at_edge, part_at_edge = edges[known], at_edge[known], part_at_edge[known]
    same = np.flatnonzero(np.diff(part_at_edge) == 0) + 1
    ends = edges[same]
    return SlotEnergy(slot_starts(ends - 1, interval_s, timezone), ends, at_edge[same] - at_edge[same - 1], gained.is_reset)


def _levels(
    edges: np.ndarray, level: np.ndarray, seconds: np.ndarray, part: np.ndarray, interval_s: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Where the register is known at the edges, its level there [kWh], and the part between resets it belongs to; shapes (k,)."""
    after = np.searchsorted(seconds, edges)
    before = np.maximum(after - 1, 0)
    to_after, to_before = seconds[after] - edges, np.where(after > 0, edges - seconds[before], np.iinfo(np.int64).max)
    nearest = np.where(to_after <= to_before, after, before)
    is_near = np.minimum(to_after, to_before) <= min(MAX_WANDER_SHARE * interval_s, MAX_WANDER_S)
    span = np.maximum(seconds[after] - seconds[before], 1)
    is_between = (after > 0) & (span <= CLOSE_STEPS * interval_s) & (part[after] == part[before])
    is_held = (after > 0) & (to_before < interval_s)
    share = np.where(is_between, (edges - seconds[before]) / span, 0.0)
    between = level[before] + share * (level[after] - level[before])
    return is_near | is_between | is_held, np.where(is_near, level[nearest], between), np.where(is_near, part[nearest], part[before])
