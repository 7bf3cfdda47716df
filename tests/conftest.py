"""What every test may use."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

HTTP = "tests/http/"


class ByFile(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
    """Keeps each file in one process, and all of ``tests/http`` in one: Dash takes the callbacks of a process for its last app's."""

    def _split_scope(self, nodeid: str) -> str:
        return HTTP if nodeid.startswith(HTTP) else nodeid.split("::", 1)[0]


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFile:
    """Share the tests out among the processes of ``pytest -n``."""
    return ByFile(config, log)


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The folder of real and broken meter files that ``METER_CORPUS`` names."""
    folder = os.environ.get("METER_CORPUS")
    if not folder:
        pytest.skip("METER_CORPUS is not set: no folder of real meter files to read")
    return Path(folder)
