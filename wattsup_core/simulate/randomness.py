"""Random draws that stay the same when other draws are added: one stream a name, all from one seed."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
Shape = int | tuple[int, ...]


@dataclass(frozen=True)
class Draws:
    """Named streams of one seed.

    Each name has a generator of its own (a :class:`numpy.random.SeedSequence` spawned by the name), so a new appliance
    or a new draw leaves all others as they were. An array drawn with days as its first axis begins with the same
    values whatever the number of days: a longer simulation only adds days.
    """

    seed: int
    path: str = ""

    def child(self, name: str) -> Draws:
        """The streams below `name`."""
        return Draws(self.seed, f"{self.path}/{name}")

    def generator(self, name: str) -> np.random.Generator:
        """A new generator for `name`, always at the beginning of its stream."""
        key = zlib.crc32(f"{self.path}/{name}".encode())
        return np.random.default_rng(np.random.SeedSequence(self.seed, spawn_key=(key,)))

    def uniform(self, name: str, shape: Shape, low: float = 0.0, high: float = 1.0) -> FloatArray:
        """Values spread evenly over [low, high)."""
        return self.generator(name).uniform(low, high, shape)

    def normal(self, name: str, shape: Shape, mean: float = 0.0, spread: float = 1.0) -> FloatArray:
        """Values of a normal distribution with standard deviation `spread`."""
        return self.generator(name).normal(mean, spread, shape)

    def autoregressive(self, name: str, length: int, persistence: float, spread: float) -> FloatArray:
        """A stationary AR(1) series, shape (length,), with standard deviation `spread` and step correlation `persistence`."""
        shocks = self.normal(name, length, spread=spread)
        shocks[1:] *= np.sqrt(1.0 - persistence**2)
        level = 0.0
        series = np.empty(length)
        for step, shock in enumerate(shocks.tolist()):
            level = persistence * level + shock
            series[step] = level
        return series
