"""JSON texts."""

from __future__ import annotations

import json

import pytest

from tests.unit.readers.conftest import ReadText
from tests.unit.readers.samples import MONDAY, kwh_at, lines, total_kwh
from wattsup_core.errors import FileRefusedError

OBJECTS = lines(lambda begin, _end, kwh: json.dumps({"timestamp": f"{begin:%Y-%m-%dT%H:%M:%SZ}", "kwh": kwh})).strip().split("\n")
LIST = f"[{','.join(OBJECTS)}]"


@pytest.mark.parametrize(
    ("text", "form"),
    [
        (LIST, "JSON list"),
        ("\ufeff" + LIST, "JSON list"),
        ("\n".join(OBJECTS), "JSON lines"),
        (f'{{"meter": "M1", "data": {{"count": 96, "readings": {LIST}}}}}', "JSON object"),
        (LIST.replace('"kwh": ', '"kwh": "').replace("}", '"}'), "JSON list"),
    ],
)
def test_forms(read: ReadText, text: str, form: str) -> None:
    found = read(text, "meter.json")
    assert (found.format_name, found.report.stored, found.report.issues) == (form, 96, ())
    assert found.meters[0].readings["kwh"].sum() == pytest.approx(total_kwh(96))


def test_unit_beside_the_list(read: ReadText) -> None:
    values = [{"date": f"2024-01-{day:02d} 00:00:00", "value": 250} for day in range(1, 31)]
    found = read(json.dumps({"energy": {"timeUnit": "DAY", "unit": "Wh", "values": values}}))
    assert (found.unit, float(found.meters[0].readings["kwh"].sum())) == ("Wh", 7.5)


def test_pairs_of_time_and_value(read: ReadText) -> None:
    found = read(json.dumps([[int(MONDAY.timestamp()) * 1000 + at * 3_600_000, kwh_at(at)] for at in range(48)]))
    assert found.report.stored == 48
    assert found.meters[0].interval_minutes == 60


def test_inner_objects(read: ReadText) -> None:
    found = read(json.dumps([{"interval": {"start": f"2024-01-08T{hour:02d}:00:00Z"}, "usage": {"kwh": 0.5}} for hour in range(24)]))
    assert float(found.meters[0].readings["kwh"].sum()) == 12.0


@pytest.mark.parametrize("value", ["NaN", "1e400", "true", "[0.1]", "null", '"?"', '{"a": 1}', "-Infinity"])
def test_what_is_no_number_is_rejected(read: ReadText, value: str) -> None:
    found = read(LIST.replace(f'"kwh": {kwh_at(5)}', f'"kwh": {value}', 1))
    assert (found.report.read, found.report.stored) == (96, 95)
    assert found.report.rejected_rows[0].line == 6


@pytest.mark.parametrize("item", ["null", '"a string"', "{}", "17", '{"kwh": 5}', "[]"])
def test_what_is_no_reading_is_rejected(read: ReadText, item: str) -> None:
    found = read(LIST.replace(OBJECTS[5], item))
    assert (found.report.read, found.report.stored) == (96, 95)


def test_last_of_two_keys_wins_and_is_told(read: ReadText) -> None:
    found = read(LIST.replace('"kwh": ', '"kwh": 999, "kwh": ', 3))
    assert found.meters[0].readings["kwh"].sum() == pytest.approx(total_kwh(96))
    assert [(issue.code, issue.count) for issue in found.report.warnings] == [("duplicate_keys", 3)]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (LIST[:-40], "not valid JSON"),
        ("17", "single value"),
        ("null", "single value"),
        ("{}", "no list of readings"),
        ("[]", "no list of readings"),
        ("[1, 2, 3]", "no list of readings"),
        ('{"a": {"b": 1}}', "no list of readings"),
        ("[" * 100_000, "nested too deeply"),
        ('{"a":' * 100_000, "nested too deeply"),
        (json.dumps([{f"k{number}": 1 for number in range(600)}]), "different keys"),
    ],
)
def test_refusals_say_why(read: ReadText, text: str, says: str) -> None:
    with pytest.raises(FileRefusedError, match=says):
        read(text, "meter.json")
