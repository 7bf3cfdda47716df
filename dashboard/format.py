"""Numbers, instants and spans in words a person reads: units on every number, local times, British English."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from wattsup_core.analysis import phrases
from wattsup_core.types import CURRENCIES

MINUS = "\u2212"
DASH = "\u2013"
NONE = "\u2014"
SYMBOLS = {"GBP": "£", "EUR": "€", "USD": "$", "AUD": "A$", "CAD": "C$", "NZD": "NZ$", "INR": "₹", "JPY": "¥", "CNY": "CN¥"}
UNIT_WORDS = {"s": "second", "min": "minute", "h": "hour", "d": "day"}
WHOLE_CURRENCIES = frozenset({"JPY", "KRW", "CLP", "ISK", "HUF"})

NO_BREAK = "\u00a0"
_UNITS = "[kM]?W|[kMG]?Wh|h|min|s|hours?|minutes?|seconds?|days?|weeks?|months?|years?|%|×|°C|k?g"
_BEFORE_UNIT = re.compile(rf"(?<=\d) (?=(?:{_UNITS})(?!\w))")
_AFTER_HOURS = re.compile(rf"(?<=\d{NO_BREAK}h) (?=\d+{NO_BREAK}min\b)")
_AFTER_CURRENCY = re.compile(rf"\b({'|'.join(CURRENCIES)}) (?=[\d{MINUS}])")


def number(value: float, digits: int = 0) -> str:
    """`value` with `digits` decimals, thousands set apart by commas and a true minus: ``"−1,234.5"``."""
    text = f"{value:,.{digits}f}"
    negative = text.startswith("-") and text.strip("-0.,") != ""
    return MINUS + text[1:] if negative else text.lstrip("-")


def _digits(value: float) -> int:
    """Decimals that leave about three figures: 0.04, 3.4, 412.6, 1,234."""
    size = abs(value)
    if 0 < size < 0.095:
        return 2
    return 1 if size < 999.95 else 0


def amount(value: float) -> str:
    """A value with about three figures and no unit: ``"0.2"``, ``"412.6"``."""
    return number(value, _digits(value))


def energy_parts(energy_kwh: float) -> tuple[str, str]:
    """Energy [kWh] as number and unit; MWh from 100,000 kWh."""
    if abs(energy_kwh) >= 99_999.5:
        return number(energy_kwh / 1000, 1), "MWh"
    return amount(energy_kwh), "kWh"


def kwh(energy_kwh: float) -> str:
    """Energy: ``"3.4 kWh"``."""
    return " ".join(energy_parts(energy_kwh))


def energy_pair(first_kwh: float, second_kwh: float) -> str:
    """Two energies [kWh] in the unit of the larger: ``"9.9 / 0.6 kWh"``, ``"87.0 / 161.8 MWh"``."""
    unit = max((energy_parts(each) for each in (first_kwh, second_kwh)), key=lambda parts: parts[1] == "MWh")[1]
    size = 1000 if unit == "MWh" else 1
    return f"{amount(first_kwh / size)} / {amount(second_kwh / size)} {unit}"


def span(lower: float, upper: float) -> str:
    """Two values of one unit: ``"366 – 410"``; no decimals from 100."""
    digits = 0 if upper >= 99.5 else 1 if upper >= 0.95 else 2
    return f"{number(lower, digits)} {DASH} {number(upper, digits)}"


def power_parts(power_watts: float) -> tuple[str, str]:
    """Power [W] as number and unit; kW from 1,000 W, MW from 1,000 kW."""
    if abs(power_watts) >= 999_950:
        return number(power_watts / 1e6, 1), "MW"
    if abs(power_watts) >= 999.5:
        return number(power_watts / 1000, 1), "kW"
    return number(power_watts), "W"


def watts(power_watts: float) -> str:
    """Power: ``"148 W"``, ``"12.3 kW"``."""
    return " ".join(power_parts(power_watts))


def money(sum_of_money: float, currency: str) -> str:
    """An amount: ``"£1.20"``, ``"−€0.40"``, ``"CHF 1.20"``; no decimals from 10,000."""
    digits = 0 if currency in WHOLE_CURRENCIES or abs(sum_of_money) >= 9_999.995 else 2
    text = number(abs(sum_of_money), digits)
    sign = MINUS if sum_of_money < 0 and text.strip("0.,") else ""
    return f"{sign}{_symbol(currency)}{text}"


def _symbol(currency: str) -> str:
    return SYMBOLS.get(currency, f"{currency} ")


def price(price_per_kwh: float, currency: str) -> str:
    """A price: ``"£0.28/kWh"``, ``"£0.2765/kWh"``."""
    text = f"{price_per_kwh:.4f}".rstrip("0")
    whole, _, decimals = text.partition(".")
    return f"{_symbol(currency)}{whole}.{decimals:0<2}/kWh"


def percent(share_pct: float, digits: int = 0) -> str:
    """A share: ``"9 %"``."""
    return f"{number(share_pct, digits)} %"


def completeness(complete_pct: float) -> str:
    """``"99.6 % complete"``; rounded down, so that only a whole range says 100 %."""
    if complete_pct >= 100:
        return "100 % complete"
    return f"{number(int(complete_pct * 10) / 10, 1)} % complete"


def unbroken(text: str) -> str:
    """`text` as it is put on a page: no line ends between a number and its unit, nor inside ``1 h 45 min`` or ``CHF 1.20``.

    Only what is shown is made so: files, letters and answers to programs keep their plain spaces, and so do words that are looked for.
    """
    joined = _AFTER_HOURS.sub(NO_BREAK, _BEFORE_UNIT.sub(NO_BREAK, text))
    return _AFTER_CURRENCY.sub(rf"\1{NO_BREAK}", joined)


def count(quantity: int, singular: str, plural: str | None = None) -> str:
    """``"1 anomaly"``, ``"1,234 rows"``."""
    return f"{quantity:,} {singular if quantity == 1 else plural or singular + 's'}"


def local(moment: datetime, timezone: str) -> datetime:
    """An aware instant on the wall clock of `timezone`."""
    return moment.astimezone(ZoneInfo(timezone))


def day(moment: date, with_year: bool = False) -> str:
    """``"27 Jan"``, ``"27 Jan 2026"``."""
    return f"{moment.day} {moment:%b}" + (f" {moment.year}" if with_year else "")


def current_year() -> int:
    """The year that needs no naming."""
    return datetime.now(tz=UTC).year


def this_day(moment: date) -> str:
    """``"27 Jan"``, with the year unless it is the current one."""
    return day(moment, moment.year != current_year())


def when(moment: datetime, timezone: str) -> str:
    """``"Tue 27 Jan, 02:15"``, with the year unless it is the current one."""
    clock = local(moment, timezone)
    return f"{clock:%a} {this_day(clock)}, {clock:%H:%M}"


def duration(start: datetime, end: datetime) -> str:
    """How long a span is, in the words of the sentences: ``"30 s"``, ``"2 h 45 min"``, ``"29 h"``, ``"13 days"``."""
    seconds = round((end - start).total_seconds())
    return f"{seconds} s" if seconds < 60 else phrases.duration(seconds / 60)


def date_range(start: datetime, end: datetime, timezone: str) -> str:
    """The local days of a half-open span: ``"3 Jan – 1 Feb 2026"``, ``"27 Jan 2026"``."""
    first, last = local(start, timezone).date(), last_day(end, timezone)
    if first >= last:
        return day(last, with_year=True)
    return f"{day(first, first.year != last.year)} {DASH} {day(last, with_year=True)}"


def last_day(end: datetime, timezone: str) -> date:
    """The last local day of a span that ends, exclusively, at `end`."""
    return local(end - timedelta(microseconds=1), timezone).date()


def interval(interval_minutes: float) -> str:
    """How often a meter reads: ``"15-minute readings"``."""
    named = {60.0: "Hourly readings", 1440.0: "Daily readings", 10080.0: "Weekly readings"}
    if interval_minutes in named:
        return named[interval_minutes]
    size, unit = _interval_parts(interval_minutes)
    return f"{size}-{UNIT_WORDS[unit]} readings"


def interval_label(interval_minutes: float) -> str:
    """An interval's length: ``"15 min"``, ``"1 h"``."""
    return " ".join(_interval_parts(interval_minutes))


def _interval_parts(interval_minutes: float) -> tuple[str, str]:
    for size, unit in ((1440, "d"), (60, "h"), (1, "min")):
        if interval_minutes >= size and interval_minutes % size == 0:
            return f"{interval_minutes / size:g}", unit
    return (f"{interval_minutes:g}", "min") if interval_minutes > 1 else (f"{interval_minutes * 60:g}", "s")


def kilowatts(power_kw: float) -> str:
    """A power [kW] without its unit, in about three figures: ``"0.45"``, ``"3.42"``, ``"12.3"``."""
    return number(power_kw, 2 if abs(power_kw) < 9.995 else 1 if abs(power_kw) < 999.95 else 0)


def power_span(lower_kw: float, upper_kw: float) -> str:
    """``"0.4 – 0.9 kW"``: one decimal, two where both are small."""
    digits = 1 if upper_kw >= 0.95 or round(upper_kw - lower_kw, 1) >= 0.3 else 2
    return f"{number(max(lower_kw, 0.0) if upper_kw >= 0 else lower_kw, digits)} {DASH} {number(upper_kw, digits)} kW"


def minutes_left(minutes: float) -> str:
    """``"6 min left"``; the last minute counts in seconds."""
    return f"{round(minutes)} min left" if minutes >= 1 else f"{round(minutes * 60)} s left"
