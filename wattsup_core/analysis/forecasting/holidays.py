"""A country's public holidays, as days of the calendar."""

from __future__ import annotations

from datetime import date


def public_holidays(country: str, first: date, last: date) -> dict[date, str]:
    """The public holidays from `first` to `last`, by day, in English where the list has it.

    Parameters
    ----------
    country : str
        ISO 3166 code of two letters, with an optional subdivision: ``"GB"``, ``"GB-ENG"``; "" for none.

    Returns
    -------
    dict
        Empty for a country that the list does not know.
    """
    if not country:
        return {}
    import holidays

    name, _, subdivision = country.upper().partition("-")
    years = range(first.year, last.year + 1)
    try:
        known = holidays.country_holidays(name, subdiv=subdivision or None, years=years, language="en_US")
    except NotImplementedError:
        try:
            known = holidays.country_holidays(name, years=years)
        except NotImplementedError:
            return {}
    return {day: str(title) for day, title in sorted(known.items()) if first <= day <= last}
