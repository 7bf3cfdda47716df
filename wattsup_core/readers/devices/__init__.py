"""Messages of home devices as they send them: each holds the counters of a device, in kWh, and perhaps its own time.

A device's power is left alone: it is a moment's, and energy is the counter's business.
"""

from __future__ import annotations

from typing import Any

from wattsup_core.readers.devices import plugs, shelly
from wattsup_core.readers.devices.counters import Counter, DeviceMessage
from wattsup_core.readers.devices.p1 import is_telegram, read_telegrams
from wattsup_core.readers.devices.shelly import read_scalar

__all__ = ["Counter", "DeviceMessage", "find_message", "is_telegram", "read_scalar", "read_telegrams"]


def find_message(item: dict[str, Any]) -> DeviceMessage | None:
    """The message of a device that we know, or `None` for any other object."""
    for read in (plugs.read_tasmota, shelly.read_status, plugs.read_zigbee):
        message = read(item)
        if message is not None:
            return message
    return None
