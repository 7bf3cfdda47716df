"""A file analysed on its own gives what the same file gives through a store."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from tests.factories import daily_curve, make_readings
from tests.unit.service.conftest import WriteCsv
from wattsup_core.errors import CancelledError, FileRefusedError
from wattsup_core.frames import SCORED_COLUMNS
from wattsup_core.service.files import analyse_file
from wattsup_core.service.imports import import_file
from wattsup_core.store import Store
from wattsup_core.types import DetectorConfig, ReadOptions, Tariff


def six_weeks() -> pd.DataFrame:
    kwh = daily_curve(42, 30) * np.random.default_rng(3).normal(1, 0.08, 42 * 48)
    kwh[20 * 48 + 38 : 20 * 48 + 42] += 3.0
    kwh[30 * 48 : 30 * 48 + 30] = 0.0
    return make_readings(kwh.round(4))


def test_file_alone_and_through_the_store_are_the_same(store: Store, write_csv: WriteCsv) -> None:
    path = write_csv(six_weeks())
    (alone,) = analyse_file(path, "home.csv", tariff=Tariff(0.28)).meters
    (meter_id,) = import_file(store, path, "home.csv").meter_ids
    assert store.meter(meter_id) == alone.meter
    assert tuple(store.events(meter_id)) == alone.analysis.events
    assert len(alone.analysis.events) >= 2
    assert_frame_equal(store.scored(meter_id), alone.analysis.scored[list(SCORED_COLUMNS)], check_dtype=False)


def test_several_meters_are_analysed_each(tmp_path: Path) -> None:
    readings = six_weeks()
    stamps = pd.DatetimeIndex(readings.index).strftime("%Y-%m-%dT%H:%M:%SZ")
    lines = [
        f"{meter},{at},{kwh * factor:.4f}"
        for meter, factor in (("A", 1), ("B", 2))
        for at, kwh in zip(stamps, readings["kwh"], strict=True)
    ]
    path = tmp_path / "two.csv"
    path.write_text("\n".join(["meter_id,timestamp,kwh", *lines, ""]))
    found = analyse_file(path, "two.csv")
    assert [each.meter.name for each in found.meters] == ["A", "B"]
    assert {meter.name for meter, _ in found.events} == {"A", "B"}
    assert all(event.meter_id == meter.meter_id for meter, event in found.events)


def test_settings_reach_the_detector_and_the_price(write_csv: WriteCsv) -> None:
    path = write_csv(six_weeks())
    few = analyse_file(path, "home.csv", config=DetectorConfig(contamination=0.005))
    many = analyse_file(path, "home.csv", config=DetectorConfig(contamination=0.2), tariff=Tariff(0.56))
    flagged = [each.meters[0].analysis.scored["is_anomaly"].sum() for each in (few, many)]
    assert flagged[0] < flagged[1]
    cheap, dear = (
        sum(event.cost or 0 for _, event in analyse_file(path, "home.csv", tariff=Tariff(price)).events) for price in (0.25, 0.5)
    )
    assert dear == pytest.approx(2 * cheap)
    assert cheap != 0


def test_options_reach_the_reader(tmp_path: Path) -> None:
    path = tmp_path / "home.csv"
    path.write_text("timestamp,kwh\n" + "".join(f"2026-01-05 {hour:02d}:00,{hour / 10}\n" for hour in range(24)))
    found = analyse_file(path, "home.csv", ReadOptions(timezone="America/New_York"))
    assert found.meters[0].readings.index[0] == pd.Timestamp("2026-01-05T05:00Z")
    assert found.meters[0].meter.timezone == "America/New_York"


def test_too_little_to_analyse_is_said_and_no_error(tmp_path: Path) -> None:
    path = tmp_path / "two.csv"
    path.write_text("timestamp,kwh\n2026-01-05T00:00Z,1\n2026-01-05T01:00Z,2\n")
    (only,) = analyse_file(path, "two.csv").meters
    assert only.analysis.events == ()
    assert "too few" in only.analysis.notes[0]


def test_progress_can_stop_it(write_csv: WriteCsv) -> None:
    def progress(step: str, share: float) -> None:
        if step == "scoring":
            raise CancelledError("Cancelled.")

    with pytest.raises(CancelledError):
        analyse_file(write_csv(six_weeks()), "home.csv", progress=progress)


def test_file_without_readings_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "empty.csv"
    path.touch()
    with pytest.raises(FileRefusedError):
        analyse_file(path, "empty.csv")
