"""What accounts for an event, as far as sub-meters and the weather tell, in words."""

from __future__ import annotations

from wattsup_core.analysis import phrases
from wattsup_core.analysis.findings import FAULT_KINDS, Pattern
from wattsup_core.analysis.parts import PartExcess
from wattsup_core.analysis.portrait import Portrait

MAIN_SHARE = 0.5
PAIR_SHARE, SECOND_SHARE = 0.7, 0.2
SURE_SHARE = 0.8
WHOLE_SHARE, BEYOND_SHARE = 0.98, 1.25
MIN_DEGREES = 1.0


def accounting_parts(portrait: Portrait) -> tuple[PartExcess, ...]:
    """The one part, or the two, that account for most of the excess; none where the data are at fault or the amount is not the matter."""
    if portrait.kind in FAULT_KINDS or portrait.pattern is not Pattern.LEVEL or not portrait.excess_kwh:
        return ()
    shares = [part.excess_kwh / portrait.excess_kwh for part in portrait.parts[:2]]
    if shares and shares[0] >= MAIN_SHARE:
        return portrait.parts[:1]
    return portrait.parts[:2] if sum(shares) >= PAIR_SHARE and shares[-1] >= SECOND_SHARE else ()


def named_appliance(portrait: Portrait) -> str:
    """The one sub-meter that accounts for most of the excess, "" when there is none."""
    found = accounting_parts(portrait)
    return found[0].name.replace("_", " ") if len(found) == 1 else ""


def is_supported(portrait: Portrait) -> bool:
    """Whether one sub-meter accounts for nearly all of the excess: a second meter that says the same."""
    found = accounting_parts(portrait)
    return bool(named_appliance(portrait)) and found[0].excess_kwh / portrait.excess_kwh >= SURE_SHARE


def account_of(portrait: Portrait) -> str:
    """Which part of the use an excess is, without a full stop: "water heater accounts for 3.1 of the 3.4 kWh"; "" when none stands out."""
    found = accounting_parts(portrait)
    if not found:
        return ""
    names = " and ".join(_name(part) for part in found)
    part_kwh, excess_kwh = abs(sum(part.excess_kwh for part in found)), abs(portrait.excess_kwh)
    if part_kwh > BEYOND_SHARE * excess_kwh:
        return f"{names}: {phrases.energy(part_kwh)} {'more' if portrait.excess_kwh > 0 else 'less'} than usual"
    verb = "accounts" if len(found) == 1 else "account"
    part, whole = phrases.energy(part_kwh), phrases.energy(excess_kwh)
    if part_kwh >= WHOLE_SHARE * excess_kwh or part == whole:
        return f"{names} {verb} for all of the {whole}"
    is_one_unit = part.rpartition(" ")[2] == whole.rpartition(" ")[2]
    return f"{names} {verb} for {part.rpartition(' ')[0] if is_one_unit else part} of the {whole}"


def weather_words(portrait: Portrait) -> str:
    """How far the temperature was from the season's, without a full stop; "" where it is not the cause or hardly was."""
    warmer_c = portrait.warmer_c
    if not portrait.is_weather or warmer_c is None or abs(warmer_c) < MIN_DEGREES:
        return ""
    degrees = round(abs(warmer_c))
    unit = "degree" if degrees == 1 else "degrees"
    return f"it was {degrees} {unit} {'warmer' if warmer_c > 0 else 'colder'} than usual for the season"


def sentences_beside(portrait: Portrait) -> str:
    """The same as whole sentences."""
    told = [words for words in (account_of(portrait), weather_words(portrait)) if words]
    return " ".join(f"{words[0].upper()}{words[1:]}." for words in told)


def _name(part: PartExcess) -> str:
    return part.name.replace("_", " ") or "use that no sub-meter counts"
