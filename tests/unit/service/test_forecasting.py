"""Forecasts of stored meters and of files, kept and held against what came."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from tests.factories import START, daily_curve, make_forecast_of
from tests.unit.service.stored_meter import LONDON, event_of, rows_between, send, store_of
from tests.unit.service.stored_meter import readings_of as half_hours
from wattsup_core.answered import Answer
from wattsup_core.errors import BadRequestError, CancelledError, NotFoundError
from wattsup_core.service.forecasting import forecast_file, forecast_meter, held_against_actual
from wattsup_core.types import EventClass, ForecastConfig, ForecastMethod

NAIVE = ForecastConfig(days=7, method=ForecastMethod.SEASONAL_NAIVE)


def home(days: int, noise: float = 0.1) -> pd.DataFrame:
    curve = daily_curve(days, 30)
    return half_hours(curve * np.random.default_rng(1).lognormal(0, noise, len(curve)))


def test_forecast_is_kept_with_what_it_was_made_from() -> None:
    store = store_of(home(21))
    made = forecast_meter(store, "home", NAIVE)
    kept = store.newest_forecast("home")
    assert kept is not None
    assert (kept.forecast_id, kept.seq) == (made.forecast_id, store.state("home").last_seq)
    assert_frame_equal(kept.forecast.rows, made.forecast.rows)
    assert kept.forecast.start == START + timedelta(days=21)
    assert kept.forecast.cost is not None
    assert kept.forecast.cost.value == pytest.approx(kept.forecast.total.value * LONDON.price_per_kwh)
    assert kept.forecast.trust == made.forecast.trust


@pytest.mark.parametrize("event_class", [EventClass.BEHAVIOUR, EventClass.METER_FAULT])
def test_anomalies_of_the_store_are_not_learned(event_class: EventClass) -> None:
    readings = home(21)
    plain = forecast_meter(store_of(readings), "home", NAIVE).forecast.total.value
    party = event_of(START + timedelta(days=17), 48, event_class=event_class)
    spoilt = readings.copy()
    spoilt.loc[rows_between(readings, party.start, party.end), "kwh"] *= 20
    assert forecast_meter(store_of(spoilt), "home", NAIVE).forecast.total.value > 3 * plain
    masked = forecast_meter(store_of(spoilt, [party]), "home", NAIVE).forecast
    assert masked.total.value == pytest.approx(plain, rel=0.1)


def test_what_a_person_expected_is_learned() -> None:
    readings = home(21)
    party = event_of(START + timedelta(days=17), 48, event_class=EventClass.BEHAVIOUR)
    readings.loc[rows_between(readings, party.start, party.end), "kwh"] *= 20
    store = store_of(readings, [party])
    masked = forecast_meter(store, "home", NAIVE).forecast.total.value
    store.answer_event("home", party.event_id, Answer.EXPECTED)
    assert forecast_meter(store, "home", NAIVE).forecast.total.value > 3 * masked
    store.answer_event("home", party.event_id, None)
    assert forecast_meter(store, "home", NAIVE).forecast.total.value == pytest.approx(masked)


def test_readings_without_scores_are_learned() -> None:
    waiting = forecast_meter(store_of(home(21), is_scored=False), "home", NAIVE).forecast
    assert waiting.total.value == pytest.approx(forecast_meter(store_of(home(21)), "home", NAIVE).forecast.total.value)


def test_cancelled_or_refused_forecast_keeps_nothing() -> None:
    def cancel(step: str, share: float) -> None:
        if step == "saving":
            raise CancelledError("Cancelled.")

    store = store_of(home(21))
    with pytest.raises(CancelledError):
        forecast_meter(store, "home", NAIVE, cancel)
    with pytest.raises(BadRequestError):
        forecast_meter(store, "home", ForecastConfig(days=400))
    with pytest.raises(NotFoundError):
        forecast_meter(store, "nobody")
    assert store.newest_forecast("home") is None


def test_days_that_have_come_are_told() -> None:
    readings = home(26)
    store = store_of(readings.iloc[: 21 * 48])
    assert held_against_actual(store, "home") == ()
    first = forecast_meter(store, "home", NAIVE)
    assert held_against_actual(store, "home") == ()
    send(store, readings.iloc[21 * 48 : 24 * 48 + 10], upload_id="u2")
    came = held_against_actual(store, "home", first.forecast_id)
    assert [day.day.isoformat() for day in came] == ["2026-01-26", "2026-01-27", "2026-01-28"]
    assert came[0].actual_kwh == pytest.approx(readings["kwh"].iloc[21 * 48 : 22 * 48].sum())
    assert came[0].kwh == first.forecast.days[0].kwh
    with pytest.raises(NotFoundError):
        held_against_actual(store, "home", 999)


def test_newest_forecast_is_the_one_held_against() -> None:
    store = store_of(home(4))
    store.save_forecast("home", 1, make_forecast_of("home"))
    assert [day.kwh.value for day in held_against_actual(store, "home")] == [24.0, 24.0]


def test_file_is_forecast_as_the_stored_meter_is(write_csv: Callable[..., Path]) -> None:
    readings = home(21)
    found = forecast_file(write_csv(readings), "home.csv", config=NAIVE)
    ((meter, forecast),) = found.forecasts
    assert found.refused == ()
    assert forecast.meter_id == meter.meter_id
    stored = forecast_meter(store_of(readings), "home", NAIVE).forecast
    assert forecast.rows["kwh"].sum() == pytest.approx(stored.rows["kwh"].sum(), rel=0.02)


def test_file_with_too_little_is_refused(write_csv: Callable[..., Path]) -> None:
    with pytest.raises(BadRequestError, match="less than one whole day"):
        forecast_file(write_csv(home(21).iloc[:20]), "home.csv")
