"""An ESPI document as it is written: entries with their links and resources, and all readings as arrays."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from wattsup_core.types import QualityIssue

MAX_ODD_TEXTS = 10_000
NO_QUALITY = -1


@dataclass(slots=True)
class Entry:
    """An Atom entry: its title, the addresses of its links by their relation, and its resources as (name, fields)."""

    title: str = ""
    links: dict[str, list[str]] = field(default_factory=dict)
    resources: list[tuple[str, dict[str, str]]] = field(default_factory=list)


@dataclass(slots=True)
class Block:
    """An IntervalBlock: its entry, its start [epoch s], and its readings, from `first` to before `last`."""

    entry: Entry
    start: int
    first: int
    last: int


@dataclass
class Document:
    """One XML file.

    Attributes
    ----------
    title
        Of the feed.
    entries, blocks
        In the order of the file.
    start, duration
        Of each reading [epoch s, s], shape (n,), int64; ``NO_TIME`` and 0 where not written.
    value
        As written, shape (n,); NaN where there is no number.
    quality
        ESPI's code, shape (n,), int16; :data:`NO_QUALITY` where not written.
    blank
        Readings without a value, shape (n,), bool.
    odd
        Texts that are no numbers, by place, the first :data:`MAX_ODD_TEXTS`.
    costs, own_powers
        How many readings have a cost, and how many a power of ten of their own, which the standard keeps in the ReadingType.
    issues
        What had to be repaired to read the text.
    """

    title: str = ""
    entries: list[Entry] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    start: np.ndarray = field(default_factory=lambda: np.empty(0, np.int64))
    duration: np.ndarray = field(default_factory=lambda: np.empty(0, np.int64))
    value: np.ndarray = field(default_factory=lambda: np.empty(0, np.float64))
    quality: np.ndarray = field(default_factory=lambda: np.empty(0, np.int16))
    blank: np.ndarray = field(default_factory=lambda: np.empty(0, np.bool_))
    odd: dict[int, str] = field(default_factory=dict)
    costs: int = 0
    own_powers: int = 0
    issues: tuple[QualityIssue, ...] = ()

    def resources(self, name: str) -> list[tuple[Entry, dict[str, str]]]:
        """All resources of a name, each with its entry."""
        return [(entry, fields) for entry in self.entries for each, fields in entry.resources if each == name]
