"""What a page lets a person choose from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class MeterChoice:
    """One entry of the meter picker."""

    meter_id: str
    name: str
    is_sample: bool = False
