"""One Isolation Forest for the readings of all meters: their features are on common scales, so meters of all sizes share it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from wattsup_core.analysis.detectors import IsolationForestDetector
from wattsup_core.analysis.live.memory import Sight
from wattsup_core.types import DetectorConfig

LEAST_ROWS = 256
MOST_REFERENCES = 20_000


class LiveForest:
    """Scores readings against sights of many meters, and tells how rare such a score is among them.

    Parameters
    ----------
    known : sequence of Sight
        What the forest learns from, at least `LEAST_ROWS`.
    config : DetectorConfig
        The forest's parameters.
    """

    def __init__(self, known: Sequence[Sight], config: DetectorConfig = DetectorConfig()) -> None:
        rows = features_of(known)
        self._detector = IsolationForestDetector(config).fit(rows)
        step = max(1, len(rows) // MOST_REFERENCES)
        self._reference = np.sort(self._detector.score(rows[::step]))

    def look(self, sights: Sequence[Sight]) -> tuple[np.ndarray, np.ndarray]:
        """Scores of the forest, and ``-log10`` of the share of known readings that score at least as high, shapes (n,)."""
        scores = self._detector.score(features_of(sights))
        beyond = len(self._reference) - np.searchsorted(self._reference, scores, side="left")
        return scores, -np.log10((beyond + 0.5) / (len(self._reference) + 1.0))


def features_of(sights: Sequence[Sight]) -> np.ndarray:
    """The features of many sights, shape (n, features)."""
    return np.array([sight.features for sight in sights], dtype=float)
