"""Times written as bare numbers: seconds since 1970 and its fractions, or Excel's days since 1900."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from wattsup_core.timegrid import NO_TIME

EXCEL_EPOCH_DAYS = 25_569
"""Excel's number of 1 January 1970."""
DAY_S = 86_400
_NUMBER = re.compile(r"-?\d+(?:[.,]\d+)?(?:[eE]\+?\d+)?", re.ASCII)
_COMPACT = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-4])?(?:[0-5]\d)?(?:[0-5]\d)?")


@dataclass(frozen=True)
class NumberClock:
    """A way to write an instant as a number: `scale` seconds a unit; Excel days are local wall-clock, the others UTC."""

    name: str
    low: float
    high: float
    scale: float
    is_local: bool = False


CLOCKS = (
    NumberClock("Excel days", 32_874, 54_790, DAY_S, is_local=True),
    NumberClock("seconds since 1970", 6.3e8, 2.5e9, 1.0),
    NumberClock("milliseconds since 1970", 6.3e11, 2.5e12, 1e-3),
    NumberClock("microseconds since 1970", 6.3e14, 2.5e15, 1e-6),
    NumberClock("nanoseconds since 1970", 6.3e17, 2.5e18, 1e-9),
)
"""Number clocks with the range that stands for the years 1990 to 2049."""


def number_clock(texts: np.ndarray) -> NumberClock | None:
    """The clock whose numbers most of the texts are, or `None`; dates without separators (20260105) are none."""
    sample = [str(text).strip() for text in texts[:2_000] if str(text).strip()]
    numbers = [text for text in sample if _NUMBER.fullmatch(text)]
    if not numbers or len(numbers) < 0.8 * len(sample) or sum(bool(_COMPACT.fullmatch(text)) for text in numbers) > 0.9 * len(numbers):
        return None
    values = np.array([float(text.replace(",", ".")) for text in numbers])
    for clock in CLOCKS:
        if ((values >= clock.low) & (values < clock.high)).mean() > 0.8:
            return clock
    return None


def read_number_stamps(texts: np.ndarray, clock: NumberClock) -> np.ndarray:
    """Seconds of texts, shape (k,), int64, rounded to the second; ``NO_TIME`` for a text that is no number.

    Excel's days are wall-clock seconds, rounded to the minute when all lie within five seconds of one: four decimals of a day are no finer.
    """
    seconds = np.full(len(texts), NO_TIME, dtype=np.int64)
    for at, text in enumerate(texts):
        bare = str(text).strip()
        if _NUMBER.fullmatch(bare) and (value := float(bare.replace(",", "."))) < clock.high * 10:
            days = value - EXCEL_EPOCH_DAYS if clock.is_local else value
            seconds[at] = round(days * clock.scale)
    known = seconds != NO_TIME
    off_minute = (seconds[known] + 30) % 60 - 30
    if clock.is_local and known.any() and np.abs(off_minute).max() <= 5:
        seconds[known] -= off_minute
    return seconds


def read_hours(texts: np.ndarray) -> tuple[np.ndarray, bool] | None:
    """Seconds of the day at which numbered hours begin, shape (k,), and whether they count elapsed hours; `None` when they are not hours.

    Numbered from 0 they are hours of the clock. Numbered 1 to 24 (25 on the day that summer time ends) they count the hours since
    midnight, the number naming the end.
    """
    bare = [str(text).strip() for text in texts]
    hours = np.array([int(text) if text.isascii() and text.isdigit() and len(text) <= 2 else -1 for text in bare], dtype=np.int64)
    known = hours >= 0
    if not known.any() or hours.max() > 25 or (hours.max() >= 24 and hours[known].min() == 0):
        return None
    is_elapsed = bool(hours.max() >= 24)
    return np.where(known, (hours - is_elapsed) * 3_600, NO_TIME), is_elapsed
