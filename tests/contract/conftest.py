"""What the contracts of the store and of those that work on it share."""

from __future__ import annotations

from pathlib import Path

import pytest

from wattsup_core.store import Store, open_store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """An empty store in a file."""
    opened = open_store(f"sqlite:///{tmp_path / 'store.db'}")
    opened.migrate()
    return opened
