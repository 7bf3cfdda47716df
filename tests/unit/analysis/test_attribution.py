"""Attribution adds up to the forest's own depth, and equals TreeSHAP on forests of every shape."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.ensemble import IsolationForest

from wattsup_core.analysis import attribution
from wattsup_core.analysis.attribution import attribute
from wattsup_core.analysis.detectors import IsolationForestDetector
from wattsup_core.analysis.drivers import drivers_of
from wattsup_core.analysis.features import FEATURE_LABELS, FEATURE_NAMES, FeatureTable
from wattsup_core.analysis.findings import Finding
from wattsup_core.analysis.isolation_trees import average_path_length
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
@pytest.mark.parametrize(
    "shape",
    [
        {},
        {"max_features": 0.3},
        {"max_features": 2},
        {"max_samples": 2},
        {"max_samples": 3},
        {"max_samples": 1200, "n_estimators": 5},
        {"bootstrap": True},
    ],
)
def test_it_equals_tree_shap(features: np.ndarray, shape: dict[str, float]) -> None:
    shap = pytest.importorskip("shap")
    learned = np.where(features > 1.0, 1.0, features).astype(np.float32)  # ties, as real features have
    forest = IsolationForest(**{"n_estimators": 20, "random_state": 3} | shape).fit(learned)
    rows = features[690:720].astype(np.float32)
    found = attribute(forest, rows)
    assert found.contributions == pytest.approx(-shap.TreeExplainer(forest).shap_values(rows), abs=1e-6)
    depth = found.base_depth - found.contributions.sum(axis=1)
    usual = average_path_length(np.array([forest.max_samples_]))[0]
    assert -forest.score_samples(rows) == pytest.approx(2.0 ** (-depth / usual), abs=1e-9)


def test_a_forest_that_never_splits_tells_nothing_of_features() -> None:
    forest = IsolationForest(n_estimators=5, random_state=1).fit(np.ones((50, 1)))
    found = attribute(forest, np.zeros((3, 1)))
    assert (found.contributions == 0).all()
    assert found.base_depth == pytest.approx(average_path_length(np.array([50]))[0])


def test_rows_taken_in_pieces_are_the_same(
    features: np.ndarray, detector: IsolationForestDetector, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = attribute(detector.forest, features[:40]).contributions
    monkeypatch.setattr(attribution, "CHUNK_VALUES", 1)
    assert attribute(detector.forest, features[:40]).contributions == pytest.approx(whole, abs=1e-12)


def test_the_mean_of_a_long_event_is_told_not_its_peak(features: np.ndarray) -> None:
    values = features.copy()
    values[200:248, 5] = np.linspace(5.0, 6.0, 48)  # all day one feature stands out, at the end another one far more
    values[246:248, 9] = 14.0
    detector = IsolationForestDetector(DetectorConfig()).fit(values)
    (told,) = drivers_of([Finding(EventKind.SPIKE, 200, 248, 3.0)], detector, FeatureTable(values, np.arange(ROWS)), detector.score(values))
    assert told[0].label == FEATURE_LABELS[FEATURE_NAMES[5]]


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
