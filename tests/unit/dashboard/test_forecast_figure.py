"""The chart of the Forecast page."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import plotly.graph_objects as go
import pytest

from dashboard.figures import forecast
from tests.factories import START, make_forecast_of
from wattsup_core.types import Channel, ForecastConfig
from wattsup_core.view_models import ForecastView


def drawn(measured_days: int, days_ahead: int) -> dict[str, Any]:
    made = make_forecast_of(days=days_ahead)
    measured = tuple(((START - timedelta(days=back)).date(), 9.0) for back in range(measured_days, 0, -1))
    config = ForecastConfig(days_ahead)
    view = ForecastView("m", "Home", False, "UTC", "GBP", Channel.IMPORT, "", START, config, False, made, measured=measured, days=made.days)
    figure = forecast.draw(view, "light")
    go.Figure(figure)
    return figure


@pytest.mark.parametrize(("measured_days", "days_ahead", "side"), [(1, 30, "left"), (3, 30, "left"), (30, 30, "right"), (1, 2, "right")])
def test_now_stands_where_it_touches_no_label_of_the_axis(measured_days: int, days_ahead: int, side: str) -> None:
    """After a day or three of readings the line is so near the axis that the word has no room before it."""
    (now,) = [word for word in drawn(measured_days, days_ahead)["layout"]["annotations"] if word["text"] == "now"]
    assert (now["xanchor"], now["xshift"] > 0) == (side, side == "left")


def test_a_chart_without_days_ahead_has_no_now() -> None:
    figure = drawn(5, 0)
    assert figure["layout"]["annotations"] == figure["layout"]["shapes"] == []
