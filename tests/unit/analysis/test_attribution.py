"""Path attribution adds up to the forest's own depth, and agrees with TreeSHAP on what matters."""

from __future__ import annotations

import numpy as np
import pytest

from wattsup_core.analysis.attribution import attribute, average_path_length
from wattsup_core.analysis.detectors import IsolationForestDetector
from wattsup_core.analysis.drivers import drivers_of
from wattsup_core.analysis.features import FEATURE_LABELS, FEATURE_NAMES, FeatureTable
from wattsup_core.analysis.findings import Finding
from wattsup_core.types import DetectorConfig, EventKind

ROWS = 1500


@pytest.fixture(scope="module")
def features() -> np.ndarray:
    values = np.random.default_rng(8).normal(size=(ROWS, len(FEATURE_NAMES)))
    values[700:704, 3] = 9.0
    return values


@pytest.fixture(scope="module")
def detector(features: np.ndarray) -> IsolationForestDetector:
    return IsolationForestDetector(DetectorConfig()).fit(features)


def test_contributions_add_up_to_the_score(features: np.ndarray, detector: IsolationForestDetector) -> None:
    found = attribute(detector.forest, features)
    depth = found.base_depth - found.contributions.sum(axis=1)
    score = 2.0 ** (-depth / average_path_length(np.array([detector.forest.max_samples_]))[0])
    assert score == pytest.approx(detector.score(features), abs=1e-9)


def test_the_feature_that_stands_out_gets_the_most(features: np.ndarray, detector: IsolationForestDetector) -> None:
    contributions = attribute(detector.forest, features[700:704]).contributions
    assert (contributions.argmax(axis=1) == 3).all()


@pytest.mark.filterwarnings("ignore")  # what SHAP itself warns of when it is imported
def test_it_agrees_with_tree_shap(features: np.ndarray, detector: IsolationForestDetector) -> None:
    shap = pytest.importorskip("shap")
    rows = features[690:720].astype(np.float32)
    exact = -shap.TreeExplainer(detector.forest).shap_values(rows)
    ours = attribute(detector.forest, rows).contributions
    assert np.corrcoef(exact.ravel(), ours.ravel())[0, 1] > 0.9
    assert (exact[10:14].argmax(axis=1) == ours[10:14].argmax(axis=1)).all()


def test_drivers_are_shares_of_the_evidence_in_words(features: np.ndarray, detector: IsolationForestDetector) -> None:
    table = FeatureTable(features, np.arange(ROWS))
    odd, none = drivers_of(
        [Finding(EventKind.SPIKE, 700, 704, 3.0), Finding(EventKind.GAP, ROWS, ROWS + 5, 2.0)],
        detector,
        table,
        np.r_[detector.score(features), np.zeros(5)],
    )
    assert odd[0].label == FEATURE_LABELS[FEATURE_NAMES[3]]
    assert [driver.share_pct for driver in odd] == sorted((driver.share_pct for driver in odd), reverse=True)
    assert sum(driver.share_pct for driver in odd) <= 100.1
    assert none == ()


def test_the_forest_is_the_same_for_the_same_seed(features: np.ndarray, detector: IsolationForestDetector) -> None:
    again = IsolationForestDetector(DetectorConfig()).fit(features)
    other = IsolationForestDetector(DetectorConfig(seed=8)).fit(features)
    assert (again.score(features) == detector.score(features)).all()
    assert (other.score(features) != detector.score(features)).any()


def test_a_detector_that_was_not_fitted_says_so() -> None:
    with pytest.raises(ValueError, match="not been fitted"):
        IsolationForestDetector(DetectorConfig()).score(np.zeros((1, 2)))
