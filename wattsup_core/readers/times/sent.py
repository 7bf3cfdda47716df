"""Timestamps that come one by one with live readings: ISO texts and seconds or milliseconds since 1970, never guessed at."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, datetime, time
from typing import Any

from wattsup_core.analysis.quality import FIRST_YEAR
from wattsup_core.timegrid import instants_of_wall, nearest_second, start_from_wall

MOST_AHEAD_S = 86_400
LIVE_S = 3_600
CLOCK_ERROR_S = 300
SECONDS, MILLISECONDS = (6.3e8, 4e9), (6.3e11, 4e12)
LONGEST_TEXT = 40
_FIRST_S = int(datetime(FIRST_YEAR, 1, 1, tzinfo=UTC).timestamp())


def read_sent(stamps: Sequence[Any], timezone: str, now: int, *, are_days: bool = False) -> list[int | str]:
    """Each stamp as epoch seconds, or the code of the reason why it is none.

    A text without an offset is wall-clock time of `timezone`. In the hour that autumn repeats, stamps that come again or step back are
    of the second pass, as in files; without such, those that are of the last hour by the clock `now` [epoch s] are.
    Where `are_days`, a midnight is the beginning of its day, also if the clock skips it or shows it twice.
    """
    found: list[int | str] = []
    twice: dict[int, tuple[int, int]] = {}
    for place, stamp in enumerate(stamps):
        instants = _instants(stamp, timezone, are_days)
        if isinstance(instants, str):
            found.append(instants)
            continue
        found.append(instants[0])
        if len(instants) > 1:
            twice[place] = (instants[0], instants[1])
    for place, instant in _passes(twice, now).items():
        found[place] = instant
    return [_checked(each, now) for each in found]


def _checked(instant: int | str, now: int) -> int | str:
    if isinstance(instant, str):
        return instant
    if instant < _FIRST_S:
        return "out_of_range_timestamp"
    return "future_timestamp" if instant > now + MOST_AHEAD_S else instant


def _instants(stamp: Any, timezone: str, are_days: bool) -> tuple[int, ...] | str:
    if stamp is None or stamp == "":
        return "no_timestamp"
    if isinstance(stamp, str) and is_epoch(stamp):
        stamp = int(stamp)
    if isinstance(stamp, int | float) and not isinstance(stamp, bool):
        return read_epoch(stamp) or "out_of_range_timestamp"
    if not isinstance(stamp, str) or len(stamp) > LONGEST_TEXT:
        return "bad_timestamp"
    try:
        moment = datetime.fromisoformat(stamp.strip())
        if moment.tzinfo is not None:
            return (nearest_second(moment),)
        if are_days and moment.time() == time():
            return (nearest_second(start_from_wall(moment, timezone)),)
        return instants_of_wall(moment, timezone) or "dst_nonexistent"
    except (ValueError, OverflowError):
        return "bad_timestamp"


def is_epoch(text: str) -> bool:
    """Whether a text counts seconds or milliseconds since 1970: other numbers of digits may be dates."""
    return text.strip().isdecimal() and len(text.strip()) in {10, 13}


def read_epoch(number: float) -> tuple[int, ...]:
    """Seconds or milliseconds since 1970 as epoch seconds; nothing for a number that is neither."""
    if SECONDS[0] <= number < SECONDS[1]:
        return (math.floor(number + 0.5),)
    if MILLISECONDS[0] <= number < MILLISECONDS[1]:
        return (math.floor(number / 1_000 + 0.5),)
    return ()


def _passes(twice: dict[int, tuple[int, int]], now: int) -> dict[int, int]:
    """Which of the two instants of each stamp is meant."""
    chosen: dict[int, int] = {}
    seen: set[int] = set()
    latest, is_second = 0, False
    for place, (first, _) in twice.items():
        if first - latest > LIVE_S:
            is_second = False  # another autumn
        is_second = is_second or first in seen or first < latest
        seen.add(first)
        latest = first
        chosen[place] = twice[place][is_second]
    if all(chosen[place] == first for place, (first, _) in twice.items()):
        for place, (_, second) in twice.items():
            if second - CLOCK_ERROR_S <= now < second + LIVE_S:
                chosen[place] = second
    return chosen
