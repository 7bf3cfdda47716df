"""A window of the chart in figures, beside the same window earlier."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from wattsup_core.emissions import EmissionFactor
from wattsup_core.types import Channel


@dataclass(frozen=True)
class SummedWindow:
    """One window, as UTC instants, `end` exclusive.

    `kwh` holds a reading that the window cuts with the share of its time inside. `mean_kw` is over the time that was read; `peak_kw` is the
    highest mean power of a reading. `cost` and `co2_kg` are `None` where no price or no factor is known. `change_pct` is how much
    more mean power the window that was asked for has than this one; `None` for that window itself, where more than a fifth of either is
    missing, and where this one is not above zero or that one below it.
    `to_come` of the `missing` readings are of after the meter's last one.
    """

    name: str
    start: datetime
    end: datetime
    kwh: float
    cost: float | None
    co2_kg: float | None
    mean_kw: float | None
    peak_kw: float | None
    readings: int
    missing: int
    change_pct: float | None = None
    to_come: int = 0


@dataclass(frozen=True)
class WindowSumsView:
    """The window that was asked for, then a week and a year before."""

    meter_name: str
    timezone: str
    currency: str
    channel: Channel
    price_per_kwh: float
    factor: EmissionFactor | None
    windows: tuple[SummedWindow, ...]
