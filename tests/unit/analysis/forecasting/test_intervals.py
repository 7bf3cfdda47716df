"""Intervals hold as much of the next days as they say, for hours, days and sums."""

from __future__ import annotations

import numpy as np
import pytest

from tests.factories import make_readings
from tests.unit.analysis.forecasting.pasts import hourly_meter, weekly_home
from wattsup_core.analysis.forecasting.history import build_history
from wattsup_core.analysis.forecasting.intervals import learn_spread, rough_spread
from wattsup_core.analysis.forecasting.trial import Trial
from wattsup_core.types import ForecastMethod

NAIVE = ForecastMethod.SEASONAL_NAIVE
HISTORY = build_history(weekly_home(60, noise=0.2), hourly_meter())


def trial_of(common: float, own: float, seed: int, origins: int = 40) -> Trial:
    """30 days of ones foretold; what came has a factor common to the origin, one of the day and one of the hour."""
    random = np.random.default_rng(seed)
    factor = random.lognormal(0, common, (origins, 1, 1)) * random.lognormal(0, own, (origins, 30, 1))
    actual = factor * random.lognormal(0, 0.2, (origins, 30, 24))
    return Trial(tuple(range(30, 30 + 30 * origins, 30)), {NAIVE: np.ones((origins, 30, 24))}, actual)


def test_hours_days_and_totals_of_later_origins_are_held() -> None:
    learned, later = trial_of(0.2, 0.15, 1), trial_of(0.2, 0.15, 2)
    spread = learn_spread(HISTORY, learned, NAIVE)
    day, slot = np.divmod(np.arange(30 * 24), 24)
    hours = spread.hours(np.ones(30 * 24), day, slot)
    came = later.actual_kwh.reshape(len(later.origins), -1)
    assert ((came >= hours[0]) & (came <= hours[1])).mean() == pytest.approx(0.8, abs=0.06)
    assert ((came >= hours[2]) & (came <= hours[3])).mean() == pytest.approx(0.95, abs=0.03)
    days = spread.days(np.full(30, 24.0), np.arange(30))
    sums = later.actual_day_kwh
    assert ((sums >= days[0]) & (sums <= days[1])).mean() == pytest.approx(0.8, abs=0.1)
    total, totals = spread.sum_of_days(720.0, 30), sums.sum(axis=1)
    assert 0.68 <= ((totals >= total.lower_80) & (totals <= total.upper_80)).mean() <= 0.95


def test_sum_of_days_that_err_alone_is_surer_than_of_days_that_err_together() -> None:
    alone, together = (learn_spread(HISTORY, trial_of(common, own, 3), NAIVE) for common, own in ((0.0, 0.3), (0.3, 0.0)))
    width = [spread.sum_of_days(720.0, 30).upper_80 / 720.0 for spread in (alone, together)]
    of_a_day = alone.sum_of_days(24.0, 1).upper_80 / 24.0
    assert width[0] < 1.2 < width[1]
    assert of_a_day > width[0]


def test_interval_never_falls_below_zero_and_holds_the_forecast() -> None:
    spread = learn_spread(HISTORY, trial_of(0.8, 0.8, 4), NAIVE)
    bounds = spread.hours(np.array([0.0, 1e-6, 1.0, 50.0]), np.array([0, 10, 20, 89]), np.array([0, 5, 12, 23]))
    kwh = np.array([0.0, 1e-6, 1.0, 50.0])
    assert (bounds[2] >= 0).all()
    assert (bounds[2] <= bounds[0]).all()
    assert (bounds[0] <= kwh).all()
    assert (kwh <= bounds[1]).all()
    assert (bounds[1] <= bounds[3]).all()


def test_far_weeks_are_no_surer_than_near_ones() -> None:
    trial = trial_of(0.1, 0.1, 5)
    growing = trial.actual_kwh ** np.linspace(0.5, 2.0, 30)[None, :, None]
    spread = learn_spread(HISTORY, Trial(trial.origins, trial.foretold_kwh, growing), NAIVE)
    assert (np.diff(spread.week_factor) >= 0).all()
    assert spread.week_factor[-1] > spread.week_factor[0]


def test_left_out_origin_does_not_count() -> None:
    trial = trial_of(0.1, 0.1, 6, origins=3)
    wild = trial.actual_kwh.copy()
    wild[1] *= 1000
    changed = Trial(trial.origins, trial.foretold_kwh, wild)
    same = [learn_spread(HISTORY, each, NAIVE, leave_out=1).day_quantiles for each in (trial, changed)]
    assert same[0] == pytest.approx(same[1])


@pytest.mark.parametrize("origins", [1, 2])
def test_few_days_do_not_make_the_intervals_surer(origins: int) -> None:
    """A week or two of errors has seen no error as rare as one in forty; over many such pasts the days after hold what is said."""
    held = []
    for seed in range(80):
        learned, later = (trial_of(0.0, 0.2, number, origins=origins) for number in (seed, 1000 + seed))
        few = Trial(learned.origins, {NAIVE: learned.foretold_kwh[NAIVE][:, :7]}, learned.actual_kwh[:, :7])
        days = learn_spread(HISTORY, few, NAIVE).days(np.full(30, 24.0), np.arange(30))
        sums = later.actual_day_kwh
        held.append([((sums >= days[low]) & (sums <= days[low + 1])).mean() for low in (0, 2)])
    narrow, wide = np.mean(held, axis=0)
    assert 0.75 <= narrow <= 0.92
    assert 0.93 <= wide <= 0.99


@pytest.mark.parametrize("days", [1, 2, 6])
def test_short_past_has_rough_intervals(days: int) -> None:
    spread = rough_spread(build_history(weekly_home(days, noise=0.2), hourly_meter()))
    total = spread.sum_of_days(300.0, 30)
    assert total.lower_95 < total.lower_80 < 300.0 < total.upper_80 < total.upper_95 < 3000.0
    assert (np.diff(spread.days(np.full(1, 10.0), np.zeros(1, int))[[2, 0, 1, 3], 0]) > 0).all()


def test_meter_that_never_used_anything_is_sure_of_nothing_to_come() -> None:
    spread = rough_spread(build_history(make_readings(np.zeros(48), interval_minutes=60), hourly_meter()))
    assert spread.sum_of_days(0.0, 30).upper_95 == 0.0
