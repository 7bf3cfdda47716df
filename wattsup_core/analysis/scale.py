"""The scale on which uses are compared: logarithmic for large values, linear near zero, defined for negative ones.

``g(x) = asinh(x / 2c)`` tends to ``ln(x / c)``: a difference of 0.7 is a doubling, whatever the size of the meter
(Burbidge, Magee and Robb 1988, "Alternative transformations to handle extreme values of the dependent variable").
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Scale:
    """The softening constant `c` [kWh], below which differences count linearly."""

    c_kwh: float

    def compress(self, kwh: np.ndarray) -> np.ndarray:
        """Energies [kWh] on the comparing scale."""
        return np.arcsinh(kwh / (2.0 * self.c_kwh))

    def expand(self, level: np.ndarray) -> np.ndarray:
        """Energies [kWh] of values on the comparing scale."""
        return np.asarray(2.0 * self.c_kwh * np.sinh(level))

    def level_of(self, kwh: float) -> float:
        """One energy [kWh] on the comparing scale."""
        return math.asinh(kwh / (2.0 * self.c_kwh))

    def kwh_of(self, level: float) -> float:
        """The energy [kWh] of one value on the comparing scale."""
        return 2.0 * self.c_kwh * math.sinh(level)


def fit_scale(kwh: np.ndarray) -> Scale:
    """The scale of a meter: a twentieth of its median use, more where a large part of its readings is zero."""
    known = kwh[np.isfinite(kwh)]
    used = np.abs(known[known != 0])
    if not len(used):
        return Scale(1.0)
    share_of_zeros = 1.0 - len(used) / len(known)
    c_kwh = 0.05 * float(np.median(used)) + 0.6 * share_of_zeros * float(np.abs(known).mean())
    return Scale(max(c_kwh, 1e-9))
