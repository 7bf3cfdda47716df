"""Simulated meters with labelled anomalies, for demonstrations and tests."""

from __future__ import annotations

from wattsup_core.simulate.anomalies import (
    Anomaly,
    BaseloadStep,
    CatchUp,
    Drift,
    Drop,
    Flatline,
    Gap,
    Negative,
    NightUse,
    Outage,
    Spike,
    SustainedHigh,
    SustainedLow,
    UnitError,
)
from wattsup_core.simulate.buildings import KINDS
from wattsup_core.simulate.export import write_labels_csv, write_readings_csv
from wattsup_core.simulate.injection import inject
from wattsup_core.simulate.simulation import Simulation, simulate

__all__ = [
    "KINDS",
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
    "Simulation",
    "Spike",
    "SustainedHigh",
    "SustainedLow",
    "UnitError",
    "inject",
    "simulate",
    "write_labels_csv",
    "write_readings_csv",
]
