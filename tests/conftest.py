"""What every test may use."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The folder of real and broken meter files that ``METER_CORPUS`` names."""
    folder = os.environ.get("METER_CORPUS")
    if not folder:
        pytest.skip("METER_CORPUS is not set: no folder of real meter files to read")
    return Path(folder)
