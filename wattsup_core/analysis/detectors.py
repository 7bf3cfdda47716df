"""Detectors that give each row of a feature table a score: one protocol, the Isolation Forest as the default."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, Self

import numpy as np

from wattsup_core.types import DetectorConfig

if TYPE_CHECKING:
    from collections.abc import Callable

    from sklearn.base import BaseEstimator
    from sklearn.ensemble import IsolationForest
    from sklearn.pipeline import Pipeline

FIT_ROWS = 50_000
SCORE_ROWS = 200_000
NEIGHBOUR_ROWS, NEIGHBOURS, NEIGHBOUR_CHUNK = 4_000, 35, 20_000
SUPPORT_ROWS, OUTSIDE_SHARE = 4_000, 0.1
FARTHEST = 6.0


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


class LocalOutlierDetector:
    """Local Outlier Factor (Breunig, Kriegel, Ng and Sander 2000): rows in sparser surroundings than their neighbours are anomalous.

    Learned from at most `NEIGHBOUR_ROWS` standardised rows spread evenly over the history, so that time grows with the rows alone.
    """

    name = "lof"

    def __init__(self, config: DetectorConfig) -> None:  # noqa: ARG002 - nothing is drawn at random
        self._model: Pipeline | None = None

    def fit(self, features: np.ndarray) -> Self:
        """Remember the sample, shape (n, k), all finite."""
        from sklearn.neighbors import LocalOutlierFactor

        rows = _even_sample(len(features), NEIGHBOUR_ROWS)
        model = LocalOutlierFactor(n_neighbors=min(NEIGHBOURS, len(rows) - 1), novelty=True, n_jobs=1)
        self._model = _standardised(model).fit(features[rows])
        return self

    def score(self, features: np.ndarray) -> np.ndarray:
        """The factor of each row, shape (n,): 1 is as dense as its neighbours, more is sparser."""
        return _negated_scores(self._model, features)


class OneClassSvmDetector:
    """One-class support vector machine (Schölkopf et al. 2001): rows outside a smooth border around the usual ones are anomalous.

    Learned from at most `SUPPORT_ROWS` standardised rows spread evenly over the history; a tenth of them may lie outside.
    """

    name = "one-class-svm"

    def __init__(self, config: DetectorConfig) -> None:  # noqa: ARG002 - nothing is drawn at random
        self._model: Pipeline | None = None

    def fit(self, features: np.ndarray) -> Self:
        """Draw the border, rows of shape (n, k), all finite."""
        from sklearn.svm import OneClassSVM

        rows = _even_sample(len(features), SUPPORT_ROWS)
        self._model = _standardised(OneClassSVM(kernel="rbf", gamma="scale", nu=OUTSIDE_SHARE)).fit(features[rows])
        return self

    def score(self, features: np.ndarray) -> np.ndarray:
        """How far outside each row lies, shape (n,); the higher the further."""
        return _negated_scores(self._model, features)


def make_detector(config: DetectorConfig) -> Detector:
    """The detector that the configuration names.

    Raises
    ------
    ValueError
        When there is none of that name.
    """
    makers: dict[str, Callable[[DetectorConfig], Detector]] = {
        maker.name: maker for maker in (IsolationForestDetector, LocalOutlierDetector, OneClassSvmDetector)
    }
    if config.detector not in makers:
        raise ValueError(f"There is no detector {config.detector!r}.")
    return makers[config.detector](config)


def _standardised(model: BaseEstimator) -> Pipeline:
    """The model behind features in units of their spread; beyond six all are as far, or a kernel could not tell them apart."""
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import FunctionTransformer, StandardScaler

    within = FunctionTransformer(np.clip, kw_args={"a_min": -FARTHEST, "a_max": FARTHEST})
    return make_pipeline(StandardScaler(), within, model)


def _negated_scores(model: Pipeline | None, features: np.ndarray) -> np.ndarray:
    if model is None:
        raise ValueError("The detector has not been fitted.")
    out = np.empty(len(features))
    for first in range(0, len(features), NEIGHBOUR_CHUNK):
        out[first : first + NEIGHBOUR_CHUNK] = -model.score_samples(features[first : first + NEIGHBOUR_CHUNK])
    return out


def _even_sample(rows: int, most: int) -> np.ndarray:
    if rows <= most:
        return np.arange(rows)
    return np.linspace(0, rows - 1, most).astype(np.intp)
