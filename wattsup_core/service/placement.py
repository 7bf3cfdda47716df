"""To which meter the readings of a file go, so that the same file sent twice goes to the same meters."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from wattsup_core.countries import country_of_zone
from wattsup_core.errors import BadRequestError
from wattsup_core.readers.result import FileReadings, MeterReadings
from wattsup_core.service.names import meter_name
from wattsup_core.types import Channel, Meter

EXPORT_SUFFIX = " · export"


@dataclass(frozen=True)
class MeterTerms:
    """What a file does not say about a new meter: whose it is, its flat tariff, and a `name` better than the file's own, if any.

    `country` is `None` for that of the file's time zone.
    """

    owner: str = ""
    price_per_kwh: float = Meter.price_per_kwh
    currency: str = Meter.currency
    name: str = ""
    is_sample: bool = False
    country: str | None = None


@dataclass(frozen=True)
class Placement:
    """Readings of a file and the meter they go to."""

    meter: Meter
    readings: MeterReadings


def place(
    file: FileReadings, file_name: str, known: Sequence[Meter], terms: MeterTerms, chosen: Meter | None = None
) -> tuple[Placement, ...]:
    """The meter of each part of `file`, in the file's order.

    Readings go to the `chosen` meter; without one to the known meter of the same owner, name, channel and interval; else to a new
    one, whose id is made of these four: two uploads at once make one meter. Energy sent to the grid is a meter of its own.

    Parameters
    ----------
    file_name
        Names the meter when the file does not.
    known
        The meters of the store.
    terms
        Owner and tariff of new meters.
    chosen
        The meter that a person chose for the file.

    Raises
    ------
    BadRequestError
        When the file cannot go to the chosen meter: it holds several, or readings of another interval.
    """
    if chosen is not None:
        _check_fits(file, chosen)
        terms = terms_of(chosen)
    placements = []
    for part, name in zip(file.meters, _names(file, terms.name or file_name), strict=True):
        if chosen is not None and part.channel is chosen.channel:
            placements.append(Placement(chosen, part))
        else:
            base = name if chosen is None else chosen.name.removesuffix(EXPORT_SUFFIX)
            placements.append(_place_by_name(part, base, file.timezone, known, terms))
    return tuple(placements)


def place_again(
    file: FileReadings, file_name: str, known: Sequence[Meter], earlier: Sequence[Meter], sole: Collection[str]
) -> tuple[Placement, ...]:
    """The meter of each part of a file that is read once more, after its readings went to the meters `earlier`.

    Parameters
    ----------
    sole
        Ids of the meters that have readings of this file alone: they take the zone and the interval found now.
    """
    placements = []
    for part, name in zip(file.meters, _names(file, file_name), strict=True):
        former = _former_meter(part, name, file, earlier)
        if former is not None and former.meter_id in sole:
            former = replace(_in_zone(former, file.timezone), interval_minutes=part.interval_minutes)
        if former is not None and _interval_fits(former, part):
            placements.append(Placement(former, part))
        else:
            placements.append(_place_by_name(part, name, file.timezone, known, terms_of(earlier[0])))
    return tuple(placements)


def terms_of(meter: Meter) -> MeterTerms:
    """The terms a meter has, for another one of the same site."""
    return MeterTerms(meter.owner, meter.price_per_kwh, meter.currency, is_sample=meter.is_sample, country=_said_country(meter))


def _in_zone(meter: Meter, timezone: str) -> Meter:
    """The meter in another zone, and in that zone's country unless a person named one."""
    said = _said_country(meter)
    return replace(meter, timezone=timezone, country=country_of_zone(timezone) if said is None else said)


def _said_country(meter: Meter) -> str | None:
    """The country of a meter if it is not just that of its zone, else `None`."""
    return None if meter.country == country_of_zone(meter.timezone) else meter.country


def _names(file: FileReadings, file_name: str) -> list[str]:
    """The name of each part; where two labels look alike once cleaned, the later one is numbered, so they stay two meters."""
    names: list[str] = []
    taken: Counter[tuple[str, Channel]] = Counter()
    for part in file.meters:
        name = meter_name(part.label, file_name)
        taken[name, part.channel] += 1
        again = taken[name, part.channel]
        names.append(name if again == 1 else f"{name} ({again})")
    return names


def _place_by_name(part: MeterReadings, name: str, timezone: str, known: Sequence[Meter], terms: MeterTerms) -> Placement:
    wanted = _new_meter(part, name, timezone, terms)
    return Placement(next((meter for meter in known if _is_same(meter, wanted, part)), wanted), part)


def _new_meter(part: MeterReadings, name: str, timezone: str, terms: MeterTerms) -> Meter:
    meter = Meter(
        meter_id="",
        name=_with_channel(name, part.channel),
        timezone=timezone,
        interval_minutes=part.interval_minutes,
        channel=part.channel,
        currency=terms.currency,
        price_per_kwh=terms.price_per_kwh,
        owner=terms.owner,
        is_sample=terms.is_sample,
        country=country_of_zone(timezone) if terms.country is None else terms.country,
    )
    identity = repr((meter.owner, meter.name, meter.channel.value, float(meter.interval_minutes)))
    return replace(meter, meter_id="m" + hashlib.blake2b(identity.encode(), digest_size=8).hexdigest())


def _with_channel(name: str, channel: Channel) -> str:
    return name + EXPORT_SUFFIX if channel is Channel.EXPORT else name


def _is_same(meter: Meter, wanted: Meter, part: MeterReadings) -> bool:
    if meter.owner != wanted.owner or meter.channel is not wanted.channel or not _interval_fits(meter, part):
        return False
    return meter.name == wanted.name or meter.meter_id == wanted.meter_id


def _former_meter(part: MeterReadings, name: str, file: FileReadings, earlier: Sequence[Meter]) -> Meter | None:
    candidates = [meter for meter in earlier if meter.channel is part.channel]
    if len(candidates) == 1 and sum(other.channel is part.channel for other in file.meters) == 1:
        return candidates[0]
    return next((meter for meter in candidates if meter.name == _with_channel(name, part.channel)), None)


def _check_fits(file: FileReadings, chosen: Meter) -> None:
    fitting = [part for part in file.meters if part.channel is chosen.channel]
    if len(fitting) > 1:
        raise BadRequestError(
            f"The file holds {len(fitting)} meters, so it cannot go to “{chosen.name}”.",
            "Send it without choosing a meter: each of them gets its own.",
        )
    if not fitting:
        direction = "sent to the grid" if chosen.channel is Channel.EXPORT else "taken from the grid"
        raise BadRequestError(f"The file holds no energy {direction}, as “{chosen.name}” counts it.", "Choose another meter.")
    if not _interval_fits(chosen, fitting[0]):
        raise BadRequestError(
            f"The file has {fitting[0].interval_minutes:g}-minute readings, “{chosen.name}” has {chosen.interval_minutes:g}-minute ones: "
            "mixed, they would count energy twice.",
            "Send it without choosing a meter.",
        )


def _interval_fits(meter: Meter, part: MeterReadings) -> bool:
    """Whether the readings are as far apart as the meter's; one reading alone has no interval to compare."""
    return len(part.readings) < 2 or abs(meter.interval_minutes - part.interval_minutes) < 1 / 60
