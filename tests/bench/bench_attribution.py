"""Exact attribution: rows a second beside shap's own TreeExplainer on the same forest in the same run, and how far they are apart.

The forest is the one of the sample household. 480 rows are what sixty events ask for.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np

from wattsup_core.analysis.attribution import attribute
from wattsup_core.analysis.detectors import IsolationForestDetector
from wattsup_core.analysis.features import build_features
from wattsup_core.analysis.grid import build_grid
from wattsup_core.analysis.scale import fit_scale
from wattsup_core.readers import read_file
from wattsup_core.service.placement import MeterTerms, place
from wattsup_core.types import DetectorConfig

SAMPLE = Path(__file__).parents[2] / "data" / "sample_household.csv.gz"
ROWS = (48, 480)
ROUNDS = 3


def main() -> None:
    """Print one line for each number of rows; the fastest of three rounds each."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what SHAP itself warns of when it is imported
        import shap
    features = _features()
    forest = IsolationForestDetector(DetectorConfig()).fit(features).forest
    loudest = features[np.argsort(forest.score_samples(features.astype(np.float32)))[: max(ROWS)]].astype(np.float32)
    print("| rows | WattsUp s | rows a second | shap s | rows a second | largest difference |\n|--:|--:|--:|--:|--:|--:|")
    for count in ROWS:
        rows = loudest[:count]
        ours, our_s = _fastest(lambda rows=rows: attribute(forest, rows).contributions)
        theirs, their_s = _fastest(lambda rows=rows: shap.TreeExplainer(forest).shap_values(rows))
        apart = np.abs(ours + theirs).max()
        print(f"| {count} | {our_s:.2f} | {count / our_s:,.0f} | {their_s:.2f} | {count / their_s:,.0f} | {apart:.0e} |")


def _features() -> np.ndarray:
    (placement,) = place(read_file(SAMPLE, SAMPLE.name), SAMPLE.name, (), MeterTerms())
    grid = build_grid(placement.readings.readings, placement.meter)
    return build_features(grid, fit_scale(grid.kwh), np.zeros(len(grid), dtype=bool)).values


def _fastest(work: Callable[[], np.ndarray]) -> tuple[np.ndarray, float]:
    """What `work` gives, and its seconds."""
    best = np.inf
    for _ in range(ROUNDS):
        began = time.perf_counter()
        done = work()
        best = min(best, time.perf_counter() - began)
    return done, best
