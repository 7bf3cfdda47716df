from __future__ import annotations

import gzip
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from wattsup_core.errors import BadRequestError
from wattsup_core.simulate import Gap, UnitError, simulate, write_labels_csv, write_readings_csv


def test_a_file_reads_back_as_the_readings(tmp_path: Path) -> None:
    simulation = simulate(30, 15, start=date(2025, 10, 10), anomalies=False)
    write_readings_csv(simulation, tmp_path / "meter.csv")
    back = pd.read_csv(tmp_path / "meter.csv")
    assert list(back.columns) == ["timestamp", "kwh", "temperature_c"]
    np.testing.assert_array_equal(pd.to_datetime(back["timestamp"], utc=True), simulation.readings.index)
    np.testing.assert_array_equal(back["kwh"], simulation.readings["kwh"])
    np.testing.assert_array_equal(back["temperature_c"], simulation.readings["temperature_c"])


def test_each_row_of_a_long_file_is_written_once(tmp_path: Path) -> None:
    simulation = simulate(75, 1, start=date(2023, 11, 1), anomalies=False)
    write_readings_csv(simulation, tmp_path / "meter.csv")
    back = pd.read_csv(tmp_path / "meter.csv")
    assert len(back) == 108_000
    np.testing.assert_array_equal(back["kwh"], simulation.readings["kwh"])


def test_the_repeated_hour_is_told_apart_by_its_offset(tmp_path: Path) -> None:
    write_readings_csv(simulate(1, 60, start=date(2025, 10, 26)), tmp_path / "meter.csv")
    stamps = [line.split(",")[0] for line in (tmp_path / "meter.csv").read_text().splitlines()[1:4]]
    assert stamps == ["2025-10-26T00:00:00+01:00", "2025-10-26T01:00:00+01:00", "2025-10-26T01:00:00+00:00"]


@pytest.mark.parametrize(
    ("timezone", "stamp"),
    [
        ("America/St_Johns", "2025-06-01T00:00:00-02:30"),
        ("Asia/Kathmandu", "2025-06-01T00:00:00+05:45"),
        ("UTC", "2025-06-01T00:00:00+00:00"),
    ],
)
def test_offsets_have_their_sign_and_minutes(tmp_path: Path, timezone: str, stamp: str) -> None:
    write_readings_csv(simulate(1, 60, start=date(2025, 6, 1), timezone=timezone), tmp_path / "meter.csv")
    assert (tmp_path / "meter.csv").read_text().splitlines()[1].startswith(stamp + ",")


def test_fine_readings_have_more_decimals(tmp_path: Path) -> None:
    for interval, decimals in ((1, 5), (15, 3)):
        write_readings_csv(simulate(1, interval), tmp_path / "meter.csv")
        energies = [line.split(",")[1] for line in (tmp_path / "meter.csv").read_text().splitlines()[1:]]
        assert {len(text.partition(".")[2]) for text in energies} == {decimals}


def test_what_is_sent_to_the_grid_is_a_column_of_its_own(tmp_path: Path) -> None:
    simulation = simulate(2, 30, kind="solar", start=date(2025, 6, 1))
    write_readings_csv(simulation, tmp_path / "meter.csv")
    back = pd.read_csv(tmp_path / "meter.csv")
    assert list(back.columns) == ["timestamp", "kwh", "export_kwh", "temperature_c"]
    for column in ("kwh", "export_kwh"):
        np.testing.assert_array_equal(back[column], simulation.readings[column])


def test_lost_readings_have_no_row_and_small_ones_keep_their_digits(tmp_path: Path) -> None:
    night = datetime(2025, 1, 1, tzinfo=UTC)
    gap = Gap(start=night, end=night + timedelta(hours=3))
    error = UnitError(start=night + timedelta(hours=4), end=night + timedelta(hours=6), factor=0.001)
    simulation = simulate(1, 60, start=date(2025, 1, 1), anomalies=[gap, error])
    write_readings_csv(simulation, tmp_path / "meter.csv")
    back = pd.read_csv(tmp_path / "meter.csv", dtype=str)
    assert back["timestamp"].str[11:13].tolist() == [f"{hour:02d}" for hour in range(3, 24)]
    assert back["kwh"].str.partition(".")[2].str.len().tolist() == [3, 6, 6, *[3] * 18]
    np.testing.assert_array_equal(back["kwh"].astype(float), simulation.readings["kwh"].dropna())


def test_labels_carry_the_offset_of_the_zone(tmp_path: Path) -> None:
    simulation = simulate(120, 15, start=date(2025, 5, 1))
    write_labels_csv(simulation, tmp_path / "labels.csv")
    back = pd.read_csv(tmp_path / "labels.csv")
    assert list(back.columns) == ["start", "end", "kind", "detail"]
    assert back["start"].str.endswith("+01:00").all()
    assert not back["kind"].empty
    assert pd.to_datetime(back["end"], utc=True).tolist() == simulation.labels["end"].tolist()
    assert back["kind"].tolist() == simulation.labels["kind"].tolist()


def test_labels_of_a_clean_simulation_are_a_header(tmp_path: Path) -> None:
    write_labels_csv(simulate(2, 60, anomalies=False), tmp_path / "labels.csv")
    assert (tmp_path / "labels.csv").read_text() == "start,end,kind,detail\n"


def test_a_compressed_file_has_the_same_bytes_each_time_and_under_each_name(tmp_path: Path) -> None:
    simulation = simulate(3, 15)
    for name in ("one.csv.gz", "two.CSV.GZ", "plain.csv"):
        write_readings_csv(simulation, tmp_path / name)
    packed = (tmp_path / "one.csv.gz").read_bytes()
    assert packed == (tmp_path / "two.CSV.GZ").read_bytes()
    assert packed[4:8] == bytes(4)
    assert gzip.decompress(packed) == (tmp_path / "plain.csv").read_bytes()


def test_a_folder_that_is_not_there_is_told_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(BadRequestError, match="Cannot write"):
        write_readings_csv(simulate(1, 60), tmp_path / "nowhere" / "meter.csv")
