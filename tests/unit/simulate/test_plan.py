from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from wattsup_core.simulate.anomalies import CatchUp, Drift, Flatline, Spike
from wattsup_core.simulate.plan import Sizes, random_plan
from wattsup_core.simulate.randomness import Draws
from wattsup_core.timegrid import to_wall
from wattsup_core.types import EventKind

START, END = date(2025, 1, 1), datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("seed", range(5))
def test_a_year_holds_some_of_each_kind(seed: int) -> None:
    plan = random_plan(START, END, "Europe/London", Draws(seed))
    kinds = [anomaly.kind for anomaly in plan]
    assert 12 <= len(plan) <= 20
    assert set(kinds) == set(EventKind)
    assert max(kinds.count(kind) for kind in kinds) <= 2


@pytest.mark.parametrize("seed", range(5))
def test_anomalies_come_one_after_the_other_after_a_quiet_week(seed: int) -> None:
    plan = random_plan(START, END, "Europe/London", Draws(seed))
    starts = [anomaly.start for anomaly in plan]
    assert starts == sorted(starts)
    assert starts[0] >= datetime(2025, 1, 8, tzinfo=UTC)
    assert all(anomaly.start < anomaly.end for anomaly in plan)
    assert starts[-1] < END


@pytest.mark.parametrize("seed", range(8))
def test_night_use_is_at_night_on_the_wall_clock(seed: int) -> None:
    plan = random_plan(START, END, "America/New_York", Draws(seed))
    nights = [anomaly for anomaly in plan if anomaly.kind is EventKind.NIGHT_USE]
    assert nights
    for night in nights:
        assert 0 <= to_wall(night.start, "America/New_York").hour < 3
        assert to_wall(night.end, "America/New_York").hour < 6


def test_a_longer_plan_begins_with_the_shorter_one() -> None:
    short = random_plan(START, END - timedelta(days=200), "Europe/London", Draws(3))
    assert random_plan(START, END, "Europe/London", Draws(3))[: len(short)] == short


def test_a_few_days_have_no_anomaly() -> None:
    assert random_plan(START, datetime(2025, 1, 7, tzinfo=UTC), "Europe/London", Draws(1)) == ()


def test_sizes_are_the_buildings() -> None:
    large = Sizes((30.0, 40.0), (20.0, 25.0), (2.0, 3.0), (4.0, 5.0), (6.0, 9.0))
    for anomaly in random_plan(START, END, "Europe/London", Draws(1), large):
        if isinstance(anomaly, Spike):
            assert 30 <= anomaly.added_kw <= 40
        if isinstance(anomaly, Flatline):
            assert anomaly.held_kw is not None
            assert 6 <= anomaly.held_kw <= 9
        if isinstance(anomaly, Drift):
            assert 4 <= anomaly.final_kw <= 5


def test_catching_up_takes_more_than_a_day() -> None:
    late = [
        anomaly for seed in range(8) for anomaly in random_plan(START, END, "Europe/London", Draws(seed)) if isinstance(anomaly, CatchUp)
    ]
    assert {anomaly.rows_missing for anomaly in late} == {True, False}
    assert all(anomaly.end - anomaly.start > timedelta(hours=25) for anomaly in late)
