"""Which meter's daily or weekly forecast is due, and how it is made."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.factories import make_forecast_of
from tests.unit.service.stored_meter import LONDON, START, readings_of, send, store_of
from wattsup_core.forecast_rhythm import ForecastRhythm
from wattsup_core.service.forecast_needs import is_due
from wattsup_core.service.forecasting import forecast_meter
from wattsup_core.service.schedule import config_of, due_meter, forecast_anew, next_run
from wattsup_core.store import Store
from wattsup_core.types import ForecastConfig, ForecastMethod

NAIVE = ForecastConfig(days=7, method=ForecastMethod.SEASONAL_NAIVE)
DAYS = 14
DAILY, WEEKLY, OFF = ForecastRhythm.DAILY, ForecastRhythm.WEEKLY, ForecastRhythm.OFF


@pytest.fixture
def store() -> Store:
    return store_of(readings_of([0.5] * 48 * DAYS))


def days_later(store: Store, days: float) -> None:
    """Readings go on for some days."""
    state = store.state("home")
    assert state.last_ts is not None
    send(store, readings_of([0.5] * round(48 * days), start=state.last_ts + timedelta(minutes=30)), upload_id=f"u{state.last_seq + 1}")


HELSINKI = "Europe/Helsinki"


@pytest.mark.parametrize(
    ("made_at", "timezone", "run"),
    [
        (datetime(2026, 7, 2, 1, 59, tzinfo=UTC), LONDON.timezone, datetime(2026, 7, 2, 2, tzinfo=UTC)),
        (datetime(2026, 7, 2, 2, 0, tzinfo=UTC), LONDON.timezone, datetime(2026, 7, 3, 2, tzinfo=UTC)),
        (datetime(2026, 3, 28, 12, 0, tzinfo=UTC), LONDON.timezone, datetime(2026, 3, 29, 2, tzinfo=UTC)),  # the clock changes in between
        (datetime(2026, 3, 28, 12, 0, tzinfo=UTC), HELSINKI, datetime(2026, 3, 29, 1, tzinfo=UTC)),  # from three it leaps to four
        (datetime(2026, 10, 24, 12, 0, tzinfo=UTC), HELSINKI, datetime(2026, 10, 25, 0, tzinfo=UTC)),  # it shows three twice
        (datetime(2026, 10, 25, 0, 1, tzinfo=UTC), HELSINKI, datetime(2026, 10, 26, 1, tzinfo=UTC)),
        (datetime(2026, 10, 25, 1, 1, tzinfo=UTC), HELSINKI, datetime(2026, 10, 26, 1, tzinfo=UTC)),
    ],
)
def test_the_daily_run_is_at_three_by_the_meters_clock(made_at: datetime, timezone: str, run: datetime) -> None:
    assert next_run(made_at, timezone, DAILY) == run


@pytest.mark.parametrize(
    ("made_at", "run"),
    [
        (datetime(2026, 7, 6, 1, 59, tzinfo=UTC), datetime(2026, 7, 13, 2, tzinfo=UTC)),  # before three on a Monday
        (datetime(2026, 7, 6, 2, 5, tzinfo=UTC), datetime(2026, 7, 13, 2, tzinfo=UTC)),
        (datetime(2026, 7, 6, 22, 59, tzinfo=UTC), datetime(2026, 7, 13, 2, tzinfo=UTC)),
        (datetime(2026, 7, 6, 23, 1, tzinfo=UTC), datetime(2026, 7, 14, 2, tzinfo=UTC)),  # Tuesday by the meter's clock
        (datetime(2026, 3, 23, 3, 5, tzinfo=UTC), datetime(2026, 3, 30, 2, tzinfo=UTC)),  # the clock goes forward in between
        (datetime(2026, 10, 19, 2, 5, tzinfo=UTC), datetime(2026, 10, 26, 3, tzinfo=UTC)),  # and back
    ],
)
def test_the_weekly_run_keeps_its_weekday(made_at: datetime, run: datetime) -> None:
    assert next_run(made_at, LONDON.timezone, WEEKLY) == run
    assert next_run(run + timedelta(minutes=5), LONDON.timezone, WEEKLY) == run + timedelta(days=7)


def test_a_meter_that_is_forecast_when_asked_has_no_run() -> None:
    assert next_run(START, LONDON.timezone, OFF) is None


def forecast_at(store: Store, at: datetime, config: ForecastConfig = NAIVE) -> None:
    """A forecast that was made at some instant."""
    store._now = lambda: at
    forecast_meter(store, "home", config)


MONDAY = datetime(2026, 1, 19, 3, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_a_weekly_meter_is_due_from_three_o_clock_of_the_same_weekday(store: Store) -> None:
    store.set_forecast_rhythm("home", WEEKLY)
    forecast_at(store, MONDAY)
    days_later(store, 7)
    run = MONDAY.replace(minute=0) + timedelta(days=7)
    assert due_meter(store, run - timedelta(seconds=1)) is None
    assert due_meter(store, run) == "home"
    store.set_forecast_rhythm("home", DAILY)
    assert due_meter(store, run - timedelta(days=6)) == "home"
    store.set_forecast_rhythm("home", OFF)
    assert due_meter(store, run + timedelta(days=400)) is None


@pytest.mark.parametrize(("rhythm", "days"), [(DAILY, 1), (WEEKLY, 7)])
def test_runs_missed_while_the_machine_was_off_are_caught_up_once(store: Store, rhythm: ForecastRhythm, days: int) -> None:
    store.set_forecast_rhythm("home", rhythm)
    forecast_at(store, MONDAY)
    days_later(store, 4 * days)
    back = MONDAY + timedelta(days=4 * days + 2, hours=9)  # several runs later, on another weekday
    assert due_meter(store, back) == "home"
    store._now = lambda: back
    made = forecast_anew(store, "home")
    assert made is not None
    assert made.forecast.start == START + timedelta(days=DAYS + 4 * days)
    assert due_meter(store, back) is None
    days_later(store, days)
    next_at = (back + timedelta(days=days)).replace(hour=3, minute=0)
    assert due_meter(store, next_at - HOUR) is None
    assert due_meter(store, next_at) == "home"
    assert len(store.forecasts("home")) == 2


def test_a_look_at_other_days_does_not_put_the_usual_forecast_off(store: Store) -> None:
    store.set_forecast_rhythm("home", WEEKLY)
    forecast_at(store, MONDAY, ForecastConfig())
    days_later(store, 6)
    forecast_at(store, MONDAY + timedelta(days=6), NAIVE)
    days_later(store, 1)
    due_at = MONDAY + timedelta(days=7)
    assert due_meter(store, due_at) == "home"
    store._now = lambda: due_at
    made = forecast_anew(store, "home")
    assert made is not None
    assert config_of(made.forecast) == ForecastConfig()
    assert due_meter(store, due_at) is None


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


@pytest.mark.parametrize(("rhythm", "due_after"), [(DAILY, [1, 6, 7]), (WEEKLY, [7]), (OFF, [])])
def test_who_looks_has_a_forecast_made_in_the_meters_rhythm(store: Store, rhythm: ForecastRhythm, due_after: list[int]) -> None:
    store.set_forecast_rhythm("home", rhythm)
    assert is_due(store, "home", NAIVE), "where there is none, one is made"
    made = forecast_meter(store, "home", NAIVE)
    found = []
    for before, days in ((0, 1), (1, 6), (6, 7)):
        days_later(store, days - before)
        found += [days] if is_due(store, "home", NAIVE) else []
    assert found == due_after
    assert is_due(store, "home", NAIVE, since=round(made.made_at.timestamp()) + 1), "a press of the button"


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
