"""Whether two stretches are one event: a later analysis may move its edges or call it another kind, and so give it another id.

Those of one kind share at least half of the shorter one. A change that lasts is known by its beginning. A stretch of high (or low) use may
change its kind as it grows: there the beginnings lie within an hour.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

from wattsup_core.analysis.findings import LASTING_KINDS
from wattsup_core.types import EventKind

HIGH_USE = frozenset({EventKind.SPIKE, EventKind.SUSTAINED_HIGH, EventKind.NIGHT_USE})
LOW_USE = frozenset({EventKind.DROP, EventKind.SUSTAINED_LOW})
SHARED = 0.5
"""Of the shorter stretch, so much is shared with the other."""
BEGINNING_OF_LASTING = timedelta(days=2)
BEGINNING_OF_KIN = timedelta(hours=1)


class Stretch(Protocol):
    """When something was found, and what it was taken for."""

    @property
    def start(self) -> datetime:
        """Its first instant."""

    @property
    def end(self) -> datetime:
        """The instant after it."""

    @property
    def kind(self) -> EventKind:
        """What it was taken for."""


def is_same_event(one: Stretch, other: Stretch) -> bool:
    """Whether two stretches are one event."""
    apart, both = abs(one.start - other.start), shared(one, other)
    if both <= timedelta(0):
        return False
    if one.kind is other.kind and one.kind in LASTING_KINDS:
        return apart <= BEGINNING_OF_LASTING
    if one.kind is not other.kind and not (_are_kin(one.kind, other.kind) and apart <= BEGINNING_OF_KIN):
        return False
    return both >= SHARED * min(one.end - one.start, other.end - other.start)


def likeness(one: Stretch, other: Stretch) -> tuple[bool, timedelta]:
    """How near `one` is to `other`, to compare by: its own kind comes first, then what is shared."""
    return one.kind is other.kind, shared(one, other)


def shared(one: Stretch, other: Stretch) -> timedelta:
    """How long both last together; below zero where they lie apart."""
    return min(one.end, other.end) - max(one.start, other.start)


def _are_kin(one: EventKind, other: EventKind) -> bool:
    return {one, other} <= HIGH_USE or {one, other} <= LOW_USE
