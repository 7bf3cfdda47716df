"""Choosing what is told, naming it, and giving it an id that stays."""

from __future__ import annotations

import numpy as np
import pytest

from tests.unit.analysis.households import grid_of, home_meter, noisy_home, position, set_kwh
from wattsup_core.analysis.baseline import Centre, fit_baseline
from wattsup_core.analysis.events import build_events, event_id_of
from wattsup_core.analysis.findings import Finding, Pattern, covered
from wattsup_core.analysis.kinds import CLASS_OF_KIND, direction_of, name_and_bound
from wattsup_core.analysis.scale import fit_scale
from wattsup_core.analysis.scoring import combine, finding_evidence
from wattsup_core.analysis.selection import choose_told, decluster
from wattsup_core.types import DetectorConfig, Direction, EventKind, Tariff

GRID = grid_of(noisy_home(60))


def spike(start: int, stop: int, evidence: float) -> Finding:
    return Finding(EventKind.SPIKE, start, stop, evidence, side=1)


def test_ids_depend_on_meter_start_and_kind_alone() -> None:
    names = {event_id_of(meter, start, kind) for meter in "ab" for start in (1, 2) for kind in (EventKind.SPIKE, EventKind.DROP)}
    assert len(names) == 8
    assert event_id_of("a", 1, EventKind.SPIKE) == "52b6e5ce7f8e"  # an id that changes with the program would break links
    assert all(len(name) == 12 for name in names)


def test_the_strongest_of_a_half_day_is_kept() -> None:
    kept = decluster([], [spike(500, 504, 2.0), spike(510, 512, 3.0), spike(560, 562, 1.0)], GRID)
    assert [(finding.start, finding.evidence) for finding in kept] == [(510, 3.0), (560, 1.0)]


def test_a_step_of_the_floor_and_what_happens_on_top_of_it_are_both_told() -> None:
    step = Finding(EventKind.BASELOAD_STEP, 400, 1000, 2.0, side=1)
    days_high = Finding(EventKind.SUSTAINED_HIGH, 600, 700, 1.9, side=1)
    on_top = spike(500, 504, 3.0)
    assert decluster([], [step, days_high, on_top], GRID) == [on_top, step]
    assert decluster([], [days_high, spike(620, 624, 1.0)], GRID) == [days_high]


def test_faults_own_their_rows() -> None:
    fault = Finding(EventKind.OUTAGE, 500, 520, 6.0)
    assert decluster([fault], [spike(505, 515, 9.0)], GRID) == []


def test_told_are_faults_and_what_the_budget_allows() -> None:
    fault = Finding(EventKind.OUTAGE, 900, 910, 6.0)
    candidates = [spike(300 + 60 * k, 302 + 60 * k, 2.0 + 0.1 * k) for k in range(9)] + [spike(2000, 2001, 1.0), spike(10, 12, 9.0)]
    told = choose_told([fault], candidates, GRID, DetectorConfig(alarms_per_month=2.0))
    assert fault in told
    assert sorted(finding.evidence for finding in told if not finding.is_fault) == [2.5, 2.6, 2.7, 2.8]  # 4 in 2 months, none of day 0
    assert [finding.start for finding in told] == sorted(finding.start for finding in told)


def test_score_rises_with_each_evidence_and_faults_top_all() -> None:
    nothing, size = np.zeros(4), 4
    score = combine(np.array([0.1, 0.1, 3.0, 0.1]), np.array([0.0, 2.0, 4.0, 0.0]), nothing, np.array([False, False, False, True]))
    assert score[0] < score[1] < score[2]
    assert score[3] > score[1]
    assert ((score >= 0) & (score < 1)).all()
    lifted = combine(np.full(size, 0.1), nothing, np.array([0.0, 1.0, 2.0, 9.0]), np.zeros(size, dtype=bool))
    assert (np.diff(lifted) > 0).all()


def test_evidence_of_overlapping_findings_is_the_strongest() -> None:
    evidence = finding_evidence([spike(2, 6, 1.0), spike(4, 8, 3.0), Finding(EventKind.BASELOAD_STEP, 0, 3, 4.0)], 9)
    assert evidence.tolist() == [2.0, 2.0, 2.0, 1.0, 3.0, 3.0, 3.0, 3.0, 0.0]


@pytest.mark.parametrize(
    ("day", "hour", "hours", "factor", "kind"),
    [
        (30, 12, 2, 8.0, EventKind.SPIKE),
        (30, 0, 6, 6.0, EventKind.NIGHT_USE),
        (30, 6, 12, 4.0, EventKind.SUSTAINED_HIGH),
        (30, 12, 5, 0.3, EventKind.DROP),
        (30, 0, 48, 0.3, EventKind.SUSTAINED_LOW),
        (30, 8, 6, 10.0, EventKind.UNIT_ERROR),
        (30, 8, 6, 0.1, EventKind.UNIT_ERROR),
        (30, 8, 6, 0.0, EventKind.OUTAGE),
    ],
)
def test_length_side_hours_and_size_name_the_kind(day: int, hour: float, hours: float, factor: float, kind: EventKind) -> None:
    readings = noisy_home(60)
    rows = slice(position(day, hour), position(day, hour + hours))
    readings.iloc[rows, 0] *= factor
    grid = grid_of(readings)
    scale = fit_scale(grid.kwh)
    finding = Finding(EventKind.SPIKE, rows.start, rows.stop, 3.0, side=1 if factor > 1 else -1)
    usual = fit_baseline(grid, scale, covered([finding], len(grid)), False, Centre.TRIMMED_MEAN)
    (named,) = name_and_bound([finding], grid, scale, usual, np.zeros(len(grid), dtype=bool))
    assert named.kind is kind


@pytest.mark.parametrize(("hours", "pattern"), [(1, Pattern.LEVEL), (2, Pattern.LEVEL), (8, Pattern.ROUGH)])
def test_nothing_jumps_up_and_down_in_a_reading_or_two(hours: float, pattern: Pattern) -> None:
    readings = noisy_home(60)
    rows = slice(position(30, 18), position(30, 18 + hours))
    readings.iloc[rows, 0] *= 6
    grid = grid_of(readings)
    scale = fit_scale(grid.kwh)
    finding = Finding(EventKind.SUSTAINED_HIGH, rows.start, rows.stop, 3.0, pattern=Pattern.ROUGH)
    usual = fit_baseline(grid, scale, covered([finding], len(grid)), False, Centre.TRIMMED_MEAN)
    (named,) = name_and_bound([finding], grid, scale, usual, np.zeros(len(grid), dtype=bool))
    assert named.pattern is pattern


def test_a_finding_whose_energy_says_the_opposite_is_dropped() -> None:
    readings = noisy_home(60)
    rows = set_kwh(readings, 30, 0, 24, 0.01)
    grid = grid_of(readings)
    scale = fit_scale(grid.kwh)
    usual = fit_baseline(grid, scale, np.zeros(len(grid), dtype=bool), False, Centre.TRIMMED_MEAN)
    assert name_and_bound([spike(rows.start, rows.stop, 3.0)], grid, scale, usual, np.zeros(len(grid), dtype=bool)) == []


def test_a_long_finding_is_widened_to_the_whole_absence() -> None:
    readings = noisy_home(90)
    rows = slice(position(40, 0), position(46, 0))
    readings.iloc[rows, 0] *= 0.3
    grid = grid_of(readings)
    scale = fit_scale(grid.kwh)
    finding = Finding(EventKind.SUSTAINED_LOW, position(42, 0), position(44, 0), 3.0, side=-1)
    usual = fit_baseline(grid, scale, covered([finding], len(grid)), False, Centre.TRIMMED_MEAN)
    (named,) = name_and_bound([finding], grid, scale, usual, np.zeros(len(grid), dtype=bool))
    assert abs(named.start - position(40, 0)) <= 4
    assert abs(named.stop - position(46, 0)) <= 4


def test_every_kind_has_a_class_and_a_side() -> None:
    assert set(CLASS_OF_KIND) == set(EventKind)
    assert direction_of(EventKind.OUTAGE, -3.0) is Direction.FLAT
    assert direction_of(EventKind.SPIKE, 3.0) is Direction.HIGH
    assert direction_of(EventKind.UNIT_ERROR, -3.0) is Direction.LOW


def test_events_come_by_start() -> None:
    meter = home_meter()
    scale = fit_scale(GRID.kwh)
    usual = fit_baseline(GRID, scale, np.zeros(len(GRID), dtype=bool), False)
    events = build_events([spike(900, 904, 2.0), spike(300, 304, 3.0)], [(), ()], GRID, usual, meter, Tariff(0.3))
    assert [event.severity for event in events] == [73, 58]
    assert events[0].start < events[1].start
