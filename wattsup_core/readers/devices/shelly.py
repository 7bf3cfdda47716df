"""Shelly: Gen1 over HTTP and MQTT, Gen2 and later as status and as notification. Counters are in Wh, or watt-minutes in a Gen1 relay."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from wattsup_core.readers.devices.counters import Counter, DeviceMessage, number

WH = 1e-3
WATT_MINUTES = 1e-3 / 60
DECIMALS = 9
_COMPONENT = re.compile(r"(?:switch|pm1|em1data|emdata|cover|light):\d+")
_SCALAR = re.compile(r"(?:(emeter)/\d+/(total|total_returned)|(relay|roller)/\d+/energy)$")
_TOTALS = {"total_act_energy": False, "total_act_ret_energy": True, "total_act": False, "total_act_ret": True}
"""Counters of Gen2 energy meters [Wh], and whether they count energy sent to the grid."""


def read_status(item: dict[str, Any]) -> DeviceMessage | None:
    """A status or notification, or `None` when it is no message of a Shelly."""
    if isinstance(item.get("params"), dict) and "method" in item:
        return DeviceMessage(item["params"].get("ts"), tuple(_of_components(item["params"])))
    if any(_COMPONENT.fullmatch(key) for key in item):
        system = item.get("sys")
        return DeviceMessage(system.get("unixtime") if isinstance(system, dict) else None, tuple(_of_components(item)))
    if isinstance(item.get("aenergy"), dict) or (_TOTALS.keys() & item.keys() and "id" in item):
        energy = item.get("aenergy")
        when = energy.get("minute_ts") if isinstance(energy, dict) else None
        return DeviceMessage(when, tuple(_of_component(f"component:{item.get('id', 0)}", item)))
    if isinstance(item.get("emeters"), list):
        return DeviceMessage(_unix_time(item), tuple(_of_gen1(item["emeters"], "emeter", WH)))
    if isinstance(item.get("meters"), list) and {"relays", "unixtime", "wifi_sta", "mac"} & item.keys():
        return DeviceMessage(_unix_time(item), tuple(_of_gen1(item["meters"], "meter", WATT_MINUTES)))
    return None


def read_scalar(topic: str, text: str) -> DeviceMessage | None:
    """A Gen1 topic that holds a bare number, such as ``shellies/NAME/emeter/0/total``; `None` for any other topic."""
    found = _SCALAR.search(topic)
    if found is None:
        return None
    try:
        value = number(float(text))
    except ValueError:
        value = None
    scale = WH if found[1] else WATT_MINUTES
    name = found[0].removesuffix("_returned")
    return DeviceMessage(None, () if value is None else (_counter(name, value, scale, is_export=found[2] == "total_returned"),))


def _unix_time(item: dict[str, Any]) -> Any:
    """The device's time; 0 while its clock is not set."""
    return item.get("unixtime") or None


def _of_components(status: dict[str, Any]) -> Iterator[Counter]:
    for key, component in status.items():
        if _COMPONENT.fullmatch(key) and isinstance(component, dict):
            yield from _of_component(key, component)


def _of_component(key: str, component: dict[str, Any]) -> Iterator[Counter]:
    for field, is_export in (("aenergy", False), ("ret_aenergy", True)):
        energy = component.get(field)
        total = number(energy.get("total")) if isinstance(energy, dict) else None
        if total is not None:
            yield _counter(key, total, WH, is_export=is_export)
    for field, is_export in _TOTALS.items():
        total = number(component.get(field))
        if total is not None:
            yield _counter(key, total, WH, is_export=is_export)


def _of_gen1(meters: list[Any], kind: str, scale: float) -> Iterator[Counter]:
    for place, meter in enumerate(meters):
        if isinstance(meter, dict) and meter.get("is_valid", True):
            for field, is_export in (("total", False), ("total_returned", True)):
                total = number(meter.get(field))
                if total is not None:
                    yield _counter(f"{kind}:{place}", total, scale, is_export=is_export)


def _counter(name: str, value: float, scale: float, *, is_export: bool) -> Counter:
    return Counter(name, round(value * scale, DECIMALS), is_export)
