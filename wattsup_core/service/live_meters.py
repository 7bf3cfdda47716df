"""Meters that a person adds before their first reading."""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING

from wattsup_core.countries import country_of_zone
from wattsup_core.errors import BadRequestError
from wattsup_core.forecast_rhythm import ForecastRhythm
from wattsup_core.readers.times.local_time import is_zone
from wattsup_core.service.names import METER_NAME_LIMIT, clean_text
from wattsup_core.types import Channel, Meter

if TYPE_CHECKING:
    from wattsup_core.store import Store

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)


def add_live_meter(
    store: Store,
    name: str,
    timezone: str,
    interval_minutes: float,
    *,
    meter_id: str | None = None,
    channel: Channel = Channel.IMPORT,
    price_per_kwh: float = Meter.price_per_kwh,
    currency: str = Meter.currency,
    forecast_rhythm: ForecastRhythm = Meter.forecast_rhythm,
) -> Meter:
    """Add a meter without readings; under a new id when none is given.

    Raises
    ------
    BadRequestError
        When the zone is unknown, the name is empty, the interval is no whole number of seconds, or the id is taken or unfit for addresses.
    """
    shown = clean_text(name, METER_NAME_LIMIT)
    if not shown:
        raise BadRequestError("The meter needs a name.", "Give one that people know it by.")
    if not is_zone(timezone):
        raise BadRequestError(f"“{timezone}” is not a time zone.", "Write it like Europe/London.")
    if interval_minutes * 60 < 1 or abs(interval_minutes * 60 - round(interval_minutes * 60)) > 1e-6:
        raise BadRequestError("The interval is no whole number of seconds.", "Write it in minutes, such as 15.")
    if meter_id is not None and not _ID.fullmatch(meter_id):
        raise BadRequestError(f"“{meter_id}” cannot be the id of a meter.", "Use up to 64 letters, digits, - and _.")
    meter = Meter(
        meter_id=meter_id or "m" + secrets.token_hex(8),
        name=shown,
        timezone=timezone,
        interval_minutes=interval_minutes,
        channel=channel,
        currency=currency,
        price_per_kwh=price_per_kwh,
        country=country_of_zone(timezone),
        forecast_rhythm=forecast_rhythm,
    )
    store.add_meter(meter)
    return meter
