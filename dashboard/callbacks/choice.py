"""Which meter an address means, and what the picker shows of it."""

from __future__ import annotations

from typing import Any

from dash import no_update, set_props

from dashboard import ids
from dashboard.address import ViewState
from dashboard.layout import states
from wattsup_core.service import views
from wattsup_core.store import Store
from wattsup_core.view_models import MeterChoices


def choose(store: Store, state: ViewState) -> MeterChoices | None:
    """The meter of the address, and those to choose from; with a word when the first there is stands in for one that is not there."""
    known = views.meters(store, state.meter)
    if known is not None and state.meter not in (None, known.shown.meter_id):
        toast = states.toast("This address names a meter that is not here.", f"{known.shown.name} is shown.")
        set_props(ids.TOASTS, {"children": toast})
    return known


def picker(known: MeterChoices | None) -> dict[str, Any]:
    """What the picker shows: a list, or where the meters are too many for one, a field that finds them.

    It stays as it is where no meters are given.
    """
    if known is None:
        return {"meters": no_update, "meter": no_update, "many": no_update}
    shown = known.shown
    return {
        "meters": [{"label": choice.name, "value": choice.meter_id} for choice in known.listed],
        "meter": shown.meter_id if known.listed else None,
        "many": None if known.listed else {"meter": shown.meter_id, "name": shown.name, "count": known.count},
    }
