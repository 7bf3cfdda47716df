"""The wall clock of a zone: conversions of :mod:`wattsup_core.timegrid` around the days on which clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime

import numpy as np
import pytest

from wattsup_core import timegrid

LONDON = "Europe/London"


def seconds_of(*texts: str) -> np.ndarray:
    return np.array([int(datetime.fromisoformat(text).timestamp()) for text in texts])


def test_the_wall_clock_steps_back_in_autumn_and_ahead_in_spring() -> None:
    autumn = seconds_of("2026-10-25T00:30Z", "2026-10-25T01:00Z")
    assert timegrid.wall_clock_text(timegrid.to_wall_seconds(autumn, LONDON)) == ["2026-10-25T01:30", "2026-10-25T01:00"]
    spring = seconds_of("2026-03-29T00:59Z", "2026-03-29T01:00Z")
    assert timegrid.wall_clock_text(timegrid.to_wall_seconds(spring, LONDON)) == ["2026-03-29T00:59", "2026-03-29T02:00"]


def test_wall_clock_text_names_seconds_only_where_there_are_some() -> None:
    assert timegrid.wall_clock_text(seconds_of("2026-01-05T10:00:00Z", "2026-01-05T10:00:10Z", "2026-01-05T00:00:00Z")) == [
        "2026-01-05T10:00",
        "2026-01-05T10:00:10",
        "2026-01-05T00:00",
    ]
    assert timegrid.wall_clock_text(np.empty(0, np.int64)) == []


def test_to_the_wall_and_back() -> None:
    moment = datetime(2026, 7, 1, 12, 34, 56, tzinfo=UTC)
    assert timegrid.to_wall(moment, "Asia/Kolkata") == datetime(2026, 7, 1, 18, 4, 56)  # noqa: DTZ001  # a wall clock has no zone
    assert timegrid.from_wall(timegrid.to_wall(moment, "Asia/Kolkata"), "Asia/Kolkata") == moment


def test_a_wall_clock_time_shown_twice_is_the_first_and_one_that_is_skipped_comes_later() -> None:
    twice, skipped = (datetime.fromisoformat(text) for text in ("2026-10-25T01:30", "2026-03-29T01:30"))
    assert timegrid.from_wall(twice, LONDON) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert timegrid.from_wall(skipped, LONDON) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "first", "hours"),
    [
        (LONDON, date(2026, 3, 28), [24, 23, 24]),
        (LONDON, date(2026, 10, 24), [24, 25, 24]),
        ("America/Sao_Paulo", date(2018, 11, 3), [24, 23, 24]),  # the skipped hour begins at midnight
        ("Africa/Cairo", date(2023, 10, 25), [24, 25, 24]),  # the repeated hour ends at midnight
        ("America/Havana", date(2026, 10, 31), [24, 25, 24]),  # the repeated hour begins at midnight
        ("Asia/Kolkata", date(2026, 3, 28), [24, 24, 24]),
    ],
)
def test_local_days_begin_where_the_calendar_says(zone: str, first: date, hours: list[int]) -> None:
    starts = timegrid.local_day_starts(first, date.fromordinal(first.toordinal() + 2), zone)
    assert (np.diff(starts) / 3600).tolist() == hours
    assert timegrid.to_wall(timegrid.datetime_from_epoch(int(starts[0])), zone).date() == first


def test_stamps_carry_their_offset() -> None:
    seconds = seconds_of("2026-10-25T00:30Z", "2026-10-25T01:30Z")
    assert timegrid.stamp_text(seconds, LONDON) == ["2026-10-25T01:30:00+01:00", "2026-10-25T01:30:00+00:00"]
    assert timegrid.stamp_text(seconds[:1], "America/St_Johns") == ["2026-10-24T22:00:00-02:30"]
    assert timegrid.stamp_text(seconds_of("1900-01-01T00:00Z"), "Asia/Tokyo") == ["1900-01-01T09:00:00+09:00"]


@pytest.mark.parametrize(
    ("start", "end", "instants"),
    [
        ("2026-10-25T01:15", "2026-10-25T01:45", ("2026-10-25T00:15Z", "2026-10-25T01:45Z")),  # both passes
        ("2026-10-24T22:00", "2026-10-25T01:00", ("2026-10-24T21:00Z", "2026-10-25T00:00Z")),  # nothing before one o'clock comes again
        ("2026-10-25T01:00", "2026-10-25T02:00", ("2026-10-25T00:00Z", "2026-10-25T02:00Z")),
        ("2026-10-25T02:00", "2026-10-25T03:00", ("2026-10-25T02:00Z", "2026-10-25T03:00Z")),
        ("2026-03-29T00:30", "2026-03-29T01:30", ("2026-03-29T00:30Z", "2026-03-29T01:00Z")),  # up to where the clock leaps
        ("2026-03-29T01:30", "2026-03-29T02:30", ("2026-03-29T01:00Z", "2026-03-29T01:30Z")),
        ("2026-03-29T01:15", "2026-03-29T01:45", ("2026-03-29T01:00Z", "2026-03-29T01:01Z")),  # leapt over
        ("2026-07-01T10:00", "2026-07-01T11:00", ("2026-07-01T09:00Z", "2026-07-01T10:00Z")),
    ],
)
def test_a_window_of_the_wall_clock_holds_all_that_was_shown_in_it(start: str, end: str, instants: tuple[str, str]) -> None:
    clocks = datetime.fromisoformat(start), datetime.fromisoformat(end)
    for fold in (0, 1):
        found = timegrid.window_of_wall(*(clock.replace(fold=fold) for clock in clocks), LONDON)  # type: ignore[misc]  # two of them
        assert found == tuple(datetime.fromisoformat(text) for text in instants)


@pytest.mark.parametrize(
    ("zone", "skipped", "instant"),
    [
        ("Australia/Lord_Howe", "2010-10-03T02:00", "2010-10-02T15:30Z"),  # leaps half an hour
        ("Australia/Lord_Howe", "2010-10-03T02:29:59.5", "2010-10-02T15:30Z"),
        ("Pacific/Apia", "2011-12-30T00:00", "2011-12-30T10:00Z"),  # leaps over a day
        ("Pacific/Apia", "2011-12-30T23:59", "2011-12-30T10:00Z"),
        ("America/Sao_Paulo", "2018-11-04T00:30", "2018-11-04T03:00Z"),
        (LONDON, "2026-03-29T01:59:59.999999", "2026-03-29T01:00Z"),
    ],
)
def test_a_window_from_a_skipped_clock_begins_where_the_clock_leaps(zone: str, skipped: str, instant: str) -> None:
    assert timegrid.start_from_wall(datetime.fromisoformat(skipped), zone) == datetime.fromisoformat(instant)


@pytest.mark.parametrize(
    ("zone", "minutes", "from_instant", "clocks"),
    [
        ("Africa/Cairo", 1_440, "2025-04-23T22:00Z", ["24T00:00", "25T01:00", "26T00:00", "27T00:00"]),  # midnight is skipped
        ("Africa/Cairo", 720, "2025-04-24T10:00Z", ["24T12:00", "25T01:00", "25T12:00", "26T00:00"]),
        ("Europe/Berlin", 120, "2026-03-28T23:00Z", ["29T00:00", "29T03:00", "29T04:00", "29T06:00"]),
        ("Europe/Berlin", 120, "2026-10-24T22:00Z", ["25T00:00", "25T02:00", "25T04:00", "25T06:00"]),
        ("Europe/Berlin", 60, "2026-10-24T23:00Z", ["25T01:00", "25T02:00", "25T02:00", "25T03:00"]),
        ("America/Havana", 1_440, "2025-11-01T04:00Z", ["01T00:00", "02T00:00", "03T00:00", "04T00:00"]),  # midnight comes twice
        ("Australia/Lord_Howe", 60, "2026-10-03T14:30Z", ["04T01:00", "04T02:30", "04T03:00", "04T04:00"]),
        ("Australia/Lord_Howe", 60, "2026-04-04T14:00Z", ["05T01:00", "05T02:00", "05T03:00", "05T04:00"]),
        ("Australia/Lord_Howe", 20, "2026-10-03T15:10Z", ["04T01:40", "04T02:30", "04T02:40", "04T03:00"]),
        ("Australia/Lord_Howe", 20, "2026-04-04T14:40Z", ["05T01:40", "05T01:40", "05T02:00", "05T02:20"]),
        ("Pacific/Apia", 1_440, "2011-12-29T10:00Z", ["29T00:00", "31T00:00", "01T00:00", "02T00:00"]),  # a day is skipped
    ],
)
def test_intervals_begin_where_the_clock_is_set_to(zone: str, minutes: int, from_instant: str, clocks: list[str]) -> None:
    (first,) = seconds_of(from_instant)
    starts = np.unique(timegrid.slot_starts(np.arange(first, first + 6 * minutes * 60, 300), minutes * 60, zone))
    assert [text[8:] for text in timegrid.wall_clock_text(timegrid.to_wall_seconds(starts[:4], zone))] == clocks
