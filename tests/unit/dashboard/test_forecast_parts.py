"""What an influence does to a day, in words for those who do not see its chart."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from dashboard import format as words
from dashboard.figures import influence
from dashboard.layout.forecast_tables import parts
from tests.factories import make_forecast_of
from wattsup_core.types import Forecast, ForecastComponent


@pytest.mark.parametrize(
    ("component", "said"),
    [
        (
            ForecastComponent("trend", "Trend", ("2026-10-25", "2026-11-25"), (10.52, 9.0)),
            "The most: 25 Oct, 10.5 kWh. The least: 25 Nov, 9.0 kWh.",
        ),
        (
            ForecastComponent("weekly", "Week", ("Monday", "Sunday"), (-0.5, 1.25)),
            "The most: Sunday, +1.25 kWh. The least: Monday, −0.50 kWh.",
        ),
        (
            ForecastComponent("holidays", "Public holidays", ("Christmas Day, 2026-12-25", "New Year, 2027-01-01"), (0.0, -1.0)),
            "The most: Christmas Day, 25 Dec 2026, 0.00 kWh. The least: New Year, 1 Jan 2027, −1.00 kWh.",
        ),
    ],
)
def test_an_influence_is_told_with_days_in_words_and_units(
    component: ForecastComponent, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(words, "current_year", lambda: 2026)
    (holder,) = parts(_with(component), "light")
    assert holder.children[-1].children == said


def test_the_trend_names_its_days_under_the_pointer() -> None:
    drawn = influence.draw(ForecastComponent("trend", "Trend", ("2024-02-29",), (1.0,)), "light")["data"][0]
    assert (drawn["x"], drawn["customdata"]) == (["2024-02-29"], [words.day(date(2024, 2, 29), with_year=True)])


def _with(component: ForecastComponent) -> Forecast:
    return replace(make_forecast_of(), components=(component,))
