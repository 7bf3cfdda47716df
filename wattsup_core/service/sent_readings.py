"""Readings as programs and devices send them, one object each, made sense of against the meter they are for."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from wattsup_core.analysis.quality import MAX_KWH_PER_INTERVAL, SENTINELS
from wattsup_core.frames import TEMPERATURE
from wattsup_core.readers.devices import DeviceMessage, find_message
from wattsup_core.readers.times.sent import read_sent
from wattsup_core.store import Delivery, Refusal, SentReading, SentRegister
from wattsup_core.timegrid import MINUTES_PER_HOUR
from wattsup_core.types import Channel, Meter, Quality

VALUES = ("kwh", "kw", "wh", "register_kwh")
FIELDS = ("timestamp", *VALUES, "temperature_c", "quality", "meter")
OWN_COUNTER = "register_kwh"
MOST_REGISTER_KWH = 1e12
MINUTES_PER_DAY = 24 * MINUTES_PER_HOUR
TEMPERATURES_C = (-90.0, 70.0)
_NUMBER = re.compile(r"[+-]?\d{1,30}(\.\d{0,30})?([eE][+-]?\d{1,3})?", re.ASCII)


@dataclass(frozen=True)
class _Draft:
    """A reading whose time is not understood yet; `counter` is "" for an energy."""

    index: int
    stamp: Any
    kwh: float
    counter: str = ""
    quality: Quality = Quality.ACTUAL
    temperature_c: float | None = None
    is_clockless: bool = False


class _RefusedError(Exception):
    """Carries the code of the reason why an object is no reading."""


def deliver(items: Sequence[tuple[int, Any]], meter: Meter, now: int, counter: str = "") -> Delivery:
    """What `items`, each with its index in the request, bring for `meter`.

    Parameters
    ----------
    items
        Objects with a ``timestamp`` and one of `VALUES`, or messages of devices (see :mod:`wattsup_core.readers.devices`).
    now
        When they came [epoch s]: the time of device messages that have none.
    counter
        The counter of a device that the meter shall follow; "" to take the only one there is.
    """
    drafts: list[_Draft] = []
    refused: list[Refusal] = []
    for index, item in items:
        try:
            drafts.append(_draft(index, item, meter, now, counter))
        except _RefusedError as error:
            refused.append(Refusal(index, str(error)))
    readings: list[SentReading] = []
    registers: list[SentRegister] = []
    are_days = meter.interval_minutes >= MINUTES_PER_DAY
    instants = read_sent([draft.stamp for draft in drafts], meter.timezone, now, are_days=are_days)
    for draft, instant in zip(drafts, instants, strict=True):
        if isinstance(instant, str):
            refused.append(Refusal(draft.index, instant))
        elif draft.counter:
            registers.append(SentRegister(draft.index, instant, draft.kwh, draft.counter, draft.is_clockless))
        else:
            beside = {} if draft.temperature_c is None else {TEMPERATURE: draft.temperature_c}
            readings.append(SentReading(draft.index, instant, draft.kwh, draft.quality, beside))
    return Delivery(meter.meter_id, tuple(readings), tuple(registers), tuple(refused))


def deliver_messages(messages: Sequence[DeviceMessage], meter: Meter, now: int, counter: str = "") -> Delivery:
    """What messages of devices bring for `meter`."""
    return deliver(list(enumerate(messages)), meter, now, counter)


def _draft(index: int, item: Any, meter: Meter, now: int, counter: str) -> _Draft:
    message = item if isinstance(item, DeviceMessage) else find_message(item) if isinstance(item, dict) else None
    if message is not None:
        return _of_message(index, message, meter, now, counter)
    if not isinstance(item, dict):
        raise _RefusedError("not_an_object")
    if item.get("timestamp") in (None, ""):
        raise _RefusedError("no_timestamp")
    if item.get("meter") not in (None, "", meter.meter_id, meter.name):
        raise _RefusedError("other_meter")
    given = [name for name in VALUES if item.get(name) not in (None, "")]
    if len(given) != 1:
        raise _RefusedError("several_values" if given else "no_value")
    value = _number(item[given[0]], "bad_number")
    if given[0] == "register_kwh":
        return _Draft(index, item["timestamp"], _register(value), OWN_COUNTER)
    kwh = _energy({"kwh": value, "wh": value / 1_000, "kw": value * meter.interval_minutes / MINUTES_PER_HOUR}[given[0]], value)
    return _Draft(index, item["timestamp"], kwh, quality=_quality(item.get("quality")), temperature_c=_temperature(item))


def _of_message(index: int, message: DeviceMessage, meter: Meter, now: int, counter: str) -> _Draft:
    if message.problem:
        raise _RefusedError(message.problem)
    fitting = [each for each in message.counters if each.is_export == (meter.channel is Channel.EXPORT)]
    chosen = [each for each in fitting if counter in ("", each.name)]
    if not chosen:
        raise _RefusedError("no_such_counter" if fitting else "no_counter")
    if len(chosen) > 1:
        raise _RefusedError("several_counters")
    is_clockless = message.timestamp in (None, "")
    stamp = now if is_clockless else message.timestamp
    return _Draft(index, stamp, _register(chosen[0].kwh), f"={counter}" if counter else chosen[0].name, is_clockless=is_clockless)


def _number(value: Any, code: str) -> float:
    """A JSON number, or one written as text with a decimal point."""
    if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        value = float(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _RefusedError(code)
    if not math.isfinite(value) if isinstance(value, float) else abs(value) > 10**30:
        raise _RefusedError("implausible_value" if code == "bad_number" else code)
    return float(value)


def _energy(kwh: float, value: float) -> float:
    if abs(kwh) > MAX_KWH_PER_INTERVAL or value in SENTINELS:
        raise _RefusedError("implausible_value")
    return kwh


def _register(kwh: float) -> float:
    if not 0 <= kwh <= MOST_REGISTER_KWH:
        raise _RefusedError("implausible_value")
    return kwh


def _quality(word: Any) -> Quality:
    if word in (None, ""):
        return Quality.ACTUAL
    if word not in (Quality.ACTUAL.value, Quality.ESTIMATED.value):
        raise _RefusedError("bad_quality")
    return Quality(word)


def _temperature(item: dict[str, Any]) -> float | None:
    given = item.get("temperature_c")
    if given in (None, ""):
        return None
    value = _number(given, "bad_temperature")
    if not TEMPERATURES_C[0] <= value <= TEMPERATURES_C[1]:
        raise _RefusedError("bad_temperature")
    return value
