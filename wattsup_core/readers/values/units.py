"""Units of energy and power: how headers and cells write them, and what they are in kWh or kW."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Unit:
    """A unit of energy (`factor` to kWh) or of mean power (`factor` to kW)."""

    name: str
    factor: float
    is_power: bool = False


KWH = Unit("kWh", 1.0)
WH = Unit("Wh", 1e-3)
KW = Unit("kW", 1.0, is_power=True)
W = Unit("W", 1e-3, is_power=True)

_BY_SPELLING = {
    "kwh": KWH,
    "kwhs": KWH,
    "kwhr": KWH,
    "kilowatthour": KWH,
    "kilowatthours": KWH,
    "kilowattstunden": KWH,
    "wh": WH,
    "whs": WH,
    "watthour": WH,
    "watthours": WH,
    "wattstunden": WH,
    "mwh": Unit("MWh", 1e3),
    "megawatthour": Unit("MWh", 1e3),
    "megawatthours": Unit("MWh", 1e3),
    "gwh": Unit("GWh", 1e6),
    "kw": KW,
    "kwatt": KW,
    "kwatts": KW,
    "kilowatt": KW,
    "kilowatts": KW,
    "w": W,
    "watt": W,
    "watts": W,
    "mw": Unit("MW", 1e3, is_power=True),
    "megawatt": Unit("MW", 1e3, is_power=True),
    "megawatts": Unit("MW", 1e3, is_power=True),
}
_MILLI = {"mWh": Unit("mWh", 1e-6), "mW": Unit("mW", 1e-6, is_power=True)}
_LOOSE = {"w", "mw"}
_VOLUMES = {"m3", "m³", "nm3", "nm³", "ft3", "ft³", "ccf", "mcf", "cubicmetres", "cubicmeters"}


def energy_of(power: Unit) -> Unit:
    """The unit of energy that a power of one of `power` makes in an hour."""
    return Unit(f"{power.name}h", power.factor)


def unit_named(text: str) -> Unit | None:
    """The unit that a text is, and nothing else: ``kWh``, ``[Wh]``, ``(kW)``."""
    bare = re.sub(r"[\s\-_.()\[\]]", "", text)
    return _MILLI.get(bare) or _BY_SPELLING.get(bare.lower())


def is_volume(text: str) -> bool:
    """Whether a text is a unit of volume, in which gas is counted and electricity never is."""
    return re.sub(r"[\s\-_.()\[\]]", "", text).lower() in _VOLUMES


def unit_within(text: str) -> Unit | None:
    """The unit that a header mentions: ``Usage_kWh``, ``Energy Consumed (Wh)``, ``power_w``, ``Real energy in kilowatt-hours``.

    A unit in brackets wins. The letter W alone counts only in brackets, at the end, or before a bracket, since words abbreviate
    to it. What stands after a slash is no unit of the column (``€/kWh``), and a unit per area or mass is none of energy.
    """
    if re.search(r"/\s*(m|k?g)\b|/\s*m[2²3³]", text):
        return None
    before_slash = re.sub(r"/\s*\w+", "", text)
    for inside in re.findall(r"[(\[]([^()\[\]]*)[)\]]", before_slash):
        found = unit_named(inside) or _by_words(inside)
        if found:
            return found
    return _by_words(before_slash)


def _by_words(text: str) -> Unit | None:
    joined = re.sub(r"(?i)\b(kilo|mega)?\s*watt[\s\-]+(hours?)\b", lambda match: f"{match[1] or ''}watt{match[2]}", text)
    spaced = re.sub(r"([a-z]{2})([kKM]?Wh|[kM]W)\b", r"\1 \2", joined)
    words = re.findall(r"[A-Za-z]+", spaced)
    outer_words = re.findall(r"[A-Za-z]+", re.sub(r"[(\[].*", "", spaced))
    for word in words:
        found = _MILLI.get(word) or _BY_SPELLING.get(word.lower())
        is_loose = word.lower() in _LOOSE
        if found and (not is_loose or (outer_words and word == outer_words[-1]) or len(words) == 1):
            return found
    return None
