"""The SCORED frame: what was found on the grid, given back to each reading."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from wattsup_core import timegrid
from wattsup_core.analysis.band import Band
from wattsup_core.analysis.baseline import Baseline
from wattsup_core.analysis.budget import severity
from wattsup_core.analysis.grid import Grid
from wattsup_core.frames import BAND_COLUMNS
from wattsup_core.types import AnomalyEvent


def scored_frame(
    readings: pd.DataFrame,
    grid: Grid,
    baseline: Baseline,
    band: Band,
    score: np.ndarray,
    forest_score: np.ndarray,
    evidence: np.ndarray,
    events: Sequence[AnomalyEvent],
    model_version: str,
) -> pd.DataFrame:
    """SCORED for `readings`: values of the cells, shape (n,), taken to their rows; energies shared among the rows of a cell."""
    cell = grid.cell_of_row
    kwh = readings["kwh"].to_numpy(float)
    known = np.isfinite(kwh)
    expected_kwh = baseline.expected_kwh[cell] / grid.rows_per_cell
    event_id = event_ids(pd.DatetimeIndex(readings.index), events)
    event_id[~known] = ""
    return pd.DataFrame(
        {
            "kwh": kwh,
            "expected_kwh": expected_kwh,
            **{name: getattr(band, name)[cell] / grid.rows_per_cell for name in BAND_COLUMNS},
            "residual_kwh": kwh - expected_kwh,
            "score": np.where(known, score[cell], 0.0),
            "forest_score": np.where(known, forest_score[cell], 0.0),
            "severity": np.where(known, severity(evidence)[cell], 0.0),
            "is_anomaly": event_id != "",
            "event_id": pd.array(event_id, dtype="str"),
            "model_version": model_version,
        },
        index=readings.index,
    )


def empty_scored(readings: pd.DataFrame, model_version: str) -> pd.DataFrame:
    """SCORED for readings of which none is known."""
    size = len(readings)
    unknown = np.full(size, np.nan)
    names = ("kwh", "expected_kwh", *BAND_COLUMNS, "residual_kwh")
    frame = pd.DataFrame(dict.fromkeys(names, unknown), index=readings.index)
    return frame.assign(score=0.0, forest_score=0.0, severity=0.0, is_anomaly=False, event_id="", model_version=model_version)


def event_ids(index: pd.DatetimeIndex, events: Sequence[AnomalyEvent]) -> np.ndarray:
    """For each reading the id of the most severe event it lies in, "" outside events, shape (rows,), object."""
    seconds = timegrid.to_epoch_seconds(index)
    out = np.full(len(index), "", dtype=object)
    for event in sorted(events, key=lambda e: e.severity):
        first, last = np.searchsorted(seconds, [timegrid.epoch_of(event.start), timegrid.epoch_of(event.end)])
        out[first:last] = event.event_id
    return out
