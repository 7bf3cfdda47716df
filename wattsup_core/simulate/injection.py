"""Putting anomalies into energies: pure functions, for the simulation and for the readings of any meter."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from wattsup_core.errors import BadRequestError
from wattsup_core.frames import check_readings
from wattsup_core.simulate.anomalies import Anomaly, Stretch
from wattsup_core.simulate.randomness import FloatArray
from wattsup_core.types import Quality

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
        What to put in; readings that begin from its start to before its end change. Missing readings stay missing, and
        those that an anomaly loses become missing.
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
    starts = pd.DatetimeIndex(readings.index)
    interval = pd.Timedelta(minutes=interval_minutes)
    kwh = readings["kwh"].to_numpy(dtype=np.float64, copy=True)
    labels = []
    for anomaly in in_order(anomalies):
        stretch = _stretch(starts, anomaly, interval_minutes)
        kwh = change(kwh, anomaly, stretch, decimals)
        labels.append((starts[stretch.rows.start], starts[stretch.rows.stop - 1] + interval, anomaly))
    return with_energies(readings, kwh), label_frame(labels)


def _stretch(starts: pd.DatetimeIndex, anomaly: Anomaly, interval_minutes: float) -> Stretch:
    """The readings, given by their starts, that begin within an anomaly; no rows when there are none."""
    start, end = pd.Timestamp(anomaly.start), pd.Timestamp(anomaly.end)
    rows = slice(*starts.searchsorted([start, end]))
    if rows.start >= rows.stop:
        return Stretch(rows, interval_minutes)
    minute = pd.Timedelta(minutes=1)
    return Stretch(rows, interval_minutes, (starts[rows.start] - start) / minute, end > starts[-1] + interval_minutes * minute)


def with_energies(readings: pd.DataFrame, kwh: FloatArray) -> pd.DataFrame:
    """READINGS with other energies [kWh]; those that were known before and are not any more have the quality `missing`."""
    lost = np.isnan(kwh) & readings["kwh"].notna().to_numpy()
    return readings.assign(kwh=kwh, quality=readings["quality"].mask(lost, str(Quality.MISSING)))


def in_order(anomalies: Sequence[Anomaly]) -> list[Anomaly]:
    """Loads first, then the meter that counts them, then what becomes of its readings; each by its start."""
    return sorted(anomalies, key=lambda anomaly: (anomaly.stage, anomaly.start))


def change(kwh: FloatArray, anomaly: Anomaly, stretch: Stretch, decimals: int | None = None) -> FloatArray:
    """Energies [kWh] with an anomaly in the intervals of `stretch`, shape (n,); missing ones (NaN) stay missing.

    The changed ones are rounded to `decimals` of a kWh, when given, and to what the anomaly adds to them.

    Raises
    ------
    BadRequestError
        When the stretch is empty.
    """
    rows = stretch.rows
    if rows.start >= rows.stop:
        raise BadRequestError(
            f"The anomaly {anomaly.kind} from {anomaly.start:%Y-%m-%d %H:%M} touches no reading.", "Choose a time inside the data."
        )
    after = kwh.copy()
    known = np.flatnonzero(np.isfinite(kwh[: rows.start]))
    before_kwh = float(kwh[known[-1]]) if len(known) else 0.0
    changed = np.where(np.isnan(kwh[rows]), np.nan, anomaly.changed(kwh[rows], before_kwh, stretch))
    after[rows] = changed if decimals is None else np.round(changed, decimals + anomaly.added_decimals)
    return after


def label_frame(labels: Iterable[tuple[pd.Timestamp, pd.Timestamp, Anomaly]]) -> pd.DataFrame:
    """Labels by start: `start`, `end` (exclusive, UTC), `kind`, `detail`."""
    rows = [(start, end, str(anomaly.kind), anomaly.detail) for start, end, anomaly in labels]
    frame = pd.DataFrame(rows, columns=list(LABEL_COLUMNS))
    instants = {column: pd.to_datetime(frame[column], utc=True).astype("datetime64[us, UTC]") for column in ("start", "end")}
    words = {column: frame[column].astype("str") for column in ("kind", "detail")}
    return frame.assign(**instants, **words).sort_values(["start", "end"], ignore_index=True)
