"""Which readings of a file become a meter, under which name, and which are left aside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from wattsup_core.analysis.quality import issue
from wattsup_core.errors import BadRequestError, FileRefusedError
from wattsup_core.readers.columns.facts import told_names
from wattsup_core.readers.green_button.links import Source
from wattsup_core.readers.green_button.meanings import Meaning, Use
from wattsup_core.readers.rows.series import MAX_METERS, distinct_labels, shown_label
from wattsup_core.readers.values.units import unit_named
from wattsup_core.timegrid import NO_TIME
from wattsup_core.types import UNITS, Channel, IssueSeverity, QualityIssue

READ = (Use.ENERGY, Use.REGISTER, Use.POWER)
SEND_WHOLE = "Send the whole export as it was downloaded, one XML file or its zip, with the ReadingType in it."


@dataclass(frozen=True, eq=False)
class SourceRows:
    """The readings of one source: their places in the file, and their starts and ends [epoch s], shapes (n,)."""

    source: Source
    places: np.ndarray
    start: np.ndarray
    end: np.ndarray

    @property
    def meaning(self) -> Meaning:
        return self.source.meaning

    @property
    def span(self) -> tuple[int, int]:
        """First start and last end of readings whose time is known."""
        known = self.start != NO_TIME
        return (int(self.start[known].min()), int(self.end[known].max())) if known.any() else (NO_TIME, NO_TIME)


@dataclass(frozen=True)
class Series:
    """The sources that make up one meter, and its label."""

    sources: tuple[SourceRows, ...]
    label: str

    @property
    def meaning(self) -> Meaning:
        return self.sources[0].meaning

    @property
    def places(self) -> np.ndarray:
        """Places of the readings in the file, in its order."""
        return np.sort(np.concatenate([source.places for source in self.sources]))


@dataclass(frozen=True)
class Choice:
    """What becomes of a file's readings: `series` are read, those of other supplies counted and rejected, others not used."""

    series: tuple[Series, ...]
    issues: tuple[QualityIssue, ...]


def in_said_unit(meaning: Meaning, name: str | None) -> Meaning:
    """`meaning` in the unit that a person said, if any; it tells of readings without a unit what they are.

    Raises
    ------
    BadRequestError
        When that is not one of `UNITS`.
    """
    if name is None:
        return meaning
    unit = unit_named(name) if name in UNITS else None
    if unit is None:
        raise BadRequestError(f"“{name}” is not a unit of readings.", f"Choose one of {', '.join(UNITS)}.")
    if meaning.use not in {*READ, Use.UNKNOWN}:
        return meaning
    kept = meaning.use if meaning.use is Use.REGISTER and not unit.is_power else Use.ENERGY
    return replace(meaning, use=Use.POWER if unit.is_power else kept, words="", exponent=round(np.log10(unit.factor)) + 3)


def choose_series(found: Sequence[SourceRows]) -> Choice:
    """Decide which readings are read, and name their meters.

    Of one usage point and direction, power stands back behind energy, a register behind the energy of intervals, and the balance behind
    the energy drawn: each would count the same energy again.

    Raises
    ------
    FileRefusedError
        When there is nothing to read.
    """
    stands_back = _better(found)
    used = [each for each in found if each.meaning.use in READ and not stands_back(each)]
    foreign = [each for each in found if each.meaning.use is Use.OTHER_SUPPLY]
    aside = [each for each in found if each not in used and each not in foreign]
    if not used and not foreign:
        raise _nothing_to_read(aside)
    unknown = [each for each in aside if each.meaning.use is Use.UNKNOWN]
    unused = [each for each in aside if each not in unknown]
    if not used and unknown:
        raise _nothing_to_read(unknown)
    joined = [*_joined(used), *((each,) for each in foreign)]
    if len(joined) > MAX_METERS:
        raise FileRefusedError(f"The file has {len(joined):,} meters; at most {MAX_METERS:,} are read at once.", "Split it.")
    labels = _labels([sources[0].source for sources in joined])
    series = tuple(Series(sources, label) for sources, label in zip(joined, labels, strict=True))
    return Choice(series, (*_told_unused(unused, used), *_told_unknown(unknown)))


def _better(found: Sequence[SourceRows]) -> Callable[[SourceRows], bool]:
    """Whether the usage point of readings has better ones of the same direction, which they would count again."""
    beside: dict[tuple[str, Channel], set[tuple[Use, bool]]] = {}
    for each in found:
        beside.setdefault((each.source.point, each.meaning.channel), set()).add((each.meaning.use, each.meaning.is_net))

    def stands_back(each: SourceRows) -> bool:
        own = each.meaning
        return any(
            use < own.use or (own.is_net and not is_net and use is own.use) for use, is_net in beside[each.source.point, own.channel]
        )

    return stands_back


def _nothing_to_read(aside: Sequence[SourceRows]) -> FileRefusedError:
    words = ", ".join(sorted({each.meaning.words for each in aside}))
    if any(each.meaning.use is Use.UNKNOWN for each in aside):
        message = f"This Green Button file holds {words}: nothing in it says what the values count, nor in which unit."
        return FileRefusedError(message, SEND_WHOLE)
    return FileRefusedError(f"This Green Button file holds no energy, only {words}.", "Ask for the interval data of the electricity meter.")


def _joined(used: Sequence[SourceRows]) -> list[tuple[SourceRows, ...]]:
    """The sources of each meter: those of a usage point that count the same, one after the other, are of one meter."""
    groups: dict[tuple[str, str, Meaning], list[SourceRows]] = {}
    for each in used:
        groups.setdefault((each.source.point, each.source.point_title, each.meaning), []).append(each)
    joined: list[tuple[SourceRows, ...]] = []
    for sources in groups.values():
        ordered = sorted(sources, key=lambda each: each.span)
        follow = all(later.span[0] >= earlier.span[1] for earlier, later in pairwise(ordered))
        is_one = follow and ordered[0].meaning.use is not Use.REGISTER
        joined += [tuple(ordered)] if is_one else [(each,) for each in sources]
    return joined


def _labels(sources: Sequence[Source]) -> tuple[str, ...]:
    """A label for each meter: its usage point's, with what tells it from others of the same point and direction."""
    points = {source.point for source in sources}
    labels = [shown_label(source.point_title or (source.point.rpartition("/")[2] if len(points) > 1 else "")) for source in sources]
    for tell in (_kind, lambda source: source.reading_title):
        alike = Counter((label, source.meaning.channel) for label, source in zip(labels, sources, strict=True))
        told = [shown_label(tell(source)) for source in sources]
        labels = [
            shown_label(f"{label}, {more}" if label else more) if more and alike[label, source.meaning.channel] > 1 else label
            for label, more, source in zip(labels, told, sources, strict=True)
        ]
    return distinct_labels(labels, [int(source.meaning.channel is Channel.EXPORT) for source in sources])


def _kind(source: Source) -> str:
    meaning = source.meaning
    if meaning.use is Use.OTHER_SUPPLY:
        return meaning.words
    length = f"{meaning.length_s / 60:g} min" if meaning.length_s else ""
    return " ".join(word for word in ("net" if meaning.is_net else "", meaning.words, length) if word)


def _told_unused(unused: Sequence[SourceRows], used: Sequence[SourceRows]) -> list[QualityIssue]:
    if not unused:
        return []
    beside = " beside the energy of the same meter" if used else ""
    names = told_names(sorted({_name(each) for each in unused}))
    message = f"Not used{beside}: {names}."
    return [issue("extra_value_columns", message, len(unused), severity=IssueSeverity.INFO)]


def _told_unknown(unknown: Sequence[SourceRows]) -> list[QualityIssue]:
    count = sum(len(each.places) for each in unknown)
    if not count:
        return []
    words = ", ".join(sorted({each.meaning.words for each in unknown}))
    return [issue("unit_suspect", f"Not read, for nothing says what they count: {count:,} {words}.", count)]


def _name(each: SourceRows) -> str:
    kind = "net energy" if each.meaning.is_net and each.meaning.use is Use.ENERGY else each.meaning.words or "energy"
    return f"{each.source.reading_title} ({kind})" if each.source.reading_title else kind
