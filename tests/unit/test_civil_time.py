"""Calendar dates and wall clocks as seconds."""

from __future__ import annotations

import numpy as np
import pytest

from wattsup_core.timegrid import NO_TIME, civil_seconds, from_epoch_seconds, from_wall_seconds, shown_twice, zone_offsets


def seconds(text: str) -> int:
    return int(np.datetime64(text, "s").astype(np.int64))


def civil(year: int, month: int, day: int, second: int = 0) -> int:
    return int(civil_seconds(np.array([year]), np.array([month]), np.array([day]), np.array([second]))[0])


@pytest.mark.parametrize("day", ["2024-02-29", "2023-12-31", "1970-01-01", "2000-02-29", "1999-01-01", "2049-06-30"])
def test_days_that_exist(day: str) -> None:
    year, month, number = (int(part) for part in day.split("-"))
    assert civil(year, month, number, 3_600) == seconds(f"{day}T01:00")


@pytest.mark.parametrize(
    "date", [(2023, 2, 29), (2024, 2, 30), (1900, 2, 29), (2024, 13, 1), (2024, 0, 1), (2024, 4, 31), (2024, 1, 0), (0, 1, 1)]
)
def test_days_that_do_not(date: tuple[int, int, int]) -> None:
    assert civil(*date) == NO_TIME


def test_no_time_is_not_a_time() -> None:
    assert from_epoch_seconds(np.array([NO_TIME])).isna().all()


def test_clock_of_a_zone() -> None:
    walls = np.array([seconds("2024-01-08T12:00"), seconds("2024-07-08T12:00"), seconds("2024-03-31T01:30")])
    found = from_wall_seconds(walls, "Europe/London")
    assert found.tolist() == [walls[0], walls[1] - 3_600, NO_TIME]


def test_hour_shown_twice() -> None:
    walls = np.array([seconds("2024-10-27T00:30"), seconds("2024-10-27T01:30"), seconds("2024-10-27T02:00")])
    assert shown_twice(walls, "Europe/London").tolist() == [False, True, False]
    assert from_wall_seconds(walls[1:2], "Europe/London", True).tolist() == [seconds("2024-10-27T00:30")]
    assert from_wall_seconds(walls[1:2], "Europe/London", np.array([False])).tolist() == [seconds("2024-10-27T01:30")]


def test_offsets_by_abbreviation() -> None:
    assert zone_offsets("Europe/London", 2024) == {"GMT": 0, "BST": 3_600}
    assert zone_offsets("Australia/Sydney", 2024) == {"AEDT": 39_600, "AEST": 36_000}
    assert zone_offsets("UTC", 2024) == {"UTC": 0}
