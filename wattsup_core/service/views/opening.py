"""The range that a meter opens on, so that what was promised of it is there to see."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wattsup_core.service.views.window import DEFAULT_PRESET, data_span, find_window
from wattsup_core.view_models import PRESETS, ViewQuery

if TYPE_CHECKING:
    from wattsup_core.store import Store


def opening_preset(store: Store, meter_id: str) -> str:
    """The shortest preset, from the usual one on, that holds an anomaly; the usual one of a meter that has none.

    Raises
    ------
    NotFoundError
        When there is no such meter, or it has no readings.
    """
    meter = store.meter(meter_id)
    span = data_span(meter, store.state(meter_id))
    last_end = max((event.end for event in store.events(meter_id)), default=span.end)
    presets = PRESETS[PRESETS.index(DEFAULT_PRESET) :]
    return next(one for one in presets if one == "all" or last_end > find_window(ViewQuery(meter_id, one), span, meter.timezone).start)
