"""Which meter an address means, and what the picker shows of it."""

from __future__ import annotations

from typing import Any

from dash import no_update, set_props

from dashboard import ids
from dashboard.address import ViewState
from dashboard.layout import states
from wattsup_core.view_models import MeterChoice


def choose(known: tuple[MeterChoice, ...], state: ViewState) -> MeterChoice:
    """The meter of the address; the first there is, with a word, when that one is not there."""
    for choice in known:
        if choice.meter_id == state.meter:
            return choice
    if state.meter is not None:
        toast = states.toast("This address names a meter that is not here.", f"{known[0].name} is shown.")
        set_props(ids.TOASTS, {"children": toast})
    return known[0]


def picker(known: tuple[MeterChoice, ...], meter_id: str) -> dict[str, Any]:
    """Options and value of the picker; it stays as it is where no meters are given."""
    if not known:
        return {"meters": no_update, "meter": no_update}
    return {"meters": [{"label": choice.name, "value": choice.meter_id} for choice in known], "meter": meter_id}
