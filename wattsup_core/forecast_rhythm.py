"""How often a meter is forecast without anybody's asking."""

from __future__ import annotations

from enum import StrEnum


class ForecastRhythm(StrEnum):
    """How often a meter is forecast by itself; `OFF` only when somebody asks for it."""

    DAILY = "daily"
    WEEKLY = "weekly"
    OFF = "off"

    @property
    def days(self) -> int | None:
        """Days from one forecast to the next; `None` when none follows by itself."""
        return {ForecastRhythm.DAILY: 1, ForecastRhythm.WEEKLY: 7}.get(self)
