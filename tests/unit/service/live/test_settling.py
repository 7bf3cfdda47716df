"""Whose whole analysis is due, by a clock of the test's own."""

from __future__ import annotations

from wattsup_core.service.live.settling import DAY_SECONDS, QUIET_SECONDS, Settling


def test_a_meter_is_due_when_it_has_fallen_quiet() -> None:
    settling = Settling()
    settling.arrived("m", 0, 900, now=0.0)
    settling.arrived("m", 900, 1800, now=3.0)
    assert settling.due(3.0 + QUIET_SECONDS - 0.1) is None
    assert settling.due(3.0 + QUIET_SECONDS) == "m"


def test_a_meter_that_never_falls_quiet_is_due_after_a_day_of_readings() -> None:
    settling = Settling()
    settling.arrived("m", 0, 0, now=0.0)
    settling.arrived("m", DAY_SECONDS - 900, DAY_SECONDS - 900, now=1.0)
    assert settling.due(1.0) is None
    settling.arrived("m", DAY_SECONDS, DAY_SECONDS, now=1.1)
    assert settling.due(1.1) == "m"


def test_the_one_that_has_waited_longest_comes_first() -> None:
    settling = Settling()
    settling.arrived("late", 0, 0, now=2.0)
    settling.arrived("early", 0, 0, now=1.0)
    assert settling.due(100.0) == "early"
    settling.taken("early")
    assert settling.due(100.0) == "late"


def test_what_comes_while_a_meter_is_analysed_counts_anew() -> None:
    settling = Settling()
    settling.arrived("m", 0, 0, now=0.0)
    settling.taken("m")
    assert not settling.knows("m")
    settling.arrived("m", 900, 900, now=5.0)
    assert settling.due(5.0 + QUIET_SECONDS) == "m"


def test_many_waiting_meters_leave_time_for_first_looks() -> None:
    settling = Settling()
    for number in range(40):
        settling.arrived(f"m{number}", 0, 0, now=0.0)
    settling.taken("m0")
    settling.done(cost_seconds=2.0, now=100.0)
    assert settling.due(100.0 + 7.9) is None
    assert settling.due(100.0 + 8.1) is not None


def test_few_waiting_meters_are_analysed_without_a_pause() -> None:
    settling = Settling()
    for name in ("a", "b"):
        settling.arrived(name, 0, 0, now=0.0)
    settling.taken("a")
    settling.done(cost_seconds=2.0, now=100.0)
    assert settling.due(100.0) == "b"


def test_a_failed_analysis_is_not_tried_again_at_once_however_much_comes() -> None:
    settling = Settling()
    settling.postpone("m", until=600.0)
    settling.arrived("m", 0, 2 * DAY_SECONDS, now=10.0)
    settling.arrived("m", 0, 3 * DAY_SECONDS, now=20.0)
    assert settling.due(500.0) is None
    assert settling.due(600.0 + QUIET_SECONDS) == "m"
