"""The column contracts of the frames that cross borders, and their checks.

Each frame is indexed by ``ts``: UTC, strictly increasing, unique, the start of the interval.

=========  ====================================================================================================
READINGS   ``kwh`` float64 · ``quality`` str (a :class:`~wattsup_core.types.Quality`) · covariates, named as their file names
           them: ``temperature_c``, people ``…_people``, own production ``…_produced_kwh``, sub-meters ``…_kwh``
SCORED     ``kwh`` · ``expected_kwh`` · ``lower_80_kwh`` · ``upper_80_kwh`` · ``lower_95_kwh`` · ``upper_95_kwh``: the bands
           that hold 80 and 95 % of the readings of usual days · ``residual_kwh`` · ``score`` 0 to 1, higher is more
           anomalous · ``forest_score`` · ``severity`` 0 to 100 · ``is_anomaly`` bool · ``event_id`` str, "" outside events
           · ``model_version`` str
FORECAST   ``kwh`` · ``lower_80_kwh`` · ``upper_80_kwh`` · ``lower_95_kwh`` · ``upper_95_kwh``: none below 0 or missing, the wider
           interval round the narrower and ``kwh`` inside both
=========  ====================================================================================================
"""

from __future__ import annotations

from enum import Enum

import numpy as np
import pandas as pd

from wattsup_core.errors import FrameContractError

READINGS_COLUMNS = ("kwh", "quality")
BAND_COLUMNS = ("lower_80_kwh", "upper_80_kwh", "lower_95_kwh", "upper_95_kwh")
SCORED_COLUMNS = (
    "kwh",
    "expected_kwh",
    *BAND_COLUMNS,
    "residual_kwh",
    "score",
    "forest_score",
    "severity",
    "is_anomaly",
    "event_id",
    "model_version",
)
FORECAST_COLUMNS = ("kwh", "lower_80_kwh", "upper_80_kwh", "lower_95_kwh", "upper_95_kwh")
TEMPERATURE = "temperature_c"
EXPORT = "export_kwh"
"""Energy sent to the grid beside the energy drawn: no covariate, for it is a channel of its own."""


class CovariateRole(Enum):
    """What a covariate is; the value is the end of its column's name."""

    TEMPERATURE = TEMPERATURE
    PEOPLE = "_people"
    PRODUCED = "_produced_kwh"
    PART = "_kwh"


def _check_index(frame: pd.DataFrame, name: str) -> None:
    index = frame.index
    if not isinstance(index, pd.DatetimeIndex) or str(index.tz) != "UTC":
        raise FrameContractError(f"{name}: the index must be UTC instants.")
    if not (index.is_monotonic_increasing and index.is_unique):
        raise FrameContractError(f"{name}: instants must be strictly increasing.")


def _check_columns(frame: pd.DataFrame, columns: tuple[str, ...], name: str) -> None:
    missing = [column for column in columns if column not in frame.columns]
    if missing:
        raise FrameContractError(f"{name}: missing columns {', '.join(missing)}.")


def check_readings(frame: pd.DataFrame) -> pd.DataFrame:
    """Return `frame` when it keeps the READINGS contract.

    Raises
    ------
    FrameContractError
        When the index or a column breaks the contract.
    """
    _check_index(frame, "READINGS")
    _check_columns(frame, READINGS_COLUMNS, "READINGS")
    if np.isinf(frame["kwh"].to_numpy(float)).any():
        raise FrameContractError("READINGS: kwh must be finite or missing.")
    return frame


def check_scored(frame: pd.DataFrame) -> pd.DataFrame:
    """Return `frame` when it keeps the SCORED contract.

    Raises
    ------
    FrameContractError
        When the index or a column breaks the contract.
    """
    _check_index(frame, "SCORED")
    _check_columns(frame, SCORED_COLUMNS, "SCORED")
    return frame


def check_forecast(frame: pd.DataFrame) -> pd.DataFrame:
    """Return `frame` when it keeps the FORECAST contract.

    Raises
    ------
    FrameContractError
        When the index or a column breaks the contract, an energy is missing or below zero, or an interval does not hold the forecast.
    """
    _check_index(frame, "FORECAST")
    _check_columns(frame, FORECAST_COLUMNS, "FORECAST")
    kwh, lower_80, upper_80, lower_95, upper_95 = (frame[name].to_numpy(float) for name in FORECAST_COLUMNS)
    if not all(np.isfinite(values).all() for values in (kwh, lower_80, upper_80, lower_95, upper_95)):
        raise FrameContractError("FORECAST: every energy must be finite.")
    if (lower_95 < 0).any():
        raise FrameContractError("FORECAST: no energy may be below zero.")
    if not ((lower_95 <= lower_80) & (lower_80 <= kwh) & (kwh <= upper_80) & (upper_80 <= upper_95)).all():
        raise FrameContractError("FORECAST: each interval must hold the forecast and the narrower interval.")
    return frame


def covariate_columns(frame: pd.DataFrame) -> list[str]:
    """The columns of READINGS beyond the contract's own, in their order."""
    return [column for column in frame.columns if column not in READINGS_COLUMNS]


def role_of(column: str) -> CovariateRole | None:
    """What a covariate is, by its column's name; None for a column that the analysis knows nothing to do with."""
    if column == TEMPERATURE:
        return CovariateRole.TEMPERATURE
    if column == EXPORT:
        return None
    ends = (CovariateRole.PEOPLE, CovariateRole.PRODUCED, CovariateRole.PART)
    return next((role for role in ends if column.endswith(role.value) and column != role.value), None)


def covariate_column(name: str, role: CovariateRole) -> str:
    """The column of a covariate that its file calls `name`."""
    return TEMPERATURE if role is CovariateRole.TEMPERATURE else name + role.value


def covariate_name(column: str) -> str:
    """What the file calls a covariate."""
    role = role_of(column)
    return column if role is None or role is CovariateRole.TEMPERATURE else column.removesuffix(role.value)
