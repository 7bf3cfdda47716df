"""Written times as calendar fields."""

from __future__ import annotations

import numpy as np
import pytest

from wattsup_core.readers.times.numbers import number_clock, read_hours, read_number_stamps
from wattsup_core.readers.times.stamps import NO_OFFSET, looks_like_stamp, read_stamps
from wattsup_core.timegrid import NO_TIME


def cells(*texts: str) -> np.ndarray:
    return np.array(texts, dtype=object)


def wall(text: str, order: str = "DMY") -> str:
    """A text's wall-clock time as ISO text, "" when it is no date."""
    fields = read_stamps(cells(text))
    seconds = int(fields.day_seconds(order)[0])
    return "" if seconds == NO_TIME else str(np.datetime64(seconds + int(fields.clock[0]), "s"))


@pytest.mark.parametrize(
    "text",
    [
        "2024-01-08 13:30",
        "2024/1/8 13:30:00",
        "2024-01-08T13:30:00.000",
        "08.01.2024 13:30",
        "8/1/2024 1:30 PM",
        "8/1/24 13:30",
        "20240108T1330",
        "202401081330",
        "20240108133000",
        "8 Jan 2024 13:30",
        "Jan 8, 2024 01:30 p.m.",
        "Mon 08 January 2024 13:30",
        "08-Jan-24 13:30",
        "8 janv. 2024 13h30",
        "2024-01-08\u00a013:30",
        "2024-01-08 13:29:59.6",
        "2024-01-08 13:30 to 2024-01-08 14:00",
        "2024-01-08 13:30 – 14:00",
        "2024-01-08T13:30/2024-01-08T14:00",
        "  2024-01-08 13:30  ",
    ],
)
def test_one_moment_in_many_forms(text: str) -> None:
    assert wall(text) == "2024-01-08T13:30:00"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "tbd",
        "2024-01-14 2",
        "2024-01-14 23",
        "2024-02-30",
        "2023-02-29",
        "2024-13-01",
        "2024-01-08 25:00",
        "2024-01-08 12:60",
        "0:75",
        "13:30 PM",
        "99999999",
        "1704121200",
        "x" * 100,
    ],
)
def test_no_moment(text: str) -> None:
    assert wall(text) == ""


def test_order_of_day_and_month_is_left_to_the_file() -> None:
    assert wall("03/04/2024", "DMY").startswith("2024-04-03")
    assert wall("03/04/2024", "MDY").startswith("2024-03-04")
    assert wall("24/03/04", "YMD").startswith("2024-03-04")
    assert wall("2024-03-04", "DMY") == wall("2024-03-04", "MDY")


def test_midnight_as_24_is_the_next_day() -> None:
    assert wall("2024-01-08 24:00") == "2024-01-09T00:00:00"
    assert read_stamps(cells("24:00")).at_24.tolist() == [True]
    assert wall("2024-01-08 24:15") == ""


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("2024-01-08T13:30:00Z", 0),
        ("2024-01-08T13:30:00+01:00", 3600),
        ("2024-01-08 13:30:00 -0530", -19800),
        ("2024-01-08 13:30 UTC", 0),
        ("2024-01-08 13:30:00 CEST+0200", 7200),
        ("2024-10-27T01:30:00+01:00[Europe/London]", 3600),
        (" UTC+01:00 ", 3600),
        ("2024-01-08 13:30", NO_OFFSET),
    ],
)
def test_offset(text: str, seconds: int) -> None:
    assert read_stamps(cells(text)).offset.tolist() == [seconds]


def test_zone_word_is_kept() -> None:
    fields = read_stamps(cells("2024-10-26 00:00 BST", "2024-10-28 00:00 BST"))
    assert fields.zone_words == ["BST"]
    assert fields.zone.tolist() == [0, 0]


def test_ranges_of_a_day_are_not_offsets() -> None:
    texts = [f"2024-01-08 {hour:02d}:00-{hour + 1:02d}:00" for hour in range(12)]
    fields = read_stamps(cells(*texts))
    assert (fields.offset == NO_OFFSET).all()
    assert fields.clock.tolist() == [hour * 3600 for hour in range(12)]


def test_many_texts_are_read_alike() -> None:
    instants = np.datetime64("2024-01-01T00:00") + np.arange(5000) * np.timedelta64(7, "m")
    fields = read_stamps(np.array([str(instant).replace("T", " ") for instant in instants], dtype=object))
    assert (fields.day_seconds("DMY") + fields.clock == instants.astype("datetime64[s]").astype(np.int64)).all()


def test_looks_like_stamp() -> None:
    assert looks_like_stamp("08.01.2024")
    assert not looks_like_stamp("0.56")
    assert not looks_like_stamp("1049")
    assert not looks_like_stamp("12345678901")


@pytest.mark.parametrize(
    ("text", "name", "moment"),
    [
        ("1704672000", "seconds since 1970", "2024-01-08T00:00:00"),
        ("1704672000000", "milliseconds since 1970", "2024-01-08T00:00:00"),
        ("1704672000000000000", "nanoseconds since 1970", "2024-01-08T00:00:00"),
        ("45299.020833333", "Excel days", "2024-01-08T00:30:00"),
        ("45299,0208", "Excel days", "2024-01-08T00:30:00"),
    ],
)
def test_times_as_numbers(text: str, name: str, moment: str) -> None:
    clock = number_clock(cells(text))
    assert clock is not None
    assert clock.name == name
    assert str(np.datetime64(int(read_number_stamps(cells(text), clock)[0]), "s")) == moment


def test_other_numbers_are_no_times() -> None:
    assert number_clock(cells("0.123", "0.456")) is None
    assert number_clock(cells("20240108", "20240109")) is None
    assert number_clock(cells("2024010813")) is None
    assert number_clock(cells("2024-01-08")) is None


def test_numbered_hours() -> None:
    assert read_hours(cells("0", "23")) is not None
    seconds, is_elapsed = read_hours(cells("1", "24", "25")) or (np.empty(0), False)
    assert (seconds.tolist(), is_elapsed) == ([0, 23 * 3600, 24 * 3600], True)
    assert read_hours(cells("0", "24")) is None
    assert read_hours(cells("26")) is None
