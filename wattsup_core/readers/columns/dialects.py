"""Exports whose headers leave a fact unsaid: what their makers document, by the header's signature."""

from __future__ import annotations

from dataclasses import dataclass

from wattsup_core.readers.columns.vocabulary import header_words
from wattsup_core.readers.values.units import KW, KWH, WH, Unit, W


@dataclass(frozen=True)
class Dialect:
    """A known table layout.

    Attributes
    ----------
    name
        For people.
    header
        Column names, or beginnings of them, that all must be there, as their words joined by spaces.
    unit
        Unit of value columns whose header names none.
    is_register
        Whether the values are readings of running registers; `None` when the values themselves tell.
    marks_end
        Whether stamps mark the end of intervals.
    import_columns, export_columns
        Names of the columns that add up to the energy drawn and sent, where the words do not tell.
    part_columns, part_unit
        Names of sub-meters, and the unit of their values.
    """

    name: str
    header: tuple[str, ...]
    unit: Unit = KWH
    is_register: bool | None = None
    marks_end: bool = False
    import_columns: tuple[str, ...] = ()
    export_columns: tuple[str, ...] = ()
    part_columns: tuple[str, ...] = ()
    part_unit: Unit = KWH


DIALECTS = (
    # UCI data set 235: household global minute-averaged active power in kW, three circuits in Wh
    Dialect(
        "UCI household",
        ("global active power", "global intensity"),
        unit=KW,
        part_columns=("sub metering 1", "sub metering 2", "sub metering 3"),
        part_unit=WH,
    ),
    # dsmr-reader, export of hours: kWh consumed and returned per tariff, gas in m3
    Dialect("DSMR-reader", ("hour start", "electricity 1", "electricity 1 returned")),
    # HomeWizard Energy app: totals of the meter's registers
    Dialect("HomeWizard", ("time", "import t1 kwh", "export t1 kwh"), is_register=True),
    Dialect("HomeWizard", ("time", "import kwh", "export kwh"), is_register=True),
    # Greenchoice "meterstanden": register readings in kWh
    Dialect(
        "Greenchoice",
        ("opname datum", "stand normaal"),
        is_register=True,
        import_columns=("stand normaal", "stand dal"),
        export_columns=("teruglevering normaal", "teruglevering dal"),
    ),
    # Enedis "courbe de charge": mean power in W over the step that ends at the stamp
    Dialect("Enedis", ("horodate", "valeur"), unit=W, marks_end=True),
    # Octopus Energy API: kWh of the interval
    Dialect("Octopus", ("consumption", "interval start", "interval end")),
    # Engie NL, long form with the kind of energy in a column of its own
    Dialect("Engie", ("datum", "ean", "verbruik", "type", "piek")),
    # Liander: daily use of the four DSMR registers 1.8.1, 1.8.2, 2.8.1, 2.8.2
    Dialect(
        "Liander",
        ("eancodeasn", "meterreadingdate", "usage1", "usage2"),
        is_register=False,
        import_columns=("usage1", "usage2"),
        export_columns=("usage3", "usage4"),
    ),
)


def find_dialect(header: tuple[str, ...]) -> Dialect | None:
    """The known layout a header belongs to."""
    names = [joined_words(name) for name in header]
    for dialect in DIALECTS:
        if all(any(name == wanted or name.startswith(wanted + " ") for name in names) for wanted in dialect.header):
            return dialect
    return None


def joined_words(name: str) -> str:
    """A header's words joined by single spaces."""
    return " ".join(header_words(name))
