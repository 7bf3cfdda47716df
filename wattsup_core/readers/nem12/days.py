"""A day of a register: a 300 record, its readings in order, and how each of them came to be."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

import numpy as np

from wattsup_core.analysis.quality import RowCode
from wattsup_core.readers.rows.frames import ACTUAL, ESTIMATED, SUSPECT
from wattsup_core.readers.values.numerals import read_numbers
from wattsup_core.timegrid import NO_TIME, civil_seconds

DAY_MINUTES = 1_440
MARKET_AHEAD_S = 10 * 3_600
"""The market's clock is Australian Eastern Standard Time, ten hours ahead of UTC all year and in every state."""
MISSING = 3
_DIGITS = re.compile(r"[0-9.+-]*")
_QUALITY = {"A": ACTUAL, "E": ESTIMATED, "F": ESTIMATED, "S": ESTIMATED, "N": MISSING, "V": SUSPECT}
"""Actual, forward estimate, final and other substitutes, null; a variable day leaves open what no 400 record settles."""


@dataclass
class Day:
    """The readings of a day.

    Attributes
    ----------
    line
        Line of the record.
    midnight
        Start of the first interval [epoch s].
    values
        Values in the register's own unit, shape (n,); NaN where there is none.
    is_blank
        Where nothing stands for a value, shape (n,), bool.
    quality
        `ACTUAL`, `ESTIMATED`, `SUSPECT` or `MISSING` for each, shape (n,), int8; 400 records change it.
    """

    line: int
    midnight: int
    values: np.ndarray
    is_blank: np.ndarray
    quality: np.ndarray


def is_flag(text: str) -> bool:
    """Whether a text is a flag of quality with or without its method: ``A``, ``S14``, ``F52``."""
    return re.fullmatch(r"[AEFNSV]\d{0,2}", text, re.ASCII) is not None


def read_day(line: int, cells: Sequence[str], minutes: int) -> Day | tuple[int, RowCode]:
    """A 300 record of a register with intervals of `minutes`; or its day's start and the reason why it cannot be read.

    The flag of quality must follow the last of as many values as the day has intervals: so a row that was cut within a number, or that
    has another interval than its register, is known.
    """
    midnight = _midnight(cells[1] if len(cells) > 1 else "")
    count = DAY_MINUTES // minutes if minutes else 0
    flag = cells[count + 2] if count and len(cells) > count + 2 else ""
    if midnight == NO_TIME:
        return midnight, RowCode.BAD_TIMESTAMP
    if not is_flag(flag):
        return midnight, RowCode.BAD_ROW_SHAPE
    values, is_blank = _read_values(cells[2 : count + 2])
    return Day(line, midnight, values, is_blank, np.full(count, _QUALITY[flag[0]], dtype=np.int8))


def _read_values(cells: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """The numbers of cells, NaN for none, and which cells say that there is none; plain digits, as nearly all are, at once."""
    if _DIGITS.fullmatch("".join(cells)):
        with suppress(ValueError):
            return np.array([float(cell) for cell in cells]), np.zeros(len(cells), dtype=bool)
    numbers = read_numbers(np.array(cells, dtype=object), ".")
    values = numbers.values if numbers.units is None else np.where([unit is None for unit in numbers.units], numbers.values, np.nan)
    return values, numbers.missing


def set_quality(day: Day, first: int, last: int, flag: str) -> bool:
    """Give the intervals `first` to `last` (from 1) the quality of a 400 record; false when the day has no such intervals."""
    if not 1 <= first <= last <= len(day.quality):
        return False
    day.quality[first - 1 : last] = _QUALITY[flag[0]]
    return True


def _midnight(text: str) -> int:
    """The market's midnight at which a date (YYYYMMDD) begins [epoch s], or ``NO_TIME``."""
    if not re.fullmatch(r"\d{8}", text, re.ASCII):
        return NO_TIME
    year, month, day = (np.array([int(part)]) for part in (text[:4], text[4:6], text[6:]))
    wall = int(civil_seconds(year, month, day, np.zeros(1, dtype=np.int64))[0])
    return NO_TIME if wall == NO_TIME else wall - MARKET_AHEAD_S
