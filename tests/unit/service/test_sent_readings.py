from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.factories import make_meter
from wattsup_core.service.refusals import reason_of
from wattsup_core.service.sent_bodies import csv_items, deliver_file, json_items
from wattsup_core.service.sent_readings import deliver
from wattsup_core.store import Refusal, SentReading, SentRegister
from wattsup_core.types import Channel, Quality

METER = make_meter(interval_minutes=15.0)
T0 = int(datetime(2026, 1, 5, 12, tzinfo=UTC).timestamp())
NOW = T0 + 600
STAMP = {"timestamp": "2026-01-05T12:00:00Z"}


@pytest.mark.parametrize(
    ("fields", "kwh"),
    [({"kwh": 0.25}, 0.25), ({"kwh": "0.25"}, 0.25), ({"wh": 250}, 0.25), ({"kw": 1.0}, 0.25), ({"kwh": -0.01}, -0.01), ({"kwh": 0}, 0.0)],
)
def test_energy_in_each_unit(fields: dict[str, Any], kwh: float) -> None:
    assert deliver([(3, STAMP | fields)], METER, NOW).readings == (SentReading(3, T0, kwh),)


def test_a_register_a_temperature_and_a_quality() -> None:
    items = [STAMP | {"register_kwh": 1000.5}, STAMP | {"kwh": 1, "temperature_c": -3.5, "quality": "estimated"}]
    found = deliver(list(enumerate(items)), METER, NOW)
    assert found.registers == (SentRegister(0, T0, 1000.5, "register_kwh"),)
    assert found.readings == (SentReading(1, T0, 1.0, Quality.ESTIMATED, {"temperature_c": -3.5}),)


@pytest.mark.parametrize(
    ("item", "code"),
    [
        (5, "not_an_object"), (None, "not_an_object"), ({}, "no_timestamp"), ({"kwh": 1}, "no_timestamp"), (STAMP, "no_value"),
        (STAMP | {"kwh": None}, "no_value"), (STAMP | {"kwh": 1, "kw": 4}, "several_values"), (STAMP | {"kwh": "much"}, "bad_number"),
        (STAMP | {"kwh": "0,25"}, "bad_number"), (STAMP | {"kwh": True}, "bad_number"), (STAMP | {"kwh": []}, "bad_number"),
        (STAMP | {"kwh": float("nan")}, "implausible_value"), (STAMP | {"kwh": float("inf")}, "implausible_value"),
        (STAMP | {"kwh": 10**400}, "implausible_value"), (STAMP | {"kwh": 1e7}, "implausible_value"),
        (STAMP | {"kwh": -9999}, "implausible_value"), (STAMP | {"register_kwh": -1}, "implausible_value"),
        (STAMP | {"kwh": 1, "temperature_c": 300}, "bad_temperature"), (STAMP | {"kwh": 1, "temperature_c": "warm"}, "bad_temperature"),
        (STAMP | {"kwh": 1, "quality": "good"}, "bad_quality"), ({"timestamp": "x", "kwh": 1}, "bad_timestamp"),
        ({"power": 80, "linkquality": 120}, "no_counter"), (STAMP | {"kwh": 1, "meter": "another"}, "other_meter"),
        ({"switch:0": {"aenergy": {"total": 1}}, "switch:1": {"aenergy": {"total": 2}}}, "several_counters"),
    ],
)  # fmt: skip
def test_what_is_no_reading_has_a_reason(item: Any, code: str) -> None:
    found = deliver([(0, item)], METER, NOW)
    assert found.refused == (Refusal(0, code),)
    assert not found.readings
    assert not found.registers
    assert reason_of(code).endswith(".")


@pytest.mark.parametrize("name", [METER.meter_id, METER.name, "", None])
def test_a_reading_may_name_its_own_meter(name: str | None) -> None:
    assert len(deliver([(0, STAMP | {"kwh": 1, "meter": name})], METER, NOW).readings) == 1


def test_a_device_without_a_time_is_read_when_it_comes_in() -> None:
    found = deliver([(0, {"id": 0, "total_act_energy": 1500.0, "total_act_ret_energy": 20.0})], METER, NOW)
    assert found.registers == (SentRegister(0, NOW, 1.5, "component:0", is_clockless=True),)


def test_a_meter_of_exported_energy_follows_the_counter_of_it() -> None:
    meter = make_meter(channel=Channel.EXPORT)
    assert deliver([(0, {"id": 0, "total_act_energy": 1500.0, "total_act_ret_energy": 20.0})], meter, NOW).registers[0].kwh == 0.02


def test_one_of_several_counters_can_be_named() -> None:
    item = {"switch:0": {"aenergy": {"total": 1000}}, "switch:1": {"aenergy": {"total": 2000}}}
    assert deliver([(0, item)], METER, NOW, "switch:1").registers == (SentRegister(0, NOW, 2.0, "=switch:1", is_clockless=True),)
    assert deliver([(0, item)], METER, NOW, "switch:7").refused == (Refusal(0, "no_such_counter"),)


def test_json_bodies() -> None:
    assert json_items(b'{"kwh": 1}') == [{"kwh": 1}]
    assert json_items(b"[1, 2]") == [1, 2]
    assert json_items(b'{"readings": [{}]}') == [{}]


def test_our_own_csv_keeps_broken_rows_in_place() -> None:
    body = "\ufefftimestamp,kwh,temperature_c\r\n2026-01-05T12:00Z,0.5,\r\n1,2\r\n2026-01-05T12:15Z,,3\r\n".encode()
    items = csv_items(body)
    assert items is not None
    assert items[1] is None
    assert [refusal.code for refusal in deliver(list(enumerate(items)), METER, NOW).refused] == ["not_an_object", "no_value"]
    assert csv_items(b"Date,Usage (kWh)\n2026-01-05,1\n") is None


def test_any_other_csv_is_read_as_a_file_is() -> None:
    body = b"Datum;Verbrauch (kWh)\n05.01.2026 12:00;0,25\n05.01.2026 12:15;0,5\n05.01.2026 12:30;x\n05.01.2026 12:45;0,75\n"
    found = deliver_file(body, METER)
    assert [(reading.seconds - T0, reading.kwh) for reading in found.readings] == [(0, 0.25), (900, 0.5), (2700, 0.75)]
    assert found.refused == (Refusal(2, "missing_value"),)
