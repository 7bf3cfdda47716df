"""Which findings become events: faults first, then the strongest, each at a distance from the ones already told."""

from __future__ import annotations

import numpy as np

from wattsup_core.analysis.budget import alarm_threshold, most_alarms
from wattsup_core.analysis.findings import Finding, covered
from wattsup_core.analysis.grid import Grid
from wattsup_core.analysis.runs import find_runs
from wattsup_core.types import DetectorConfig, EventKind

GUARD_HOURS = 12.0
WARM_UP_DAYS = 4.0
WARM_UP_SHARE = 0.2
MOST_FAULT_SHARE = 0.3
LOW_DAYS, RETURN_DAYS, LEAST_LOW = 4.0, 2.0, 1.6


def decluster(faults: list[Finding], candidates: list[Finding], grid: Grid) -> list[Finding]:
    """The strongest of the candidates, greedily, that keep 12 hours from each other; faults own their cells.

    A step of the always-on load, or a use that creeps up, lasts for days; what happens within hours on top of it is a story of its own. So
    these keep from one another and from other findings of a day or longer, but neither hide short ones nor are hidden by them.
    """
    guard = grid.cells(GUARD_HOURS) if grid.minutes < 12 * 60 else 0
    is_fault = covered(faults, len(grid))
    taken = {"hours": np.zeros(len(grid), dtype=bool), "days": np.zeros(len(grid), dtype=bool)}
    kept: list[Finding] = []
    for finding in sorted(candidates, key=lambda f: (-f.evidence, f.start, f.stop)):
        layers = [taken[name] for name in _layers(finding, grid)]
        if any(layer[finding.cells()].any() for layer in layers) or is_fault[finding.cells()].mean() > MOST_FAULT_SHARE:
            continue
        for layer in layers:
            layer[max(0, finding.start - guard) : finding.stop + guard] = True
        kept.append(finding)
    return kept


def _layers(finding: Finding, grid: Grid) -> tuple[str, ...]:
    """The layers in which a finding keeps its distance from others."""
    if finding.kind in (EventKind.BASELOAD_STEP, EventKind.DRIFT):
        return ("days",)
    return ("hours", "days") if finding.stop - finding.start >= grid.cells(24.0) else ("hours",)


def without_returns(findings: list[Finding], grid: Grid) -> list[Finding]:
    """The findings but for steps of the always-on load that begin as days of low use end: somebody came home, and nothing was left on."""
    low = [one for one in findings if one.side < 0 and one.evidence >= LEAST_LOW and one.stop - one.start >= grid.cells(LOW_DAYS * 24.0)]
    near = grid.cells(RETURN_DAYS * 24.0)

    def is_return(finding: Finding) -> bool:
        is_step = finding.kind is EventKind.BASELOAD_STEP and finding.side > 0
        return is_step and any(abs(finding.start - one.stop) <= near for one in low)

    return [finding for finding in findings if not is_return(finding)]


def choose_told(faults: list[Finding], candidates: list[Finding], grid: Grid, config: DetectorConfig) -> list[Finding]:
    """Faults, and of the declustered candidates those over the threshold of the alarm budget and within its number.

    The first days, whose expectation rests on themselves, tell nothing.
    """
    days = grid.observed.sum() * grid.minutes / 1440.0
    first_day = min(WARM_UP_DAYS, grid.days * WARM_UP_SHARE)
    threshold = alarm_threshold(config.alarms_per_month)
    over = [finding for finding in candidates if finding.evidence >= threshold and grid.day[finding.start] >= first_day]
    strongest = sorted(over, key=lambda f: (-f.evidence, f.start))[: most_alarms(config.alarms_per_month, float(days))]
    return sorted([*faults, *strongest], key=lambda f: (f.start, f.stop))


def choose_share(score: np.ndarray, faults: list[Finding], candidates: list[Finding], grid: Grid, share: float) -> list[Finding]:
    """Runs of the cells with the highest scores, `share` of all; each takes the kind of the finding it lies in."""
    known = np.flatnonzero(grid.observed)
    count = max(1, int(np.floor(share * len(known)))) if len(known) else 0
    top = known[np.argsort(-score[known], kind="stable")[:count]]
    mask = np.zeros(len(grid), dtype=bool)
    mask[top] = True
    owner = {}
    for finding in sorted([*candidates, *faults], key=lambda f: f.evidence):
        for cell in np.flatnonzero(mask[finding.cells()]) + finding.start:
            owner[int(cell)] = finding
    starts, stops = find_runs(mask)
    out = []
    for start, stop in zip(starts, stops, strict=True):
        inside = [owner[cell] for cell in range(start, stop) if cell in owner]
        best = max(inside, key=lambda f: f.evidence) if inside else None
        evidence = best.evidence if best else float(-np.log10(1.0 - min(score[start:stop].max(), 0.999999)))
        out.append(Finding(best.kind if best else EventKind.SPIKE, int(start), int(stop), evidence))
    return out
