"""DSMR P1 telegrams of Dutch and Belgian meters (DSMR 5.0.2 P1 companion standard): registers by OBIS code, a time, a checksum."""

from __future__ import annotations

import re
from collections.abc import Iterator

from wattsup_core.readers.devices.counters import Counter, DeviceMessage

_START = re.compile(rb"^/", re.MULTILINE)
_TIME = re.compile(r"0-0:1\.0\.0\((\d{12})([SW])\)")
_REGISTER = re.compile(r"1-0:([12])\.8\.(\d)\((\d{1,9}(?:\.\d{1,6})?)\*(k?Wh)\)")
_END = re.compile(rb"^!([0-9A-Fa-f]{4})?\s*$", re.MULTILINE)
OFFSETS = {"W": "+01:00", "S": "+02:00"}  # the meters' clock is Central European


def is_telegram(body: bytes) -> bool:
    """Whether a body begins as a telegram does."""
    return re.match(rb"\s*/[^\r\n]{3,100}\r?\n", body) is not None and b"1-0:" in body


def read_telegrams(body: bytes) -> Iterator[DeviceMessage]:
    """One message for each telegram of a body."""
    starts = [found.start() for found in _START.finditer(body)]
    for first, last in zip(starts, [*starts[1:], len(body)], strict=True):
        yield _read(body[first:last])


def _read(telegram: bytes) -> DeviceMessage:
    text = telegram.decode("ascii", "replace")
    if not _is_whole(telegram):
        return DeviceMessage(None, (), "telegram_damaged")
    registers: dict[tuple[str, str], float] = {}
    for direction, tariff, value, unit in _REGISTER.findall(text):
        registers[direction, tariff] = float(value) / (1.0 if unit == "kWh" else 1_000.0)
    counters = []
    for direction, is_export in (("1", False), ("2", True)):
        tariffs = {tariff: kwh for (each, tariff), kwh in registers.items() if each == direction}
        if tariffs:
            counters.append(Counter("1-0:1.8.0", round(tariffs.get("0", sum(tariffs.values())), 6), is_export))
    return DeviceMessage(_time(text), tuple(counters))


def _time(text: str) -> str | None:
    found = _TIME.search(text)
    if found is None:
        return None
    year, month, day, hour, minute, second = (found[1][place : place + 2] for place in range(0, 12, 2))
    return f"20{year}-{month}-{day}T{hour}:{minute}:{second}{OFFSETS[found[2]]}"


def _is_whole(telegram: bytes) -> bool:
    """Whether the telegram has its end and, where it carries one, the right checksum; line ends may have been changed on the way."""
    end = _END.search(telegram)
    if end is None:
        return False
    if end[1] is None:
        return True  # DSMR 2 and 3 carry none
    covered = telegram[: end.start() + 1]
    plain = covered.replace(b"\r\n", b"\n")
    return int(end[1], 16) in {checksum(covered), checksum(plain.replace(b"\n", b"\r\n"))}


def checksum(data: bytes) -> int:
    """CRC-16 with the polynomial x¹⁶ + x¹⁵ + x² + 1, least significant bit first, from 0."""
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ 0xA001 if crc & 1 else crc >> 1
    return crc
