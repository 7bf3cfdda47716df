"""Which time zone a file's stamps are in, and which one to show them in."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from wattsup_core.errors import BadRequestError
from wattsup_core.readers.times.local_time import is_zone
from wattsup_core.timegrid import shown_twice, to_wall_seconds
from wattsup_core.types import ReadOptions

_REGION = re.compile(r"\b(?:Africa|America|Asia|Atlantic|Australia|Europe|Indian|Pacific|Etc|US)/[A-Za-z_]+(?:/[A-Za-z_]+)?(?:[+-]\d+)?")
_UTC_MARK = re.compile(r"(?<![A-Za-z])(?:UTC|GMT|Zulu)(?![A-Za-z]|\s*[+-]\s*\d)")
COMMON_ZONES = (
    "Europe/London", "Europe/Amsterdam", "Europe/Athens", "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles",
    "Australia/Sydney", "Australia/Adelaide", "Pacific/Auckland", "Asia/Tokyo", "Asia/Kolkata",
)  # fmt: skip
CLOCK_CHANGE_ZONES = ("Europe/London", "Europe/Amsterdam", "Europe/Athens", "America/New_York", "Australia/Sydney", "Pacific/Auckland")
"""Zones whose clocks change at wall-clock times of their own; those of one row of a continent change alike."""
CHECKED_STAMPS = 2_000


@dataclass(frozen=True)
class FileZone:
    """The zone of stamps without an offset, the zone to show, and where that is from: "setting", "file" or "default"."""

    stamps: str
    shown: str
    source: str


def find_zone(options: ReadOptions, time_header: str, preamble: str) -> FileZone:
    """The zone of a file's stamps: what the time column's header says (UTC), the setting, a zone named above the table, the fallback.

    Raises
    ------
    BadRequestError
        When the setting is no zone.
    """
    if options.timezone is not None and not is_zone(options.timezone):
        raise BadRequestError(f"“{options.timezone}” is not a time zone.", "Write it like Europe/London.")
    named = next((match[0] for match in _REGION.finditer(f"{time_header}\n{preamble}") if is_zone(match[0])), None)
    in_utc = bool(_UTC_MARK.search(time_header))
    if options.timezone is not None:
        return FileZone("UTC" if in_utc else options.timezone, options.timezone, "setting")
    if in_utc:
        return FileZone("UTC", "UTC", "file")
    if named:
        return FileZone(named, named, "file")
    fallback = options.fallback_timezone if options.fallback_timezone and is_zone(options.fallback_timezone) else "UTC"
    return FileZone(fallback, fallback, "default")


def zone_of_offsets(seconds: np.ndarray, offsets: np.ndarray) -> str | None:
    """The common zone whose clock has the written offsets [s] at the instants, or `None`; only for showing times."""
    places = np.linspace(0, len(seconds) - 1, min(len(seconds), CHECKED_STAMPS)).astype(int)
    if not len(seconds):
        return None
    some_seconds, some_offsets = seconds[places], offsets[places]
    if not some_offsets.any():
        return "UTC"
    if len(np.unique(some_offsets)) < 2:
        return None
    for zone in COMMON_ZONES:
        if (to_wall_seconds(some_seconds, zone) - some_seconds == some_offsets).all():
            return zone
    return None


def clock_change_zone(repeated: np.ndarray) -> str | None:
    """A zone whose clock shows every one of the `repeated` wall-clock seconds twice, or `None`."""
    if not len(repeated):
        return None
    return next((zone for zone in CLOCK_CHANGE_ZONES if shown_twice(repeated, zone).all()), None)
