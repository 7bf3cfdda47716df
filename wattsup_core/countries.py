"""Countries by their ISO 3166 alpha-2 codes, and the country in which a time zone lies."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from wattsup_core.errors import BadRequestError


def country_of_zone(timezone: str) -> str:
    """The country of an IANA zone; "" for UTC, for ``Etc/…``, and for a zone that is not one country's own.

    An old name (``Asia/Calcutta``) has the country of the zone that it stands for, if that zone is of one country alone.
    """
    own = _own_countries().get(timezone)
    if own is not None:
        return own
    sharing = _sharing_countries().get(_renamed().get(timezone, ""), ())
    return sharing[0] if len(sharing) == 1 else ""


def checked_country(code: str) -> str:
    """A country that a person named, as its code in capitals.

    Raises
    ------
    BadRequestError
        When it is no country whose public holidays are known.
    """
    from holidays import list_supported_countries

    country = code.strip().upper()
    if country not in list_supported_countries(include_aliases=False):
        shown = code.strip()[:20]
        raise BadRequestError(f"“{shown}” is no country whose public holidays are known.", "Give its two letters, such as GB, FR or KR.")
    return country


@cache
def _own_countries() -> dict[str, str]:
    """The one country of each zone of ``zone.tab``."""
    return {zone: countries for countries, _, zone, *_ in _rows("zone.tab")}


@cache
def _sharing_countries() -> dict[str, tuple[str, ...]]:
    """The countries that keep the time of each zone of ``zone1970.tab``."""
    return {zone: tuple(countries.split(",")) for countries, _, zone, *_ in _rows("zone1970.tab")}


@cache
def _renamed() -> dict[str, str]:
    """Old names of places, and the zone that each stands for. Names without a place (``EET``) say nothing of a country."""
    links = (line.split() for line in _text("tzdata.zi").splitlines() if line.startswith("L "))
    return {old: zone for _, zone, old in links if "/" in old}


def _rows(table: str) -> list[list[str]]:
    return [line.split("\t") for line in _text(table).splitlines() if line and not line.startswith("#")]


def _text(name: str) -> str:
    return files("tzdata.zoneinfo").joinpath(name).read_text(encoding="utf-8")
