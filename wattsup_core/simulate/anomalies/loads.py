"""Anomalies of the load: something runs that usually does not, or does not run that usually does."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wattsup_core.simulate.anomalies.base import Anomaly, Stretch, power_words
from wattsup_core.simulate.randomness import FloatArray
from wattsup_core.timegrid import kw_to_kwh
from wattsup_core.types import EventKind


@dataclass(frozen=True, kw_only=True)
class OfOneLoad(Anomaly):
    """What one load does: the appliance of that name, or one that no sub-meter counts."""

    appliance: str = ""

    def concerns(self, appliance: str) -> bool:
        """Whether it is this appliance."""
        return appliance == self.appliance

    def told(self, change: str) -> str:
        """The change, and whose it is."""
        return f"{self.appliance} {change}".strip()


@dataclass(frozen=True, kw_only=True)
class AddedLoad(OfOneLoad):
    """A load that runs on top of all others at a steady power."""

    added_kw: float

    def changed(self, kwh: FloatArray, before_kwh: float, stretch: Stretch) -> FloatArray:  # noqa: ARG002
        """The energies with the load added [kWh]."""
        added_kwh: FloatArray = kw_to_kwh(np.full(len(kwh), self.added_kw), stretch.interval_minutes)
        return kwh + added_kwh

    @property
    def detail(self) -> str:
        """The added power."""
        return self.told(f"+{power_words(self.added_kw)}")


@dataclass(frozen=True, kw_only=True)
class Spike(AddedLoad):
    """A large load for an hour or two while people are up."""

    kind = EventKind.SPIKE


@dataclass(frozen=True, kw_only=True)
class NightUse(AddedLoad):
    """A load in the small hours, when the house sleeps."""

    kind = EventKind.NIGHT_USE


@dataclass(frozen=True, kw_only=True)
class BaseloadStep(AddedLoad):
    """Something small that is left on for days."""

    kind = EventKind.BASELOAD_STEP


@dataclass(frozen=True, kw_only=True)
class Drift(OfOneLoad):
    """A load that grows evenly over weeks and is then repaired: a compressor that loses its gas, a filter that clogs."""

    final_kw: float
    kind = EventKind.DRIFT

    def changed(self, kwh: FloatArray, before_kwh: float, stretch: Stretch) -> FloatArray:  # noqa: ARG002
        """The energies with what has grown by the middle of each interval [kWh]."""
        length_minutes = (self.end - self.start).total_seconds() / 60
        middles = stretch.elapsed_minutes + (np.arange(len(kwh)) + 0.5) * stretch.interval_minutes
        added_kwh: FloatArray = kw_to_kwh(self.final_kw * np.clip(middles / length_minutes, 0.0, 1.0), stretch.interval_minutes)
        return kwh + added_kwh

    @property
    def detail(self) -> str:
        """The power it has grown to when it ends."""
        return self.told(f"grows to +{power_words(self.final_kw)}")


@dataclass(frozen=True, kw_only=True)
class SustainedHigh(Anomaly):
    """All use is larger for days: heating against an open window, a house full of guests."""

    factor: float
    kind = EventKind.SUSTAINED_HIGH

    def changed(self, kwh: FloatArray, before_kwh: float, stretch: Stretch) -> FloatArray:  # noqa: ARG002
        """The energies times the factor [kWh]."""
        return kwh * self.factor

    @property
    def detail(self) -> str:
        """The factor."""
        return f"the load ×{self.factor:g}"


@dataclass(frozen=True, kw_only=True)
class ReducedLoad(Anomaly):
    """A share of the load is missing."""

    kept_share: float

    def changed(self, kwh: FloatArray, before_kwh: float, stretch: Stretch) -> FloatArray:  # noqa: ARG002
        """The share of the energies that stays [kWh]."""
        return kwh * self.kept_share

    @property
    def detail(self) -> str:
        """The share that stays."""
        return f"{self.kept_share:.0%} of the load stays"


@dataclass(frozen=True, kw_only=True)
class Drop(ReducedLoad):
    """Most of the load is missing for hours: a tripped circuit, a house left in a hurry."""

    kind = EventKind.DROP


@dataclass(frozen=True, kw_only=True)
class SustainedLow(ReducedLoad):
    """Part of the load is missing for days: a heating system that has failed, people who stay away."""

    kind = EventKind.SUSTAINED_LOW
