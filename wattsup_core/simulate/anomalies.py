"""Anomalies that can be put into readings: each kind one small class that changes the energy of its intervals."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

import numpy as np

from wattsup_core.simulate.randomness import FloatArray
from wattsup_core.timegrid import kw_to_kwh
from wattsup_core.types import EventKind


@dataclass(frozen=True, kw_only=True)
class Anomaly(ABC):
    """Something out of character from `start` to before `end` (aware instants).

    A new kind is a subclass with its `kind`, its parameters and the two methods below. `is_meter_fault` marks what
    happens to the reading and not to the load: it comes after all else.
    """

    start: datetime
    end: datetime
    kind: ClassVar[EventKind]
    is_meter_fault: ClassVar[bool] = False

    @abstractmethod
    def changed(self, kwh: FloatArray, before_kwh: float, interval_minutes: float) -> FloatArray:
        """The energies of the anomaly's intervals after it [kWh], shape (n,).

        Parameters
        ----------
        kwh : shape (n,)
            Their energies without it [kWh].
        before_kwh
            The reading before the first of them [kWh].
        interval_minutes
            The length of an interval [min].
        """

    @property
    @abstractmethod
    def detail(self) -> str:
        """Its size in words, for the label."""


@dataclass(frozen=True, kw_only=True)
class AddedLoad(Anomaly):
    """A load that runs on top of all others at a steady power."""

    added_kw: float

    def changed(self, kwh: FloatArray, before_kwh: float, interval_minutes: float) -> FloatArray:  # noqa: ARG002
        """The energies with the load added [kWh]."""
        added_kwh: FloatArray = kw_to_kwh(np.full(len(kwh), self.added_kw), interval_minutes)
        return kwh + added_kwh

    @property
    def detail(self) -> str:
        """The added power."""
        return f"+{self.added_kw * 1000:.0f} W" if self.added_kw < 1 else f"+{self.added_kw:.1f} kW"


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
class Drop(Anomaly):
    """Most of the load is missing: a tripped circuit, a house left in a hurry."""

    kept_share: float
    kind = EventKind.DROP

    def changed(self, kwh: FloatArray, before_kwh: float, interval_minutes: float) -> FloatArray:  # noqa: ARG002
        """The share of the energies that stays [kWh]."""
        return kwh * self.kept_share

    @property
    def detail(self) -> str:
        """The share that stays."""
        return f"{self.kept_share:.0%} of the load stays"


@dataclass(frozen=True, kw_only=True)
class Outage(Anomaly):
    """No power, or a meter that counts nothing: zeros."""

    kind = EventKind.OUTAGE
    is_meter_fault = True

    def changed(self, kwh: FloatArray, before_kwh: float, interval_minutes: float) -> FloatArray:  # noqa: ARG002
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
    is_meter_fault = True

    def changed(self, kwh: FloatArray, before_kwh: float, interval_minutes: float) -> FloatArray:
        """The same energy again and again [kWh]."""
        held = before_kwh if self.held_kw is None else float(kw_to_kwh(np.array(self.held_kw), interval_minutes))
        return np.full_like(kwh, held)

    @property
    def detail(self) -> str:
        """The value that is held."""
        return "repeats the last reading" if self.held_kw is None else f"stuck at {self.held_kw * 1000:.0f} W"
