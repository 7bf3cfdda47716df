"""Tasmota and zigbee2mqtt: one counter in kWh."""

from __future__ import annotations

from typing import Any

from wattsup_core.readers.devices.counters import Counter, DeviceMessage, number


def read_tasmota(item: dict[str, Any]) -> DeviceMessage | None:
    """``{"Time": …, "ENERGY": {"Total": kWh}}``, also within ``StatusSNS``; several channels are summed, for they share one message."""
    inner = item["StatusSNS"] if isinstance(item.get("StatusSNS"), dict) else item
    energy = inner.get("ENERGY")
    if not isinstance(energy, dict):
        return None
    total = energy.get("Total")
    channels = [number(each) for each in (total if isinstance(total, list) else [total])]
    known = [each for each in channels if each is not None]
    counters = (Counter("ENERGY.Total", sum(known)),) if known and len(known) == len(channels) else ()
    return DeviceMessage(inner.get("Time"), counters)


def read_zigbee(item: dict[str, Any]) -> DeviceMessage | None:
    """``{"energy": kWh, "power": W, "linkquality": …}`` with ``last_seen`` where zigbee2mqtt is told to send it."""
    if "timestamp" in item or not ("energy" in item or "power" in item) or not ({"linkquality", "power", "voltage"} & item.keys()):
        return None
    kwh = number(item.get("energy"))
    return DeviceMessage(item.get("last_seen"), () if kwh is None else (Counter("energy", kwh),))
