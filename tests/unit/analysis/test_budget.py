"""Evidence is the rate of chance peaks; the alarm budget is a threshold on it."""

from __future__ import annotations

import numpy as np
import pytest

from wattsup_core.analysis.budget import alarm_threshold, capped, find_peaks, fit_tail, most_alarms, recurrence_cap, severity


def test_peaks_are_the_highest_within_the_guard() -> None:
    values = np.array([0, 1, 5, 4, 0, 0, 3, 3, 0, np.nan, 2.0])
    assert find_peaks(values, 2).tolist() == [2, 6, 10]


def test_evidence_tells_how_many_peaks_chance_would_give() -> None:
    heights = np.random.default_rng(9).exponential(2.0, 20_000)
    tail = fit_tail(heights, days=20_000.0)  # one peak a day, thirty a month
    assert tail is not None
    for height in (6.0, 10.0, 14.0):
        expected = 30.0 * np.exp(-height / 2.0)
        assert tail.evidence(np.array([height]))[0] == pytest.approx(-np.log10(expected), abs=0.12)


def test_a_few_huge_peaks_do_not_hide_each_other() -> None:
    rng = np.random.default_rng(9)
    clean = fit_tail(rng.exponential(1.0, 300), 300.0)
    spoilt = fit_tail(np.r_[rng.exponential(1.0, 300), np.full(8, 500.0)], 300.0)
    assert clean is not None
    assert spoilt is not None
    assert spoilt.scale == pytest.approx(clean.scale, rel=0.25)


@pytest.mark.parametrize("heights", [np.ones(3), np.ones(50), np.empty(0)])
def test_no_tail_where_there_is_nothing_to_learn(heights: np.ndarray) -> None:
    assert fit_tail(heights, 100.0) is None


def test_of_two_peaks_beyond_their_cap_the_higher_goes_first_and_neither_passes_what_is_surer() -> None:
    held = capped(np.array([1.0, 2.0, 8.0, 200.0]), 2.0)
    assert held[:2].tolist() == [1.0, 2.0]
    assert held[2] < held[3] < 2.0 + 0.3


def test_what_recurs_is_capped_and_what_is_single_is_not() -> None:
    peaks = np.r_[np.linspace(0, 1, 100), np.full(12, 20.0), 60.0]
    tail = fit_tail(peaks, 360.0)
    assert tail is not None
    cap = recurrence_cap(peaks, tail, 360.0)
    assert cap[-2] == pytest.approx(1.2 - np.log10(12 / 12))
    assert cap[-1] == pytest.approx(1.2 + np.log10(120))


def test_a_pair_in_a_short_history_is_no_habit() -> None:
    peaks = np.r_[np.linspace(0, 1, 30), 20.0, 20.0]
    tail = fit_tail(peaks, 30.0)
    assert tail is not None
    assert recurrence_cap(peaks, tail, 30.0)[-1] > alarm_threshold(2.0)


def test_the_default_budget_asks_for_one_chance_peak_in_forty_months_a_family() -> None:
    assert alarm_threshold(2.0) == pytest.approx(1.602, abs=0.001)
    assert alarm_threshold(20.0) == pytest.approx(alarm_threshold(2.0) - 1.0)


def test_the_budget_allows_a_number_of_alarms() -> None:
    assert [most_alarms(2.0, days) for days in (1, 30, 365)] == [1, 2, 25]


def test_severity_rises_from_0_to_99() -> None:
    assert severity(np.array([-1.0, 0.0, 1.6, 3.2, 12.0, 100.0])).tolist() == [0, 0, 50, 75, 99, 99]
