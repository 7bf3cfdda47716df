"""How a long use case tells how far it is."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str, float], None]
"""Told the step and its share of the whole work, 0 to 1. May raise :class:`~wattsup_core.errors.CancelledError` to stop it."""


def no_progress(step: str, share: float) -> None:
    """Tell nobody."""


def part_of(progress: Progress, start: float, end: float) -> Progress:
    """`progress` for a part of the work that reaches from `start` to `end` of the whole."""
    return lambda step, share: progress(step, start + (end - start) * share)
