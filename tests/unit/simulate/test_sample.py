from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from wattsup_core.settings import ROOT
from wattsup_core.simulate import Simulation
from wattsup_core.simulate.sample import LABELS_FILE, READINGS_FILE, TIMEZONE, sample_household, write_sample

LAST_30_DAYS = datetime(2026, 10, 24, tzinfo=UTC)


@pytest.fixture(scope="module")
def sample() -> Simulation:
    return sample_household()


@pytest.fixture(scope="module")
def committed() -> pd.DataFrame:
    return pd.read_csv(ROOT / "data" / READINGS_FILE)


def test_the_committed_file_is_what_the_command_makes(sample: Simulation, committed: pd.DataFrame) -> None:
    stamps = pd.to_datetime(committed["timestamp"], utc=True)
    assert stamps.tolist() == sample.readings.index.tolist()
    # Not every row: the last bits of floating-point numbers differ between processors, and a thermostat may switch a minute later.
    assert (committed["kwh"] == sample.readings["kwh"].to_numpy()).mean() > 0.999
    assert committed["kwh"].sum() == pytest.approx(sample.readings["kwh"].sum(), rel=1e-4)
    assert np.abs(committed["temperature_c"].to_numpy() - sample.readings["temperature_c"].to_numpy()).max() < 0.11


def test_the_command_writes_readings_and_labels(tmp_path: Path, sample: Simulation) -> None:
    write_sample(tmp_path)
    labels = pd.read_csv(tmp_path / LABELS_FILE)
    assert labels.equals(pd.read_csv(ROOT / "data" / LABELS_FILE))
    assert len(labels) == len(sample.labels)
    assert len(pd.read_csv(tmp_path / READINGS_FILE)) == len(sample.readings)


def test_it_is_a_year_of_quarter_hours_in_local_time_and_small(committed: pd.DataFrame) -> None:
    assert len(committed) == 365 * 96
    assert committed["timestamp"].iloc[0] == "2025-11-23T00:00:00+00:00"
    assert committed["timestamp"].iloc[-1] == "2026-11-22T23:45:00+00:00"
    assert list(committed.columns) == ["timestamp", "kwh", "temperature_c"]
    assert (ROOT / "data" / READINGS_FILE).stat().st_size < 400_000


def test_the_last_30_days_tell_a_story_and_the_year_has_more(sample: Simulation) -> None:
    recent = sample.labels["start"] >= LAST_30_DAYS
    assert sample.labels.loc[recent, "kind"].tolist() == ["NIGHT_USE", "SPIKE", "OUTAGE", "BASELOAD_STEP", "NIGHT_USE"]
    assert 12 <= (~recent).sum() <= 18
    assert sample.labels["kind"].nunique() == 6


def test_the_anomalies_can_be_seen(sample: Simulation) -> None:
    kw = sample.readings["kwh"].tz_convert(TIMEZONE) * 4
    night = kw["2026-11-17 02:15":"2026-11-17 04:45"]
    assert night.between(3.4, 3.8).all()
    assert kw["2026-11-16 02:15":"2026-11-16 04:45"].max() < 0.3
    assert kw["2026-11-06 09:00":"2026-11-06 15:15"].eq(0).all()
    assert kw["2026-10-31 18:30":"2026-10-31 19:30"].max() == kw["2026-10-24":].max()


def test_someone_is_at_home_at_each_anomaly_that_needs_it(sample: Simulation) -> None:
    kw = sample.readings["kwh"].tz_convert(TIMEZONE) * 4
    for _, label in sample.labels[sample.labels["kind"].isin(["DROP", "OUTAGE", "SPIKE"])].iterrows():
        eve = kw[label["start"] - pd.Timedelta("36h") : label["start"] - pd.Timedelta("1min")]
        assert eve.max() > 1.0
