"""What is told of findings that belong together."""

from __future__ import annotations

from dataclasses import replace

from tests.unit.analysis.households import grid_of, noisy_home
from wattsup_core.analysis.findings import Finding
from wattsup_core.analysis.selection import without_returns
from wattsup_core.types import EventKind

DAY = 48
AWAY = Finding(EventKind.SUSTAINED_LOW, 20 * DAY, 34 * DAY, 3.0, side=-1)
STEP = Finding(EventKind.BASELOAD_STEP, 34 * DAY, 44 * DAY, 2.5, side=1)


def test_the_floor_of_those_who_come_home_is_no_step() -> None:
    grid = grid_of(noisy_home(60))
    assert without_returns([AWAY, STEP], grid) == [AWAY]


def test_a_step_after_usual_doubtful_or_short_low_days_stays() -> None:
    grid = grid_of(noisy_home(60))
    late = replace(STEP, start=40 * DAY, stop=50 * DAY)
    for pair in ([STEP], [AWAY, late], [replace(AWAY, evidence=1.0), STEP], [replace(AWAY, start=32 * DAY), STEP]):
        assert without_returns(pair, grid) == pair
