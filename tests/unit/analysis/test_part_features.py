"""What is known beside the readings enters the forest: sub-meters by two features, all else by what it explains."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.factories import daily_curve, make_readings
from tests.unit.analysis.households import grid_of, noisy_home, position
from wattsup_core.analysis.features import FEATURE_LABELS, FEATURE_NAMES, FeatureTable, build_features
from wattsup_core.analysis.part_features import PART_LABELS, with_parts
from wattsup_core.analysis.scale import fit_scale

DAYS = 60
NIGHT = slice(position(40, 2), position(40, 4))


def table_of(readings: pd.DataFrame) -> FeatureTable:
    grid = grid_of(readings)
    scale, nothing = fit_scale(grid.kwh), np.zeros(len(grid), dtype=bool)
    return with_parts(build_features(grid, scale, nothing), grid, nothing)


def column(table: FeatureTable, name: str) -> np.ndarray:
    return table.values[:, table.names.index(name)]


def heated(night_kwh: float = 1.5) -> np.ndarray:
    """Half-hours of a heater that runs from six to seven, with a random strength, and through one night."""
    heater = np.zeros(DAYS * 48)
    rng = np.random.default_rng(8)
    for day in range(DAYS):
        heater[position(day, 6) : position(day, 7)] = rng.uniform(0.8, 1.2)
    heater[NIGHT] = night_kwh
    return heater


def test_a_meter_alone_has_the_features_it_always_had() -> None:
    table = table_of(noisy_home(DAYS))
    assert table.names == FEATURE_NAMES
    assert table.values.shape == (DAYS * 48, len(FEATURE_NAMES))


@pytest.mark.parametrize("count", [1, 3])
def test_their_number_does_not_depend_on_the_file(count: int) -> None:
    parts = {f"part {number}_kwh": heated() / count for number in range(count)}
    table = table_of(make_readings(daily_curve(DAYS, 30) + heated(), **parts))
    assert table.names == (*FEATURE_NAMES, *PART_LABELS)
    assert np.isfinite(table.values).all()
    assert not set(PART_LABELS.values()) & set(FEATURE_LABELS.values())


def test_a_part_that_runs_when_it_never_does_is_seen_and_its_mornings_are_not() -> None:
    seen = column(table_of(make_readings(daily_curve(DAYS, 30) + heated(), heater_kwh=heated())), "part")
    mornings = [abs(seen[position(day, 6)]) for day in range(30, DAYS)]
    assert seen[NIGHT].min() > 2 * np.median(mornings)
    assert seen[NIGHT].min() > np.quantile(np.abs(seen), 0.999) - 1e-9


def test_use_that_no_sub_meter_counts_is_a_feature_of_its_own() -> None:
    kwh = noisy_home(DAYS)["kwh"].to_numpy() + heated(0.0)
    kwh[NIGHT] += 2.0
    table = table_of(make_readings(kwh, heater_kwh=heated(0.0)))
    assert column(table, "rest")[NIGHT].min() > np.quantile(column(table, "rest"), 0.995)
    assert np.abs(column(table, "part")[NIGHT]).max() == 0.0


def test_later_rows_of_a_part_change_nothing_earlier() -> None:
    kwh = daily_curve(DAYS, 30) + heated()
    later = heated()
    later[position(50, 0) :] *= 0.5
    whole, changed = (table_of(make_readings(kwh, heater_kwh=part)) for part in (heated(), later))
    seen = position(50, 0)
    for name in PART_LABELS:
        assert column(changed, name)[:seen] == pytest.approx(column(whole, name)[:seen], abs=0.05)


def test_a_cold_day_is_no_surprise_where_the_temperature_is_known() -> None:
    rng = np.random.default_rng(9)
    temperature_c = np.repeat(8 + rng.normal(0, 4, DAYS // 4), 4 * 48)  # spells of four days
    kwh = daily_curve(DAYS, 30) + np.clip(15.5 - temperature_c, 0, None) * 0.02
    plain, told = table_of(make_readings(kwh)), table_of(make_readings(kwh, temperature_c=temperature_c))
    late = slice(position(25, 0), None)
    assert told.names == FEATURE_NAMES
    assert np.abs(column(told, "residual")[late]).mean() < 0.8 * np.abs(column(plain, "residual")[late]).mean()


def test_a_temperature_that_explains_nothing_leaves_the_features_as_they_are() -> None:
    readings = noisy_home(DAYS)
    told = readings.assign(temperature_c=np.random.default_rng(2).normal(9, 5, len(readings)))
    assert table_of(told).values == pytest.approx(table_of(readings).values)
