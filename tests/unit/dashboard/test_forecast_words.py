"""How the Forecast page tells which method did how well."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dashboard.layout.forecast_figures import better_words
from tests.factories import make_forecast_of
from wattsup_core.types import Forecast, ForecastMethod, MethodScore


def forecast(prophet_pct: float, combined_pct: float = 22.0) -> Forecast:
    made = make_forecast_of()
    assert made.backtest is not None
    scores = tuple(
        MethodScore(method, pct / 10, pct, 0.8, 0.9)
        for method, pct in ((ForecastMethod.PROPHET, prophet_pct), (ForecastMethod.COMBINED, combined_pct))
    )
    return replace(made, method=ForecastMethod.COMBINED, backtest=replace(made.backtest, scores=scores))


@pytest.mark.parametrize("prophet_pct", [22.0, 22.3, 25.0])
def test_a_lead_that_no_figure_shows_is_not_told(prophet_pct: float) -> None:
    assert better_words(forecast(prophet_pct)) == ""


def test_a_small_lead_is_told_with_what_it_is_worth() -> None:
    assert better_words(forecast(21.0)) == (
        "Prophet did better on this meter: off by 21 % a day, this one by 22 %; so small a lead on one meter's past is mostly luck."
    )


def test_a_large_lead_is_told_as_it_is() -> None:
    assert better_words(forecast(15.0)) == "Prophet did better on this meter: off by 15 % a day, this one by 22 %."
