from __future__ import annotations

from datetime import UTC, date, datetime

import numpy as np
import pandas as pd
import pytest

from wattsup_core.frames import CovariateRole, covariate_columns, role_of
from wattsup_core.simulate import KINDS, Drop, Spike, simulate


def columns_of(readings: pd.DataFrame, role: CovariateRole) -> list[str]:
    return [column for column in covariate_columns(readings) if role_of(column) is role]


@pytest.mark.parametrize("kind", KINDS)
def test_sub_meters_leave_the_readings_as_they_are(kind: str) -> None:
    plain, metered = simulate(40, 30, kind), simulate(40, 30, kind, submeters=True)
    pd.testing.assert_frame_equal(metered.readings[plain.readings.columns], plain.readings)
    assert metered.labels[["start", "end", "kind"]].equals(plain.labels[["start", "end", "kind"]])


@pytest.mark.parametrize("kind", ["household", "office"])
def test_parts_never_count_more_than_the_whole(kind: str) -> None:
    readings = simulate(60, 60, kind, seed=2, anomalies=False, submeters=True).readings
    parts = readings[columns_of(readings, CovariateRole.PART)]
    assert len(parts.columns) >= 5
    assert (parts.sum(axis=1) <= readings["kwh"] + 0.006).all()
    assert 0.2 < parts.sum().sum() / readings["kwh"].sum() < 0.95


def test_a_roof_is_measured_and_people_are_counted() -> None:
    readings = simulate(30, 60, "solar", start=date(2025, 6, 1), anomalies=False, submeters=True).readings
    (made,), (people,) = columns_of(readings, CovariateRole.PRODUCED), columns_of(readings, CovariateRole.PEOPLE)
    assert (readings[made] >= readings["export_kwh"] - 0.002).all()
    assert readings[people].between(0, 5).all()
    assert readings[people].nunique() > 2


def test_an_anomaly_of_one_appliance_is_in_its_own_meter_alone() -> None:
    span = {"start": datetime(2025, 3, 10, 12, tzinfo=UTC), "end": datetime(2025, 3, 10, 14, tzinfo=UTC)}
    hot, less = Spike(**span, added_kw=2.0, appliance="oven"), Drop(**span, kept_share=0.5)
    plain, heated, reduced = (
        simulate(20, 30, seed=3, start=date(2025, 3, 1), anomalies=there, submeters=True) for there in ([], [hot], [less])
    )
    parts = columns_of(plain.readings, CovariateRole.PART)
    change_kwh = (heated.readings[["kwh", *parts]] - plain.readings[["kwh", *parts]]).sum()
    assert change_kwh[["kwh", "oven_kwh"]].tolist() == pytest.approx([4.0, 4.0], abs=0.002)
    assert change_kwh.drop(["kwh", "oven_kwh"]).abs().max() == 0.0
    assert heated.labels["detail"].tolist() == ["oven +2.0 kW"]
    less_kwh = (plain.readings[parts] - reduced.readings[parts]).sum()
    assert (less_kwh > 0.001).sum() >= 2


def test_drawn_loads_are_appliances_and_the_labels_say_so() -> None:
    labels = simulate(365, 60, seed=3, submeters=True).labels
    assert labels["detail"].str.contains(r"^[a-z ]+ \+|^[a-z ]+ grows", regex=True).sum() >= 3


def test_a_longer_simulation_begins_with_the_shorter_one() -> None:
    short, long = (simulate(days, 60, seed=5, anomalies=False, submeters=True).readings for days in (20, 45))
    np.testing.assert_array_equal(short.to_numpy(dtype=object), long.iloc[: len(short)].to_numpy(dtype=object))
