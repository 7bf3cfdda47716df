"""Numbers in the words of a sentence: energies, powers, durations, times of day."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MINUTES_PER_DAY = 1440
MINUS = "\u2212"
_SENT_WORDS = (("No consumption", "Nothing sent"), ("used", "sent"), ("drew", "sent"), ("use", "export"), ("Use", "Export"))


def number(value: float) -> str:
    """Two or three telling digits, and a true minus: 1,240 · 59.8 · −9.9 · 0.61 · 0.004."""
    if value < 0:
        told = number(-value)
        return told if told.strip("0.") == "" else f"{MINUS}{told}"
    size = value
    if size == 0:
        return "0"
    if size >= 100:
        return f"{value:,.0f}"
    if size >= 1:
        return f"{value:.1f}"
    return f"{value:.2f}" if size >= 0.1 else f"{value:.2g}" if size >= 0.001 else "0.00"


def energy(kwh: float) -> str:
    """``9.9 kWh``, ``12.4 MWh`` from ten thousand kilowatt-hours."""
    if abs(kwh) >= 10_000:
        return f"{number(kwh / 1000.0)} MWh"
    return f"{number(kwh)} kWh"


def energy_span(low_kwh: float, high_kwh: float) -> str:
    """``0.4 to 0.7 kWh``; one energy where both read the same."""
    low, high = energy(low_kwh), energy(high_kwh)
    if low == high:
        return high
    return f"{low.removesuffix(' kWh')} to {high}" if low.endswith(" kWh") and high.endswith(" kWh") else f"{low} to {high}"


def energy_change(before_kwh: float, after_kwh: float) -> str:
    """``12.1 → 15.3 kWh``."""
    before, after = energy(before_kwh), energy(after_kwh)
    return f"{before.removesuffix(' kWh')} → {after}" if before.endswith(" kWh") and after.endswith(" kWh") else f"{before} → {after}"


def power(kw: float) -> str:
    """``148 W`` under a kilowatt, ``3.4 kW`` above, ``1.7 MW`` from a thousand."""
    if abs(kw) >= 1000:
        return f"{number(kw / 1000.0)} MW"
    if abs(kw) >= 0.995:
        return f"{number(kw)} kW"
    watts = round(kw * 1000)
    return f"{MINUS if watts < 0 else ''}{abs(watts)} W"


def duration(minutes: float) -> str:
    """``45 min``, ``2 h 45 min``, ``30 h``, ``13 days``."""
    whole = round(minutes)
    if whole < 60:
        return f"{max(whole, 1)} min"
    if whole < 2 * MINUTES_PER_DAY:
        hours, rest = divmod(whole, 60)
        return f"{hours} h {rest} min" if rest else f"{hours} h"
    return f"{round(whole / MINUTES_PER_DAY)} days"


def times(ratio: float) -> str:
    """``16×``, ``2.4×``."""
    return f"{ratio:,.0f}×" if ratio >= 9.5 else f"{ratio:.1f}×"


def weekday_and_time(moment: datetime) -> str:
    """``Tuesday 02:15``."""
    return f"{WEEKDAYS[moment.weekday()]} {moment:%H:%M}"


def part_of_day(hour: float) -> str:
    """``night``, ``morning``, ``midday``, ``afternoon`` or ``evening``."""
    if hour < 6 or hour >= 23:
        return "night"
    if hour < 11:
        return "morning"
    if hour < 14:
        return "midday"
    return "afternoon" if hour < 17 else "evening"


def count(number_of: int, noun: str) -> str:
    """``1 reading``, ``31 readings``."""
    return f"{number_of:,} {noun}" if number_of == 1 else f"{number_of:,} {noun}s"


def day(moment: datetime) -> str:
    """``2 February 2026``."""
    return f"{moment.day} {moment:%B} {moment.year}"


def listed(words: Sequence[str]) -> str:
    """``24 May``, ``24 and 25 May``, ``24, 25 and 26 May``: each once, in their order."""
    *before, last = dict.fromkeys(words)
    return f"{', '.join(before)} and {last}" if before else last


def of_sent(text: str) -> str:
    """A sentence on energy that is used, told of energy that is sent to the grid."""
    for word, sent in _SENT_WORDS:
        text = re.sub(rf"\b{word}\b", sent, text)
    return text
