from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from wattsup_core.errors import BadRequestError
from wattsup_core.simulate import Anomaly, BaseloadStep, Drop, Flatline, NightUse, Outage, Spike, inject, simulate
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
        (Outage(start=at(2), end=at(4)), [0.0, 0.0, 0.0, 0.0]),
        (Flatline(start=at(2), end=at(4)), [0.13, 0.13, 0.13, 0.13]),
        (Flatline(start=at(2), end=at(4), held_kw=0.24), [0.12, 0.12, 0.12, 0.12]),
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


def test_details_are_told_in_words(readings: pd.DataFrame) -> None:
    anomalies = [
        Spike(start=at(1), end=at(2), added_kw=3.44),
        BaseloadStep(start=at(3), end=at(4), added_kw=0.041),
        Drop(start=at(5), end=at(6), kept_share=0.2),
        Flatline(start=at(7), end=at(8), held_kw=0.36),
    ]
    _, labels = inject(readings, anomalies, 30)
    assert labels["detail"].tolist() == ["+3.4 kW", "+41 W", "20% of the load stays", "stuck at 360 W"]


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
