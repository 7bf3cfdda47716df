"""What a meter usually uses at such a time: the expected energy of each cell.

The centre of a cell is taken over neighbouring days of the same day type and slot (17 weekdays, 9 weekend days), so it follows the
seasons. Detection measures residuals from the median, which one odd week does not move; people are shown the mean without the
outermost tenths, whose sum over a day is the energy a day usually takes, learned without the anomalies found. A weekday that looks
like a weekend is expected as one, a public holiday as a Sunday where the meter lives them so (see :mod:`days_off`). Where an outdoor
temperature, people or own production are known, the part of the residual that they explain is added.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np

from wattsup_core.analysis.day_median import neighbour_starts, quantile_sorted, rolling_quantile, rolling_trimmed_mean
from wattsup_core.analysis.day_types import SHORT_HISTORY_DAYS, SUNDAY, is_pooled, weekday_of_days, weekend_days
from wattsup_core.analysis.days_off import Misfits, holidays_off, with_bridges
from wattsup_core.analysis.explained import Explained, explained_part
from wattsup_core.analysis.grid import DAY_MINUTES, Grid
from wattsup_core.analysis.scale import Scale

WEEKDAY_WINDOW = 17
WEEKEND_WINDOW = 9
SINGLE_DAY_WINDOW = 5
TRIMMED_SHARE = 0.1
WEEKDAY_HISTORY_DAYS = 70
OWN_WEEKDAY_WINDOW = 7
OWN_WEEKDAY_GAIN = 0.9
HOLIDAY_MISFIT_RATIO = 0.6
HOLIDAY_MISFIT_FACTOR = 2.0


class Centre(Enum):
    """What stands for the usual of a window of days."""

    MEDIAN = "median"
    TRIMMED_MEAN = "trimmed mean"


@dataclass(frozen=True)
class Baseline:
    """Expected energy of each cell [kWh], shape (n,); `residual` is on the comparing scale, NaN where nothing was read.

    `is_day_off` tells the cells of public holidays, and of the days between, that are expected as days off, shape (n,). `weather_kwh` is
    the part of the expectation that the temperature adds to what the season makes usual; None where it adds nothing.
    """

    expected_kwh: np.ndarray
    residual: np.ndarray
    is_day_off: np.ndarray
    notes: tuple[str, ...] = ()
    weather_kwh: np.ndarray | None = None


@dataclass(frozen=True)
class UsualLevel:
    """The expectation on the comparing scale, what of it is explained by more than the calendar, and the cells of days off."""

    level: np.ndarray
    part: Explained
    is_day_off: np.ndarray


def fit_baseline(grid: Grid, scale: Scale, is_odd: np.ndarray, is_signed: bool, centre: Centre = Centre.MEDIAN) -> Baseline:
    """Learn the expectation of every cell from the days around it.

    Parameters
    ----------
    grid : Grid
        The meter's cells.
    scale : Scale
        The comparing scale.
    is_odd : np.ndarray
        Cells that must not be learned from, shape (n,).
    is_signed : bool
        Whether values below zero are natural on this meter; if not, nothing below zero is expected.
    centre : Centre
        The median to measure residuals from, the trimmed mean to show as the usual energy.
    """
    usual = usual_level(grid, np.where(is_odd, np.nan, grid.kwh), scale, centre)
    level, part = usual.level, usual.part
    floor = -np.inf if is_signed else 0.0
    expected = np.maximum(scale.expand(level), floor)
    return Baseline(
        expected_kwh=expected,
        residual=scale.compress(grid.kwh) - level,
        is_day_off=usual.is_day_off,
        notes=_history_notes(grid),
        weather_kwh=expected - np.maximum(scale.expand(level - part.weather), floor) if part.weather.any() else None,
    )


def usual_level(grid: Grid, learned: np.ndarray, scale: Scale, centre: Centre, is_left_out: bool = False) -> UsualLevel:
    """The expectation of every cell, learned from `learned` [kWh]; see :func:`seasonal_centre`."""
    usual_kwh, days_off = _centre_and_days_off(grid, learned, scale, False, centre, is_left_out)
    level = scale.compress(usual_kwh)
    part = explained_part(scale.compress(learned) - level, grid, lambda values: seasonal_centre(grid, values, scale, is_trailing=False))
    return UsualLevel(level + part.total, part, days_off[grid.day])


def seasonal_centre(
    grid: Grid, kwh: np.ndarray, scale: Scale, is_trailing: bool, centre: Centre = Centre.MEDIAN, is_left_out: bool = False
) -> np.ndarray:
    """Rolling centre by slot and day type [kWh], shape (n,).

    Parameters
    ----------
    grid : Grid
        The calendar.
    kwh : np.ndarray
        What is learned from, NaN for what is not, shape (n,).
    scale : Scale
        The scale on which a day's fit to a profile is judged.
    is_trailing : bool
        True learns from days before the cell's own only, as a live meter must; where there is none, a cell is its own expectation.
    centre : Centre
        What stands for the usual of the days.
    is_left_out : bool
        True learns each day from the days around it and not from itself.
    """
    return _centre_and_days_off(grid, kwh, scale, is_trailing, centre, is_left_out)[0]


def _centre_and_days_off(
    grid: Grid, kwh: np.ndarray, scale: Scale, is_trailing: bool, centre: Centre, is_left_out: bool
) -> tuple[np.ndarray, np.ndarray]:
    """The centre of each cell, shape (n,), and the holidays that are expected as Sundays with the days off between them, shape (days,)."""
    table = grid.by_day(kwh)
    if is_pooled(grid):
        everything = np.ones(grid.days, dtype=bool)
        profile, off = _profile(table, everything, WEEKDAY_WINDOW, is_trailing, centre, is_left_out), np.zeros(grid.days, dtype=bool)
    else:
        profile, off = _by_day_types(grid, table, scale, is_trailing, centre, is_left_out)
    usual_kwh = grid.from_day(profile)
    return (np.where(np.isfinite(usual_kwh), usual_kwh, kwh) if is_trailing else _filled(usual_kwh, grid, kwh)), off


def _by_day_types(
    grid: Grid, table: np.ndarray, scale: Scale, is_trailing: bool, centre: Centre, is_left_out: bool
) -> tuple[np.ndarray, np.ndarray]:
    """The profile of each day, shape (days, slots), and the days off, shape (days,)."""

    def profile_of(days: np.ndarray, width: int) -> np.ndarray:
        return _profile(table, days, width, is_trailing, centre, is_left_out)

    weekend = weekend_days(grid)
    work, rest = profile_of(~weekend, WEEKDAY_WINDOW), profile_of(weekend, WEEKEND_WINDOW)
    free, off = rest, np.zeros(grid.days, dtype=bool)
    if grid.holidays:
        sunday = weekday_of_days(grid) == SUNDAY
        free, saturdays = (profile_of(each, SINGLE_DAY_WINDOW) for each in (sunday, weekend & ~sunday))
        usual = np.where((weekend & ~sunday)[:, None], saturdays, work)
        off = holidays_off(grid.is_holiday, sunday, Misfits(*_misfits(table, usual, free, scale)), is_trailing)
        work, rest = profile_of(~weekend & ~off, WEEKDAY_WINDOW), profile_of(weekend & ~off, WEEKEND_WINDOW)
    as_rest = weekend if is_trailing else _fits_weekend(table, work, rest, weekend, scale)
    profile = np.where(as_rest[:, None], rest, work)
    profile = _with_own_weekdays(profile, off | (as_rest != weekend), grid, table, scale, is_trailing, centre, is_left_out)
    return np.where(off[:, None], free, profile), off if is_trailing else with_bridges(off, as_rest, weekend)


def _profile(table: np.ndarray, chosen: np.ndarray, width: int, is_trailing: bool, centre: Centre, is_left_out: bool = False) -> np.ndarray:
    kept = np.flatnonzero(chosen & np.isfinite(table).any(axis=1))
    if not len(kept):
        return np.full(table.shape, np.nan)
    width = width if is_trailing else min(width, len(kept))
    starts = neighbour_starts(kept, len(table), width, is_trailing)
    left_out = _rows_of_days(kept, len(table)) if is_left_out else None
    if centre is Centre.MEDIAN:
        return rolling_quantile(table[kept], starts, width, left_out=left_out)
    return rolling_trimmed_mean(table[kept], starts, width, TRIMMED_SHARE, left_out)


def _rows_of_days(kept: np.ndarray, days: int) -> np.ndarray:
    """The place of every day among the kept ones, shape (days,); -1 for days that are not kept."""
    rows = np.full(days, -1, dtype=np.intp)
    rows[kept] = np.arange(len(kept))
    return rows


def _with_own_weekdays(
    profile: np.ndarray,
    is_holiday: np.ndarray,
    grid: Grid,
    table: np.ndarray,
    scale: Scale,
    is_trailing: bool,
    centre: Centre,
    is_left_out: bool,
) -> np.ndarray:
    """The profile with the weekdays that have a habit of their own (a charging Monday) expected as the same weekday of other weeks.

    A weekday earns that when the seven before it of its name foretell it clearly better than the days before it of its type; a live
    meter, which may not look ahead, stays with the day type.
    """
    if is_trailing or grid.days < WEEKDAY_HISTORY_DAYS:
        return profile
    level = scale.compress(table)
    weekday = weekday_of_days(grid)
    weekend = weekend_days(grid)
    past_type = np.where(
        weekend[:, None],
        _profile(table, weekend, WEEKEND_WINDOW, True, Centre.MEDIAN),
        _profile(table, ~weekend, WEEKDAY_WINDOW, True, Centre.MEDIAN),
    )
    misfit_type = _mean_gap(level, scale.compress(past_type))
    out = profile.copy()
    for name in range(7):
        chosen = weekday == name
        past_own = _profile(table, chosen, OWN_WEEKDAY_WINDOW, True, Centre.MEDIAN)
        misfit_own = _mean_gap(level, scale.compress(past_own))
        both = chosen & np.isfinite(misfit_own) & np.isfinite(misfit_type)
        if both.sum() >= OWN_WEEKDAY_WINDOW and misfit_own[both].mean() < OWN_WEEKDAY_GAIN * misfit_type[both].mean():
            own = _profile(table, chosen & ~is_holiday, OWN_WEEKDAY_WINDOW, False, centre, is_left_out)
            out[chosen & ~is_holiday] = own[chosen & ~is_holiday]
    return out


def _fits_weekend(table: np.ndarray, work: np.ndarray, rest: np.ndarray, weekend: np.ndarray, scale: Scale) -> np.ndarray:
    """Days to expect as weekends: weekends, and weekdays (holidays) that fit the weekend's profile far better than their own."""
    misfit_work, misfit_rest = _misfits(table, work, rest, scale)
    typical = float(np.nanmedian(misfit_work)) if np.isfinite(misfit_work).any() else np.inf
    is_holiday = (misfit_rest < HOLIDAY_MISFIT_RATIO * misfit_work) & (misfit_work > HOLIDAY_MISFIT_FACTOR * typical)
    return weekend | is_holiday


def _misfits(table: np.ndarray, work: np.ndarray, rest: np.ndarray, scale: Scale) -> tuple[np.ndarray, np.ndarray]:
    """How far each day is from the profile of working days and from that of weekends, shapes (days,)."""
    level = scale.compress(table)
    return _mean_gap(level, scale.compress(work)), _mean_gap(level, scale.compress(rest))


def _mean_gap(level: np.ndarray, profile: np.ndarray) -> np.ndarray:
    """Mean distance of each day from its profile, shape (days,); NaN for days without readings."""
    gap = np.abs(level - profile)
    known = np.isfinite(gap)
    count = known.sum(axis=1)
    total = np.where(known, gap, 0.0).sum(axis=1)
    return np.asarray(np.divide(total, count, out=np.full(len(gap), np.nan), where=count > 0))


def _filled(profile: np.ndarray, grid: Grid, kwh: np.ndarray) -> np.ndarray:
    """The profile with its holes filled: by the slot's median of the whole history, then by the overall median."""
    holes = ~np.isfinite(profile)
    if not holes.any():
        return profile
    by_slot = quantile_sorted(grid.by_day(kwh).T, 0.5)
    known = kwh[np.isfinite(kwh)]
    overall = float(np.median(known)) if len(known) else 0.0
    by_slot = np.where(np.isfinite(by_slot), by_slot, overall)
    return np.where(holes, by_slot[grid.slot], profile)


def _history_notes(grid: Grid) -> tuple[str, ...]:
    if grid.days >= SHORT_HISTORY_DAYS or grid.minutes >= DAY_MINUTES:
        return ()
    return (f"Fewer than {SHORT_HISTORY_DAYS} days of readings: comparing hours only, weekdays and weekends together.",)
