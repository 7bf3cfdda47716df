"""What a person corrects of a meter."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING

from wattsup_core.errors import BadRequestError

if TYPE_CHECKING:
    from wattsup_core.store import Store

LONGEST_NAME = 80
HIGHEST_PRICE = 1000.0


def correct_meter(store: Store, meter_id: str, name: str | None = None, price_per_kwh: float | None = None) -> bool:
    """Give a meter another name or price; `None` and a blank name leave what is there.

    Returns
    -------
    bool
        Whether the price changed: the costs of its events are those of the old price until the meter is scored again.

    Raises
    ------
    NotFoundError
        When there is no such meter.
    BadRequestError
        When the price is not one.
    """
    meter = store.meter(meter_id)
    price = meter.price_per_kwh if price_per_kwh is None else price_per_kwh
    if not (math.isfinite(price) and 0 <= price <= HIGHEST_PRICE):
        raise BadRequestError("This is not a price of a kWh.", f"Give one from 0 to {HIGHEST_PRICE:,.0f}.")
    plain = " ".join((name or "").split())[:LONGEST_NAME]
    corrected = dataclasses.replace(meter, name=plain or meter.name, price_per_kwh=price)
    if corrected != meter:
        store.update_meter(corrected)
    return price != meter.price_per_kwh
