"""The Forecast page's view: the weeks before, the days ahead, and an earlier forecast beside what came."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from tests.unit.service.stored_meter import LONDON, START, readings_of, send, store_of
from wattsup_core.errors import NotFoundError
from wattsup_core.service import views
from wattsup_core.service.forecasting import forecast_meter
from wattsup_core.store import Store
from wattsup_core.types import Channel, ForecastConfig, ForecastMethod, Meter
from wattsup_core.view_models import Resolution, ViewQuery

NAIVE = ForecastConfig(days=7, method=ForecastMethod.SEASONAL_NAIVE)
WEEK = np.repeat(np.arange(1.0, 8.0), 48) / 48


def weeks(count: int, more: int = 0) -> Store:
    """Days of 1 to 7 kWh from Monday to Sunday, and some half-hours more."""
    return store_of(readings_of(np.resize(WEEK, 336 * count + more)))


def test_the_page_shows_whole_days_before_and_ahead() -> None:
    store = weeks(4)
    forecast_meter(store, "home", NAIVE)
    view = views.forecast(store, "home", NAIVE)
    assert not view.is_due
    assert [kwh for _, kwh in view.measured[-7:]] == pytest.approx([1, 2, 3, 4, 5, 6, 7])
    assert view.measured[-1][0] == date(2026, 2, 1)
    assert [each.day for each in view.days] == [date(2026, 2, 2) + timedelta(days=day) for day in range(7)]
    assert [each.kwh.value for each in view.days] == pytest.approx([1, 2, 3, 4, 5, 6, 7])


def test_a_day_that_has_begun_comes_to_what_was_read_and_what_is_foretold() -> None:
    store = weeks(4, more=12)
    forecast_meter(store, "home", NAIVE)
    view = views.forecast(store, "home", NAIVE)
    assert view.measured[-1][0] == date(2026, 2, 1)
    assert (view.days[0].day, view.days[0].share) == (date(2026, 2, 2), 1.0)
    assert view.days[0].kwh.value == pytest.approx(1.0)
    assert view.days[-1].day == date(2026, 2, 8), "the day that the horizon cuts is left out"


def test_without_a_forecast_one_is_due() -> None:
    view = views.forecast(weeks(2), "home", NAIVE)
    assert view.is_due
    assert (view.forecast, view.measured, view.days, view.past) == (None, (), (), None)


def test_missing_days_are_gaps() -> None:
    readings = readings_of(np.resize(WEEK, 336 * 4))
    store = store_of(readings[(readings.index < START + timedelta(days=20)) | (readings.index >= START + timedelta(days=22))])
    forecast_meter(store, "home", NAIVE)
    measured = dict(views.forecast(store, "home", NAIVE).measured)
    assert measured[date(2026, 1, 25)] is None
    assert measured[date(2026, 1, 27)] is not None


def test_an_earlier_forecast_is_held_against_what_came() -> None:
    store = weeks(4)
    forecast_meter(store, "home", NAIVE)
    assert views.forecast(store, "home", NAIVE).past is None, "nothing has come yet"
    send(store, readings_of(np.resize(WEEK, 144) * 2, start=START + timedelta(days=28)), upload_id="u2")
    forecast_meter(store, "home", NAIVE)
    past = views.forecast(store, "home", NAIVE).past
    assert past is not None
    assert [each.day for each in past.days] == [date(2026, 2, 2), date(2026, 2, 3), date(2026, 2, 4)]
    assert (past.foretold_kwh, past.actual_kwh) == pytest.approx((6.0, 12.0))
    assert past.error_pct == pytest.approx(50.0)


def test_energy_sent_has_no_cost() -> None:
    meter = Meter("home", "Roof", "Europe/London", 30.0, channel=Channel.EXPORT)
    store = store_of(readings_of(np.resize(WEEK, 336 * 3)), meter=meter)
    forecast_meter(store, "home", NAIVE)
    view = views.forecast(store, "home", NAIVE)
    assert view.channel is Channel.EXPORT
    assert view.forecast is not None
    assert view.forecast.cost is None


def test_a_meter_without_readings_is_told() -> None:
    store = weeks(1)
    store.add_meter(Meter("new", "New", "UTC", 30.0))
    with pytest.raises(NotFoundError):
        views.forecast(store, "new", NAIVE)


def test_the_overview_tells_the_days_ahead_once_there_is_a_forecast() -> None:
    store = weeks(4)
    assert views.overview(store, ViewQuery("home")).ahead is None
    forecast_meter(store, "home", NAIVE)
    ahead = views.overview(store, ViewQuery("home")).ahead
    assert ahead is not None
    assert (ahead.days, ahead.kwh.value) == (7, pytest.approx(28.0))
    assert ahead.cost is not None
    assert ahead.cost.value == pytest.approx(28.0 * LONDON.price_per_kwh)


def test_points_ahead_are_in_the_unit_of_the_chart() -> None:
    store = weeks(4)
    forecast_meter(store, "home", NAIVE)
    start, end = datetime(2026, 2, 2, tzinfo=UTC), datetime(2026, 2, 4, tzinfo=UTC)
    hours = views.ahead_series(store, "home", Resolution.RAW, start, end)
    assert hours is not None
    assert (len(hours.x), hours.x[0], hours.x[-1]) == (48, "2026-02-02T00:00", "2026-02-03T23:00")
    assert hours.value[0] == pytest.approx(1 / 24, abs=1e-3)
    assert all(low <= value <= high for low, value, high in zip(hours.lower, hours.value, hours.upper, strict=True))
    days = views.ahead_series(store, "home", Resolution.DAY, start, end)
    assert days is not None
    assert (days.x, days.value) == (["2026-02-02T00:00", "2026-02-03T00:00"], pytest.approx([1.0, 2.0]))
    assert views.ahead_series(store, "home", Resolution.RAW, end + timedelta(days=30), end + timedelta(days=31)) is None
