"""Rolling origins: nothing of the future is seen, errors are counted right, and the choice follows them."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from tests.unit.analysis.forecasting.pasts import hourly_meter, weekly_home
from wattsup_core.analysis.forecasting.history import build_history
from wattsup_core.analysis.forecasting.methods import PLAIN
from wattsup_core.analysis.forecasting.trial import Trial, choose_method, plan_origins, run_trial, score_methods
from wattsup_core.analysis.forecasting.trust import trust_in_words
from wattsup_core.types import Backtest, ForecastMethod, MethodScore

NAIVE, FOUR, PROPHET, COMBINED = (
    ForecastMethod.SEASONAL_NAIVE,
    ForecastMethod.FOUR_WEEKS,
    ForecastMethod.PROPHET,
    ForecastMethod.COMBINED,
)


@pytest.mark.parametrize(
    ("past", "days", "count", "each"), [(400, 30, 8, 30), (400, 90, 8, 66), (120, 30, 5, 20), (28, 30, 2, 7), (20, 30, 0, 7), (1, 30, 0, 7)]
)
def test_origins_leave_a_past_and_all_their_days(past: int, days: int, count: int, each: int) -> None:
    origins, days_each = plan_origins(past, days)
    assert (len(origins), days_each) == (count, each)
    assert all(14 <= origin <= past - days_each for origin in origins)
    assert list(origins) == sorted(origins)


def test_trial_sees_nothing_of_what_it_foretells() -> None:
    readings = weekly_home(40, noise=0.3)
    whole = run_trial(build_history(readings, hourly_meter()), 7, {})
    assert whole is not None
    last = whole.origins[-1]
    changed = readings.copy()
    changed.iloc[last * 24 :, 0] *= 50
    again = run_trial(build_history(changed, hourly_meter()), 7, {})
    assert again is not None
    for method in PLAIN:
        assert again.foretold_kwh[method] == pytest.approx(whole.foretold_kwh[method])
    assert again.actual_kwh[-1] == pytest.approx(whole.actual_kwh[-1] * 50)


def test_errors_are_of_days_and_relative_to_last_week() -> None:
    actual = np.full((1, 7, 2), 5.0)
    tables = {NAIVE: np.full((1, 7, 2), 6.0), FOUR: np.full((1, 7, 2), 5.5)}
    four, naive = score_methods(Trial((14,), tables, actual))
    assert four == MethodScore(FOUR, 1.0, 10.0, 0.5, 1.0)
    assert naive == MethodScore(NAIVE, 2.0, 20.0, 1.0, 2.0)


def test_days_that_were_not_read_whole_are_not_judged() -> None:
    actual = np.full((1, 2, 10), 1.0)
    actual[0, 1, :3] = np.nan
    tables = {NAIVE: np.full((1, 2, 10), 1.0)}
    tables[NAIVE][0, 1] = 99.0
    assert score_methods(Trial((14,), tables, actual))[0].error_kwh == 0.0


def scored(**errors: float) -> list[MethodScore]:
    methods = {"naive": NAIVE, "four": FOUR, "prophet": PROPHET, "combined": COMBINED}
    return sorted((MethodScore(methods[name], error, 0.0, 0.0, 0.0) for name, error in errors.items()), key=lambda s: s.error_kwh)


def test_small_lead_does_not_decide_and_a_large_one_does() -> None:
    everything = [NAIVE, FOUR, PROPHET, COMBINED]
    assert choose_method(scored(naive=1.0, four=1.1, prophet=1.1, combined=1.15), everything) is COMBINED
    assert choose_method(scored(naive=1.0, four=1.6, prophet=1.5, combined=1.4), everything) is NAIVE
    assert choose_method(scored(prophet=1.0, combined=1.3), everything) is PROPHET
    assert choose_method([], [NAIVE, FOUR]) is FOUR
    assert choose_method([], [NAIVE]) is NAIVE


def backtest_of(*scores: MethodScore) -> Backtest:
    return Backtest((date(2026, 1, 1),), 30, date(2026, 1, 1), date(2026, 2, 25), scores, 80.0, 95.0, ())


def test_trust_is_told_beside_last_week() -> None:
    backtest = backtest_of(MethodScore(COMBINED, 0.7, 6.1, 0.5, 0.6), MethodScore(NAIVE, 1.3, 10.8, 1.0, 1.2))
    told = "On your last 8 weeks it was off by 6 % a day; repeating last week would have been off by 11 %."
    assert trust_in_words(backtest, COMBINED) == told
    assert trust_in_words(backtest, NAIVE) == "On your last 8 weeks it was off by 11 % a day."
    assert "rough guide" in trust_in_words(None, COMBINED)
    assert "rough guide" in trust_in_words(backtest, PROPHET)


def test_error_larger_than_the_use_is_told_in_energy() -> None:
    backtest = backtest_of(MethodScore(FOUR, 1.5, 240.0, 0.9, 1.0), MethodScore(NAIVE, 1.7, 280.0, 1.0, 1.1))
    assert "off by 1.5 kWh a day" in trust_in_words(backtest, FOUR)
