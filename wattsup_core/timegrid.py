"""UTC and local time, epoch seconds, the interval grid, kWh and kW: the only code that converts between them."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pandas as pd

MINUTES_PER_HOUR = 60.0


def to_epoch_seconds(index: pd.DatetimeIndex) -> np.ndarray:
    """Whole seconds since 1970 of UTC instants, shape (n,), int64."""
    return index.as_unit("s").asi8


def from_epoch_seconds(seconds: np.ndarray) -> pd.DatetimeIndex:
    """UTC instants of whole seconds since 1970, shape (n,)."""
    naive = np.asarray(seconds, dtype="int64").astype("datetime64[s]").astype("datetime64[us]")
    return pd.DatetimeIndex(naive, name="ts").tz_localize("UTC")


def datetime_from_epoch(seconds: int) -> datetime:
    """The aware UTC datetime of whole seconds since 1970."""
    return datetime.fromtimestamp(seconds, tz=UTC)


def epoch_of(moment: datetime) -> int:
    """Whole seconds since 1970 of an aware datetime."""
    return int(moment.timestamp())


def to_local(index: pd.DatetimeIndex, timezone: str) -> pd.DatetimeIndex:
    """UTC instants as wall-clock instants of `timezone`, still aware."""
    return index.tz_convert(timezone)


def kwh_to_kw(kwh: np.ndarray, interval_minutes: float) -> np.ndarray:
    """Mean power [kW] of energies [kWh] over their interval."""
    return kwh * (MINUTES_PER_HOUR / interval_minutes)


def kw_to_kwh(kw: np.ndarray, interval_minutes: float) -> np.ndarray:
    """Energies [kWh] of mean powers [kW] over an interval."""
    return kw * (interval_minutes / MINUTES_PER_HOUR)


def commonest_interval_minutes(index: pd.DatetimeIndex) -> float:
    """The interval most steps of `index` have [min]; 60 for fewer than two rows."""
    if len(index) < 2:
        return 60.0
    steps, counts = np.unique(np.diff(to_epoch_seconds(index)), return_counts=True)
    return float(steps[counts.argmax()]) / 60.0


def regular_grid(index: pd.DatetimeIndex, interval_minutes: float) -> pd.DatetimeIndex:
    """Every interval start from the first to the last of `index`, UTC."""
    step = pd.Timedelta(seconds=round(interval_minutes * 60))
    return pd.date_range(index[0], index[-1], freq=step, name="ts")
