"""Which anomalies the table shows, in which order: filter, sort, page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dashboard import format as words
from wattsup_core.types import AnomalyEvent

PAGE_SIZE = 10
DEFAULT_SORT: dict[str, Any] = {"column": "severity", "descending": True}
SORT_KEYS: dict[str, Callable[[AnomalyEvent], Any]] = {
    "severity": lambda event: event.severity,
    "when": lambda event: event.start,
    "energy": lambda event: event.excess_kwh,
    "cause": lambda event: event.title.lower(),
    "cost": lambda event: event.cost,
}


@dataclass(frozen=True)
class EventPage:
    """One page of the table: its events, its number from 0, and how many pages and matching events there are."""

    events: tuple[AnomalyEvent, ...]
    number: int
    pages: int
    matching: int

    @property
    def first(self) -> int:
        """Rank of the page's first event, from 1; 0 when there is none."""
        return self.number * PAGE_SIZE + 1 if self.events else 0

    @property
    def last(self) -> int:
        """Rank of the page's last event."""
        return self.number * PAGE_SIZE + len(self.events)


def arrange(events: Sequence[AnomalyEvent], sort: Mapping[str, Any], needle: str, page: int, timezone: str) -> EventPage:
    """The events that hold every word of `needle`, sorted, cut to page `page` (brought into range)."""
    ordered = arrange_all(events, sort, needle, timezone)
    pages = max(1, -(-len(ordered) // PAGE_SIZE))
    number = min(max(page, 0), pages - 1)
    return EventPage(tuple(ordered[number * PAGE_SIZE : (number + 1) * PAGE_SIZE]), number, pages, len(ordered))


def arrange_all(events: Sequence[AnomalyEvent], sort: Mapping[str, Any], needle: str, timezone: str) -> list[AnomalyEvent]:
    """The events that hold every word of `needle`, sorted."""
    kept = sorted((event for event in events if matches(event, needle, timezone)), key=lambda event: event.start, reverse=True)
    return _sorted(kept, str(sort["column"]), bool(sort["descending"]))


def _sorted(events: list[AnomalyEvent], column: str, descending: bool) -> list[AnomalyEvent]:
    """Sorted by a column; events without a value there stand last either way."""
    key = SORT_KEYS[column]
    valued = [event for event in events if key(event) is not None]
    return sorted(valued, key=key, reverse=descending) + [event for event in events if key(event) is None]


def matches(event: AnomalyEvent, needle: str, timezone: str) -> bool:
    """Whether every word of `needle` is in what the row says."""
    said = " ".join(
        (
            event.title,
            event.cause,
            event.event_class,
            words.when(event.start, timezone),
            str(words.local(event.start, timezone).year),
            str(event.severity),
        )
    ).lower()
    return all(word in said for word in needle.lower().split())


def next_sort(sort: Mapping[str, Any], column: str) -> dict[str, Any]:
    """The order after a press on `column`'s header: its other direction, or its natural one when it was not sorted by."""
    if sort["column"] == column:
        return {"column": column, "descending": not sort["descending"]}
    return {"column": column, "descending": column != "cause"}
