"""Each detector puts what is odd first, twice the same, and says which features made it so."""

from __future__ import annotations

import numpy as np
import pytest

from tests.unit.analysis.households import home_meter, noisy_home, set_kwh
from wattsup_core.analysis.detectors import Detector, LocalOutlierDetector, OneClassSvmDetector, make_detector
from wattsup_core.analysis.model_version import MODEL_NUMBER
from wattsup_core.analysis.occlusion import drops_in_score
from wattsup_core.analysis.pipeline import analyse
from wattsup_core.types import DETECTORS, DetectorConfig, Tariff


def rows_with_one_odd() -> np.ndarray:
    """Five hundred rows of four features, the last of which is odd in its third."""
    rows = np.random.default_rng(5).normal(0.0, 1.0, (500, 4)) * [1.0, 10.0, 0.1, 1.0]
    rows[-1] = [0.0, 0.0, 1.5, 0.0]
    return rows


def fitted(name: str, rows: np.ndarray) -> Detector:
    return make_detector(DetectorConfig(detector=name)).fit(rows)


@pytest.mark.parametrize("name", DETECTORS)
def test_the_odd_row_scores_highest_and_twice_the_same(name: str) -> None:
    rows = rows_with_one_odd()
    scores = fitted(name, rows).score(rows)
    assert int(np.argmax(scores)) == len(rows) - 1
    np.testing.assert_array_equal(scores, fitted(name, rows).score(rows))


@pytest.mark.parametrize("name", DETECTORS)
def test_the_score_owes_its_drop_to_the_odd_feature(name: str) -> None:
    rows = rows_with_one_odd()
    drops = drops_in_score(fitted(name, rows), rows[-1:], np.median(rows, axis=0), ("a", "a", "odd", "b"))
    assert drops.shape == (1, 4)
    assert int(np.argmax(drops)) == 2
    assert drops[0, 1] == 0


def test_a_group_is_set_to_its_medians_together() -> None:
    rows = rows_with_one_odd()
    rows[-1, 3] = 9.0
    detector = fitted("lof", rows)
    together = drops_in_score(detector, rows[-1:], np.median(rows, axis=0), ("a", "b", "odd", "odd"))
    alone = drops_in_score(detector, rows[-1:], np.median(rows, axis=0), ("a", "b", "odd", "other"))
    assert together[0, 2] > alone[0, 2]
    assert together[0, 3] == 0


@pytest.mark.parametrize("name", DETECTORS)
def test_an_analysis_is_named_for_its_detector_and_tells_drivers(name: str) -> None:
    readings = noisy_home(60)
    set_kwh(readings, 40, 2, 2.5, 1.8)
    found = analyse(readings, home_meter(), Tariff(0.3), DetectorConfig(detector=name, n_estimators=20))
    assert found.model_version == f"{name}-{MODEL_NUMBER}"
    assert set(found.scored["model_version"]) == {found.model_version}
    (event,) = [event for event in found.events if event.title == "Spike at night"]
    assert event.explanation.drivers
    assert sum(driver.share_pct for driver in event.explanation.drivers) <= 100.1


def test_what_is_not_fitted_or_not_known_says_so() -> None:
    for detector in (LocalOutlierDetector(DetectorConfig()), OneClassSvmDetector(DetectorConfig())):
        with pytest.raises(ValueError, match="not been fitted"):
            detector.score(np.zeros((1, 2)))
    with pytest.raises(ValueError, match="no detector 'crystal-ball'"):
        make_detector(DetectorConfig(detector="crystal-ball"))
