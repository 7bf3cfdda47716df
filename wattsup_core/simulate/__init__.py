"""Simulated meters with labelled anomalies, for demonstrations and tests."""

from __future__ import annotations

from wattsup_core.simulate.anomalies import Anomaly, BaseloadStep, Drop, Flatline, NightUse, Outage, Spike
from wattsup_core.simulate.buildings import KINDS
from wattsup_core.simulate.export import write_labels_csv, write_readings_csv
from wattsup_core.simulate.injection import inject
from wattsup_core.simulate.simulation import Simulation, simulate

__all__ = [
    "KINDS",
    "Anomaly",
    "BaseloadStep",
    "Drop",
    "Flatline",
    "NightUse",
    "Outage",
    "Simulation",
    "Spike",
    "inject",
    "simulate",
    "write_labels_csv",
    "write_readings_csv",
]
