from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from wattsup_core.readers.times.sent import read_sent

NOW = int(datetime(2026, 11, 1, 12, tzinfo=UTC).timestamp())
LONDON = "Europe/London"


def at(*civil: int) -> int:
    return int(datetime(*civil, tzinfo=UTC).timestamp())  # type: ignore[misc, arg-type]


@pytest.mark.parametrize(
    ("stamp", "expected"),
    [
        ("2026-07-01T12:00:00Z", at(2026, 7, 1, 12)),
        ("2026-07-01T12:00:00+02:00", at(2026, 7, 1, 10)),
        ("2026-07-01T12:00", at(2026, 7, 1, 11)),
        ("2026-07-01 12:00:29.6", at(2026, 7, 1, 11, 0, 30)),
        (1_780_000_000, 1_780_000_000),
        (1_780_000_000.6, 1_780_000_001),
        (1_780_000_000_500, 1_780_000_001),
        ("1780000000", 1_780_000_000),
        ("2026-11-02T11:59:00Z", at(2026, 11, 2, 11, 59)),
        ("2026-11-02T12:01:00Z", "future_timestamp"),
        ("1989-12-31T23:59:59Z", "out_of_range_timestamp"),
        ("9999-12-31T23:59:59-14:00", "future_timestamp"),
        ("0001-01-01T00:00:00+14:00", "out_of_range_timestamp"),
        (5, "out_of_range_timestamp"),
        (float("nan"), "out_of_range_timestamp"),
        ("2026-03-29T01:30", "dst_nonexistent"),
        ("2026-02-30T00:00Z", "bad_timestamp"),
        ("soon", "bad_timestamp"),
        ("1" * 50, "bad_timestamp"),
        (True, "bad_timestamp"),
        ([], "bad_timestamp"),
        ({}, "bad_timestamp"),
        (None, "no_timestamp"),
        ("", "no_timestamp"),
    ],
)
def test_one_stamp(stamp: Any, expected: int | str) -> None:
    assert read_sent([stamp], LONDON, NOW) == [expected]


@pytest.mark.parametrize("stamp", ["2025-04-25", "2025-04-25T00:00", "20250425"])
def test_a_midnight_is_the_beginning_of_its_day_for_a_meter_of_days(stamp: str) -> None:
    assert read_sent([stamp], "Africa/Cairo", NOW, are_days=True) == [at(2025, 4, 24, 22)]
    assert read_sent([stamp], "Africa/Cairo", NOW) == ["dst_nonexistent"]
    assert read_sent(["2025-11-02"] * 2, "America/Havana", at(2025, 11, 2, 5, 10), are_days=True) == [at(2025, 11, 2, 4)] * 2  # shown twice
    assert read_sent(["2025-04-25T00:30"], "Africa/Cairo", NOW, are_days=True) == ["dst_nonexistent"]


def test_the_hour_that_comes_twice_is_told_by_the_order() -> None:
    stamps = ["2026-10-25T01:00", "2026-10-25T01:30", "2026-10-25T01:00", "2026-10-25T01:30", "2026-10-25T02:00"]
    assert read_sent(stamps, LONDON, NOW) == [at(2026, 10, 25, *clock) for clock in ((0, 0), (0, 30), (1, 0), (1, 30), (2, 0))]


@pytest.mark.parametrize(("now", "expected"), [((0, 31), (0, 30)), ((1, 31), (1, 30)), ((12, 0), (0, 30))])
def test_a_live_reading_in_it_is_told_by_the_clock(now: tuple[int, int], expected: tuple[int, int]) -> None:
    assert read_sent(["2026-10-25T01:30"], LONDON, at(2026, 10, 25, *now)) == [at(2026, 10, 25, *expected)]
