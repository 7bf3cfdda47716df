"""Anomalies of the meter: it counts what is not there, or does not count what is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wattsup_core.simulate.anomalies.base import Anomaly, Stage, Stretch
from wattsup_core.simulate.randomness import FloatArray
from wattsup_core.timegrid import kw_to_kwh
from wattsup_core.types import EventKind


@dataclass(frozen=True, kw_only=True)
class Outage(Anomaly):
    """No power, or a meter that counts nothing: zeros."""

    kind = EventKind.OUTAGE
    stage = Stage.METER

    def changed(self, kwh: FloatArray, before_kwh: float, stretch: Stretch) -> FloatArray:  # noqa: ARG002
        """Zeros [kWh]."""
        return np.zeros_like(kwh)

    @property
    def detail(self) -> str:
        """What the meter shows."""
        return "reads 0"


@dataclass(frozen=True, kw_only=True)
class Flatline(Anomaly):
    """A stuck meter that repeats one value: `held_kw`, or the reading before when that is not given."""

    held_kw: float | None = None
    kind = EventKind.FLATLINE
    stage = Stage.METER

    def changed(self, kwh: FloatArray, before_kwh: float, stretch: Stretch) -> FloatArray:
        """The same energy again and again [kWh]."""
        held = before_kwh if self.held_kw is None else float(kw_to_kwh(np.array(self.held_kw), stretch.interval_minutes))
        return np.full_like(kwh, held)

    @property
    def detail(self) -> str:
        """The value that is held."""
        return "repeats the last reading" if self.held_kw is None else f"stuck at {self.held_kw * 1000:.0f} W"
