"""What a device tells: its counters, and when."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Counter:
    """A running counter [kWh] by the name the device gives it; `is_export` when it counts energy sent to the grid."""

    name: str
    kwh: float
    is_export: bool = False


@dataclass(frozen=True)
class DeviceMessage:
    """A device's message.

    Attributes
    ----------
    timestamp
        The time as the device writes it: ISO text or seconds since 1970; `None` when the message has none.
    counters
        What it counts; empty when it names only a power.
    problem
        Code of the reason why the message as a whole cannot be trusted, "" when it can.
    """

    timestamp: Any
    counters: tuple[Counter, ...]
    problem: str = ""


def number(value: Any) -> float | None:
    """A JSON number as a float, `None` for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        found = float(value)
    except OverflowError:
        return None
    return found if math.isfinite(found) else None
