"""What a person corrects of a meter."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING

from wattsup_core.errors import BadRequestError
from wattsup_core.types import CURRENCIES

if TYPE_CHECKING:
    from wattsup_core.store import Store

LONGEST_NAME = 80
HIGHEST_PRICE = 1000.0


def name_problem(name: str) -> str:
    """What is wrong with a meter's name, in words; "" when nothing is."""
    return "" if name.strip() else "Give the meter a name."


def price_problem(price_per_kwh: float | None) -> str:
    """What is wrong with a price of a kWh, in words; "" when nothing is."""
    is_price = price_per_kwh is not None and math.isfinite(price_per_kwh) and 0 <= price_per_kwh <= HIGHEST_PRICE
    return "" if is_price else f"Give a price from 0 to {HIGHEST_PRICE:,.0f}."


def correct_meter(
    store: Store, meter_id: str, name: str | None = None, price_per_kwh: float | None = None, currency: str | None = None
) -> bool:
    """Give a meter another name, price or currency; `None` and a blank name leave what is there.

    Returns
    -------
    bool
        Whether the price changed: the costs of its events are those of the old price until the meter is scored again.

    Raises
    ------
    NotFoundError
        When there is no such meter.
    BadRequestError
        When the price is not one, or the currency is not one of `CURRENCIES` or the meter's own.
    """
    meter = store.meter(meter_id)
    price = meter.price_per_kwh if price_per_kwh is None else price_per_kwh
    if price_problem(price):
        raise BadRequestError("This is not a price of a kWh.", price_problem(price))
    if currency not in {None, meter.currency, *CURRENCIES}:
        raise BadRequestError("This is not a currency.", "Choose one of the list.")
    plain = " ".join((name or "").split())[:LONGEST_NAME]
    corrected = dataclasses.replace(meter, name=plain or meter.name, price_per_kwh=price, currency=currency or meter.currency)
    if corrected != meter:
        store.update_meter(corrected)
    return price != meter.price_per_kwh
