"""Anomalies that can be put into readings: each kind one small class that changes the energy of its intervals."""

from __future__ import annotations

from wattsup_core.simulate.anomalies.base import Anomaly, Stage, Stretch
from wattsup_core.simulate.anomalies.loads import BaseloadStep, Drift, Drop, NightUse, Spike, SustainedHigh, SustainedLow
from wattsup_core.simulate.anomalies.meters import Flatline, Outage
from wattsup_core.simulate.anomalies.transfers import CatchUp, Gap, Negative, UnitError

__all__ = [
    "Anomaly",
    "BaseloadStep",
    "CatchUp",
    "Drift",
    "Drop",
    "Flatline",
    "Gap",
    "Negative",
    "NightUse",
    "Outage",
    "Spike",
    "Stage",
    "Stretch",
    "SustainedHigh",
    "SustainedLow",
    "UnitError",
]
