from __future__ import annotations

from typing import Any

import pytest

from wattsup_core.readers.devices import Counter, DeviceMessage, find_message, is_telegram, read_scalar, read_telegrams
from wattsup_core.readers.devices.p1 import checksum

TASMOTA = {"Time": "2023-05-19T20:52:56", "ENERGY": {"Total": 514.153, "Today": 0.537, "Power": 56, "Voltage": 234}}
SWITCH = {"id": 0, "apower": 25.7, "aenergy": {"total": 913.252, "by_minute": [404.6, 404.6], "minute_ts": 1782936360}}


@pytest.mark.parametrize(
    ("item", "timestamp", "counters"),
    [
        (TASMOTA, "2023-05-19T20:52:56", [Counter("ENERGY.Total", 514.153)]),
        ({"StatusSNS": TASMOTA}, "2023-05-19T20:52:56", [Counter("ENERGY.Total", 514.153)]),
        ({"Time": "2023-05-19T20:52:56", "ENERGY": {"Total": [2.5, 0.25]}}, "2023-05-19T20:52:56", [Counter("ENERGY.Total", 2.75)]),
        ({"Time": "2023-05-19T20:52:56", "ENERGY": {"Total": [2.5, None]}}, "2023-05-19T20:52:56", []),
        (SWITCH, 1782936360, [Counter("component:0", 0.913252)]),
        ({"switch:0": SWITCH, "sys": {"unixtime": 1782936400}}, 1782936400, [Counter("switch:0", 0.913252)]),
        (
            {"src": "x", "method": "NotifyStatus", "params": {"ts": 1757060280.21, "em1data:1": {"id": 0, "total_act_energy": 60.0}}},
            1757060280.21,
            [Counter("em1data:1", 0.06)],
        ),
        (
            {"id": 0, "total_act_energy": 1500.0, "total_act_ret_energy": 20.0},
            None,
            [Counter("component:0", 1.5), Counter("component:0", 0.02, is_export=True)],
        ),
        (
            {"emeters": [{"power": 10.66, "is_valid": True, "total": 5300.0, "total_returned": 0.0}], "unixtime": 1757060280},
            1757060280,
            [Counter("emeter:0", 5.3), Counter("emeter:0", 0.0, is_export=True)],
        ),
        ({"meters": [{"power": 10.0, "total": 60_000}], "relays": [], "unixtime": 0}, None, [Counter("meter:0", 1.0)]),
        ({"energy": 12.5, "power": 80, "linkquality": 120, "last_seen": "2026-01-05T10:00:00+01:00"}, "2026-01-05T10:00:00+01:00",
         [Counter("energy", 12.5)]),
        ({"power": 80, "linkquality": 120}, None, []),
    ],
)  # fmt: skip
def test_a_device_is_known_by_its_message(item: dict[str, Any], timestamp: Any, counters: list[Counter]) -> None:
    assert find_message(item) == DeviceMessage(timestamp, tuple(counters))


@pytest.mark.parametrize(
    "item", [{}, {"timestamp": 1, "kwh": 2}, {"energy": 5}, {"timestamp": 1, "energy": 1, "power": 2}, {"meters": [1]}]
)
def test_other_objects_are_no_device(item: dict[str, Any]) -> None:
    assert find_message(item) is None


@pytest.mark.parametrize(
    ("topic", "text", "counter"),
    [
        ("shellies/shellyem-1/emeter/0/total", "5300.5", Counter("emeter/0/total", 5.3005)),
        ("shellies/shellyem-1/emeter/1/total_returned", "100", Counter("emeter/1/total", 0.1, is_export=True)),
        ("shellies/plug/relay/0/energy", "60000", Counter("relay/0/energy", 1.0)),
        ("shellies/plug/relay/0/energy", "nan", None),
        ("shellies/plug/relay/0/energy", "on", None),
    ],
)
def test_a_bare_number_counts_as_its_topic_says(topic: str, text: str, counter: Counter | None) -> None:
    assert read_scalar(topic, text) == DeviceMessage(None, () if counter is None else (counter,))


def test_a_topic_of_power_is_no_counter() -> None:
    assert read_scalar("shellies/shellyem-1/emeter/0/power", "340.31") is None


# telegrams

LINES = (
    "/ISk5\\2MT382-1000", "", "1-3:0.2.8(50)", "0-0:1.0.0(101209113020W)", "1-0:1.8.1(123456.789*kWh)", "1-0:1.8.2(000001.211*kWh)",
    "1-0:2.8.1(000002.500*kWh)", "1-0:2.8.2(000000.000*kWh)", "0-0:96.14.0(0002)", "1-0:1.7.0(01.193*kW)",
    "0-1:24.2.1(101209112500W)(12785.123*m3)", "!",
)  # fmt: skip


def telegram(*lines: str) -> bytes:
    covered = "\r\n".join(lines).encode()
    return covered + f"{checksum(covered):04X}\r\n".encode()


def test_the_checksum_is_the_one_of_the_standard() -> None:
    assert checksum(b"123456789") == 0xBB3D  # the check value published for CRC-16/ARC


def test_a_telegram_has_a_time_and_the_sum_of_its_tariffs() -> None:
    body = telegram(*LINES)
    assert is_telegram(body)
    (message,) = read_telegrams(body)
    assert message.timestamp == "2010-12-09T11:30:20+01:00"
    assert message.counters == (Counter("1-0:1.8.0", 123458.0), Counter("1-0:1.8.0", 2.5, is_export=True))


def test_summer_time_and_line_ends_that_were_changed() -> None:
    body = telegram(*(line.replace("020W)", "020S)").replace("101209", "100709") for line in LINES)).replace(b"\r\n", b"\n")
    (message,) = read_telegrams(body)
    assert (message.timestamp, message.problem) == ("2010-07-09T11:30:20+02:00", "")


@pytest.mark.parametrize("damage", [lambda body: body.replace(b"123456.789", b"123456.780"), lambda body: body[:80]])
def test_a_damaged_telegram_is_told(damage: Any) -> None:
    (message,) = read_telegrams(damage(telegram(*LINES)))
    assert (message.problem, message.counters) == ("telegram_damaged", ())


def test_several_telegrams_and_one_without_a_checksum() -> None:
    old = "\r\n".join(LINES).encode() + b"\r\n"
    assert [message.problem for message in read_telegrams(telegram(*LINES) + old)] == ["", ""]
