"""Which anomalies the table shows, in which order: filter, sort, page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dashboard import format as words
from dashboard.layout.answers import said
from wattsup_core.analysis.tariff import told_cost
from wattsup_core.types import AnomalyEvent

PAGE_SIZE = 10
DEFAULT_SORT: dict[str, Any] = {"column": "severity", "descending": True}
SORT_KEYS: dict[str, Callable[[AnomalyEvent], Any]] = {
    "severity": lambda event: event.severity,
    "when": lambda event: event.start,
    "energy": lambda event: event.excess_kwh,
    "cause": lambda event: event.title.lower(),
    "cost": told_cost,
}


@dataclass(frozen=True)
class Listed:
    """Which events the table lists: those that hold every word of `needle`; those that were expected only when `expected`."""

    needle: str = ""
    expected: bool = True

    @property
    def is_all(self) -> bool:
        """Whether nothing is left out."""
        return self.expected and not self.needle.strip()

    def takes(self, event: AnomalyEvent, timezone: str) -> bool:
        """Whether `event` is listed."""
        return (self.expected or not event.is_expected) and matches(event, self.needle, timezone)


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


def worst(events: Sequence[AnomalyEvent]) -> AnomalyEvent | None:
    """The event that the table lists first as long as nobody has sorted it; `None` where there is none."""
    return max(events, key=lambda event: (-_rank(event), event.severity, event.start), default=None)


def arrange(events: Sequence[AnomalyEvent], sort: Mapping[str, Any], listed: Listed, page: int, timezone: str) -> EventPage:
    """The events that are `listed`, sorted, cut to page `page` (brought into range)."""
    ordered = arrange_all(events, sort, listed, timezone)
    pages = max(1, -(-len(ordered) // PAGE_SIZE))
    number = min(max(page, 0), pages - 1)
    return EventPage(tuple(ordered[number * PAGE_SIZE : (number + 1) * PAGE_SIZE]), number, pages, len(ordered))


def arrange_all(events: Sequence[AnomalyEvent], sort: Mapping[str, Any], listed: Listed, timezone: str) -> list[AnomalyEvent]:
    """The events that are `listed`, sorted."""
    kept = sorted((event for event in events if listed.takes(event, timezone)), key=lambda event: event.start, reverse=True)
    return _sorted(kept, str(sort["column"]), bool(sort["descending"]))


def _sorted(events: list[AnomalyEvent], column: str, descending: bool) -> list[AnomalyEvent]:
    """Sorted by a column; events without a value there stand last either way.

    By severity, what a person called a problem stands first and what was expected last, either way.
    """
    key = SORT_KEYS[column]
    valued = [event for event in events if key(event) is not None]
    ordered = sorted(valued, key=key, reverse=descending) + [event for event in events if key(event) is None]
    return sorted(ordered, key=_rank) if column == DEFAULT_SORT["column"] else ordered


def _rank(event: AnomalyEvent) -> int:
    return 0 if event.is_problem else 2 if event.is_expected else 1


def matches(event: AnomalyEvent, needle: str, timezone: str) -> bool:
    """Whether every word of `needle` is in what the row says."""
    told = " ".join(
        (
            event.title,
            event.cause,
            event.event_class,
            words.when(event.start, timezone),
            str(words.local(event.start, timezone).year),
            str(event.severity),
            said(event),
        )
    ).lower()
    return all(word in told for word in needle.lower().split())


def next_sort(sort: Mapping[str, Any], column: str) -> dict[str, Any]:
    """The order after a press on `column`'s header: its other direction, or its natural one when it was not sorted by."""
    if sort["column"] == column:
        return {"column": column, "descending": not sort["descending"]}
    return {"column": column, "descending": column != "cause"}
