"""What every test may use."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from xdist.scheduler import LoadScopeScheduling

from wattsup_core.store import Store

HTTP = "tests/http/"

settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.register_profile("search", deadline=None)
settings.load_profile("repeatable")
"""A tree passes or fails, whoever runs its tests; ``make search`` looks for examples that no one has seen yet."""


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


@pytest.fixture(scope="session", autouse=True)
def _migrated_once() -> Iterator[None]:
    """A new store in memory begins as a copy of one that was migrated: to migrate each of hundreds takes a minute."""
    migrate, first = Store.migrate, sqlite3.connect(":memory:", check_same_thread=False)

    def migrate_or_copy(store: Store) -> None:
        if store._database.path is not None:
            migrate(store)
            return
        connection: Any = store._database.engine.raw_connection()
        try:
            own: sqlite3.Connection = connection.driver_connection
            if own.execute("SELECT 1 FROM sqlite_master").fetchone():
                migrate(store)
            elif first.execute("SELECT 1 FROM sqlite_master").fetchone():
                first.backup(own)
            else:
                migrate(store)
                own.backup(first)
        finally:
            connection.close()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Store, "migrate", migrate_or_copy)
        yield
    first.close()
