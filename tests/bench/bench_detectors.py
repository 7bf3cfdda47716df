"""Detectors: the Isolation Forest, Local Outlier Factor and one-class SVM on the same features and meters, in one run.

Reads what :mod:`tests.bench.bench_detection` reads, its first set; AP judges the score of each row, alone (the detector's own) and as
it is told (with the statistics and rules, which are the same for all).
"""

from __future__ import annotations

import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd

from tests.bench.bench_detection import TARIFF, _load
from tests.bench.corpus import meters_folder
from tests.bench.judging import judge
from wattsup_core.analysis.pipeline import analyse
from wattsup_core.readers import read_file
from wattsup_core.service.placement import MeterTerms, place
from wattsup_core.types import DETECTORS, DetectorConfig


def main() -> None:
    """Print one line for each detector."""
    folder = meters_folder()
    if folder is None:
        return
    names = sorted(path.name.removesuffix(".csv.gz") for path in (folder / "injected").glob("*.csv.gz"))
    with ProcessPoolExecutor(2) as pool:
        figures = np.array(list(pool.map(_measure, [(folder, name) for name in names])))
    print("| detector | AP alone | AUC alone | AP as told | AUC as told | seconds a meter, most |\n|---|--:|--:|--:|--:|--:|")
    for place_of, detector in enumerate(DETECTORS):
        mine = figures[:, place_of]
        print(f"| {detector} | " + " | ".join(f"{mean:.3f}" for mean in mine[:, :4].mean(axis=0)) + f" | {mine[:, 4].max():.0f} |")


def _measure(task: tuple[Path, str]) -> list[tuple[float, float, float, float, float]]:
    """For each detector its AP and AUC alone and as told, and the seconds of the analysis."""
    folder, name = task
    frame, labels = _load(folder, "injected", name)
    with tempfile.TemporaryDirectory() as temporary:
        path = Path(temporary) / f"{name}.csv"
        frame.to_csv(path, index=False)
        file = read_file(path, path.name)
    (placement,) = place(file, f"{name}.csv", (), MeterTerms())
    out = []
    for detector in DETECTORS:
        begun = time.perf_counter()
        analysis = analyse(placement.readings.readings, placement.meter, TARIFF, DetectorConfig(detector=detector))
        seconds = time.perf_counter() - begun
        scored = analysis.scored.reindex(pd.DatetimeIndex(file.rows["ts"])).fillna({"event_id": ""})
        alone = judge(scored.assign(score=scored["forest_score"], event_id=""), (), frame["timestamp"], labels.assign(event_id=0))
        told = judge(scored, analysis.events, frame["timestamp"], labels)
        out.append((alone.ap, alone.auc, told.ap, told.auc, seconds))
    return out
