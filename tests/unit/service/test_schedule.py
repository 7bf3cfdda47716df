"""Which meter's daily forecast is due, and how it is made."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.factories import make_forecast_of
from tests.unit.service.stored_meter import LONDON, START, readings_of, send, store_of
from wattsup_core.service.forecast_needs import is_due
from wattsup_core.service.forecasting import forecast_meter
from wattsup_core.service.schedule import config_of, due_meter, forecast_anew, last_run, next_run
from wattsup_core.store import Store
from wattsup_core.types import ForecastConfig, ForecastMethod

NAIVE = ForecastConfig(days=7, method=ForecastMethod.SEASONAL_NAIVE)
DAYS = 14


@pytest.fixture
def store() -> Store:
    return store_of(readings_of([0.5] * 48 * DAYS))


def days_later(store: Store, days: float) -> None:
    """Readings go on for some days."""
    state = store.state("home")
    assert state.last_ts is not None
    send(store, readings_of([0.5] * round(48 * days), start=state.last_ts + timedelta(minutes=30)), upload_id=f"u{state.last_seq + 1}")


@pytest.mark.parametrize(
    ("now", "run"),
    [
        (datetime(2026, 7, 2, 2, 30, tzinfo=UTC), datetime(2026, 7, 2, 2, tzinfo=UTC)),
        (datetime(2026, 7, 2, 1, 59, tzinfo=UTC), datetime(2026, 7, 1, 2, tzinfo=UTC)),
        (datetime(2026, 1, 2, 3, 0, tzinfo=UTC), datetime(2026, 1, 2, 3, tzinfo=UTC)),
    ],
)
def test_the_daily_run_is_at_three_by_the_meters_clock(now: datetime, run: datetime) -> None:
    assert last_run(now, LONDON.timezone) == run


@pytest.mark.parametrize(
    ("after", "run"),
    [
        (datetime(2026, 7, 2, 1, 59, tzinfo=UTC), datetime(2026, 7, 2, 2, tzinfo=UTC)),
        (datetime(2026, 7, 2, 2, 0, tzinfo=UTC), datetime(2026, 7, 3, 2, tzinfo=UTC)),
        (datetime(2026, 3, 28, 12, 0, tzinfo=UTC), datetime(2026, 3, 29, 2, tzinfo=UTC)),  # the clock changes in between
    ],
)
def test_the_next_run_is_told_by_the_meters_clock(after: datetime, run: datetime) -> None:
    assert next_run(after, LONDON.timezone) == run
    assert last_run(run, LONDON.timezone) == run


def test_only_meters_with_a_forecast_and_newer_readings_are_due(store: Store) -> None:
    later = datetime.now(UTC) + timedelta(days=5)
    days_later(store, 1)
    assert due_meter(store, later) is None, "nobody has opened a forecast of it"
    forecast_meter(store, "home", NAIVE)
    assert due_meter(store, later) is None, "nothing has come since"
    days_later(store, 1)
    assert due_meter(store, datetime.now(UTC) - timedelta(days=1)) is None, "the run that was made stands till the next"
    assert due_meter(store, later) == "home"
    assert due_meter(store, later, but={"home"}) is None


def test_runs_that_were_missed_are_made_up_for_by_one(store: Store) -> None:
    forecast_meter(store, "home", NAIVE)
    days_later(store, 4)
    assert due_meter(store, datetime.now(UTC) + timedelta(days=4)) == "home"
    made = forecast_anew(store, "home")
    assert made is not None
    assert made.forecast.start == START + timedelta(days=DAYS + 4)
    assert due_meter(store, datetime.now(UTC) + timedelta(days=4)) is None
    assert len(store.forecasts("home")) == 2


def test_the_usual_forecast_is_made_anew_else_the_newest_as_it_was_asked_for(store: Store) -> None:
    assert forecast_anew(store, "home") is None
    forecast_meter(store, "home", NAIVE)
    made = forecast_anew(store, "home")
    assert made is not None
    assert (config_of(made.forecast).days, made.forecast.method) == (7, ForecastMethod.SEASONAL_NAIVE)
    forecast_meter(store, "home")
    forecast_meter(store, "home", NAIVE)
    again = forecast_anew(store, "home")
    assert again is not None
    assert config_of(again.forecast) == ForecastConfig()


def test_a_forecast_is_due_when_there_is_none_or_readings_moved_on_by_a_day(store: Store) -> None:
    assert is_due(store, "home", NAIVE)
    made = forecast_meter(store, "home", NAIVE)
    assert not is_due(store, "home", NAIVE)
    assert is_due(store, "home", ForecastConfig(days=14, method=ForecastMethod.SEASONAL_NAIVE)), "one of other days is no answer"
    assert is_due(store, "home", ForecastConfig(days=7, method=ForecastMethod.FOUR_WEEKS))
    asked = round(made.made_at.timestamp())
    assert not is_due(store, "home", NAIVE, since=asked)
    assert is_due(store, "home", NAIVE, since=asked + 1)
    days_later(store, 47 / 48)
    assert not is_due(store, "home", NAIVE)
    days_later(store, 1 / 48)
    assert is_due(store, "home", NAIVE)


def test_rows_without_a_value_do_not_make_a_forecast_due_for_ever(store: Store) -> None:
    state = store.state("home")
    assert state.last_ts is not None
    empty = readings_of([float("nan")] * 96, start=state.last_ts + timedelta(minutes=30)).assign(quality="missing")
    send(store, empty, upload_id="u2")
    made = forecast_meter(store, "home", NAIVE)
    assert made.forecast.start == START + timedelta(days=DAYS)
    assert not is_due(store, "home", NAIVE)


def test_a_forecast_over_the_change_of_the_clock_reaches_as_many_days(store: Store) -> None:
    start = datetime(2026, 3, 27, tzinfo=UTC)
    spring = make_forecast_of("home", start=start, days=7, end=start + timedelta(days=7, hours=-1), method=ForecastMethod.PROPHET)
    store.save_forecast("home", 1, spring)
    assert store.newest_forecast("home", ForecastConfig(7, ForecastMethod.AUTO)) is not None
    assert store.newest_forecast("home", ForecastConfig(7, ForecastMethod.PROPHET)) is not None
    assert store.newest_forecast("home", ForecastConfig(14, ForecastMethod.AUTO)) is None
    assert store.newest_forecast("home", ForecastConfig(7, ForecastMethod.FOUR_WEEKS)) is None
