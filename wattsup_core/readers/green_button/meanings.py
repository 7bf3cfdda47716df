"""What a ReadingType says that its readings count, by the codes of ESPI (NAESB REQ.21, after IEC 61968-9)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

from wattsup_core.types import Channel

WATT_HOURS, WATTS = "72", "38"
SCALES = {-3: "m", 0: "", 3: "k", 6: "M", 9: "G"}
MOST_POWER = 12
_ELECTRIC_COMMODITIES = frozenset({"", "0", "1", "2"})
_ELECTRIC_SERVICES = frozenset({"", "0"})
_SUPPLIES = {
    "4": "air", "7": "natural gas", "8": "propane", "9": "water", "10": "steam", "11": "waste water", "12": "heating", "13": "cooling",
}  # fmt: skip
_SERVICES = {"1": "gas", "2": "water", "4": "heat", "6": "sewerage"}
_OTHER_SUPPLY_UNITS = {
    "31": "joules", "42": "cubic metres", "61": "apparent power", "63": "reactive power", "71": "apparent energy", "73": "reactive energy",
    "119": "cubic feet", "128": "gallons", "129": "gallons", "132": "BTU", "134": "litres", "169": "therms",
}  # fmt: skip
_NO_ENERGY = {"5": "current", "23": "temperature", "29": "voltage", "33": "frequency", "65": "power factor", "106": "ampere-hours"}
_EXTREMES = {"8": "highest", "9": "lowest"}
_REGISTERS = frozenset({"1", "2", "3", "9", "13", "14"})
"""Accumulations that run on: bulk quantity, (continuous) cumulative, summation, latching and bounded quantity."""
_NET, _REVERSE = "4", "19"
_ESTIMATED = (8, 9, 11, 12)
_QUESTIONABLE = (10,)


class Use(IntEnum):
    """What readings are good for, the better first."""

    ENERGY = 0
    REGISTER = 1
    POWER = 2
    NO_ENERGY = 3
    OTHER_SUPPLY = 4
    UNKNOWN = 5


@dataclass(frozen=True)
class Meaning:
    """What readings count.

    Attributes
    ----------
    use
        Energy of intervals, readings of a register, mean power, or nothing that is read here.
    words
        What else it is, for people; "" for energy and power.
    exponent
        The power of ten of the values, in Wh or W.
    channel, is_net
        The direction, and whether energy sent was taken off.
    length_s
        The interval when a reading names none, 0 where unknown [s].
    quality
        ESPI's code of readings that name none, -1 where there is none.
    """

    use: Use
    words: str = ""
    exponent: int = 0
    channel: Channel = Channel.IMPORT
    is_net: bool = False
    length_s: int = 0
    quality: int = -1

    @property
    def unit(self) -> str:
        """The unit of the values as the file writes them."""
        base = "W" if self.use is Use.POWER else "Wh"
        return f"{SCALES[self.exponent]}{base}" if self.exponent in SCALES else f"10^{self.exponent} {base}"


def meaning_of(reading_type: Mapping[str, str], service: str) -> Meaning:
    """What a ReadingType's fields and the kind of its UsagePoint's service say."""
    use, words = _use_of(reading_type, service)
    flow = reading_type.get("flowDirection", "")
    return Meaning(
        use=use,
        words=words,
        exponent=_number(reading_type.get("powerOfTenMultiplier", ""), 0),
        channel=Channel.EXPORT if flow == _REVERSE else Channel.IMPORT,
        is_net=flow == _NET,
        length_s=max(_number(reading_type.get("intervalLength", ""), 0), 0),
        quality=_number(reading_type.get("defaultQuality", ""), -1),
    )


def _use_of(reading_type: Mapping[str, str], service: str) -> tuple[Use, str]:
    commodity, unit = reading_type.get("commodity", ""), reading_type.get("uom", "")
    if commodity not in _ELECTRIC_COMMODITIES:
        return Use.OTHER_SUPPLY, _SUPPLIES.get(commodity, f"commodity {commodity[:8]}")
    if commodity in {"", "0"} and service not in _ELECTRIC_SERVICES:
        return Use.OTHER_SUPPLY, _SERVICES.get(service, f"service {service[:8]}")
    if unit in _OTHER_SUPPLY_UNITS:
        return Use.OTHER_SUPPLY, _OTHER_SUPPLY_UNITS[unit]
    if unit not in {WATT_HOURS, WATTS}:
        is_said = unit not in {"", "0"}
        return (Use.NO_ENERGY, _NO_ENERGY.get(unit, f"unit {unit[:8]}")) if is_said else (Use.UNKNOWN, "readings without a unit")
    if abs(_number(reading_type.get("powerOfTenMultiplier", ""), 0)) > MOST_POWER:
        return Use.UNKNOWN, "readings with an unlikely power of ten"
    extreme = _EXTREMES.get(reading_type.get("dataQualifier", ""))
    if extreme:
        return Use.NO_ENERGY, f"the {extreme} power or energy"
    if unit == WATTS:
        return Use.POWER, "power"
    return (Use.REGISTER, "readings of a register") if reading_type.get("accumulationBehaviour") in _REGISTERS else (Use.ENERGY, "")


def is_estimated(code: int) -> bool:
    """Whether a quality code says that a value was estimated, derived or foreseen rather than measured."""
    return code in _ESTIMATED


def is_questionable(code: int) -> bool:
    """Whether a quality code says that a value has failed a check."""
    return code in _QUESTIONABLE


def _number(text: str, other: int) -> int:
    return int(text) if re.fullmatch(r"[+-]?\d{1,6}", text, re.ASCII) else other
