"""Which columns tell what else is known of each interval: temperature, people, own production, and the parts of the site."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from wattsup_core.analysis.quality import issue
from wattsup_core.frames import CovariateRole
from wattsup_core.readers.columns.dialects import Dialect, joined_words
from wattsup_core.readers.columns.energy import ValueChoice
from wattsup_core.readers.columns.facts import ColumnFacts, told_names
from wattsup_core.readers.columns.vocabulary import (
    PEOPLE_WORDS,
    TEMPERATURE_WORDS,
    Flow,
    has_word,
    header_words,
    names_part,
    names_whole,
)
from wattsup_core.readers.values.units import Unit
from wattsup_core.types import IssueSeverity, QualityIssue

MAX_PARTS = 12
SENT_FLOWS = (Flow.EXPORT, Flow.PRODUCTION)
_TOLD = {
    CovariateRole.TEMPERATURE: "temperature",
    CovariateRole.PEOPLE: "people",
    CovariateRole.PRODUCED: "own production",
    CovariateRole.PART: "parts of the use",
}


@dataclass(frozen=True)
class BesideColumn:
    """A column that is kept beside the readings, and what it tells; energies have a unit."""

    column: ColumnFacts
    role: CovariateRole

    @property
    def is_energy(self) -> bool:
        return self.role in {CovariateRole.PRODUCED, CovariateRole.PART}

    @property
    def is_fahrenheit(self) -> bool:
        """Whether a temperature is in degrees Fahrenheit."""
        words = header_words(self.column.name)
        return "°F" in self.column.name or "fahrenheit" in words or "f" in words


def find_beside(
    candidates: Sequence[ColumnFacts], main: ValueChoice, export: ValueChoice | None, unit: Unit, dialect: Dialect | None
) -> tuple[BesideColumn, ...]:
    """The columns to keep beside the channel of `main`, whose unit is `unit`.

    Of temperatures and counts of people the first is taken. Production counts where the channel itself is not energy sent or produced.
    """
    used = {*main.places, *(export.places if export else ())}
    free = [column for column in candidates if column.is_numeric and column.place not in used]
    degrees = next((column for column in candidates if column.is_numeric and has_word(column.name, TEMPERATURE_WORDS)), None)
    people = next((column for column in free if column.unit is None and has_word(column.name, PEOPLE_WORDS)), None)
    made = [column for column in free if column.flow is Flow.PRODUCTION and not column.names_register]
    produced = [] if main.flow in SENT_FLOWS else [replace(column, unit=column.unit or unit) for column in made[:1]]
    found = [(degrees, CovariateRole.TEMPERATURE), (people, CovariateRole.PEOPLE)]
    found += [(column, CovariateRole.PRODUCED) for column in produced]
    found += [(column, CovariateRole.PART) for column in _parts(free, main, dialect)]
    return tuple(BesideColumn(column, role) for column, role in found if column is not None)


def _parts(free: Sequence[ColumnFacts], main: ValueChoice, dialect: Dialect | None) -> list[ColumnFacts]:
    """Columns of parts of the site: with a unit of their own, beside a main column that counts the whole."""
    if dialect and dialect.part_columns:
        return [replace(column, unit=dialect.part_unit) for column in free if joined_words(column.name) in dialect.part_columns]
    name = main.columns[0].name
    if main.columns[0].unit is None or (names_part(name) and not names_whole(name)):
        return []
    named = [column for column in free if column.unit and column.flow is Flow.UNNAMED and not column.names_register]
    return [column for column in named if names_part(column.name)][:MAX_PARTS]


def told_beside(beside: Sequence[BesideColumn]) -> list[QualityIssue]:
    """A note on what is kept beside the readings, in the file's own words."""
    if not beside:
        return []
    names = {role: [each.column.name for each in beside if each.role is role] for role in _TOLD}
    told = [f"{words} ({told_names(names[role])})" for role, words in _TOLD.items() if names[role]]
    return [issue("covariates", f"Kept beside the readings: {', '.join(told)}.", len(beside), severity=IssueSeverity.INFO)]
