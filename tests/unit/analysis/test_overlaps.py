"""Which energies lie across others, told from the starts of their intervals alone."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattsup_core.analysis.overlaps import SEAM_SHARE, Intervals, crowded, onto_rows, overlapping

QUARTERS = Intervals(900, "UTC")
MINUTE = 60


def at(*minutes: float) -> np.ndarray:
    return np.array([round(minute * MINUTE) for minute in minutes], dtype=np.int64)


@pytest.mark.parametrize(
    ("stored", "sent", "expected"),
    [
        ((0, 15, 30), (45, 60), (False, False)),
        ((0, 15, 30), (0, 15, 30), (False, False, False)),
        ((0, 15, 30), (5, 20, 35), (True, True, True)),
        ((0,), (-5,), (True,)),
        ((0,), (-15, 15), (False, False)),
        ((0, 30), (15,), (False,)),
        ((0, 30), (16,), (True,)),
        ((), (0, 1), (False, False)),
        ((0,), (), ()),
    ],
)
def test_a_row_within_a_stored_interval_or_round_its_start_lies_across(stored, sent, expected) -> None:
    found = overlapping(at(*stored), at(*sent), QUARTERS, QUARTERS.whole_share)
    assert found.tolist() == list(expected)


def test_a_series_is_not_held_against_the_rows_it_repeats() -> None:
    stored, sent = at(0, 15, 20, 35), at(15, 20, 26, 35, 50)
    assert overlapping(stored, sent, QUARTERS, 0.9, is_series=True).tolist() == [False] * 5
    assert overlapping(stored, sent, QUARTERS, 0.9).tolist() == [False, False, True, False, False]


def test_rows_of_a_finer_stretch_are_as_long_as_they_are() -> None:
    hours = Intervals(3_600, "UTC")
    assert overlapping(at(0, 60, 75, 90), at(105), hours, hours.whole_share).tolist() == [False]
    assert overlapping(at(0, 60, 120), at(135), hours, hours.whole_share).tolist() == [True]


def test_a_row_after_one_that_came_a_little_early_is_no_shorter_for_it() -> None:
    assert overlapping(np.array([0, 841]), np.array([1_627]), QUARTERS, QUARTERS.whole_share).tolist() == [True]
    assert overlapping(np.array([0, 841]), np.array([1_682]), QUARTERS, QUARTERS.whole_share).tolist() == [False]


def epochs(*texts: str) -> np.ndarray:
    return np.array([int(datetime.fromisoformat(text).timestamp()) for text in texts])


@pytest.mark.parametrize(
    ("zone", "minutes", "earlier", "later", "is_whole"),
    [
        ("Europe/London", 1_440, "2026-03-29T00:00Z", "2026-03-29T23:00Z", True),  # a day of 23 hours
        ("Africa/Cairo", 1_440, "2025-04-24T22:00Z", "2025-04-25T21:00Z", True),  # whose midnight is skipped
        ("Africa/Cairo", 1_440, "2025-04-24T21:00Z", "2025-04-25T19:00Z", False),
        ("Africa/Cairo", 1_440, "2025-04-25T22:00Z", "2025-04-26T21:00Z", False),
        ("Europe/Berlin", 120, "2026-03-29T01:00Z", "2026-03-29T02:00Z", True),  # from three o'clock to four
        ("Europe/Berlin", 120, "2026-03-29T00:30Z", "2026-03-29T01:00Z", False),
        ("Europe/Berlin", 60, "2026-03-29T00:30Z", "2026-03-29T01:00Z", False),
        ("Australia/Lord_Howe", 60, "2026-10-03T15:30Z", "2026-10-03T16:00Z", True),  # from half past two to three
        ("Australia/Lord_Howe", 60, "2026-10-03T15:30Z", "2026-10-03T15:50Z", False),
        ("Australia/Lord_Howe", 20, "2026-10-03T15:30Z", "2026-10-03T15:40Z", True),
        ("Australia/Lord_Howe", 20, "2026-10-03T15:20Z", "2026-10-03T15:30Z", False),
        ("Antarctica/Troll", 120, "2026-03-29T00:00Z", "2026-03-29T01:00Z", True),  # ends where the clock leaps
    ],
)
def test_an_interval_from_which_the_clock_takes_a_part_is_whole(zone: str, minutes: int, earlier: str, later: str, is_whole: bool) -> None:
    intervals = Intervals(minutes * 60, zone)
    assert bool(intervals.distance_s(epochs(earlier), epochs(later))[0] >= intervals.whole_share * intervals.length_s) == is_whole


@pytest.mark.parametrize("phase", range(1, 900, 37))
def test_no_phase_within_a_run_of_rows_is_free_for_a_series(phase: int) -> None:
    stored, sent = np.arange(0, 9_000, 900), np.arange(1_800 + phase, 5_400, 900)
    assert overlapping(stored, sent, QUARTERS, SEAM_SHARE, is_series=True).all()


def test_the_day_of_23_hours_is_a_whole_one() -> None:
    days = Intervals(86_400, "Europe/London")
    midnights = np.array([1_774_656_000, 1_774_742_400, 1_774_825_200])
    assert overlapping(midnights[:2], midnights[2:], days, days.whole_share).tolist() == [False]
    assert overlapping(midnights[:2], midnights[2:] - 3_600, days, days.whole_share).tolist() == [True]
    assert crowded(midnights, days, days.whole_share).tolist() == [False, False, False]


def test_of_crowded_rows_the_first_stays() -> None:
    assert crowded(at(0, 7, 15, 16, 30, 31), QUARTERS, QUARTERS.whole_share).tolist() == [False, True, False, True, False, True]
    assert crowded(at(0, 14.5, 29), QUARTERS, QUARTERS.whole_share).tolist() == [False, False, False]


def test_rows_beside_stored_ones_come_onto_them_unless_two_would() -> None:
    stored = np.array([0, 900, 1_800])
    assert onto_rows(stored, np.array([3, 897, 1_861, 2_705]), 60).tolist() == [0, 900, 1_861, 2_705]
    assert onto_rows(stored, np.array([-5, 5, 900, 930]), 60).tolist() == [-5, 5, 900, 930]
    assert onto_rows(stored[:0], np.array([3]), 60).tolist() == [3]


instants = st.lists(st.integers(0, 20_000), max_size=30, unique=True).map(lambda found: np.array(sorted(found), dtype=np.int64))


@given(stored=instants, sent=instants, most_s=st.integers(0, 200))
def test_rows_that_come_onto_others_stay_in_order(stored: np.ndarray, sent: np.ndarray, most_s: int) -> None:
    moved = onto_rows(stored, sent, most_s)
    assert (np.diff(moved) > 0).all()
    assert (np.abs(moved - sent) <= most_s).all()


@given(stored=instants, sent=instants)
def test_what_is_left_of_single_rows_lies_apart(stored: np.ndarray, sent: np.ndarray) -> None:
    stored = stored[~crowded(stored, QUARTERS, QUARTERS.whole_share)]
    free = sent[~overlapping(stored, sent, QUARTERS, QUARTERS.whole_share)]
    free = np.setdiff1d(free, stored)
    every = np.union1d(stored, free[~crowded(free, QUARTERS, QUARTERS.whole_share)])
    assert (np.diff(every) >= 900 - QUARTERS.wander_s).all()
