"""Which column is what: the times, the energy of the main channel and of the export, meter, quality, and what is kept beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from wattsup_core.analysis.quality import issue
from wattsup_core.errors import BadRequestError, FileRefusedError
from wattsup_core.readers.columns.beside import BesideColumn, find_beside, told_beside
from wattsup_core.readers.columns.dialects import Dialect, find_dialect
from wattsup_core.readers.columns.energy import ValueChoice, choose_export, choose_main, left_out
from wattsup_core.readers.columns.facts import ColumnFacts, learn_columns, told_names
from wattsup_core.readers.columns.vocabulary import (
    END_WORDS,
    KIND_WORDS,
    METER_WORDS,
    QUALITY_WORDS,
    SIDE_TIME_WORDS,
    SITE_WORDS,
    TIME_WORDS,
    UNIT_WORDS,
    Flow,
    flow_of_kind,
    has_word,
    header_words,
    names_energy_itself,
    names_power,
)
from wattsup_core.readers.table.cells import Table, plain_words
from wattsup_core.readers.values.units import KW, KWH, Unit, energy_of, unit_named
from wattsup_core.types import UNITS, IssueSeverity, QualityIssue


@dataclass(frozen=True)
class TimeColumns:
    """Places of the columns that make up an instant: a date with or without a time of day, a clock, a zone."""

    stamp: int
    clock: int | None = None
    zone: int | None = None
    is_end: bool = False


@dataclass(frozen=True)
class ColumnPlan:
    """What each column of a table is for, as places.

    `unit` is that of the main channel's columns; `unit_is_named` says whether the file (or its known layout) names it, `unit_is_said`
    whether a person did, which counts for the export too.
    """

    time: TimeColumns
    main: ValueChoice
    export: ValueChoice | None
    unit: Unit
    unit_is_named: bool
    unit_column: int | None
    meter: int | None
    kind: int | None
    quality: int | None
    beside: tuple[BesideColumn, ...]
    voltage: ColumnFacts | None
    dialect: Dialect | None
    unit_is_said: bool = False
    issues: list[QualityIssue] = field(default_factory=list)

    @property
    def places(self) -> list[int]:
        """Every column that is needed."""
        optional = (self.time.clock, self.time.zone, self.unit_column, self.meter, self.kind, self.quality)
        export = self.export.places if self.export else ()
        wanted = {self.time.stamp, *self.main.places, *export, *(each.column.place for each in self.beside)}
        return sorted(wanted | {place for place in optional if place is not None})


def plan_columns(table: Table) -> ColumnPlan:
    """Decide what each column of `table` is for.

    Raises
    ------
    FileRefusedError
        When there is no column of times or of energy, or two could be the energy and nothing tells which.
    """
    facts = learn_columns(table)
    dialect = find_dialect(table.header)
    time = find_time(facts)
    if dialect and dialect.marks_end:
        time = replace(time, is_end=True)
    used = {time.stamp, time.clock, time.zone}
    others = [column for column in facts if column.place not in used and not _is_time(column)]
    text_columns = _find_text_columns(others)
    candidates = [column for column in others if column.place not in text_columns.values()]
    main = choose_main(candidates, dialect)
    export = choose_export(candidates, main, dialect)
    unit_column = _nearest_unit_column(others, main)
    unit, is_named = _find_unit(main, table, dialect, facts[unit_column].texts if unit_column is not None else frozenset())
    beside = find_beside(candidates, main, export, unit, dialect)
    left = left_out(candidates, main, export, [each.column for each in beside])
    return ColumnPlan(
        time=time,
        main=main,
        export=export,
        unit=unit,
        unit_is_named=is_named,
        unit_column=unit_column,
        meter=text_columns.get("meter"),
        kind=text_columns.get("kind"),
        quality=text_columns.get("quality"),
        beside=beside,
        voltage=next((column for column in candidates if column.is_numeric and "voltage" in header_words(column.name)), None),
        dialect=dialect,
        issues=[*main.issues, *_told(left, main, export), *told_beside(beside)],
    )


def in_unit(plan: ColumnPlan, name: str | None) -> ColumnPlan:
    """`plan` with the unit that a person said, if any.

    Raises
    ------
    BadRequestError
        When that is not one of `UNITS`.
    """
    if name is None:
        return plan
    unit = unit_named(name) if name in UNITS else None
    if unit is None:
        raise BadRequestError(f"“{name}” is not a unit of readings.", f"Choose one of {', '.join(UNITS)}.")
    return replace(plan, unit=unit, unit_is_named=True, unit_is_said=True, unit_column=None)


def find_time(facts: Sequence[ColumnFacts]) -> TimeColumns:
    """The columns that make up each row's instant.

    Of several, one that is not named as an interval's end or as a revision, and one with date and time, comes first.
    """
    dated = [column for column in facts if column.stamps + column.dates >= 0.5]
    dated = dated or [column for column in facts if column.epoch and (has_word(column.name, TIME_WORDS) or not any(facts_names(facts)))]
    if not dated:
        raise FileRefusedError(*_no_time(facts))
    best = min(dated, key=lambda column: (_is_side(column), _is_end(column), column.stamps < 0.5, column.place))
    if best.dates > best.stamps:
        clocks = [column for column in facts if (column.clocks >= 0.5 or column.is_hours) and column is not best]
        clock = min(clocks, key=lambda column: (_is_end(column), column.place), default=None)
    else:
        clock = None
    zone = next((column.place for column in facts if column.offsets >= 0.5 and "zone" in plain_words(column.name)), None)
    is_end = _is_end(best) or (clock is not None and _is_end(clock))
    return TimeColumns(best.place, clock.place if clock else None, zone, is_end)


def facts_names(facts: Sequence[ColumnFacts]) -> list[str]:
    """The columns' names."""
    return [column.name for column in facts]


def _no_time(facts: Sequence[ColumnFacts]) -> tuple[str, str]:
    named = next((column for column in facts if has_word(column.name, TIME_WORDS) and column.texts), None)
    if named:
        example = sorted(named.texts)[0][:40]
        return f"No time in column “{named.name}” can be read, for example “{example}”.", "Write times like 2026-01-31 14:30."
    return (
        f"No column with dates and times was found; the columns are {told_names(facts_names(facts))}.",
        "Add a column such as “timestamp”.",
    )


def _is_end(column: ColumnFacts) -> bool:
    words = header_words(column.name)
    return any(word in END_WORDS for word in words) and not any(word in {"start", "from", "begin", "von", "van", "debut"} for word in words)


def _is_side(column: ColumnFacts) -> bool:
    return any(word in SIDE_TIME_WORDS for word in header_words(column.name))


def _is_time(column: ColumnFacts) -> bool:
    return column.stamps + column.dates + column.clocks + column.offsets >= 0.5 or column.is_hours


def _find_text_columns(columns: Sequence[ColumnFacts]) -> dict[str, int]:
    """Places of the columns that name the meter, the kind of energy, the quality and the unit of a row."""
    found: dict[str, int] = {}
    texts = [column for column in columns if column.is_text]
    unit = next((column for column in texts if column.unit_cells >= 0.5 and has_word(column.name, UNIT_WORDS)), None)
    if unit:
        found["unit"] = unit.place
    quality = next((column for column in columns if _is_quality(column)), None)
    if quality:
        found["quality"] = quality.place
    kind = next((c for c in texts if any(word in KIND_WORDS for word in header_words(c.name)) and tells_flow(c.texts)), None)
    if kind:
        found["kind"] = kind.place
    meters = [column for column in columns if _is_meter(column) and column.place not in found.values()]
    if meters:
        found["meter"] = max(meters, key=lambda column: (len(column.texts), -column.place)).place
    return found


def tells_flow(texts: frozenset[str]) -> bool:
    """Whether the cells of a column tell energy drawn from energy sent or from other supplies (consumption and surplus, gas)."""
    return len(texts) <= 24 and any(flow_of_kind(text) in {Flow.EXPORT, Flow.PRODUCTION, Flow.NOT_ELECTRICITY} for text in texts)


def _is_meter(column: ColumnFacts) -> bool:
    words = header_words(column.name)
    if (
        column.unit is not None
        or column.filled < 0.5
        or any(word in {"type", "reading", "stand", "status", "make", "model"} for word in words)
    ):
        return False
    is_named = any(word in METER_WORDS for word in words) or (
        any(word in SITE_WORDS for word in words) and (column.is_text or "id" in words or "number" in words)
    )
    has_fraction = any("." in text and text.replace(".", "").isdigit() for text in column.texts)
    return is_named and not has_fraction and not column.names_register


def _is_quality(column: ColumnFacts) -> bool:
    return (
        (column.is_text or column.filled == 0) and column.unit is None and any(word in QUALITY_WORDS for word in header_words(column.name))
    )


def _find_unit(main: ValueChoice, table: Table, dialect: Dialect | None, unit_cells: frozenset[str]) -> tuple[Unit, bool]:
    """The main channel's unit and whether it is named: by a column of units, the header, the known layout, or beside the table.

    Cells of units that differ are each converted; the channel is then in kWh, or kW when they are powers. A header that says energy and
    names a unit of power contradicts itself: it is taken for energy, and the unit for unnamed.
    """
    in_cells = {unit for cell in unit_cells if (unit := unit_named(cell))}
    if in_cells:
        return (in_cells.pop() if len(in_cells) == 1 else KW if all(unit.is_power for unit in in_cells) else KWH), True
    named = next((column.unit for column in main.columns if column.unit), None)
    if named and named.is_power and names_energy_itself(main.columns[0].name):
        return energy_of(named), False
    if named:
        return named, True
    if dialect:
        return dialect.unit, True
    beside = unit_named(table.default_unit) or _unit_in_preamble(table.preamble)
    if beside:
        return beside, True
    return (KW if any(names_power(column.name) for column in main.columns) else KWH), False


def _unit_in_preamble(preamble: str) -> Unit | None:
    """The one unit that stands as a cell of its own above the header."""
    cells = [cell.strip() for line in preamble.splitlines() for part in line.split(";") for cell in part.split(",")]
    found = {unit for cell in cells if (unit := unit_named(cell))}
    return found.pop() if len(found) == 1 else None


def _nearest_unit_column(columns: Sequence[ColumnFacts], main: ValueChoice) -> int | None:
    """The column of units that belongs to the main channel: the first to its right, else the last before it."""
    units = [column.place for column in columns if column.unit_cells >= 0.5 and has_word(column.name, UNIT_WORDS)]
    right = [place for place in units if place > main.places[0]]
    return right[0] if right else (units[-1] if units else None)


def _told(others: Sequence[ColumnFacts], main: ValueChoice, export: ValueChoice | None) -> list[QualityIssue]:
    """Notes on the value columns that were chosen, and on those that were not."""
    notes = []
    not_electricity = [column.name for column in others if column.flow is Flow.NOT_ELECTRICITY]
    energies = [column.name for column in others if column.flow is not Flow.NOT_ELECTRICITY]
    if not_electricity:
        message = f"{told_names(not_electricity)}: not electricity, left out."
        notes.append(issue("not_electricity", message, len(not_electricity), severity=IssueSeverity.INFO))
    if main.columns[0].flow is Flow.PRODUCTION:
        message = f"{told_names([main.columns[0].name])} is energy produced, not used."
        notes.append(issue("produced_energy", message, 1, severity=IssueSeverity.INFO))
    if (energies and not main.issues) or export or len(main.columns) > 1:
        added = "the sum of " if len(main.columns) > 1 else ""
        message = f"The readings are {added}{told_names([column.name for column in main.columns])}."
        if export:
            message += f" {told_names([column.name for column in export.columns])} became a second meter of energy sent to the grid."
        if energies:
            message += f" Not used: {told_names(energies)}."
        notes.append(issue("extra_value_columns", message, len(energies), severity=IssueSeverity.INFO))
    return notes
