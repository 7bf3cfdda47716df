"""What stands out within hours, nights, days and for good: each finder on a household with one thing wrong."""

from __future__ import annotations

import numpy as np
import pytest

from tests.factories import make_readings
from tests.unit.analysis.households import grid_of, noisy_home, position, set_kwh
from wattsup_core.analysis.baseline import fit_baseline
from wattsup_core.analysis.baseload import find_baseload_steps
from wattsup_core.analysis.excursions import find_excursions
from wattsup_core.analysis.findings import Finding, Pattern
from wattsup_core.analysis.grid import Grid
from wattsup_core.analysis.kinds import class_of, name_and_bound
from wattsup_core.analysis.nights import find_nights
from wattsup_core.analysis.peaks import best_span
from wattsup_core.analysis.raised_floors import find_raised_floors
from wattsup_core.analysis.scale import fit_scale
from wattsup_core.analysis.scoring import steadied
from wattsup_core.analysis.shifts import find_shifts
from wattsup_core.types import EventClass, EventKind

TOLD = 1.6


def excursions_of(grid: Grid) -> list[Finding]:
    nothing = np.zeros(len(grid), dtype=bool)
    scale = fit_scale(grid.kwh)
    return find_excursions(grid, scale, fit_baseline(grid, scale, nothing, is_signed=False), nothing)


def shifts_of(grid: Grid) -> tuple[list[Finding], np.ndarray]:
    nothing = np.zeros(len(grid), dtype=bool)
    return find_shifts(grid, fit_baseline(grid, fit_scale(grid.kwh), nothing, is_signed=False), nothing)


def strongest(findings: list[Finding]) -> Finding:
    return max(findings, key=lambda finding: finding.evidence)


def test_a_spike_is_found_with_its_bounds() -> None:
    readings = noisy_home(90)
    rows = set_kwh(readings, 60, 2, 2.5, 1.8)
    found = strongest(excursions_of(grid_of(readings)))
    assert (found.kind, found.side) == (EventKind.SPIKE, 1)
    assert (found.start, found.stop) == (rows.start, rows.stop)
    assert found.evidence > TOLD


def test_a_drop_is_found() -> None:
    readings = noisy_home(90)
    rows = set_kwh(readings, 60, 17, 5, 0.01)
    found = strongest([finding for finding in excursions_of(grid_of(readings)) if finding.kind is EventKind.DROP])
    assert found.side == -1
    assert found.evidence > TOLD
    assert abs(found.start - rows.start) <= 2
    assert abs(found.stop - rows.stop) <= 2


def test_ups_and_downs_are_found_whatever_their_sum() -> None:
    readings = noisy_home(90)
    rows = slice(position(60, 6), position(61, 4))
    readings.iloc[rows, 0] *= np.tile([0.15, 1.85], (rows.stop - rows.start) // 2)
    rough = [finding for finding in excursions_of(grid_of(readings)) if finding.pattern is Pattern.ROUGH and finding.evidence > TOLD]
    assert rough
    assert all(finding.start < rows.stop and finding.stop > rows.start for finding in rough)


def test_a_weekly_charge_is_no_spike() -> None:
    readings = noisy_home(140)
    charging = (readings.index.day_of_week == 0) & (readings.index.hour == 10)
    readings.loc[charging, "kwh"] = 3.5
    spikes = [finding for finding in excursions_of(grid_of(readings)) if finding.kind is EventKind.SPIKE and finding.evidence > TOLD]
    assert not [finding for finding in spikes if charging[finding.start : finding.stop].any()]


def test_daily_readings_show_a_single_day() -> None:
    kwh = np.random.default_rng(11).lognormal(2.0, 0.15, 200)
    kwh[150] = 60.0
    found = strongest(excursions_of(grid_of(make_readings(kwh, interval_minutes=1440), 1440)))
    assert (found.kind, found.start, found.stop) == (EventKind.SPIKE, 150, 151)


@pytest.mark.parametrize(("factor", "kind", "side"), [(2.0, EventKind.SUSTAINED_HIGH, 1), (0.4, EventKind.SUSTAINED_LOW, -1)])
def test_days_off_the_usual_are_found(factor: float, kind: EventKind, side: int) -> None:
    readings = noisy_home(120)
    rows = slice(position(60, 0), position(64, 0))
    readings.iloc[rows, 0] *= factor
    grid = grid_of(readings)
    found, evidence = shifts_of(grid)
    best = strongest(found)
    assert (best.kind, best.side) == (kind, side)
    assert abs(best.start - rows.start) <= 24
    assert abs(best.stop - rows.stop) <= 24
    assert evidence[position(62, 0)] > TOLD
    assert evidence[position(30, 0)] < 1.0


def test_idle_daytimes_with_usual_nights_are_found() -> None:
    readings = noisy_home(120)
    for day in range(60, 64):
        readings.iloc[position(day, 7) : position(day, 22), 0] *= 0.3
    grid = grid_of(readings)
    found, evidence = shifts_of(grid)
    best = strongest([finding for finding in found if finding.side < 0])
    assert best.kind is EventKind.SUSTAINED_LOW
    assert best.start <= position(61, 0)
    assert best.stop >= position(63, 0)
    assert evidence[position(62, 12)] > TOLD


def test_days_on_other_hours_are_found_where_they_are() -> None:
    readings = noisy_home(120)
    rows = slice(position(60, 0), position(64, 0))
    readings.iloc[rows, 0] = np.roll(readings.iloc[rows, 0].to_numpy(), position(0, 5))
    grid = grid_of(readings)
    found, evidence = shifts_of(grid)
    best = strongest([finding for finding in found if finding.pattern is Pattern.MOVED])
    assert abs(best.start - rows.start) <= position(1, 0)
    assert abs(best.stop - rows.stop) <= position(1, 0)
    assert best.evidence > TOLD
    assert evidence[position(62, 12)] > TOLD
    assert evidence[position(30, 12)] < 1.0


def test_one_busy_evening_is_no_shift() -> None:
    readings = noisy_home(120)
    set_kwh(readings, 60, 18, 4, 3.0)
    grid = grid_of(readings)
    found, _ = shifts_of(grid)
    assert not [finding for finding in found if finding.evidence > TOLD]


def test_a_night_with_something_on_is_found_from_evening_to_morning() -> None:
    readings = noisy_home(120)
    set_kwh(readings, 60, 23, 8, 0.5)
    grid = grid_of(readings)
    nothing = np.zeros(len(grid), dtype=bool)
    scale = fit_scale(grid.kwh)
    residual = fit_baseline(grid, scale, nothing, is_signed=False).residual
    findings, evidence = find_nights(grid, scale, residual, nothing)
    found = strongest(findings)
    assert found.kind is EventKind.NIGHT_USE
    assert abs(found.start - position(60, 23)) <= 1
    assert position(61, 6) <= found.stop <= position(61, 7)
    assert found.evidence > TOLD
    assert evidence[position(61, 3)] > TOLD
    assert evidence[position(61, 12)] == 0.0


@pytest.mark.parametrize("last_day", [72, 120])
def test_always_on_load_that_steps_up_is_found_at_its_day(last_day: int) -> None:
    readings = noisy_home(120).iloc[: position(last_day, 0)].copy()
    readings.iloc[position(60, 0) :, 0] += 0.05
    grid = grid_of(readings)
    (found,) = find_baseload_steps(grid, fit_scale(grid.kwh), np.zeros(len(grid), dtype=bool))
    assert (found.kind, found.start) == (EventKind.BASELOAD_STEP, position(60, 0))
    assert found.stop == position(min(last_day, 74), 0)
    assert found.evidence > TOLD


def test_three_odd_days_are_no_step() -> None:
    readings = noisy_home(120)
    readings.iloc[position(60, 0) : position(63, 0), 0] += 0.05
    grid = grid_of(readings)
    assert find_baseload_steps(grid, fit_scale(grid.kwh), np.zeros(len(grid), dtype=bool)) == []


def test_best_span_is_the_largest_sum() -> None:
    assert best_span(np.array([-1.0, 2.0, -0.5, 3.0, -4.0, 1.0])) == (1, 4)
    assert best_span(np.array([-3.0, -1.0, -2.0])) == (1, 2)
    assert best_span(np.array([0.0, 1.0, 0.0, 2.0, 0.0])) == (1, 4)


def test_days_that_never_fall_low_are_found() -> None:
    readings = noisy_home(120)
    readings.iloc[position(60, 0) : position(63, 0), 0] += 0.05
    grid = grid_of(readings)
    nothing = np.zeros(len(grid), dtype=bool)
    scale = fit_scale(grid.kwh)
    residual = fit_baseline(grid, scale, nothing, is_signed=False).residual
    found, evidence = find_raised_floors(grid, scale, residual, nothing)
    best = strongest(found)
    assert (best.kind, best.side) == (EventKind.SUSTAINED_HIGH, 1)
    assert best.start < position(61, 0)
    assert best.stop > position(62, 0)
    assert evidence[position(61, 12)] > TOLD
    assert evidence[position(30, 12)] < TOLD


def test_the_forest_trusts_readings_among_odd_ones_more() -> None:
    grid = grid_of(noisy_home(4))
    forest = np.zeros(len(grid))
    forest[position(1, 0)] = 2.0
    forest[position(2, 0) : position(2, 12)] = 2.0
    steady = steadied(forest, grid)
    assert steady[position(2, 6)] == pytest.approx(2.0, abs=0.1)
    assert 1.0 < steady[position(1, 0)] < 1.3


def test_days_on_other_hours_with_a_gap_among_them_are_named() -> None:
    readings = noisy_home(60)
    rows = slice(position(40, 0), position(43, 0))
    readings.iloc[rows, 0] *= 1.02
    grid = grid_of(readings.drop(readings.index[position(41, 3) : position(41, 9)]))
    nothing = np.zeros(len(grid), dtype=bool)
    scale = fit_scale(grid.kwh)
    usual = fit_baseline(grid, scale, nothing, is_signed=False)
    finding = Finding(EventKind.SUSTAINED_HIGH, rows.start, rows.stop, 3.0, pattern=Pattern.MOVED)
    (named,) = name_and_bound([finding], grid, scale, usual, nothing)
    assert named.kind in {EventKind.SUSTAINED_HIGH, EventKind.SUSTAINED_LOW}
    assert class_of(named) is EventClass.BEHAVIOUR


@pytest.mark.parametrize(
    ("factor", "days", "kind"),
    [(3.0, 1, EventKind.SPIKE), (0.2, 1, EventKind.DROP), (3.0, 4, EventKind.SUSTAINED_HIGH), (0.2, 4, EventKind.SUSTAINED_LOW)],
)
def test_meters_read_once_a_day_are_named_by_days(factor: float, days: int, kind: EventKind) -> None:
    kwh = np.random.default_rng(11).lognormal(2.0, 0.15, 200)
    kwh[150 : 150 + days] *= factor
    grid = grid_of(make_readings(kwh, interval_minutes=1440), 1440)
    nothing = np.zeros(len(grid), dtype=bool)
    scale = fit_scale(grid.kwh)
    usual = fit_baseline(grid, scale, nothing, is_signed=False)
    finding = Finding(EventKind.SPIKE, 150, 150 + days, 3.0, side=1 if factor > 1 else -1)
    assert [named.kind for named in name_and_bound([finding], grid, scale, usual, nothing)] == [kind]


def test_less_than_a_day_cannot_have_moved() -> None:
    readings = noisy_home(60)
    set_kwh(readings, 40, 9, 8, 3.0)
    grid = grid_of(readings)
    nothing = np.zeros(len(grid), dtype=bool)
    scale = fit_scale(grid.kwh)
    usual = fit_baseline(grid, scale, nothing, is_signed=False)
    finding = Finding(EventKind.SUSTAINED_HIGH, position(40, 9), position(40, 17), 3.0, pattern=Pattern.MOVED)
    (named,) = name_and_bound([finding], grid, scale, usual, nothing)
    assert named.pattern is Pattern.LEVEL


@pytest.mark.parametrize(("hours_before_end", "cut", "kind"), [(3, 0, EventKind.OUTAGE), (3, 1, EventKind.OUTAGE), (1, 1, EventKind.DROP)])
def test_zeros_with_which_the_readings_end_are_an_outage_of_one_begin(hours_before_end: int, cut: int, kind: EventKind) -> None:
    """Whatever part of them a window has found, and though the reading in which they began is none of them."""
    readings = noisy_home(60)
    first = len(readings) - 2 * hours_before_end
    readings.iloc[first:, 0] = 0.0
    readings.iloc[first - cut, 0] *= 0.1
    grid = grid_of(readings)
    nothing = np.zeros(len(grid), dtype=bool)
    scale = fit_scale(grid.kwh)
    usual = fit_baseline(grid, scale, nothing, is_signed=False)
    found = [Finding(EventKind.DROP, first - cut, len(grid), 3.0, side=-1), Finding(EventKind.DROP, first + 1, len(grid), 2.0, side=-1)]
    named = name_and_bound(found, grid, scale, usual, nothing)
    assert {finding.kind for finding in named} == {kind}
    if kind is EventKind.OUTAGE:
        assert [(finding.start, finding.stop, finding.evidence) for finding in named] == [(first, len(grid), 3.0)]
