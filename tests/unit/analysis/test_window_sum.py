"""Energy and power of exactly one window."""

from __future__ import annotations

import numpy as np
import pytest

from wattsup_core.analysis.window_sum import sum_window

QUARTER_S = 900
DAY_S = 86_400


def hour(kwh: list[float]) -> tuple[np.ndarray, np.ndarray]:
    """Quarters of an hour from 0 s."""
    return np.arange(len(kwh), dtype=np.int64) * QUARTER_S, np.array(kwh, dtype=np.float32)


def test_a_window_of_whole_readings_is_their_sum() -> None:
    found = sum_window(*hour([0.25, 0.5, 1.0, 0.25, 9.0]), QUARTER_S, 0, 4 * QUARTER_S)
    assert (found.kwh, found.mean_kw, found.peak_kw, found.readings, found.missing) == (2.0, 2.0, 4.0, 4, 0)


def test_a_reading_that_the_window_cuts_counts_by_its_share() -> None:
    found = sum_window(*hour([0.9, 0.5, 0.9]), QUARTER_S, 600, 2 * QUARTER_S + 300)
    assert found.kwh == pytest.approx(0.9 / 3 + 0.5 + 0.9 / 3)
    assert found.mean_kw == pytest.approx(found.kwh / (1500 / 3600))
    assert found.peak_kw == pytest.approx(3.6)
    assert (found.readings, found.missing) == (3, 0)


def test_two_windows_that_meet_come_to_the_one_over_both() -> None:
    rows = hour(np.random.default_rng(7).uniform(0, 1, 40).tolist())
    for cut in (1, 899, 900, 901, 17_777):
        parts = [sum_window(*rows, QUARTER_S, *span).kwh for span in ((100, cut + 100), (cut + 100, 30_000))]
        assert sum(parts) == pytest.approx(sum_window(*rows, QUARTER_S, 100, 30_000).kwh)


def test_gaps_are_counted_and_leave_the_mean_power_alone() -> None:
    seconds, kwh = hour([0.25] * 12)
    kwh[3:6] = np.nan
    kept = np.delete(np.arange(12), [8])
    found = sum_window(seconds[kept], kwh[kept], QUARTER_S, 0, 12 * QUARTER_S)
    assert (found.readings, found.missing) == (8, 4)
    assert found.mean_kw == pytest.approx(1.0)
    assert found.share_read == pytest.approx(8 / 12)


def test_time_before_and_after_the_readings_is_missing_too() -> None:
    found = sum_window(*hour([0.25, 0.25]), QUARTER_S, -QUARTER_S - 60, 4 * QUARTER_S)
    assert (found.readings, found.missing) == (2, 4)


@pytest.mark.parametrize("span", [(-9_000, -1_800), (9_000, 18_000)])
def test_a_window_without_readings_has_no_power(span: tuple[int, int]) -> None:
    found = sum_window(*hour([0.25, 0.25]), QUARTER_S, *span)
    assert (found.kwh, found.mean_kw, found.peak_kw, found.readings) == (0.0, None, None, 0)
    assert found.missing == (span[1] - span[0]) // QUARTER_S


def test_days_of_23_and_25_hours_are_whole_readings() -> None:
    starts = np.cumsum([0, DAY_S, DAY_S + 3600, DAY_S - 3600, DAY_S], dtype=np.int64)
    kwh = np.array([24.0, 25.0, 23.0, 24.0, 24.0])
    found = sum_window(starts, kwh, DAY_S, int(starts[0]), int(starts[4]))
    assert (found.kwh, found.readings, found.missing) == (96.0, 4, 0)
    assert found.mean_kw == found.peak_kw == pytest.approx(1.0)


@pytest.mark.parametrize("longer_s", [-3600, 0, 3600])
def test_a_day_that_is_missing_is_one_reading_whatever_the_clock_did(longer_s: int) -> None:
    starts = np.array([0, 2 * DAY_S + longer_s], dtype=np.int64)
    assert sum_window(starts, np.array([24.0, 24.0]), DAY_S, 0, int(starts[1]) + DAY_S).missing == 1
