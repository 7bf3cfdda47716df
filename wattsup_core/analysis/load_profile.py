"""The always-on load and the headline figures of a meter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from wattsup_core.analysis.day_median import quantile_sorted
from wattsup_core.analysis.steps import last_step
from wattsup_core.timegrid import (
    MINUTES_PER_HOUR,
    epoch_of,
    from_epoch_seconds,
    kwh_to_kw,
    to_epoch_seconds,
    to_wall_seconds,
)

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

NEAR_BASE_PERCENTILE = 2.5
LEAST_HOURS_A_DAY, MOST_HOURS_A_DAY = 12, 25
LEAST_DAYS = 3
OUTAGE_MINUTES = 15
SECONDS_PER_HOUR, SECONDS_PER_DAY = 3600, 86_400


@dataclass(frozen=True)
class BaseloadChange:
    """The always-on load of a range and how it differs from before.

    Attributes
    ----------
    kw
        The always-on load [kW]; after a step, the level since then.
    change_kw
        Its difference to the level before the step, or without one to the period before; `None` when that is not known.
    since
        The local day of the step; `None` without one.
    """

    kw: float
    change_kw: float | None
    since: date | None


def baseload_kw(readings: pd.DataFrame, interval_minutes: float) -> float | None:
    """The always-on load: the power the site hardly ever falls below [kW].

    The median over days of each day's near-base load, which is the 2.5th percentile of the day's loads (Price 2010,
    "Methods for Analyzing Electric Load Shape and its Variability", LBNL-3713E). Loads are means over hours, so that
    what cycles within the hour, such as a fridge, counts with its mean as it does in hourly meters (Delforge et al.
    2015, "Home Idle Load", NRDC IP:15-03-A), and the figure does not depend on the meter's interval.

    Parameters
    ----------
    readings : READINGS
        Missing readings are left out, and so are zeros: outages, and intervals in which solar power covers the load.
    interval_minutes
        The meter's interval [min].

    Returns
    -------
    float or None
        `None` for intervals longer than an hour, and with fewer than 3 days that have 12 whole hours of readings.
    """
    _, loads_kw = daily_near_base_kw(readings, interval_minutes, "UTC")
    return float(np.median(loads_kw)) if len(loads_kw) >= LEAST_DAYS else None


def baseload_change(current: pd.DataFrame, previous: pd.DataFrame, interval_minutes: float, timezone: str) -> BaseloadChange | None:
    """The always-on load of a range, and how and since when it differs from before.

    When the daily loads of both periods together hold a step inside the range (see :func:`last_step`), the load is the
    level since the last step and the change is that step. Otherwise the two periods are compared as wholes.

    Parameters
    ----------
    current, previous : READINGS
        The range, and the period before it.
    interval_minutes
        The meter's interval [min].
    timezone
        The zone of the local days.

    Returns
    -------
    BaseloadChange or None
        `None` when the range has no always-on load (see :func:`baseload_kw`).
    """
    days, loads_kw = daily_near_base_kw(current, interval_minutes, timezone)
    if len(days) < LEAST_DAYS:
        return None
    days_before, loads_before_kw = daily_near_base_kw(previous, interval_minutes, timezone)
    all_days = np.concatenate([days_before[days_before < days[0]], days])
    all_loads_kw = np.concatenate([loads_before_kw[days_before < days[0]], loads_kw])
    step = last_step(all_loads_kw)
    if step is not None and all_days[step.position] > days[0]:
        since = date(1970, 1, 1) + timedelta(days=int(all_days[step.position]))
        return BaseloadChange(float(np.median(all_loads_kw[step.position :])), step.after - step.before, since)
    level_kw = float(np.median(loads_kw))
    enough = len(loads_before_kw) >= LEAST_DAYS
    return BaseloadChange(level_kw, level_kw - float(np.median(loads_before_kw)) if enough else None, None)


def daily_near_base_kw(readings: pd.DataFrame, interval_minutes: float, timezone: str) -> tuple[IntArray, FloatArray]:
    """Each day's near-base load [kW], for days with at least 12 whole hours of readings.

    Returns
    -------
    days, loads_kw : shape (d,)
        Local days, counted from 1970-01-01, and their loads [kW]. Empty for intervals longer than an hour.
    """
    if interval_minutes > MINUTES_PER_HOUR:
        return np.empty(0, dtype=np.int64), np.empty(0)
    hours, hourly_kw = _whole_hours_kw(readings, interval_minutes)
    day_of_hour = to_wall_seconds(hours, timezone) // SECONDS_PER_DAY if len(hours) else hours
    days, first_hours, counts = np.unique(day_of_hour, return_index=True, return_counts=True)
    full = counts >= LEAST_HOURS_A_DAY
    place = np.arange(len(hours)) - np.repeat(first_hours, counts)
    table = np.full((len(days), MOST_HOURS_A_DAY), np.nan)
    table[np.repeat(np.arange(len(days)), counts), place] = hourly_kw
    return days[full], quantile_sorted(table[full], NEAR_BASE_PERCENTILE / 100.0)


def whole_hours(readings: pd.DataFrame, interval_minutes: float) -> pd.DataFrame:
    """The hours all of whose readings are there and are no outage, as READINGS of hours with their `kwh` alone.

    The always-on load of these is that of `readings`, at a sixtieth of the rows for a meter that reads each minute.
    """
    hours, hourly_kw = _whole_hours_kw(readings, interval_minutes)
    return pd.DataFrame({"kwh": hourly_kw}, index=from_epoch_seconds(hours))


def energy_kwh(readings: pd.DataFrame) -> float:
    """The energy of all readings that are there [kWh]."""
    return float(np.nansum(readings["kwh"].to_numpy(dtype=np.float64)))


def completeness_pct(readings: pd.DataFrame, interval_minutes: float, start: datetime, end: datetime) -> float:
    """How many of the intervals from `start` to before `end` have a reading [%].

    Intervals are counted in elapsed time, so a day of 23 or 25 hours is complete with its own number of them; for
    intervals of a day or more the odd hour is rounded away.
    """
    # Subtracting two datetimes of one zone would give the difference of the wall clocks, not the time that went by.
    expected = round((epoch_of(end) - epoch_of(start)) / 60 / interval_minutes)
    inside = (readings.index >= start) & (readings.index < end)
    there = int(np.isfinite(readings["kwh"].to_numpy(dtype=np.float64)[inside]).sum())
    return min(100.0, 100.0 * there / expected) if expected > 0 else 0.0


def _whole_hours_kw(readings: pd.DataFrame, interval_minutes: float) -> tuple[IntArray, FloatArray]:
    """Starts [epoch s] and mean powers [kW] of the hours all of whose readings are there and are no outage."""
    kwh = readings["kwh"].to_numpy(dtype=np.float64)
    usable = np.isfinite(kwh) & ~_long_zeros(kwh, interval_minutes)
    hour_of_row = to_epoch_seconds(pd.DatetimeIndex(readings.index))[usable] // SECONDS_PER_HOUR
    hours, which, counts = np.unique(hour_of_row, return_inverse=True, return_counts=True)
    whole = counts >= int(MINUTES_PER_HOUR // interval_minutes)
    hourly_kw = kwh_to_kw(np.bincount(which, kwh[usable], len(hours)) / np.maximum(counts, 1), interval_minutes)
    return hours[whole] * SECONDS_PER_HOUR, hourly_kw[whole]


def _long_zeros(kwh: FloatArray, interval_minutes: float) -> npt.NDArray[np.bool_]:
    """Rows in runs of readings not above zero that last a quarter of an hour or more.

    Shorter ones may be a small load on a register that counts whole Wh.
    """
    is_zero = kwh <= 0
    starts = np.flatnonzero(is_zero & ~np.concatenate([[False], is_zero[:-1]]))
    stops = np.flatnonzero(is_zero & ~np.concatenate([is_zero[1:], [False]])) + 1
    long = (stops - starts) * interval_minutes >= OUTAGE_MINUTES
    steps = np.zeros(len(kwh) + 1, dtype=np.int64)
    steps[starts[long]] += 1
    steps[stops[long]] -= 1
    return np.cumsum(steps[:-1]) > 0
