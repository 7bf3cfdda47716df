"""What header words mean, in the languages of the exports we know: which column is a time, a flow of energy, a state."""

from __future__ import annotations

import re
from enum import IntEnum
from functools import cache

from wattsup_core.readers.cells import plain_words
from wattsup_core.readers.units import unit_within


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


END_WORDS = ("end", "ende", "until", "bis", "tot", "to", "fin", "hasta", "fim", "ending", "stop", "ended", "ends")
"""Words of a column that marks the end of intervals."""
SIDE_TIME_WORDS = ("revision", "updated", "created", "modified", "received", "processed", "bill", "export", "exported", "changed")
TIME_WORDS = (
    "time timestamp datetime date day ts datum zeit zeitpunkt uhrzeit tijd tijdstip fecha hora data horodate horaire heure debut start begin "
    "from von van begintijd epoch unix messzeitpunkt period interval when opnamedatum instant"
).split()
METER_WORDS = "meter mpan mprn ean esiid nmi cups cpe prm pod pdl contador zaehler zahler meternummer eancode eancodeasn".split()
SITE_WORDS = "house household home site building customer account device sensor plant statistic entity property premise lcl lclid serial".split()
QUALITY_WORDS = (
    "quality qual status validatiestatus validation estado statut flag estimated geschat ersatzwert geschaetzt real estimado metodo actual"
).split()
KIND_WORDS = "type register richting direction flow channel soort kind commodity service surplusgeneration obis".split()
UNIT_WORDS = "unit units uom eenheid einheit unite unidad unidade".split()
ZONE_WORDS = ("time zone", "timezone", "tz", "utc offset", "zeitzone", "tijdzone")
TEMPERATURE_WORDS = "temperature temp temperatuur temperatur temperatura outdoor buitentemperatuur aussentemperatur".split()
GENERIC_WORDS = "value values wert messwert valeur valor waarde amount reading volume quantity qty measurement result state delta sum".split()
ENERGY_WORDS = (
    "energy energie energia consumption consumed consumo consommation verbruik verbrauch usage used use load demand electricity "
    "stroom strom elektriciteit electric kwh wh mwh power leistung vermogen puissance potencia active wattage"
).split()
POWER_WORDS = "power leistung vermogen puissance potencia wattage demand".split()
REGISTER_STEMS = (
    "meter reading", "meterreading", "meterstand", "zaehlerstand", "zahlerstand", "stand ", "register", "cumulative", "counter", "lifetime",
    "total increasing", "lectura", "leitura", "index",
)  # fmt: skip
TARIFF_WORDS = frozenset(
    "t1 t2 t3 t4 1 2 3 4 low high normal normaal dal hoog laag peak offpeak off night day nacht tag dag piek tarif tariff tarief rate "
    "ht nt hp hc hc hp el dutch users laagtarief hoogtarief rate1 rate2 l1 l2 l3 phase shoulder".split()
)

_NOT_ELECTRICITY = "gas gaz water wasser therms therm heat warmte warme chaleur m3 ccf litres liters dl gj".split()
_NOT_ENERGY = (
    "cost price kosten prijs preis precio prix coste custo charge tax eur gbp usd anticipated reactive kvarh kvar var varh lagging leading factor pf cos "
    "phi kva apparent voltage volt volts spannung tension co2 carbon emission emissions percent ratio frequency hz humidity soc irradiance "
    "min max minimum maximum spitze nsm latitude longitude lat lon latency rssi signal score label anomaly expected forecast predicted "
    "lower upper residual severity temperature"
).split()
_NOT_ENERGY_WITHOUT_UNIT = (
    "current intensity ampere amps week weekday weekend month year holiday day hour count event duration minutes interval longueur seconds "
    "year quarter status quality flag"
).split()
_NOT_ENERGY_STEMS = ["reactive", "voltage", "emission", "temperat"]
_BATTERY = "battery charged discharged powerwall akku batterie".split()
_EXPORT = (
    "export exported returned return injection injectie teruglevering terug einspeisung eingespeist surplus vertida sold outgoing feed feedin "
    "retour injetada eingespeiste sent"
).split()
_IMPORT = (
    "import imported delivered offtake afname bezug netzbezug restnetzbezug purchased electricity grid levering geliefert soutiree drawn elektriciteit"
).split()
_PRODUCTION = "produced production generation generated solar pv yield opbrengst erzeugung producao generada inverter produktion gen".split()
_NET = "net netto saldo balance".split()
_CONSUMPTION = (
    "consumption consumed consumo consommation verbruik verbrauch usage used use load house home total overall site whole main mains "
    "household building"
).split()
_WHOLE = frozenset("house home total overall site whole main mains household building use".split())


@cache
def header_words(name: str) -> tuple[str, ...]:
    """The words of a header in lower-case ASCII: ``Usage_kWh`` and ``usageKWh`` both give usage and kwh."""
    spaced = re.sub(r"(?<=[a-z]{2})(?=[A-Z])", " ", name)
    return tuple(re.findall(r"[a-z]+\d*|\d+", plain_words(spaced)))


def has_word(name: str, words: tuple[str, ...] | list[str] | frozenset[str]) -> bool:
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
    words = header_words(name)
    if any(word in _NOT_ELECTRICITY for word in words) or "m³" in name:
        return Flow.NOT_ELECTRICITY
    if any(word in _BATTERY for word in words):
        return Flow.OTHER_ENERGY
    for flow, known in ((Flow.EXPORT, _EXPORT), (Flow.NET, _NET), (Flow.PRODUCTION, _PRODUCTION)):
        if has_word(name, known):
            return flow
    if has_word(name, _CONSUMPTION):
        return Flow.CONSUMPTION
    return Flow.IMPORT if has_word(name, _IMPORT) else Flow.UNNAMED


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


def tariff_base(name: str) -> tuple[str, ...]:
    """A header's words without those that tell tariffs or phases apart."""
    return tuple(word for word in header_words(name) if word not in TARIFF_WORDS and not word.isdigit())
