"""Detectors that give each row of a feature table a score: one protocol, the Isolation Forest as the default."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, Self

import numpy as np

from wattsup_core.types import DetectorConfig

if TYPE_CHECKING:
    from sklearn.ensemble import IsolationForest

FIT_ROWS = 50_000
SCORE_ROWS = 200_000


class Detector(Protocol):
    """Learns what is usual from a feature table and scores rows by how far they are from it."""

    name: str

    def fit(self, features: np.ndarray) -> Self:
        """Learn from rows, shape (n, k), all finite."""
        ...

    def score(self, features: np.ndarray) -> np.ndarray:
        """Raw scores, shape (n,); higher is more anomalous."""
        ...


class IsolationForestDetector:
    """Isolation Forest (Liu, Ting and Zhou 2008): rows that random splits set apart early are anomalous.

    Deterministic for a seed; learned from at most `FIT_ROWS` rows spread evenly over the history, scored in chunks.
    """

    name = "isolation-forest"

    def __init__(self, config: DetectorConfig) -> None:
        self._config = config
        self._forest: IsolationForest | None = None

    @property
    def forest(self) -> IsolationForest:
        """The fitted scikit-learn forest."""
        if self._forest is None:
            raise ValueError("The detector has not been fitted.")
        return self._forest

    def fit(self, features: np.ndarray) -> Self:
        """Grow the trees on rows, shape (n, k), all finite."""
        from sklearn.ensemble import IsolationForest

        rows = _even_sample(len(features), FIT_ROWS)
        forest = IsolationForest(
            n_estimators=self._config.n_estimators,
            max_samples=min(self._config.max_samples, len(rows)),
            random_state=self._config.seed,
            n_jobs=1,
        )
        self._forest = forest.fit(np.ascontiguousarray(features[rows], dtype=np.float32))
        return self

    def score(self, features: np.ndarray) -> np.ndarray:
        """``-score_samples`` of each row, shape (n,): 0.5 is unremarkable, near 1 is isolated at once."""
        out = np.empty(len(features))
        for first in range(0, len(features), SCORE_ROWS):
            chunk = np.ascontiguousarray(features[first : first + SCORE_ROWS], dtype=np.float32)
            out[first : first + SCORE_ROWS] = -self.forest.score_samples(chunk)
        return out


def _even_sample(rows: int, most: int) -> np.ndarray:
    if rows <= most:
        return np.arange(rows)
    return np.linspace(0, rows - 1, most).astype(np.intp)
