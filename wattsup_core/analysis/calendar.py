"""The public holidays of a country, by the tables of the library `holidays`."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from holidays import HolidayBase

MOST_PARTS = 2 / 3
LANGUAGES = ("en_GB", "en_US")
_MARKS = re.compile(r" \((?:observed|estimated|observed, estimated)\)$")


def public_holidays(first: date, last: date, country: str) -> dict[date, str]:
    """The public holidays from `first` to `last`, both included, with their names, by date.

    A day counts when it is one in the whole country or in two thirds of its parts at least, as Easter Monday is in the United Kingdom:
    a meter's zone tells its country, and no more.

    Parameters
    ----------
    country : str
        ISO 3166 alpha-2. "" is an unknown one: it has no holidays, nor has one that the library does not know, for a meter may lie there.
    """
    if country not in _known_countries():
        return {}
    found = {day: name for year in range(first.year, last.year + 1) for day, name in _of_year(country, year).items()}
    return {day: found[day] for day in sorted(found) if first <= day <= last}


@cache
def _known_countries() -> frozenset[str]:
    from holidays import list_supported_countries

    return frozenset(list_supported_countries(include_aliases=False))


@cache
def _of_year(country: str, year: int) -> Mapping[date, str]:
    """The holidays of a year, named in English where the library has the words."""
    from holidays import country_holidays

    blank = country_holidays(country)
    language = next((each for each in LANGUAGES if each in blank.supported_languages), None)
    whole, *parts = (country_holidays(country, part, year, language=language) for part in (None, *blank.subdivisions))
    count = Counter(day for part in parts for day in part)
    shared = {day for day, times in count.items() if times >= MOST_PARTS * len(parts)}
    names = {day: _name(table, day) for table in (*reversed(parts), whole) for day in table if day in shared or day in whole}
    return {day: name for day, name in names.items() if day.year == year}


def _name(table: HolidayBase, day: date) -> str:
    """The names of a day in words: "Christmas Day", "Constitution Day and Eid al-Fitr"."""
    return " and ".join(dict.fromkeys(_MARKS.sub("", name) for name in table.get_list(day)))
