"""What a finding is called, from its length, its side, its hours and its shape."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from wattsup_core.analysis.baseline import Baseline
from wattsup_core.analysis.findings import LASTING_KINDS, Finding, Pattern
from wattsup_core.analysis.grid import Grid
from wattsup_core.analysis.peaks import SPARSE_ZERO_SHARE, best_span
from wattsup_core.analysis.scale import Scale
from wattsup_core.types import Direction, EventClass, EventKind

NIGHT_HOURS = (22, 6)
NIGHT_SHARE = 0.7
SHORT_HOURS = 6.0
DROP_HOURS = 12.0
STEADY_RATIO = 0.4
STEP_HOURS = 36.0
TENFOLD = np.log(10.0)
TENFOLD_TOLERANCE, TENFOLD_SPREAD = 0.15, 0.5
LONG_UNIT_HOURS = 7.0
LONG_TENFOLD_TOLERANCE, LONG_TENFOLD_SPREAD = 0.3, 0.8
MIN_UNIT_HOURS = 2.0
MIN_OUTAGE_HOURS = 1.5
MIN_ROUGH_CELLS = 4
MIN_ROUGH_HOURS = 3.0
MIN_MOVED_HOURS = 24.0

CLASS_OF_KIND = {
    EventKind.SPIKE: EventClass.WASTE,
    EventKind.NIGHT_USE: EventClass.WASTE,
    EventKind.BASELOAD_STEP: EventClass.WASTE,
    EventKind.DRIFT: EventClass.WASTE,
    EventKind.SUSTAINED_HIGH: EventClass.WASTE,
    EventKind.DROP: EventClass.BEHAVIOUR,
    EventKind.SUSTAINED_LOW: EventClass.BEHAVIOUR,
    EventKind.FLATLINE: EventClass.METER_FAULT,
    EventKind.OUTAGE: EventClass.METER_FAULT,
    EventKind.NEGATIVE: EventClass.METER_FAULT,
    EventKind.UNIT_ERROR: EventClass.METER_FAULT,
    EventKind.CATCH_UP: EventClass.DATA_GAP,
    EventKind.GAP: EventClass.DATA_GAP,
}
FLAT_KINDS = frozenset({EventKind.FLATLINE, EventKind.OUTAGE, EventKind.GAP})


def name_and_bound(findings: list[Finding], grid: Grid, scale: Scale, usual: Baseline, is_fault: np.ndarray) -> list[Finding]:
    """Findings with their kind and, for long ones, the bounds their energy shows.

    A finding whose energy lies on the other side of the usual than its statistic said is dropped: it cannot be explained to anyone.
    """
    residual = np.where(is_fault, np.nan, scale.compress(grid.kwh) - scale.compress(usual.expected_kwh))
    out = []
    for finding in _widened(findings, residual, grid):
        named = _name_kind(_plain_when_short(finding, grid), grid, usual)
        if named is not None:
            out.append(named)
    return _once(out)


def _once(findings: list[Finding]) -> list[Finding]:
    """The findings, of those that have come to be the same the strongest."""
    strongest = {(one.kind, one.start, one.stop): one for one in sorted(findings, key=lambda finding: finding.evidence)}
    return [finding for finding in findings if strongest[finding.kind, finding.start, finding.stop] is finding]


def _widened(findings: list[Finding], residual: np.ndarray, grid: Grid) -> list[Finding]:
    """Findings by start, those of a day or more widened, but not into the one before or the one after."""
    if not findings:
        return []
    ordered = sorted(findings, key=lambda finding: (finding.start, finding.stop))
    ceilings = [*(finding.start for finding in ordered[1:]), len(residual)]
    out: list[Finding] = []
    for finding, ceiling in zip(ordered, ceilings, strict=True):
        floor = out[-1].stop if out else 0
        is_long = finding.side != 0 and finding.kind not in LASTING_KINDS and finding.stop - finding.start >= grid.cells(24.0)
        out.append(_widen(finding, residual, floor, ceiling) if is_long and floor <= finding.start else finding)
    return out


def _widen(finding: Finding, residual: np.ndarray, floor: int, ceiling: int) -> Finding:
    """The finding up to where the residual falls under half its level, at most as long again on each side."""
    length = finding.stop - finding.start
    inside = finding.side * residual[finding.cells()]
    level = float(np.nanmean(inside)) if np.isfinite(inside).any() else 0.0
    if level <= 0:
        return finding
    first, last = max(floor, finding.start - length), max(finding.stop, min(ceiling, finding.stop + length))
    start, stop = best_span(np.nan_to_num(finding.side * residual[first:last]) - level / 2.0)
    return replace(finding, start=first + start, stop=first + stop)


def _plain_when_short(finding: Finding, grid: Grid) -> Finding:
    """The finding, for its level alone when it is too short for anything to jump up and down in it, or for a day to have moved."""
    cells = finding.stop - finding.start
    hours = cells * grid.minutes / 60.0
    is_too_short = {
        Pattern.ROUGH: cells < MIN_ROUGH_CELLS or hours < MIN_ROUGH_HOURS,
        Pattern.MOVED: hours < MIN_MOVED_HOURS,
        Pattern.LEVEL: False,
    }
    return replace(finding, pattern=Pattern.LEVEL) if is_too_short[finding.pattern] else finding


def _name_kind(finding: Finding, grid: Grid, usual: Baseline) -> Finding | None:
    cells = finding.cells()
    excess = grid.kwh[cells] - usual.expected_kwh[cells]
    known = np.isfinite(excess)
    if not known.any() or finding.side * float(excess[known].sum()) < 0:
        return None
    silent = _silence_at_end(finding, grid)
    if silent is not None:
        return silent
    excess, hour = excess[known], grid.hour[cells][known]
    hours = (finding.stop - finding.start) * grid.minutes / 60.0
    if (grid.kwh[cells][known] == 0).all() and hours >= MIN_OUTAGE_HOURS and grid.share_of_zeros < SPARSE_ZERO_SHARE:
        return replace(finding, kind=EventKind.OUTAGE)
    if finding.kind is EventKind.DRIFT:
        return finding
    if finding.pattern is Pattern.MOVED:
        return replace(finding, kind=EventKind.SUSTAINED_HIGH if excess.sum() > 0 else EventKind.SUSTAINED_LOW)
    if _is_unit_error(grid.kwh[cells][known], usual.expected_kwh[cells][known], hours):
        return replace(finding, kind=EventKind.UNIT_ERROR)
    if finding.kind is EventKind.BASELOAD_STEP:
        return finding
    if grid.minutes > DROP_HOURS * 60.0:
        return replace(finding, kind=_kind_of_days(excess.sum() > 0, finding.stop - finding.start))
    kind = _high_kind(excess, hour, hours) if excess.sum() > 0 else _low_kind(hours)
    return replace(finding, kind=kind)


def _silence_at_end(finding: Finding, grid: Grid) -> Finding | None:
    """The zeros with which the readings end, where the finding is of them: as an outage, and without the cell that was cut off midway.

    Once the meter counts again the rule for faults finds the same one.
    """
    start = len(grid) - int(np.argmin(np.r_[(grid.kwh == 0)[::-1], False]))
    is_of_it = start < finding.stop and finding.start >= start - 1 and finding.side < 0
    is_long = (len(grid) - start) * grid.minutes / 60.0 >= MIN_OUTAGE_HOURS
    if not (is_of_it and is_long and grid.share_of_zeros < SPARSE_ZERO_SHARE):
        return None
    return replace(finding, kind=EventKind.OUTAGE, start=start, stop=len(grid))


def class_of(finding: Finding) -> EventClass:
    """How a person treats it. Use that only jumps or came at other hours is no waste."""
    return EventClass.BEHAVIOUR if finding.pattern is not Pattern.LEVEL else CLASS_OF_KIND[finding.kind]


def direction_of(kind: EventKind, excess_kwh: float) -> Direction:
    """The side of the usual an event is on."""
    if kind in FLAT_KINDS:
        return Direction.FLAT
    return Direction.HIGH if excess_kwh >= 0 else Direction.LOW


def _high_kind(excess: np.ndarray, hour: np.ndarray, hours: float) -> EventKind:
    is_night = (hour >= NIGHT_HOURS[0]) | (hour < NIGHT_HOURS[1])
    weight = np.clip(excess, 0.0, None)
    if hours <= SHORT_HOURS / 2:
        return EventKind.SPIKE
    if weight[is_night].sum() >= NIGHT_SHARE * weight.sum():
        return EventKind.NIGHT_USE
    if hours <= SHORT_HOURS:
        return EventKind.SPIKE
    low, middle = np.quantile(excess, [0.25, 0.5])
    is_steady = middle > 0 and low > STEADY_RATIO * middle
    return EventKind.BASELOAD_STEP if is_steady and hours >= STEP_HOURS else EventKind.SUSTAINED_HIGH


def _kind_of_days(is_high: bool, cells: int) -> EventKind:
    """For meters read once a day or less, which show no hours: one reading alone, or several."""
    if cells == 1:
        return EventKind.SPIKE if is_high else EventKind.DROP
    return EventKind.SUSTAINED_HIGH if is_high else EventKind.SUSTAINED_LOW


def _low_kind(hours: float) -> EventKind:
    return EventKind.DROP if hours <= DROP_HOURS else EventKind.SUSTAINED_LOW


def _is_unit_error(kwh: np.ndarray, expected_kwh: np.ndarray, hours: float) -> bool:
    """Whether the readings are ten times too large or too small throughout; what lasts for hours need not fit as closely."""
    usable = (kwh > 0) & (expected_kwh > 0)
    if hours < MIN_UNIT_HOURS or usable.mean() < 0.8 or usable.sum() < 3:
        return False
    ratio = np.log(kwh[usable] / expected_kwh[usable])
    is_long = hours > LONG_UNIT_HOURS
    tolerance, spread = (LONG_TENFOLD_TOLERANCE, LONG_TENFOLD_SPREAD) if is_long else (TENFOLD_TOLERANCE, TENFOLD_SPREAD)
    return bool(abs(abs(np.median(ratio)) - TENFOLD) < tolerance and np.std(ratio) < spread)
