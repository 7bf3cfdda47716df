"""The bank holidays of England and Wales, on which a household is at home as on a Sunday and an office is closed."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from wattsup_core.simulate.randomness import BoolArray, IntArray

_EPOCH = date(1970, 1, 1)


def is_bank_holiday(epoch_days: IntArray) -> BoolArray:
    """Which days (since 1970-01-01) are bank holidays, shape as given. Substitute days for weekends are left out."""
    first = _EPOCH + timedelta(days=int(epoch_days[0]))
    last = _EPOCH + timedelta(days=int(epoch_days[-1]))
    holidays = [(day - _EPOCH).days for year in range(first.year, last.year + 1) for day in bank_holidays(year)]
    return np.isin(epoch_days, holidays)


def is_free_day(epoch_days: IntArray) -> BoolArray:
    """Which days (since 1970-01-01) are Saturdays, Sundays or bank holidays, shape as given."""
    return ((epoch_days + 3) % 7 >= 5) | is_bank_holiday(epoch_days)


def bank_holidays(year: int) -> list[date]:
    """The bank holidays of `year`, in order."""
    easter = easter_sunday(year)
    return [
        date(year, 1, 1),
        easter - timedelta(days=2),
        easter + timedelta(days=1),
        _monday_from(date(year, 5, 1)),
        _monday_from(date(year, 5, 25)),
        _monday_from(date(year, 8, 25)),
        date(year, 12, 25),
        date(year, 12, 26),
    ]


def easter_sunday(year: int) -> date:
    """Easter Sunday of `year` in the Gregorian calendar, by the anonymous algorithm of Nature, 20 April 1876, p. 487."""
    golden = year % 19
    century, of_century = divmod(year, 100)
    leap_centuries, century_rest = divmod(century, 4)
    moon_shift = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - leap_centuries - moon_shift + 15) % 30
    leap_years, year_rest = divmod(of_century, 4)
    to_sunday = (32 + 2 * century_rest + 2 * leap_years - epact - year_rest) % 7
    correction = (golden + 11 * epact + 22 * to_sunday) // 451
    month, day = divmod(epact + to_sunday - 7 * correction + 114, 31)
    return date(year, month, day + 1)


def _monday_from(day: date) -> date:
    return day + timedelta(days=-day.weekday() % 7)
