"""What every anomaly is: a span of time, a kind, and a change of the energies in it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import ClassVar

from wattsup_core.simulate.randomness import FloatArray
from wattsup_core.types import EventKind


class Stage(IntEnum):
    """Where on the way from appliance to file an anomaly happens; what comes later hides what came before."""

    LOAD = 0
    METER = 1
    READING = 2


@dataclass(frozen=True)
class Stretch:
    """The intervals that an anomaly touches, among all intervals of a meter.

    Attributes
    ----------
    rows
        Which intervals.
    interval_minutes
        The length of an interval [min].
    elapsed_minutes
        From the anomaly's start to the first of them [min]; above 0 when the data begin later than the anomaly.
    goes_on
        Whether the anomaly lasts beyond the last interval of the data.
    """

    rows: slice
    interval_minutes: float
    elapsed_minutes: float = 0.0
    goes_on: bool = False


@dataclass(frozen=True, kw_only=True)
class Anomaly(ABC):
    """Something out of character from `start` to before `end` (aware instants).

    A new kind is a subclass with its `kind`, its `stage`, its parameters and the two methods below. Loads and meters act
    on the energies of minutes, and what happens to readings on those of whole intervals.
    """

    start: datetime
    end: datetime
    kind: ClassVar[EventKind]
    stage: ClassVar[Stage] = Stage.LOAD

    @abstractmethod
    def changed(self, kwh: FloatArray, before_kwh: float, stretch: Stretch) -> FloatArray:
        """The energies of the anomaly's intervals after it [kWh], shape (n,); NaN where the reading is lost.

        Parameters
        ----------
        kwh : shape (n,)
            Their energies without it [kWh].
        before_kwh
            The reading before the first of them [kWh].
        stretch
            Where they lie.
        """

    def concerns(self, appliance: str) -> bool:  # noqa: ARG002
        """Whether it changes what the sub-meter of an appliance counts; most anomalies are of all loads alike."""
        return True

    @property
    @abstractmethod
    def detail(self) -> str:
        """Its size in words without a comma, for the label."""

    @property
    def added_decimals(self) -> int:
        """How many decimals its readings have beyond the meter's resolution."""
        return 0


def power_words(kw: float) -> str:
    """A power in watts below 1 kW, else in kilowatts."""
    return f"{kw * 1000:.0f} W" if kw < 1 else f"{kw:.1f} kW"
