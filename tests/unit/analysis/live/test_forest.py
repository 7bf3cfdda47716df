"""One forest ranks the readings of meters of all sizes."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tests.factories import make_meter, make_readings
from wattsup_core.analysis.live.forest import LiveForest, features_of
from wattsup_core.analysis.live.memory import FEATURES, MeterMemory, Sight
from wattsup_core.timegrid import to_epoch_seconds
from wattsup_core.types import DetectorConfig

CONFIG = DetectorConfig(n_estimators=30)


def sights_of(size: float, seed: int) -> tuple[MeterMemory, list[Sight], int]:
    """A memory of four weeks, of which the last was seen reading by reading."""
    readings = make_readings(days=28)
    readings["kwh"] *= size * np.random.default_rng(seed).lognormal(0, 0.15, len(readings))
    memory = MeterMemory(readings.iloc[: 21 * 48], make_meter())
    last = readings.iloc[21 * 48 :]
    seconds = to_epoch_seconds(pd.DatetimeIndex(last.index)).tolist()
    return memory, [memory.see(ts, kwh) for ts, kwh in zip(seconds, last["kwh"].tolist(), strict=True)], seconds[-1]


def test_an_outlier_is_rarer_than_usual_readings_whatever_the_size() -> None:
    small, known_small, last = sights_of(1.0, 1)
    large, known_large, _ = sights_of(5000.0, 2)
    forest = LiveForest([*known_small, *known_large], CONFIG)
    _, usual = forest.look([*known_small[-48:], *known_large[-48:]])
    _, odd = forest.look([small.see(last + 1800, 10.0), large.see(last + 1800, 50_000.0)])
    assert (odd > 2.0).all()
    assert np.median(usual) < 0.7


def test_the_same_sights_give_the_same_scores() -> None:
    _, known, _ = sights_of(1.0, 3)
    first, again = LiveForest(known, CONFIG).look(known), LiveForest(known, CONFIG).look(known)
    np.testing.assert_array_equal(first[0], again[0])
    np.testing.assert_array_equal(first[1], again[1])


def test_features_are_finite_and_in_order() -> None:
    _, known, _ = sights_of(1.0, 4)
    table = features_of(known)
    assert table.shape == (len(known), len(FEATURES))
    assert np.isfinite(table).all()
