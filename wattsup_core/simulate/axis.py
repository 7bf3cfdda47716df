"""Where an anomaly lies among a simulation's minutes and among its readings."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from wattsup_core.simulate.anomalies import Anomaly, Stretch
from wattsup_core.simulate.randomness import IntArray
from wattsup_core.timegrid import from_epoch_seconds


@dataclass(frozen=True)
class Axis:
    """The minutes of a simulation and the readings they make up.

    Attributes
    ----------
    first
        Epoch seconds (UTC) of the first minute.
    edges : shape (readings + 1,)
        The minutes at which the meter is read.
    interval_minutes
        The length of a reading's interval [min].
    """

    first: int
    edges: IntArray
    interval_minutes: int

    @property
    def instants(self) -> pd.DatetimeIndex:
        """When the meter is read, shape (readings + 1,)."""
        return from_epoch_seconds(self.first + 60 * self.edges)

    def minutes_of(self, anomaly: Anomaly) -> Stretch:
        """The minutes of an anomaly; no rows when it lies outside."""
        begin, stop = (round((moment.timestamp() - self.first) / 60) for moment in (anomaly.start, anomaly.end))
        end = int(self.edges[-1])
        rows = slice(max(begin, 0), min(stop, end))
        return Stretch(rows, 1.0, elapsed_minutes=rows.start - begin, goes_on=stop > end)

    def readings_of(self, anomaly: Anomaly) -> Stretch:
        """The readings with at least one of the anomaly's minutes in them; no rows when it lies outside."""
        inside = self.minutes_of(anomaly)
        minutes = inside.rows
        if minutes.start >= minutes.stop:
            return Stretch(slice(0, 0), self.interval_minutes)
        first = int(np.searchsorted(self.edges, minutes.start, side="right")) - 1
        stop = int(np.searchsorted(self.edges, minutes.stop, side="left"))
        elapsed = inside.elapsed_minutes + int(self.edges[first]) - minutes.start
        return Stretch(slice(first, stop), self.interval_minutes, elapsed, inside.goes_on)
