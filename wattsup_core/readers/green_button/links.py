"""Which meter and ReadingType each block of readings belongs to, by the links of the entries (rel self, up and related)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import unquote

from wattsup_core.readers.green_button.document import Block, Document, Entry
from wattsup_core.readers.green_button.meanings import Meaning, Use, meaning_of

PARENTS = 3
"""So many parts may stand behind the address of what an address belongs to: ``…/MeterReading/1/IntervalBlock/7``."""
Found = TypeVar("Found")


@dataclass(frozen=True)
class Source:
    """Where readings come from: addresses of the usage point and of the meter reading ("" where unknown), and what they count."""

    point: str
    point_title: str
    reading: str
    reading_title: str
    meaning: Meaning


class LinkedDocument:
    """A document's resources by their addresses."""

    def __init__(self, document: Document) -> None:
        self._title = document.title
        self._points = _Addressed(document, "UsagePoint")
        self._readings = _Addressed(document, "MeterReading")
        self._types = _Addressed(document, "ReadingType")

    @property
    def types_differ(self) -> bool:
        """Whether an address stands for ReadingTypes that say different things; the first of them is taken."""
        return self._types.is_contradicted

    def source_of(self, block: Block) -> Source:
        """Where the readings of a block come from."""
        own = block.entry
        reading = self._readings.above(own)
        point = (reading and self._points.above(reading.entry)) or self._points.above(own) or self._points.only
        kind = self._types.related(own) or (reading and (self._types.related(reading.entry) or self._types.below(reading.entry)))
        kind = kind or self._types.only
        service = point.fields.get("kind", "") if point else ""
        return Source(
            point=point.address if point else "",
            point_title=self._point_title(point),
            reading=reading.address if reading else _without_blocks(next(iter(_addresses(own, "up", "self")), "")),
            reading_title=reading.entry.title if reading else "",
            meaning=meaning_of(kind.fields, service) if kind else Meaning(Use.UNKNOWN, "readings without a ReadingType"),
        )

    def _point_title(self, point: _Resource | None) -> str:
        """A usage point's own title; one that it shares with the feed names nothing."""
        if point is None:
            return ""
        return point.entry.title if point.entry.title != self._title else point.fields.get("name", "")


@dataclass(frozen=True)
class _Resource:
    address: str
    entry: Entry
    fields: Mapping[str, str]


class _Addressed:
    """The resources of one name."""

    def __init__(self, document: Document, name: str) -> None:
        found = [_Resource(next(iter(_addresses(entry, "self")), ""), entry, fields) for entry, fields in document.resources(name)]
        self._found = found
        self._all = {each.address: each for each in reversed(found)}
        self._by_related = {address: each for each in reversed(found) for address in _addresses(each.entry, "related")}
        self._by_parent = {address: each for each in reversed(found) for address in _addresses(each.entry, "up")}

    @property
    def only(self) -> _Resource | None:
        """The one resource of the document, when there is just one; written twice it is one."""
        is_one = len(self._found) == 1 or (len(self._all) == 1 and "" not in self._all)
        return self._found[0] if is_one else None

    @property
    def is_contradicted(self) -> bool:
        """Whether an address stands for resources that differ."""
        return any(each.fields != self._all[each.address].fields for each in self._found if each.address)

    def above(self, entry: Entry) -> _Resource | None:
        """The resource that an entry belongs to: named by its links, or naming the list that the entry is in."""
        for address in _addresses(entry, "related", "up", "self"):
            for parent in _parents(address):
                found = self._all.get(parent) if parent else None
                if found is not None and found.entry is not entry:
                    return found
            if address in self._by_related:
                return self._by_related[address]
        return None

    def related(self, entry: Entry) -> _Resource | None:
        """The resource that an entry names as related."""
        return next((self._all[address] for address in _addresses(entry, "related") if address in self._all), None)

    def below(self, entry: Entry) -> _Resource | None:
        """The resource that names an entry as what stands above it."""
        return next((self._by_parent[address] for address in _addresses(entry, "self") if address in self._by_parent), None)


def _addresses(entry: Entry, *relations: str) -> Iterator[str]:
    """An entry's addresses, without host and slashes at their ends."""
    written: Iterable[str] = (href for relation in relations for href in entry.links.get(relation, ()))
    for href in written:
        bare = re.sub(r"^\w+://[^/]*", "", href.strip()).partition("?")[0].partition("#")[0]
        yield re.sub(r"/{2,}", "/", unquote(bare)).strip("/")


def _parents(address: str) -> Iterator[str]:
    """An address and those above it."""
    yield address
    for _ in range(PARENTS):
        address = address.rpartition("/")[0]
        yield address


def _without_blocks(address: str) -> str:
    return re.sub(r"/?IntervalBlock(/[^/]*)?$", "", address)
