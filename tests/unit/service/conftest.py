"""Stores and files for the services' tests."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from wattsup_core.store import Store, open_store
from wattsup_core.timegrid import stamp_text, to_epoch_seconds

WriteCsv = Callable[..., Path]


@pytest.fixture
def store() -> Store:
    opened = open_store("sqlite://")
    opened.migrate()
    return opened


@pytest.fixture
def write_csv(tmp_path: Path) -> WriteCsv:
    """Writes READINGS as a CSV file whose times carry their offset."""

    def write(readings: pd.DataFrame, name: str = "home.csv", timezone: str = "Europe/London") -> Path:
        stamps = stamp_text(to_epoch_seconds(pd.DatetimeIndex(readings.index)), timezone)
        lines = [f"{stamp},{kwh}" for stamp, kwh in zip(stamps, readings["kwh"], strict=True)]
        path = tmp_path / name
        path.write_text("\n".join(["timestamp,kwh", *lines, ""]))
        return path

    return write
