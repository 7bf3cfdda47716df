"""What header words mean, in the languages of the exports we know: which column is a time, a flow of energy, a state."""

from __future__ import annotations

import re
from collections.abc import Collection
from enum import IntEnum
from functools import cache

from wattsup_core.readers.table.cells import plain_words
from wattsup_core.readers.values.units import unit_within


class Flow(IntEnum):
    """What energy a column counts, the better main channel first."""

    CONSUMPTION = 0
    UNNAMED = 1
    IMPORT = 2
    NET = 3
    PRODUCTION = 4
    EXPORT = 5
    OTHER_ENERGY = 6
    NOT_ELECTRICITY = 7
    NOT_ENERGY = 8


def words_of(text: str) -> frozenset[str]:
    """The words of a text, separated by spaces."""
    return frozenset(text.split())


END_WORDS = ("end", "ende", "until", "bis", "tot", "to", "fin", "hasta", "fim", "ending", "stop", "ended", "ends")
"""Words of a column that marks the end of intervals."""
SIDE_TIME_WORDS = ("revision", "updated", "created", "modified", "received", "processed", "bill", "export", "exported", "changed")
TIME_WORDS = words_of(
    "time timestamp datetime date day ts datum zeit zeitpunkt uhrzeit tijd tijdstip fecha hora data horodate horaire heure debut "
    "start begin from von van begintijd epoch unix messzeitpunkt period interval when opnamedatum instant"
)
HOUR_WORDS = words_of("hour hora stunde heure uur ora time uhrzeit")
METER_WORDS = words_of("meter mpan mprn ean esiid nmi cups cpe prm pod pdl contador zaehler zahler meternummer eancode eancodeasn")
SITE_WORDS = words_of(
    "house household home site building customer account device sensor plant statistic entity property premise lcl lclid serial"
)
QUALITY_WORDS = words_of(
    "quality qual status validatiestatus validation estado statut flag estimated geschat ersatzwert geschaetzt real estimado metodo actual"
)
KIND_WORDS = words_of("type register richting direction flow channel soort kind commodity service surplusgeneration obis")
UNIT_WORDS = words_of("unit units uom eenheid einheit unite unidad unidade")
TEMPERATURE_WORDS = words_of("temperature temp temperatuur temperatur temperatura outdoor buitentemperatuur aussentemperatur")
PEOPLE_WORDS = words_of(
    "occupancy occupants occupant people persons headcount bewoners personen anwesende anwesenheit belegung ocupacion ocupantes personas "
    "occupation personnes ocupacao pessoas"
)
GENERIC_WORDS = words_of(
    "value values wert messwert valeur valor waarde amount reading volume quantity qty measurement result state delta sum"
)
ENERGY_WORDS = words_of(
    "energy energie energia consumption consumed consumo consommation verbruik verbrauch usage used use load demand electricity "
    "stroom strom elektriciteit electric kwh wh mwh power leistung vermogen puissance potencia active wattage"
)
POWER_WORDS = words_of("power leistung vermogen puissance potencia wattage demand")
REGISTER_STEMS = (
    "meter reading", "meterreading", "meterstand", "zaehlerstand", "zahlerstand", "stand ", "register", "cumulative", "counter", "lifetime",
    "total increasing", "lectura", "leitura", "index",
)  # fmt: skip
TARIFF_WORDS = words_of(
    "t1 t2 t3 t4 1 2 3 4 low high normal normaal dal hoog laag peak offpeak off night day nacht tag dag piek tarif tariff tarief "
    "rate ht nt hp hc hc hp el dutch users laagtarief hoogtarief rate1 rate2 l1 l2 l3 phase shoulder"
)

_NOT_ELECTRICITY = words_of("gas gaz water wasser therms therm heat warmte warme chaleur m3 ccf litres liters dl gj")
_OTHER_SUPPLIES = words_of("gas gaz aardgas erdgas water wasser eau warmte fernwaerme fernwarme")
_ELECTRICITY = words_of("electricity electric elektriciteit electricite elec elek stroom strom power energie energy kwh load")
_ELECTRIC_DEVICES = ("water heater", "heat pump", "water pump", "waterheater", "heatpump", "warmepumpe", "warmtepomp")
"""Devices whose names speak of water or heat and which use electricity."""
_NOT_ENERGY = words_of(
    "cost price kosten prijs preis precio prix coste custo charge tax eur gbp usd anticipated reactive kvarh kvar var varh lagging "
    "leading factor pf cos phi kva apparent voltage volt volts spannung tension co2 carbon emission emissions percent ratio "
    "frequency hz humidity soc irradiance min max minimum maximum spitze nsm latitude longitude lat lon latency rssi signal score "
    "label anomaly expected forecast predicted lower upper residual severity temperature"
)
_NOT_ENERGY_WITHOUT_UNIT = (
    words_of(
        "current intensity ampere amps week weekday weekend month year holiday day hour count event duration minutes interval longueur "
        "seconds year quarter status quality flag"
    )
    | PEOPLE_WORDS
)
_DERIVED = words_of("avg average mean previous last budget target baseline adjusted corrected difference diff estimate estimated remaining")
_NOT_ENERGY_STEMS = ["reactive", "voltage", "emission", "temperat"]
_BATTERY = words_of("battery charged discharged powerwall akku batterie")
_EXPORT = words_of(
    "export exported returned return injection injectie teruglevering terug einspeisung eingespeist surplus vertida sold outgoing "
    "feed feedin retour injetada eingespeiste sent"
)
_IMPORT = words_of(
    "import imported delivered offtake afname bezug netzbezug restnetzbezug purchased electricity grid levering geliefert soutiree "
    "drawn elektriciteit"
)
_PRODUCTION = words_of(
    "produced production generation generated solar pv yield opbrengst erzeugung producao generada inverter produktion gen"
)
_NET = words_of("net netto saldo balance")
_CONSUMPTION = words_of(
    "consumption consumed consumo consommation verbruik verbrauch usage used use load house home total overall site whole main "
    "mains household building"
)
_WHOLE = words_of("house home total overall site whole main mains household building use")


@cache
def header_words(name: str) -> tuple[str, ...]:
    """The words of a header in lower-case ASCII: ``Usage_kWh`` and ``usageKWh`` both give usage and kwh."""
    spaced = re.sub(r"(?<=[a-z]{2})(?=[A-Z])", " ", name)
    return tuple(re.findall(r"[a-z]+\d*|\d+", plain_words(spaced)))


def has_word(name: str, words: Collection[str]) -> bool:
    """Whether a header holds one of `words`; words of six letters and more also count within compounds."""
    found = header_words(name)
    if any(word in found for word in words):
        return True
    joined = "".join(found)
    return any(len(word) >= 6 and word in joined for word in words)


def flow_of(name: str) -> Flow:
    """What energy a column counts, by its header."""
    words = header_words(name)
    outer_words = header_words(re.sub(r"\(.*?\)|\[.*?\]", " ", name))
    if "%" in name or re.search(r"[€$£]", name) or has_word(name, _NOT_ENERGY_STEMS) or any(word in _NOT_ENERGY for word in outer_words):
        return Flow.NOT_ENERGY
    if unit_within(name) is None and any(word in _NOT_ENERGY_WITHOUT_UNIT for word in words):
        return Flow.NOT_ENERGY
    return _direction_of(name)


def flow_of_kind(text: str) -> Flow:
    """What energy a row counts, by the cell that names its kind ("Injection Day", "Gas"); day and night are tariffs here."""
    if has_word(text, _NOT_ENERGY_STEMS) or any(word in _NOT_ENERGY for word in header_words(text)):
        return Flow.NOT_ENERGY
    return _direction_of(text)


def _direction_of(name: str) -> Flow:
    if any(word in _NOT_ELECTRICITY for word in _without_devices(name)) or "m³" in name:
        return Flow.NOT_ELECTRICITY
    if any(word in _BATTERY for word in header_words(name)):
        return Flow.OTHER_ENERGY
    for flow, known in ((Flow.EXPORT, _EXPORT), (Flow.NET, _NET), (Flow.PRODUCTION, _PRODUCTION)):
        if has_word(name, known):
            return flow
    if has_word(name, _CONSUMPTION):
        return Flow.CONSUMPTION
    return Flow.IMPORT if has_word(name, _IMPORT) else Flow.UNNAMED


def _without_devices(name: str) -> list[str]:
    joined = " ".join(header_words(name))
    for device in _ELECTRIC_DEVICES:
        joined = joined.replace(device, " ")
    return joined.split()


def other_supply(file_name: str) -> str:
    """The word with which a file's name says that it is of gas, water or heat; "" where it says so not at all or electricity too."""
    words = _without_devices(file_name)
    found = next((word for word in words if word in _OTHER_SUPPLIES), "")
    return "" if any(word in _ELECTRICITY for word in words) else found


def names_register(name: str) -> bool:
    """Whether a header says that its values are readings of a running register."""
    spaced = " ".join(header_words(name)) + " "
    return any(stem in spaced for stem in REGISTER_STEMS)


def names_energy(name: str) -> bool:
    """Whether a header speaks of energy or power, with or without a unit."""
    return has_word(name, ENERGY_WORDS)


def names_power(name: str) -> bool:
    """Whether a header means power rather than energy."""
    return has_word(name, POWER_WORDS) and not has_word(name, ["energy", "energie", "kwh", "wh"])


def names_energy_itself(name: str) -> bool:
    """Whether a header says energy in so many words."""
    return any(word in {"energy", "energie", "energia"} for word in header_words(name))


def names_whole(name: str) -> bool:
    """Whether a header says that it counts the whole site."""
    return any(word in _WHOLE for word in header_words(name))


def names_nothing_more(name: str) -> bool:
    """Whether a header says energy, its unit or its tariff, and nothing more."""
    known = ENERGY_WORDS | GENERIC_WORDS | TARIFF_WORDS | {"kw", "w", "mw"}
    return all(word in known or word.isdigit() for word in header_words(name))


def names_part(name: str) -> bool:
    """Whether a header names a part of the site: a word beyond those for energy and its units, and none of a figure made from others."""
    return not names_nothing_more(name) and not any(word in _DERIVED for word in header_words(name))


def tariff_base(name: str) -> tuple[str, ...]:
    """A header's words without those that tell tariffs or phases apart."""
    return tuple(word for word in header_words(name) if word not in TARIFF_WORDS and not word.isdigit())
