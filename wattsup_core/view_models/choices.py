"""What a page lets a person choose from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class MeterChoice:
    """One entry of the meter picker."""

    meter_id: str
    name: str
    is_sample: bool = False


@dataclass(frozen=True)
class MeterChoices:
    """The meter that a page is of, and those a person may go to.

    Attributes
    ----------
    shown
        The meter that was asked for; where that one is not here, or none was named, the first with readings, else the first there is.
    listed
        All meters, the sample last; none where there are too many for a list, so that a page does not grow with them.
    count
        How many there are.
    """

    shown: MeterChoice
    listed: tuple[MeterChoice, ...]
    count: int


@dataclass(frozen=True)
class FoundMeter:
    """A meter that was looked for; its id is told where the name alone does not say why, or which of two it is."""

    meter_id: str
    name: str
    tells_id: bool


@dataclass(frozen=True)
class FoundMeters:
    """The best matches for what was typed, and how many `more` there are."""

    meters: tuple[FoundMeter, ...]
    more: int
