"""Anomalies of readings on their way from a meter that counted well: lost, late, with a wrong sign or unit."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from wattsup_core.simulate.anomalies.base import Anomaly, Stage, Stretch
from wattsup_core.simulate.randomness import FloatArray
from wattsup_core.types import EventKind


@dataclass(frozen=True, kw_only=True)
class Gap(Anomaly):
    """Readings that never arrive. A file has no rows for them."""

    kind = EventKind.GAP
    stage = Stage.READING

    def changed(self, kwh: FloatArray, before_kwh: float, stretch: Stretch) -> FloatArray:  # noqa: ARG002
        """Nothing known."""
        return np.full_like(kwh, np.nan)

    @property
    def detail(self) -> str:
        """What the file shows."""
        return "no rows"


@dataclass(frozen=True, kw_only=True)
class CatchUp(Anomaly):
    """A meter out of reach whose last reading holds the energy of all; zeros before it, or no rows with `rows_missing`."""

    rows_missing: bool = False
    kind = EventKind.CATCH_UP
    stage = Stage.READING

    def changed(self, kwh: FloatArray, before_kwh: float, stretch: Stretch) -> FloatArray:  # noqa: ARG002
        """All energy in the last interval [kWh]; in none when the data end before the meter is reached again."""
        late = np.full_like(kwh, np.nan if self.rows_missing else 0.0)
        if not stretch.goes_on:
            late[-1] = np.nansum(kwh)
        return late

    @property
    def detail(self) -> str:
        """What stands before the reading that makes up for it."""
        return f"{'no rows' if self.rows_missing else 'reads 0'} until one reading holds all"


@dataclass(frozen=True, kw_only=True)
class Negative(Anomaly):
    """Readings with their sign turned, as by a current clamp mounted the wrong way round."""

    kind = EventKind.NEGATIVE
    stage = Stage.READING

    def changed(self, kwh: FloatArray, before_kwh: float, stretch: Stretch) -> FloatArray:  # noqa: ARG002
        """The energies below zero [kWh]."""
        return 0.0 - kwh  # not -kwh, which turns 0 into a zero that is written with a sign

    @property
    def detail(self) -> str:
        """What happened."""
        return "sign turned"


@dataclass(frozen=True, kw_only=True)
class UnitError(Anomaly):
    """Readings in another unit than the file says: Wh or MWh for kWh, or a digit shifted."""

    factor: float
    kind = EventKind.UNIT_ERROR
    stage = Stage.READING

    def changed(self, kwh: FloatArray, before_kwh: float, stretch: Stretch) -> FloatArray:  # noqa: ARG002
        """The energies times the factor."""
        return kwh * self.factor

    @property
    def detail(self) -> str:
        """The factor."""
        return f"×{self.factor:g}"

    @property
    def added_decimals(self) -> int:
        """A smaller number of a larger unit has as many digits as before."""
        return max(0, -round(math.log10(self.factor)))
