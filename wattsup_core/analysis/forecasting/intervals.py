"""Intervals learned from how far off the trial was, for hours, for days and for sums of days.

Sums have residuals of their own: hours of a day err together and so do days of a month, so no interval of a sum follows from those of
its parts. The variance of the mean of n days is taken as ``common + own / n``, fitted to days and to whole horizons.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wattsup_core.analysis.forecasting.history import History, day_sums
from wattsup_core.analysis.forecasting.trial import STEP_DAYS, Trial
from wattsup_core.analysis.scale import Scale, fit_scale
from wattsup_core.types import ForecastMethod, Range

LEVELS = (0.10, 0.90, 0.025, 0.975)
LEAST_OF_AN_HOUR = 40
WIDENING = 1.08
"""What a few origins have seen is less than what comes; found on the older halves of real meters, judged on the newer."""
ROUGH_WIDENING = 1.5
LEAST_ROUGH_SPREAD = 0.3
LEAST_ROUGH_FREEDOM = 4.0
WEEK = 7
FACTOR_LIMITS = (0.7, 1.4)


@dataclass(frozen=True)
class Spread:
    """How far what came lies from what was foretold, on the comparing scale.

    Attributes
    ----------
    hour_scale, day_scale
        The scales of hours and of days.
    hour_quantiles, day_quantiles
        Deviations at `LEVELS`, shape (4, slots) and (4,).
    week_factor
        How much wider or narrower each week of the horizon is than the whole, shape (weeks,).
    common, own
        Parts of the variance of a day: shared by all days of a horizon, and its own.
    freedom
        How many horizons independent of each other this was learned from.
    """

    hour_scale: Scale
    day_scale: Scale
    hour_quantiles: np.ndarray
    day_quantiles: np.ndarray
    week_factor: np.ndarray
    common: float
    own: float
    freedom: float

    def hours(self, kwh: np.ndarray, day: np.ndarray, slot: np.ndarray) -> np.ndarray:
        """Intervals of energies [kWh] of cells on day `day` of the horizon at place `slot`, shape (4, n)."""
        shift = self.hour_quantiles[:, slot] * self._factor(day)
        return _around(self.hour_scale.expand(self.hour_scale.compress(kwh) + shift), kwh)

    def days(self, kwh: np.ndarray, day: np.ndarray) -> np.ndarray:
        """Intervals of energies of days [kWh], shape (4, n); `day` counts the horizon's days."""
        shift = self.day_quantiles[:, None] * self._factor(day)
        return _around(self.day_scale.expand(self.day_scale.compress(kwh) + shift), kwh)

    def sum_of_days(self, kwh: float, days: float) -> Range:
        """The intervals of the energy of `days` days together [kWh]."""
        deviation = np.sqrt(self.common + self.own / max(days, 1.0))
        level = self.day_scale.compress(np.array([kwh / max(days, 1e-9)])) + _student(self.freedom) * deviation
        return as_range(kwh, _around(self.day_scale.expand(level)[:, None] * days, np.array([kwh]))[:, 0])

    def _factor(self, day: np.ndarray) -> np.ndarray:
        return np.asarray(self.week_factor[np.minimum(day // WEEK, len(self.week_factor) - 1)])


def as_range(value: float, bounds: np.ndarray) -> Range:
    """A quantity with its bounds at `LEVELS`, shape (4,)."""
    return Range(float(value), float(bounds[0]), float(bounds[1]), float(bounds[2]), float(bounds[3]))


def learn_spread(history: History, trial: Trial, method: ForecastMethod, leave_out: int | None = None) -> Spread:
    """The spread of `method` in a trial; `leave_out` is the place of an origin that shall not count."""
    kept = [place for place in range(len(trial.origins)) if place != leave_out]
    foretold, actual = trial.foretold_kwh[method][kept], trial.actual_kwh[kept]
    hour_scale, day_scale = _scales(history)
    hours = hour_scale.compress(actual) - hour_scale.compress(foretold)
    actual_days = trial.actual_day_kwh[kept]
    days = day_scale.compress(actual_days) - day_scale.compress(foretold.sum(axis=2))
    step = (trial.origins[-1] - trial.origins[0]) / max(1, len(trial.origins) - 1) or STEP_DAYS
    freedom = 1.0 + (len(kept) - 1) * min(1.0, step / trial.days_each)
    return _spread(hour_scale, day_scale, hours, days, freedom)


def rough_spread(history: History) -> Spread:
    """The spread of a past too short for a trial: how each day differs from the mean of them all, made half as wide again."""
    hour_scale, day_scale = _scales(history)
    overall = np.full(history.slots, np.nanmean(history.kwh))
    usual = _mean(history.kwh, axis=0) if len(history) > 1 else overall
    hours = hour_scale.compress(history.kwh) - hour_scale.compress(np.where(np.isfinite(usual), usual, overall))
    sums = day_sums(history.kwh, 1.0 / history.slots)
    days = day_scale.compress(sums) - day_scale.compress(np.nanmean(sums))
    least = LEAST_ROUGH_SPREAD if np.nanmax(history.kwh) > 0 else 0.0
    deviation = max(least, float(np.sqrt(np.nanmean(days**2)))) * ROUGH_WIDENING
    freedom = max(LEAST_ROUGH_FREEDOM, float(np.isfinite(days).sum()))
    return Spread(
        hour_scale=hour_scale,
        day_scale=day_scale,
        hour_quantiles=_hour_quantiles(hours) * ROUGH_WIDENING,
        day_quantiles=_student(freedom) * deviation,
        week_factor=np.ones(1),
        common=deviation**2,
        own=0.0,
        freedom=freedom,
    )


def _student(freedom: float) -> np.ndarray:
    """Student's t at `LEVELS`, shape (4,)."""
    from scipy.special import stdtrit

    return np.asarray(stdtrit(freedom, np.array(LEVELS)))


def _scales(history: History) -> tuple[Scale, Scale]:
    return fit_scale(history.kwh[np.isfinite(history.kwh)]), fit_scale(history.day_kwh)


def _spread(hour_scale: Scale, day_scale: Scale, hours: np.ndarray, days: np.ndarray, freedom: float) -> Spread:
    """Learn from residuals of hours (origins, days, slots) and of days (origins, days), both NaN where nothing came."""
    factor = _week_factor(hours)
    per_day = factor[np.minimum(np.arange(hours.shape[1]) // WEEK, len(factor) - 1)]
    known = days[np.isfinite(days)]
    variance = float((known**2).mean()) if len(known) else 0.0
    count = np.isfinite(days).sum(axis=1)
    means = _mean(days, axis=1)[count > 0]
    length = float(count[count > 0].mean()) if (count > 0).any() else 1.0
    of_means = float((means**2).mean()) if len(means) else variance
    common = float(np.clip((of_means - variance / length) / max(1e-9, 1 - 1 / length), 0.0, variance)) if length > 1 else variance
    return Spread(
        hour_scale=hour_scale,
        day_scale=day_scale,
        hour_quantiles=_hour_quantiles(hours / per_day[None, :, None]) * WIDENING,
        day_quantiles=_quantiles((days / per_day)[np.isfinite(days)]) * WIDENING,
        week_factor=factor,
        common=common * WIDENING**2,
        own=(variance - common) * WIDENING**2,
        freedom=freedom,
    )


def _week_factor(hours: np.ndarray) -> np.ndarray:
    """The size of residuals in each week of the horizon, relative to all; it never shrinks with distance. Shape (weeks,)."""
    weeks = max(1, hours.shape[1] // WEEK)
    overall = _size(hours)
    if not overall > 0:
        return np.ones(weeks)
    edges = [(week * WEEK, hours.shape[1] if week == weeks - 1 else (week + 1) * WEEK) for week in range(weeks)]
    sizes = np.array([_size(hours[:, first:last]) for first, last in edges])
    return np.asarray(np.maximum.accumulate(np.clip(np.where(sizes > 0, sizes / overall, 1.0), *FACTOR_LIMITS)))


def _size(values: np.ndarray) -> float:
    known = np.abs(values[np.isfinite(values)])
    return float(known.mean()) if len(known) else 0.0


def _hour_quantiles(hours: np.ndarray) -> np.ndarray:
    """Deviations at `LEVELS` for each hour of the day, shape (4, slots); hours with few residuals share those of all."""
    by_slot = hours.reshape(-1, hours.shape[-1])
    everything = _quantiles(by_slot[np.isfinite(by_slot)])
    columns = []
    for slot in range(by_slot.shape[1]):
        known = by_slot[np.isfinite(by_slot[:, slot]), slot]
        columns.append(_quantiles(known) if len(known) >= LEAST_OF_AN_HOUR else everything)
    return np.array(columns).T


def _quantiles(known: np.ndarray) -> np.ndarray:
    """Quantiles at `LEVELS` that a further value falls beyond as often as they say, shape (4,).

    Few values reach no quantile as far out as is asked; there they are taken as a sample of a normal distribution, if that is wider.
    """
    if not len(known):
        return np.zeros(len(LEVELS))
    quantiles = np.quantile(known, LEVELS, method="weibull")
    is_beyond = len(known) + 1 < 1 / np.minimum(LEVELS, 1 - np.array(LEVELS)).round(6)
    if not is_beyond.any():
        return np.asarray(quantiles)
    normal = _student(max(1.0, len(known) - 1.0)) * np.sqrt((known**2).mean() * (1 + 1 / len(known)))
    return np.asarray(np.where(is_beyond & (np.abs(normal) > np.abs(quantiles)), normal, quantiles))


def _around(bounds: np.ndarray, kwh: np.ndarray) -> np.ndarray:
    """Bounds at `LEVELS`, shape (4, n), none below zero, that hold `kwh` and the narrower interval."""
    lower_80, upper_80 = np.clip(bounds[0], 0.0, kwh), np.maximum(bounds[1], kwh)
    return np.array([lower_80, upper_80, np.clip(bounds[2], 0.0, lower_80), np.maximum(bounds[3], upper_80)])


def _mean(values: np.ndarray, axis: int) -> np.ndarray:
    known = np.isfinite(values)
    count = known.sum(axis=axis)
    return np.asarray(np.where(count > 0, np.where(known, values, 0.0).sum(axis=axis) / np.maximum(count, 1), np.nan))
