"""Which value columns are the site's energy: the documented order of preference.

The main channel is the site's own use (consumption, usage) before energy drawn from the grid, before net energy, production and
energy sent; energies of intervals before register readings; energy before power; a named unit before none. Columns that differ
only by tariff or phase (T1 and T2, low and normal) are added up. Energy sent to the grid becomes a second meter. Of columns with
equal claim one that is named the whole site wins, then the first, and the person is told; of two with one name the fuller
one, and if both are full the file is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from wattsup_core.analysis.quality import issue
from wattsup_core.errors import FileRefusedError
from wattsup_core.readers.columns.dialects import Dialect, joined_words
from wattsup_core.readers.columns.facts import ColumnFacts, told_name, told_names
from wattsup_core.readers.columns.vocabulary import (
    GENERIC_WORDS,
    Flow,
    has_word,
    names_energy,
    names_nothing_more,
    names_power,
    names_whole,
    tariff_base,
)
from wattsup_core.types import QualityIssue

HARDLY_FILLED = 0.5


@dataclass(frozen=True)
class ValueChoice:
    """The columns that add up to one channel."""

    columns: tuple[ColumnFacts, ...]
    issues: tuple[QualityIssue, ...] = field(default=())

    @property
    def places(self) -> tuple[int, ...]:
        return tuple(column.place for column in self.columns)

    @property
    def flow(self) -> Flow:
        return self.columns[0].flow

    @property
    def names_register(self) -> bool:
        return self.columns[0].names_register


def choose_main(candidates: Sequence[ColumnFacts], dialect: Dialect | None) -> ValueChoice:
    """The columns of the main channel.

    Raises
    ------
    FileRefusedError
        When no column holds energy, or nothing tells which of several does.
    """
    known = _by_name(candidates, dialect.import_columns if dialect else ())
    if known:
        return ValueChoice(known)
    energies = energy_columns(candidates)
    if not energies:
        raise FileRefusedError(*_no_energy(candidates))
    best = min(energies, key=lambda column: _preference(column, energies))
    rivals = [column for column in energies if _preference(column, energies) == _preference(best, energies)]
    return _settle(rivals)


def choose_export(candidates: Sequence[ColumnFacts], main: ValueChoice, dialect: Dialect | None) -> ValueChoice | None:
    """The columns of energy sent to the grid, when they are not the main channel already."""
    known = _by_name(candidates, dialect.export_columns if dialect else ())
    if known:
        return ValueChoice(known)
    sent = [column for column in energy_columns(candidates) if column.flow is Flow.EXPORT and column.place not in main.places]
    if not sent:
        return None
    best = min(_preference(column, sent) for column in sent)
    rivals = [column for column in sent if _preference(column, sent) == best]
    return ValueChoice(_summands(rivals) or (rivals[0],))


def energy_columns(candidates: Sequence[ColumnFacts]) -> list[ColumnFacts]:
    """The columns that can be energy: with a unit or a word for it, else of a general name, else the only column of numbers left."""
    possible = [
        c for c in candidates if c.flow < Flow.NOT_ELECTRICITY and (c.is_numeric or (c.unit and not c.is_text) or _is_blank_energy(c))
    ]
    named = [column for column in possible if column.unit or names_energy(column.name) or _tells_energy(column)]
    general = [column for column in possible if has_word(column.name, GENERIC_WORDS)]
    unclear = [column for column in possible if column.is_numeric]
    fitting = named or general or (unclear if len(unclear) == 1 else [])
    return [column for column in fitting if column.is_numeric] or fitting


def whole_of(rivals: Sequence[ColumnFacts]) -> ColumnFacts | None:
    """The one column that is named the whole site; where none is, the one that says energy and nothing more."""
    wholes = [column for column in rivals if names_whole(column.name)] or [column for column in rivals if names_nothing_more(column.name)]
    return wholes[0] if len(wholes) == 1 else None


def left_out(
    candidates: Sequence[ColumnFacts], main: ValueChoice, export: ValueChoice | None, beside: Sequence[ColumnFacts]
) -> list[ColumnFacts]:
    """Columns of energy or of other supplies that are neither a channel's nor kept `beside` one."""
    used = {*main.places, *(export.places if export else ()), *(column.place for column in beside)}
    energies = [column for column in energy_columns(candidates) if column.place not in used]
    others = [column for column in candidates if column.flow is Flow.NOT_ELECTRICITY and column.filled > 0]
    return [*energies, *others]


def _is_blank_energy(column: ColumnFacts) -> bool:
    """Whether a column without a single number is still named as energy, so that the file is "no readings", not "no column"."""
    return names_energy(column.name) or has_word(column.name, GENERIC_WORDS)


def _tells_energy(column: ColumnFacts) -> bool:
    return column.names_register or column.flow in {Flow.IMPORT, Flow.EXPORT, Flow.PRODUCTION, Flow.CONSUMPTION}


def _preference(column: ColumnFacts, among: Sequence[ColumnFacts]) -> tuple[bool, int, bool, bool, bool]:
    """The sort key of the documented order; columns without numbers come last."""
    is_power = column.unit.is_power if column.unit else names_power(column.name)
    flow = Flow.IMPORT if column.flow is Flow.UNNAMED and any(c.flow is Flow.IMPORT for c in among) and column.unit is None else column.flow
    return (not column.is_numeric, int(flow), column.names_register, is_power, column.unit is None)


def _by_name(candidates: Sequence[ColumnFacts], names: tuple[str, ...]) -> tuple[ColumnFacts, ...]:
    return tuple(column for column in candidates if joined_words(column.name) in names)


def _settle(rivals: Sequence[ColumnFacts]) -> ValueChoice:
    """One choice among columns of equal claim."""
    if len(rivals) == 1:
        return ValueChoice((rivals[0],))
    names = {column.name.strip().lower() for column in rivals}
    if len(names) < len(rivals):
        return _fuller_namesake(rivals)
    summands = _summands(rivals)
    if summands:
        return ValueChoice(summands)
    whole = whole_of(rivals)
    if whole:
        return ValueChoice((whole,))
    return ValueChoice((rivals[0],), (_picked_first(rivals),))


def _summands(rivals: Sequence[ColumnFacts]) -> tuple[ColumnFacts, ...]:
    """The rivals, when they differ only by tariff or phase and so add up to the channel."""
    bases = {tariff_base(column.name) for column in rivals}
    is_split = len(rivals) > 1 and len(bases) == 1 and bases != {()}
    return tuple(rivals) if is_split and len({joined_words(column.name) for column in rivals}) == len(rivals) else ()


def _fuller_namesake(rivals: Sequence[ColumnFacts]) -> ValueChoice:
    full = [column for column in rivals if column.filled >= HARDLY_FILLED]
    if len(full) != 1:
        message = f"More than one column is named “{rivals[0].name}”, and their numbers differ."
        raise FileRefusedError(message, "Keep the one with the meter's energy, or give them different names.")
    message = f"Of the columns named “{full[0].name}” the one with a value in every row was read."
    return ValueChoice((full[0],), (issue("extra_value_columns", message, len(rivals) - 1),))


def _picked_first(rivals: Sequence[ColumnFacts]) -> QualityIssue:
    others = told_names([column.name for column in rivals[1:]])
    message = f"Several columns could be the meter's energy: “{told_name(rivals[0].name)}” was read, not {others}."
    return issue("extra_value_columns", message, len(rivals) - 1)


def _no_energy(candidates: Sequence[ColumnFacts]) -> tuple[str, str]:
    names = told_names([column.name for column in candidates]) or "none"
    if any(column.flow is Flow.NOT_ELECTRICITY for column in candidates):
        return f"This file holds no electricity; its value columns are {names}.", "WattsUp reads electricity meters."
    return f"No column with energy was found; the other columns are {names}.", "Name the energy column “kWh”."
