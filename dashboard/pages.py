"""The pages there are: path, name and icon. The bar, the shell and the guard read this table; ``assets/address.js`` knows the paths."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Page:
    """One page: its path, what it is called, and its icon of ``assets/icons``."""

    path: str
    name: str
    icon: str


OVERVIEW = Page("/", "Overview", "bar-chart")
LIVE = Page("/live", "Live", "activity")
FORECAST = Page("/forecast", "Forecast", "graph-up")
SETTINGS = Page("/settings", "Settings", "sliders")
PAGES = (OVERVIEW, LIVE, FORECAST, SETTINGS)
PATHS = frozenset(page.path for page in PAGES)
