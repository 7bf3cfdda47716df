from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from wattsup_core.errors import BadRequestError
from wattsup_core.frames import check_readings
from wattsup_core.simulate import (
    Anomaly,
    BaseloadStep,
    CatchUp,
    Drift,
    Drop,
    Flatline,
    Gap,
    Negative,
    NightUse,
    Outage,
    Spike,
    SustainedHigh,
    SustainedLow,
    UnitError,
    inject,
    simulate,
)
from wattsup_core.types import EventKind

MIDNIGHT = datetime(2026, 1, 5, tzinfo=UTC)


def at(hour: float) -> datetime:
    return MIDNIGHT + timedelta(hours=hour)


@pytest.fixture
def readings() -> pd.DataFrame:
    index = pd.date_range(MIDNIGHT, periods=48, freq="30min", name="ts").as_unit("us")
    return pd.DataFrame({"kwh": np.arange(48) / 100 + 0.1, "quality": "actual"}, index=index).astype({"quality": "str"})


@pytest.mark.parametrize(
    ("anomaly", "expected"),
    [
        (Spike(start=at(2), end=at(4), added_kw=3.0), [1.64, 1.65, 1.66, 1.67]),
        (NightUse(start=at(2), end=at(4), added_kw=1.0), [0.64, 0.65, 0.66, 0.67]),
        (BaseloadStep(start=at(2), end=at(4), added_kw=0.1), [0.19, 0.2, 0.21, 0.22]),
        (Drop(start=at(2), end=at(4), kept_share=0.5), [0.07, 0.075, 0.08, 0.085]),
        (SustainedHigh(start=at(2), end=at(4), factor=2.0), [0.28, 0.3, 0.32, 0.34]),
        (SustainedLow(start=at(2), end=at(4), kept_share=0.5), [0.07, 0.075, 0.08, 0.085]),
        (Drift(start=at(2), end=at(4), final_kw=1.6), [0.24, 0.45, 0.66, 0.87]),
        (Outage(start=at(2), end=at(4)), [0.0, 0.0, 0.0, 0.0]),
        (Flatline(start=at(2), end=at(4)), [0.13, 0.13, 0.13, 0.13]),
        (Flatline(start=at(2), end=at(4), held_kw=0.24), [0.12, 0.12, 0.12, 0.12]),
        (CatchUp(start=at(2), end=at(4)), [0.0, 0.0, 0.0, 0.62]),
        (Negative(start=at(2), end=at(4)), [-0.14, -0.15, -0.16, -0.17]),
        (UnitError(start=at(2), end=at(4), factor=1000), [140.0, 150.0, 160.0, 170.0]),
        (UnitError(start=at(2), end=at(4), factor=10), [1.4, 1.5, 1.6, 1.7]),
        (UnitError(start=at(2), end=at(4), factor=0.001), [0.00014, 0.00015, 0.00016, 0.00017]),
    ],
)
def test_each_kind_changes_its_readings_alone(readings: pd.DataFrame, anomaly: Anomaly, expected: list[float]) -> None:
    before = readings.copy()
    changed, labels = inject(readings, [anomaly], 30)
    np.testing.assert_allclose(changed["kwh"].iloc[4:8], expected, atol=1e-12)
    outside = np.r_[0:4, 8:48]
    pd.testing.assert_frame_equal(changed.iloc[outside], readings.iloc[outside])
    pd.testing.assert_frame_equal(readings, before)
    assert labels.to_dict("records") == [
        {"start": pd.Timestamp(at(2)), "end": pd.Timestamp(at(4)), "kind": anomaly.kind.value, "detail": anomaly.detail}
    ]
    assert EventKind(labels["kind"][0]) is anomaly.kind


@pytest.mark.parametrize(
    ("anomaly", "expected"),
    [
        (Gap(start=at(2), end=at(4)), [np.nan, np.nan, np.nan, np.nan]),
        (CatchUp(start=at(2), end=at(4), rows_missing=True), [np.nan, np.nan, np.nan, 0.62]),
    ],
)
def test_lost_readings_are_missing_and_have_their_label(readings: pd.DataFrame, anomaly: Anomaly, expected: list[float]) -> None:
    changed, labels = inject(readings, [anomaly], 30)
    check_readings(changed)
    np.testing.assert_allclose(changed["kwh"].iloc[4:8], expected, atol=1e-12)
    assert (changed["quality"] == "missing").equals(changed["kwh"].isna())
    outside = np.r_[0:4, 8:48]
    pd.testing.assert_frame_equal(changed.iloc[outside], readings.iloc[outside])
    assert (labels["start"][0], labels["end"][0]) == (pd.Timestamp(at(2)), pd.Timestamp(at(4)))


def test_details_are_told_in_words(readings: pd.DataFrame) -> None:
    anomalies = [
        Spike(start=at(1), end=at(2), added_kw=3.44),
        BaseloadStep(start=at(3), end=at(4), added_kw=0.041),
        Drop(start=at(5), end=at(6), kept_share=0.2),
        Flatline(start=at(7), end=at(8), held_kw=0.36),
        Drift(start=at(9), end=at(10), final_kw=0.28),
        SustainedHigh(start=at(11), end=at(12), factor=1.8),
        CatchUp(start=at(13), end=at(14)),
        CatchUp(start=at(15), end=at(16), rows_missing=True),
        Negative(start=at(17), end=at(18)),
        UnitError(start=at(19), end=at(20), factor=0.001),
    ]
    _, labels = inject(readings, anomalies, 30)
    told = ["+3.4 kW", "+41 W", "20% of the load stays", "stuck at 360 W", "grows to +280 W", "the load ×1.8"]
    told += ["reads 0 until one reading holds all", "no rows until one reading holds all", "sign turned", "×0.001"]
    assert labels["detail"].tolist() == told
    assert not any("," in detail for detail in told)


def test_labels_name_the_readings_that_changed_and_stand_in_order(readings: pd.DataFrame) -> None:
    later = Spike(start=at(9.9), end=at(11.2), added_kw=2.0)
    sooner = Outage(start=at(2.2), end=at(3.1))
    changed, labels = inject(readings, [later, sooner], 30)
    assert labels["start"].tolist() == [pd.Timestamp(at(2.5)), pd.Timestamp(at(10))]
    assert labels["end"].tolist() == [pd.Timestamp(at(3.5)), pd.Timestamp(at(11.5))]
    touched = changed.index[changed["kwh"] != readings["kwh"]]
    assert touched.tolist() == [pd.Timestamp(at(hour)) for hour in (2.5, 3.0, 10.0, 10.5, 11.0)]


def test_a_meter_fault_hides_the_load_whatever_the_order(readings: pd.DataFrame) -> None:
    step, outage = BaseloadStep(start=at(0), end=at(24), added_kw=0.2), Outage(start=at(5), end=at(6))
    for anomalies in ([step, outage], [outage, step]):
        changed, _ = inject(readings, anomalies, 30)
        assert changed["kwh"].iloc[10:12].tolist() == [0.0, 0.0]
        assert changed["kwh"].iloc[12] == pytest.approx(readings["kwh"].iloc[12] + 0.1)


def test_what_happens_to_a_reading_comes_after_the_meter(readings: pd.DataFrame) -> None:
    flat, error = Flatline(start=at(5), end=at(8), held_kw=0.2), UnitError(start=at(4), end=at(6), factor=10)
    for anomalies in ([flat, error], [error, flat]):
        changed, _ = inject(readings, anomalies, 30)
        np.testing.assert_allclose(changed["kwh"].iloc[8:14], [1.8, 1.9, 1.0, 1.0, 0.1, 0.1])


def test_a_drift_goes_on_where_the_data_begin_and_end(readings: pd.DataFrame) -> None:
    before = Drift(start=at(-24), end=at(0.5), final_kw=2.0)
    after = Drift(start=at(23), end=at(47), final_kw=2.0)
    changed, _ = inject(readings, [before, after], 30)
    added = (changed["kwh"] - readings["kwh"]).to_numpy()
    assert added[0] == pytest.approx(2.0 * 24.25 / 24.5 / 2, abs=1e-3)
    np.testing.assert_allclose(added[-2:], [2.0 * 0.25 / 24 / 2, 2.0 * 0.75 / 24 / 2], atol=1e-3)


def test_a_meter_that_is_still_out_of_reach_has_made_up_for_nothing(readings: pd.DataFrame) -> None:
    changed, _ = inject(readings, [CatchUp(start=at(22), end=at(24.5))], 30)
    assert changed["kwh"].iloc[-4:].eq(0).all()


def test_zeros_have_no_sign(readings: pd.DataFrame) -> None:
    outage, negative = Outage(start=at(2), end=at(3)), Negative(start=at(2), end=at(4))
    changed, _ = inject(readings, [outage, negative], 30)
    assert not np.signbit(changed["kwh"].iloc[4:6]).any()
    assert changed["kwh"].iloc[6:8].lt(0).all()


def test_missing_readings_stay_missing(readings: pd.DataFrame) -> None:
    readings.iloc[5, 0] = np.nan
    changed, _ = inject(readings, [Outage(start=at(2), end=at(4))], 30)
    assert np.isnan(changed["kwh"].iloc[5])
    assert changed["kwh"].iloc[[4, 6, 7]].eq(0).all()


def test_a_stuck_meter_repeats_the_last_reading_that_is_there(readings: pd.DataFrame) -> None:
    readings.iloc[3, 0] = np.nan
    changed, _ = inject(readings, [Flatline(start=at(2), end=at(4))], 30)
    assert changed["kwh"].iloc[4:8].tolist() == [0.12] * 4


def test_changed_readings_keep_the_meters_resolution(readings: pd.DataFrame) -> None:
    changed, _ = inject(readings, [Drop(start=at(2), end=at(4), kept_share=1 / 3)], 30, decimals=2)
    assert changed["kwh"].iloc[4:8].tolist() == [0.05, 0.05, 0.05, 0.06]


@pytest.mark.parametrize(("start", "end"), [(-5, -1), (30, 31), (3, 3), (2.1, 2.2)])
def test_an_anomaly_that_touches_no_reading_is_refused(readings: pd.DataFrame, start: float, end: float) -> None:
    with pytest.raises(BadRequestError, match="touches no reading"):
        inject(readings, [Outage(start=at(start), end=at(end))], 30)


@pytest.mark.parametrize("interval", [1, 5, 10, 15, 30, 60])
def test_outages_and_stuck_values_are_exact_at_each_interval(interval: int) -> None:
    first = simulate(1, 60, anomalies=False).readings.index[0].to_pydatetime()
    outage = Outage(start=first + timedelta(hours=20), end=first + timedelta(hours=26))
    flat = Flatline(start=first + timedelta(hours=30), end=first + timedelta(hours=45), held_kw=0.18)
    simulation = simulate(3, interval, anomalies=[flat, outage])
    for (_, label), kw in zip(simulation.labels.iterrows(), (0.0, 0.18), strict=True):
        inside = (simulation.readings.index >= label["start"]) & (simulation.readings.index < label["end"])
        np.testing.assert_allclose(simulation.readings["kwh"][inside], kw * interval / 60, atol=1e-12)


@pytest.mark.parametrize("interval", [1, 5, 15, 60, 1440])
def test_what_happens_to_readings_is_of_whole_ones_at_each_interval(interval: int) -> None:
    first = simulate(1, 60, anomalies=False).readings.index[0].to_pydatetime()
    hours = [timedelta(hours=hour) for hour in (10.2, 40.4, 80.3, 130.1, 200.5, 210.5, 250.5, 260.5)]
    begins, ends = [first + hour for hour in hours[::2]], [first + hour for hour in hours[1::2]]
    anomalies = [
        Gap(start=begins[0], end=ends[0]),
        CatchUp(start=begins[1], end=ends[1], rows_missing=True),
        Negative(start=begins[2], end=ends[2]),
        UnitError(start=begins[3], end=ends[3], factor=1000),
    ]
    plain, marked = simulate(12, interval, anomalies=False).readings["kwh"], simulate(12, interval, anomalies=anomalies)
    kwh = marked.readings["kwh"]
    places = [(kwh.index >= start) & (kwh.index < end) for start, end in zip(marked.labels["start"], marked.labels["end"], strict=True)]
    gap, late, negative, error = places
    assert kwh[gap].isna().all()
    assert kwh[late].iloc[:-1].isna().all()
    assert kwh[late].iloc[-1] == pytest.approx(plain[late].sum())
    np.testing.assert_array_equal(kwh[negative], -plain[negative])
    np.testing.assert_allclose(kwh[error], 1000 * plain[error])
    outside = ~np.logical_or.reduce(places)
    np.testing.assert_array_equal(kwh[outside], plain[outside])


def test_labels_cover_each_interval_that_is_touched() -> None:
    first = simulate(1, 60, anomalies=False).readings.index[0].to_pydatetime()
    spike = Spike(start=first + timedelta(minutes=1485), end=first + timedelta(minutes=1545), added_kw=3.0)
    hourly, daily = simulate(3, 60, anomalies=[spike]), simulate(3, 1440, anomalies=[spike])
    assert hourly.labels["start"][0] == pd.Timestamp(first + timedelta(hours=24))
    assert hourly.labels["end"][0] == pd.Timestamp(first + timedelta(hours=26))
    assert daily.labels["start"][0] == pd.Timestamp(first + timedelta(hours=24))
    assert daily.labels["end"][0] == pd.Timestamp(first + timedelta(hours=48))


def test_a_simulation_refuses_an_anomaly_outside_its_days() -> None:
    with pytest.raises(BadRequestError, match="touches no reading"):
        simulate(3, 60, anomalies=[Outage(start=at(0), end=at(1))])
