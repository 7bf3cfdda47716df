"""Putting anomalies into energies: pure functions, for the simulation and for the readings of any meter."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from wattsup_core.errors import BadRequestError
from wattsup_core.frames import check_readings
from wattsup_core.simulate.anomalies import Anomaly
from wattsup_core.simulate.randomness import FloatArray

LABEL_COLUMNS = ("start", "end", "kind", "detail")


def inject(
    readings: pd.DataFrame, anomalies: Sequence[Anomaly], interval_minutes: float, decimals: int = 3
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Readings of any meter with anomalies put in, and their labels.

    Parameters
    ----------
    readings : READINGS
        Left as it is.
    anomalies
        What to put in; readings that begin from its start to before its end change. Missing readings stay missing.
    interval_minutes
        The meter's interval [min].
    decimals
        The meter's resolution [decimals of a kWh]: changed readings are rounded to it, so that their digits do not tell.

    Returns
    -------
    readings, labels
        READINGS, and a frame with `start`, `end` (exclusive), `kind`, `detail`.

    Raises
    ------
    BadRequestError
        When an anomaly touches no reading.
    """
    check_readings(readings)
    starts = readings.index
    interval = pd.Timedelta(minutes=interval_minutes)
    kwh = readings["kwh"].to_numpy(dtype=np.float64, copy=True)
    labels = []
    for anomaly in in_order(anomalies):
        rows = slice(*starts.searchsorted([pd.Timestamp(anomaly.start), pd.Timestamp(anomaly.end)]))
        kwh = change(kwh, anomaly, rows, interval_minutes)
        kwh[rows] = np.round(kwh[rows], decimals)
        labels.append((starts[rows.start], starts[rows.stop - 1] + interval, anomaly))
    return readings.assign(kwh=kwh), label_frame(labels)


def in_order(anomalies: Sequence[Anomaly]) -> list[Anomaly]:
    """Loads first, then what happens to the meter that reads them; each by its start."""
    return sorted(anomalies, key=lambda anomaly: (anomaly.is_meter_fault, anomaly.start))


def change(kwh: FloatArray, anomaly: Anomaly, rows: slice, interval_minutes: float) -> FloatArray:
    """Energies [kWh] with an anomaly in the intervals `rows`, shape (n,); missing ones (NaN) stay missing.

    Raises
    ------
    BadRequestError
        When `rows` is empty.
    """
    if rows.start >= rows.stop:
        raise BadRequestError(
            f"The anomaly {anomaly.kind} from {anomaly.start:%Y-%m-%d %H:%M} touches no reading.", "Choose a time inside the data."
        )
    after = kwh.copy()
    known = np.flatnonzero(np.isfinite(kwh[: rows.start]))
    before_kwh = float(kwh[known[-1]]) if len(known) else 0.0
    changed = anomaly.changed(kwh[rows], before_kwh, interval_minutes)
    after[rows] = np.where(np.isnan(kwh[rows]), np.nan, changed)
    return after


def label_frame(labels: Iterable[tuple[pd.Timestamp, pd.Timestamp, Anomaly]]) -> pd.DataFrame:
    """Labels by start: `start`, `end` (exclusive, UTC), `kind`, `detail`."""
    rows = [(start, end, str(anomaly.kind), anomaly.detail) for start, end, anomaly in labels]
    frame = pd.DataFrame(rows, columns=list(LABEL_COLUMNS))
    instants = {column: pd.to_datetime(frame[column], utc=True).astype("datetime64[us, UTC]") for column in ("start", "end")}
    words = {column: frame[column].astype("str") for column in ("kind", "detail")}
    return frame.assign(**instants, **words).sort_values(["start", "end"], ignore_index=True)
