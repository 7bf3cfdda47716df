"""What every test may use."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

HTTP = Path(__file__).parent / "http"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep each file in one process, and all of ``tests/http`` in one: Dash takes the callbacks of a process for its last app's."""
    for item in items:
        together = HTTP if item.path.is_relative_to(HTTP) else item.path
        item.add_marker(pytest.mark.xdist_group(str(together.relative_to(HTTP.parent))))


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The folder of real and broken meter files that ``METER_CORPUS`` names."""
    folder = os.environ.get("METER_CORPUS")
    if not folder:
        pytest.skip("METER_CORPUS is not set: no folder of real meter files to read")
    return Path(folder)
