from __future__ import annotations

import numpy as np
import pytest

from wattsup_core.service.views.curve import fit_resolution
from wattsup_core.service.views.points import choose_points
from wattsup_core.service.views.rounding import round_for_screen, round_or_none
from wattsup_core.service.views.smoothing import moving_average
from wattsup_core.view_models import Resolution

AUTO, RAW, HOUR, DAY = Resolution.AUTO, Resolution.RAW, Resolution.HOUR, Resolution.DAY
NOTHING = np.empty(0, dtype=np.int64)


@pytest.mark.parametrize(
    ("asked", "days", "interval_minutes", "fits"),
    [
        (AUTO, 45, 1, RAW),
        (AUTO, 46, 1, HOUR),
        (AUTO, 120, 15, HOUR),
        (AUTO, 121, 15, DAY),
        (AUTO, 90, 60, RAW),
        (AUTO, 400, 60, DAY),
        (RAW, 1000, 1, RAW),
        (HOUR, 1, 15, HOUR),
        (HOUR, 1000, 15, HOUR),
        (HOUR, 10, 60, RAW),
        (HOUR, 10, 240, RAW),
        (DAY, 1, 15, DAY),
        (AUTO, 1, 1440, DAY),
        (RAW, 1, 1440, DAY),
        (HOUR, 9, 43200, DAY),
    ],
)
def test_the_resolution_fits_the_span_and_is_never_finer_than_the_meter(
    asked: Resolution, days: float, interval_minutes: float, fits: Resolution
) -> None:
    assert fit_resolution(asked, days, interval_minutes) is fits


def test_few_points_are_all_chosen_and_a_gap_ends_a_piece() -> None:
    seconds = np.array([0, 900, 1800, 5400, 6300])
    chosen = choose_points(seconds, np.ones(5), np.zeros(5, bool), NOTHING, 900, 100)
    assert chosen.at.tolist() == [0, 1, 2, 3, 4]
    assert chosen.ends_piece.tolist() == [False, False, True, False, False]


def test_a_missing_value_is_a_gap() -> None:
    values = np.array([1.0, 1.0, np.nan, 1.0])
    chosen = choose_points(np.arange(4) * 900, values, np.zeros(4, bool), NOTHING, 900, 100)
    assert chosen.at.tolist() == [0, 1, 3]
    assert chosen.ends_piece.tolist() == [False, True, False]


def test_jitter_of_half_a_step_is_no_gap() -> None:
    chosen = choose_points(np.array([0, 900, 2250, 3150]), np.ones(4), np.zeros(4, bool), NOTHING, 900, 100)
    assert not chosen.ends_piece.any()


def test_no_extreme_gap_or_run_is_lost_among_many_points() -> None:
    seconds = np.arange(200_000) * 60
    values = np.random.default_rng(4).random(200_000)
    values[[70_000, 150_001]] = [50.0, -20.0]
    is_anomaly = np.zeros(200_000, bool)
    is_anomaly[120_000:120_050] = True
    there = np.ones(200_000, bool)
    there[30_000:32_000] = False
    place = np.cumsum(there) - 1
    chosen = choose_points(seconds[there], values[there], is_anomaly[there], np.array([place[99_999]]), 60, 2000)
    assert len(chosen.at) < 2100
    for kept in (0, 29_999, 32_000, 70_000, 99_999, 120_000, 120_049, 150_001, 199_999):
        assert place[kept] in chosen.at
    assert chosen.at[chosen.ends_piece].tolist() == [place[29_999]]
    assert set(chosen.run.tolist()) == {-1, 0}


def test_gaps_too_narrow_to_be_seen_do_not_turn_the_line_to_dust() -> None:
    there = np.arange(200_000) % 10 > 0
    seconds = (np.arange(200_000) * 60)[there]
    chosen = choose_points(seconds, np.ones(len(seconds)), np.zeros(len(seconds), bool), NOTHING, 60, 2000)
    assert len(chosen.at) <= 2000
    assert not chosen.ends_piece.any()


def test_runs_are_told_apart_even_when_nothing_between_them_was_chosen() -> None:
    is_anomaly = np.array([False, True, True, False, True, False])
    values = np.array([1.0, 2, 2, np.nan, 2, 1])
    chosen = choose_points(np.arange(6) * 60, values, is_anomaly, NOTHING, 60, 100)
    assert chosen.run.tolist() == [-1, 0, 0, 0, -1]
    assert chosen.ends_piece.tolist() == [False, False, True, False, False]
    bordering = choose_points(np.arange(6) * 60, np.ones(6), is_anomaly, NOTHING, 60, 100)
    assert bordering.run.tolist() == [-1, 0, 0, -1, 1, -1]


def test_nothing_known_gives_no_points() -> None:
    assert len(choose_points(np.arange(3) * 60, np.full(3, np.nan), np.zeros(3, bool), NOTHING, 60, 100).at) == 0
    assert len(choose_points(NOTHING, np.empty(0), np.empty(0, bool), NOTHING, 60, 100).at) == 0


def test_the_moving_average_is_that_of_all_points_around() -> None:
    seconds = np.arange(960) * 900
    values = np.random.default_rng(5).random(960)
    at = np.array([48, 300, 700])
    means = moving_average(seconds, values, at, 43_200, 900)
    assert means == pytest.approx([values[place - 48 : place + 48].mean() for place in at])


def test_the_moving_average_leaves_out_missing_values_and_says_nothing_of_a_gap() -> None:
    values = np.ones(960)
    values[:48], values[552:] = 3.0, 5.0
    values[60] = values[200:500] = np.nan
    means = moving_average(np.arange(960) * 900, values, np.array([0, 48, 350, 499, 500, 600]), 43_200, 900)
    assert means[0] == 3.0  # half a window is there at the edge
    assert means[1] == pytest.approx((48 * 3 + 47) / 95)
    assert np.isnan(means[2])
    assert np.isnan(means[3])  # 47 of 96 are there
    assert means[4] == 1.0
    assert means[5] == 5.0


def test_the_moving_average_of_a_slice_is_that_of_the_whole() -> None:
    seconds, values = np.arange(960) * 900, np.random.default_rng(6).random(960)
    whole = moving_average(seconds, values, np.arange(960), 43_200, 900)
    assert moving_average(seconds, values, np.array([500]), 43_200, 900)[0] == pytest.approx(whole[500])


@pytest.mark.parametrize(
    ("value", "rounded"),
    [(0.0, 0.0), (0.342119, 0.3421), (12.3456, 12.35), (12345.67, 12346.0), (-0.0123456, -0.01235), (1.23456e-7, 0.0)],
)
def test_four_figures_are_enough_for_a_screen(value: float, rounded: float) -> None:
    assert round_for_screen(value) == rounded
    assert round_or_none([value, float("nan")]) == [rounded, None]
