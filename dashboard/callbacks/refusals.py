"""What a person reads when a callback fails: the sentence of their mistake, or the id under which ours stands in the log."""

from __future__ import annotations

import logging
import uuid

from dash import set_props

from dashboard import ids
from dashboard.layout import states
from wattsup_core.folders import in_words

LOG = logging.getLogger(__name__)


def words_for(error: Exception) -> tuple[str, str]:
    """A sentence and a hint; a bug is logged under the id that the sentence names."""
    refusal = in_words(error)
    if refusal is not None:
        return refusal.message, refusal.hint
    incident = uuid.uuid4().hex[:8]
    LOG.error("Incident %s", incident, exc_info=error)
    return incident_words(incident)


def incident_words(incident: str) -> tuple[str, str]:
    """The sentence and hint of an incident of that id."""
    return f"Something went wrong (id {incident}).", "Nothing was lost. Try again, and name this id when you report it."


def tell(error: Exception) -> None:
    """Show a toast; what the callback would have changed stays as it is."""
    set_props(ids.TOASTS, {"children": states.toast(*words_for(error))})


def fail_page(error: Exception) -> None:
    """Put the sentence in place of the page, which cannot be drawn."""
    set_props(ids.PAGE_STATE, {"children": states.failed(*words_for(error))})
