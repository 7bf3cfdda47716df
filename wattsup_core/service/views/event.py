"""The panel of one event: the event and its close-up."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from wattsup_core.service.views.series import series
from wattsup_core.service.views.window import data_span
from wattsup_core.view_models import EventView, Resolution

if TYPE_CHECKING:
    from wattsup_core.store import Store

SHORTEST_MARGIN = timedelta(days=1)
CLOSE_UP_POINTS = 600


def event_view(store: Store, meter_id: str, event_id: str) -> EventView:
    """An event with a day, or its own length when that is longer, of readings on both sides.

    An event that was found anew under another id since is the one that is shown.

    Raises
    ------
    NotFoundError
        When there is no such meter or event.
    """
    meter = store.meter(meter_id)
    event = store.event_now(meter_id, event_id)
    span = data_span(meter, store.state(meter_id))
    margin = max(SHORTEST_MARGIN, event.end - event.start)
    start, end = max(event.start - margin, span.start), min(event.end + margin, span.end)
    close_up = series(store, meter_id, start, end, Resolution.AUTO, CLOSE_UP_POINTS)
    return EventView(event, meter.timezone, meter.currency, close_up)
