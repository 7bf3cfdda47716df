"""Why an event was flagged, in words a neighbour understands. Every sentence is written from measured facts."""

from __future__ import annotations

from wattsup_core.analysis import phrases
from wattsup_core.analysis.accounts import sentences_beside
from wattsup_core.analysis.portrait import Portrait
from wattsup_core.analysis.sentences import checks_of, comparison_of, confidence_of, detail_of, summary_of
from wattsup_core.types import Driver, Explanation


def explain(portrait: Portrait, drivers: tuple[Driver, ...]) -> Explanation:
    """The panel "Why was this flagged?" of an event.

    Parameters
    ----------
    portrait : Portrait
        The event's facts.
    drivers : tuple of Driver
        What the forest saw in its readings.
    """
    tell = phrases.of_sent if portrait.is_sent else str
    return Explanation(
        summary=tell(summary_of(portrait)),
        detail=" ".join(text for text in (tell(detail_of(portrait)), sentences_beside(portrait)) if text),
        comparison=tell(comparison_of(portrait)),
        drivers=drivers,
        check_first=checks_of(portrait),
        confidence=confidence_of(portrait),
    )
