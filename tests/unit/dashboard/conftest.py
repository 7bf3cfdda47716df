"""What the words on the page depend on beside what is shown."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def in_2026(monkeypatch: pytest.MonkeyPatch) -> None:
    """The scenes play in 2026, and so do the tests."""
    monkeypatch.setattr("dashboard.format.current_year", lambda: 2026)
