"""The entries of the meter picker."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wattsup_core.view_models import MeterChoice

if TYPE_CHECKING:
    from wattsup_core.store import Store


def meters(store: Store) -> tuple[MeterChoice, ...]:
    """Every meter, in the order they were added, the sample last: whoever uploaded wants to see their own first."""
    return tuple(sorted((MeterChoice(*each) for each in store.meter_names()), key=lambda choice: choice.is_sample))
