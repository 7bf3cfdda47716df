"""The entries of the meter picker: a list of few meters, a search among many."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from wattsup_core.view_models import FoundMeter, FoundMeters, MeterChoice, MeterChoices

if TYPE_CHECKING:
    from wattsup_core.store import Store

MOST_LISTED = 30
MOST_FOUND = 50


def meters(store: Store, asked: str | None = None) -> MeterChoices | None:
    """The meter `asked` for, else the first with readings, and all of them where they are few; `None` while there is none."""
    count = store.count_meters()
    listed = tuple(MeterChoice(*each) for each in store.meter_names(MOST_LISTED)) if count <= MOST_LISTED else ()
    found = store.find_meters([asked]).get(asked) if asked else None
    first = (found.meter_id, found.name, found.is_sample) if found else store.opening_meter()
    return MeterChoices(MeterChoice(*first), listed, count) if first else None


def find_meters(store: Store, typed: str) -> FoundMeters:
    """The meters whose name or id holds every word that was `typed`, whatever the case; the best first.

    A name or id that is what was typed comes first, then those that begin with it, then the others, each in the order they were added.
    Nothing typed finds the first there are.
    """
    wanted = " ".join(typed.casefold().split())
    matches = [(meter_id, name) for meter_id, name, _ in store.meter_names() if _holds(f"{name} {meter_id}", wanted)]
    best = sorted(matches, key=lambda match: _rank(match, wanted))[:MOST_FOUND]
    names = Counter(name for _, name in best)
    found = (FoundMeter(meter_id, name, names[name] > 1 or not _holds(name, wanted)) for meter_id, name in best)
    return FoundMeters(tuple(found), len(matches) - len(best))


def _holds(text: str, wanted: str) -> bool:
    folded = text.casefold()
    return all(word in folded for word in wanted.split())


def _rank(match: tuple[str, str], wanted: str) -> int:
    folded = [text.casefold() for text in match]
    if wanted in folded:
        return 0
    return 1 if any(text.startswith(wanted) for text in folded) else 2
