from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from wattsup_core.errors import BadRequestError
from wattsup_core.frames import check_readings
from wattsup_core.simulate import KINDS, Simulation, simulate
from wattsup_core.types import EventKind


@pytest.fixture(scope="module")
def year() -> Simulation:
    return simulate(365, 15, start=date(2025, 1, 1), anomalies=False)


def local_kw(simulation: Simulation) -> pd.Series:
    kw = simulation.readings["kwh"] * 60 / simulation.interval_minutes
    return kw.tz_convert(simulation.timezone)


def test_readings_keep_their_contract(year: Simulation) -> None:
    check_readings(year.readings)
    assert list(year.readings.columns) == ["kwh", "quality", "temperature_c"]
    assert year.readings["quality"].eq("actual").all()
    assert year.readings["kwh"].ge(0).all()
    assert len(year.readings) == 365 * 96


def test_the_yearly_total_is_that_of_a_small_house_with_a_heat_pump(year: Simulation) -> None:
    assert 3500 < year.readings["kwh"].sum() < 5500


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_other_seeds_are_other_households_of_sensible_size(year: Simulation, seed: int) -> None:
    other = simulate(365, 60, seed=seed, start=date(2025, 1, 1), anomalies=False)
    assert 3500 < other.readings["kwh"].sum() < 5500
    hourly = year.readings["kwh"].resample("h").sum()
    assert not np.allclose(other.readings["kwh"], hourly)


def test_nights_are_quiet_and_evenings_peak(year: Simulation) -> None:
    kw = local_kw(year)
    nights = kw[(kw.index.hour >= 1) & (kw.index.hour < 5)]
    assert 0.08 < nights.median() < 0.2
    evenings = kw[(kw.index.hour >= 17) & (kw.index.hour < 21)]
    assert 1.8 < evenings.groupby(evenings.index.date).max().median() < 4.0


def test_winter_uses_more_than_summer(year: Simulation) -> None:
    months = local_kw(year).groupby(local_kw(year).index.month).mean()
    assert months[[12, 1, 2]].mean() > 1.6 * months[[6, 7, 8]].mean()
    assert year.readings["temperature_c"].corr(year.readings["kwh"]) < -0.1


def test_weekends_begin_later_and_use_more_by_day(year: Simulation) -> None:
    kw = local_kw(year)
    weekend = kw.index.day_of_week >= 5
    breakfast, noon = kw.index.hour == 7, (kw.index.hour >= 10) & (kw.index.hour < 14)
    assert kw[breakfast & weekend].mean() < 0.8 * kw[breakfast & ~weekend].mean()
    assert kw[noon & weekend].mean() > 1.3 * kw[noon & ~weekend].mean()


def test_people_follow_the_wall_clock_across_summer_time() -> None:
    weeks = simulate(42, 15, start=date(2025, 3, 9), anomalies=False)
    kw = local_kw(weeks)
    evening = [
        part.groupby(part.index.hour + part.index.minute / 60).mean().loc[16:22].idxmax()
        for part in (
            kw[kw.index < pd.Timestamp("2025-03-30", tz="Europe/London")],
            kw[kw.index >= pd.Timestamp("2025-03-31", tz="Europe/London")],
        )
    ]
    assert abs(evening[0] - evening[1]) < 0.9


@pytest.mark.parametrize(("day", "hours"), [(date(2025, 3, 30), 23), (date(2025, 10, 26), 25), (date(2025, 6, 1), 24)])
def test_local_days_have_their_own_length(day: date, hours: int) -> None:
    assert len(simulate(1, 60, start=day).readings) == hours
    assert len(simulate(1, 1440, start=day).readings) == 1


def test_daily_readings_begin_at_local_midnight() -> None:
    daily = simulate(60, 1440, start=date(2025, 10, 1))
    local = daily.readings.index.tz_convert("Europe/London")
    assert len(daily.readings) == 60
    assert (local == local.normalize()).all()


def test_the_default_start_gives_round_numbers_of_rows() -> None:
    assert len(simulate(1389, 60).readings) == 1389 * 24


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_seed_gives_the_same_simulation(kind: str) -> None:
    one, two = simulate(30, 15, kind, seed=5), simulate(30, 15, kind, seed=5)
    pd.testing.assert_frame_equal(one.readings, two.readings)
    pd.testing.assert_frame_equal(one.labels, two.labels)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("seed", "days"),
    [(3, 25), pytest.param(9, 30, id="ends while a meter is out of reach"), pytest.param(8, 30, id="ends while a load grows")],
)
def test_a_longer_simulation_begins_with_the_shorter_one(kind: str, seed: int, days: int) -> None:
    short, long = simulate(days, 15, kind, seed), simulate(days + 45, 15, kind, seed)
    pd.testing.assert_frame_equal(short.readings, long.readings.iloc[: len(short.readings)], check_freq=False)
    end = short.readings.index[-1]
    pd.testing.assert_frame_equal(short.labels[short.labels["end"] < end], long.labels[long.labels["end"] < end])


@pytest.mark.parametrize("kind", KINDS)
def test_anomalies_change_only_what_their_labels_name(kind: str) -> None:
    plain, marked = simulate(280, 15, kind, anomalies=False), simulate(280, 15, kind)
    assert set(marked.labels["kind"]) == set(EventKind)
    named = np.zeros(len(marked.readings), dtype=bool)
    for start, end in zip(marked.labels["start"], marked.labels["end"], strict=True):
        named |= (marked.readings.index >= start) & (marked.readings.index < end)
    # The register carries fractions of a Wh, so a reading after an anomaly may be a Wh off.
    difference = (plain.readings["kwh"] - marked.readings["kwh"].fillna(0.0)).abs()
    assert difference[~named].max() < 0.0011
    assert marked.readings["kwh"][~named].notna().all()
    assert difference[named].mean() > 0.01
    assert plain.labels.empty


@pytest.mark.parametrize("kind", KINDS)
def test_each_anomaly_can_be_seen(kind: str) -> None:
    plain, marked = simulate(270, 60, kind, 1, anomalies=False), simulate(270, 60, kind, 1)
    difference_kwh = (plain.readings["kwh"] - marked.readings["kwh"].fillna(-1.0)).abs()
    for label in marked.labels.itertuples():
        assert difference_kwh[label.start : label.end - pd.Timedelta(1, "s")].max() > 0.03, label


def test_rare_clocks_are_kept() -> None:
    skipped = simulate(20, 1440, start=date(2011, 12, 20), timezone="Pacific/Apia")
    assert len(skipped.readings) == 19
    half_hour = simulate(40, 30, start=date(2025, 9, 20), timezone="Australia/Lord_Howe", anomalies=False)
    assert len(half_hour.readings) == 40 * 48 - 1


def test_an_unknown_kind_names_the_choices() -> None:
    with pytest.raises(BadRequestError) as refused:
        simulate(1, kind="castle")
    assert "castle" in refused.value.message
    assert all(kind in refused.value.hint for kind in KINDS)


@pytest.mark.parametrize("interval", [0, 0.5, 7, 1000, 2880, -15, float("nan")])
def test_an_interval_that_does_not_divide_a_day_is_refused(interval: float) -> None:
    with pytest.raises(BadRequestError, match="divide a day"):
        simulate(1, interval)


@pytest.mark.parametrize(
    "wrong",
    [{"days": 0}, {"days": 4000}, {"seed": -1}, {"timezone": "Mars/Olympus"}, {"timezone": "../etc"}, {"start": date(9999, 12, 31)}],
)
def test_parameters_without_sense_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(BadRequestError):
        simulate(**{"days": 1, **wrong})
