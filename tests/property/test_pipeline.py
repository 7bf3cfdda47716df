"""Whatever a meter reads, the analysis keeps its contract."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories import make_meter, make_readings
from wattsup_core.analysis.pipeline import Analysis, analyse
from wattsup_core.frames import BAND_COLUMNS
from wattsup_core.types import Channel, DetectorConfig, EventClass, EventKind, Tariff

FAST = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
INTERVALS = (1.0, 5.0, 7.0, 10.0, 15.0, 30.0, 60.0, 180.0, 1440.0, 10_080.0)
ZONES = ("UTC", "Europe/London", "Australia/Lord_Howe", "Asia/Kathmandu", "America/St_Johns")


@st.composite
def meters_readings(draw: st.DrawFn) -> tuple[pd.DataFrame, float, str, Channel]:
    """A rough daily curve with whatever may happen to it: holes, zeros, constants, negatives, huge and tiny values."""
    interval = draw(st.sampled_from(INTERVALS))
    rows = draw(st.integers(0, 900))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    hours = np.arange(rows) * interval / 60 % 24
    kwh = (0.2 + np.exp(-(((hours - 19) / 2) ** 2))) * rng.lognormal(0, draw(st.sampled_from([0.0, 0.2, 1.0])), rows)
    for _ in range(draw(st.integers(0, 4))):
        start, length = int(rng.integers(0, rows + 1)), int(rng.integers(1, 80))
        part = kwh[start : start + length]
        kwh[start : start + length] = draw(st.sampled_from([part * 0, part * 0 + 0.3, -part, part * 1000, part * 0.001, part * np.nan]))
    scale = draw(st.sampled_from([1.0, 1e-6, 1e6]))
    readings = make_readings(kwh * scale, interval_minutes=interval)
    kept = rng.random(rows) >= draw(st.sampled_from([0.0, 0.05, 0.7]))
    return readings[kept], interval, draw(st.sampled_from(ZONES)), draw(st.sampled_from(list(Channel)))


def analysis_of(
    given_meter: tuple[pd.DataFrame, float, str, Channel], config: DetectorConfig = DetectorConfig(n_estimators=10)
) -> Analysis:
    readings, interval, zone, channel = given_meter
    return analyse(readings, make_meter(interval_minutes=interval, timezone=zone, channel=channel), Tariff(0.3), config)


@FAST
@given(meters_readings(), st.sampled_from([None, 0.01, 0.5]))
def test_scored_and_events_agree(given_meter: tuple[pd.DataFrame, float, str, Channel], contamination: float | None) -> None:
    readings = given_meter[0]
    found = analysis_of(given_meter, DetectorConfig(n_estimators=10, contamination=contamination))
    scored = found.scored
    assert scored.index.equals(readings.index)
    assert scored["score"].between(0, 1).all()
    assert ((scored["event_id"] != "") == scored["is_anomaly"]).all()
    assert set(scored["event_id"]) - {""} <= {event.event_id for event in found.events}
    if readings["kwh"].notna().any():
        edges = ["lower_95_kwh", "lower_80_kwh", "expected_kwh", "upper_80_kwh", "upper_95_kwh"]
        assert np.isfinite(scored[edges].to_numpy()).all()
        assert (np.diff(scored[edges].to_numpy(), axis=1) >= 0).all()


@FAST
@given(meters_readings())
def test_events_are_whole_and_told_in_words(given_meter: tuple[pd.DataFrame, float, str, Channel]) -> None:
    events = analysis_of(given_meter).events
    unpriced = set(EventClass) if given_meter[3] is Channel.EXPORT else {EventClass.METER_FAULT, EventClass.DATA_GAP}
    assert [event.start for event in events] == sorted(event.start for event in events)
    assert len({event.event_id for event in events}) == len(events)
    for event in events:
        assert event.start < event.end
        assert 0 <= event.severity <= 99
        assert event.title
        assert event.cause
        assert event.explanation.summary
        assert "nan" not in f"{event.cause} {event.explanation.summary} {event.explanation.detail} {event.explanation.comparison}".lower()
        assert (event.cost is None) == (event.event_class in unpriced)
        assert event.kind is not EventKind.GAP or event.actual_kwh == 0


@FAST
@given(meters_readings())
def test_the_order_of_columns_and_a_copy_change_nothing(given_meter: tuple[pd.DataFrame, float, str, Channel]) -> None:
    readings, *rest = given_meter
    again = analysis_of((readings[["quality", "kwh"]].copy(), *rest))  # type: ignore[arg-type]
    found = analysis_of(given_meter)
    pd.testing.assert_frame_equal(found.scored, again.scored)
    assert found.events == again.events


@FAST
@given(meters_readings())
def test_covariates_that_nobody_knows_are_none(given_meter: tuple[pd.DataFrame, float, str, Channel]) -> None:
    readings, *rest = given_meter
    names = ("temperature_c", "all_people", "roof_produced_kwh", "oven_kwh", "water heater_kwh")
    unknown = readings.assign(**dict.fromkeys(names, np.nan))
    again, found = analysis_of((unknown, *rest)), analysis_of(given_meter)  # type: ignore[arg-type]
    pd.testing.assert_frame_equal(found.scored, again.scored)
    assert found.events == again.events


@FAST
@given(meters_readings(), st.integers(0, 2**32 - 1))
def test_any_covariates_keep_the_contract(given_meter: tuple[pd.DataFrame, float, str, Channel], seed: int) -> None:
    readings, *rest = given_meter
    rng = np.random.default_rng(seed)
    rows = len(readings)
    beside = readings.assign(
        temperature_c=rng.normal(10, 8, rows),
        all_people=rng.integers(0, 5, rows).astype(float),
        roof_produced_kwh=rng.exponential(0.2, rows),
        oven_kwh=readings["kwh"] * rng.uniform(0, 1.2, rows),
        heater_kwh=np.where(rng.random(rows) < 0.3, np.nan, 0.1),
    )
    found = analysis_of((beside, *rest))  # type: ignore[arg-type]
    assert found.scored["score"].between(0, 1).all()
    if readings["kwh"].notna().any():
        assert np.isfinite(found.scored[["expected_kwh", *BAND_COLUMNS]].to_numpy()).all()
    for event in found.events:
        assert "nan" not in f"{event.cause} {event.explanation.detail}".lower()
