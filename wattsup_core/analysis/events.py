"""Findings to events: their instants, energies, class, severity and cost, under an id that does not change."""

from __future__ import annotations

from hashlib import blake2s

from wattsup_core import timegrid
from wattsup_core.analysis.baseline import Baseline
from wattsup_core.analysis.budget import severity
from wattsup_core.analysis.cause import cause_of, title_of
from wattsup_core.analysis.explain import explain
from wattsup_core.analysis.findings import Finding
from wattsup_core.analysis.grid import Grid
from wattsup_core.analysis.kinds import class_of, direction_of
from wattsup_core.analysis.parts import Parts, learn_parts
from wattsup_core.analysis.portrait import draw_portrait
from wattsup_core.analysis.tariff import event_cost
from wattsup_core.types import AnomalyEvent, Driver, EventClass, EventKind, Meter, Tariff


def event_id_of(meter_id: str, start_seconds: int, kind: EventKind) -> str:
    """Twelve hexadecimal digits of meter, start and kind: the same event keeps its id however often it is found."""
    return blake2s(f"{meter_id}|{start_seconds}|{kind.value}".encode(), digest_size=6).hexdigest()


def build_events(
    findings: list[Finding], drivers: list[tuple[Driver, ...]], grid: Grid, baseline: Baseline, meter: Meter, tariff: Tariff
) -> tuple[AnomalyEvent, ...]:
    """Events of findings and their drivers, by start."""
    pairs = zip(findings, drivers, strict=True)
    parts = learn_parts(grid, findings) if findings else None
    events = [_build_event(finding, causes, grid, baseline, meter, tariff, parts) for finding, causes in pairs]
    return tuple(sorted(events, key=lambda event: (event.start, event.event_id)))


def _build_event(
    finding: Finding,
    drivers: tuple[Driver, ...],
    grid: Grid,
    baseline: Baseline,
    meter: Meter,
    tariff: Tariff,
    parts: Parts | None,
) -> AnomalyEvent:
    start, end = int(grid.begin_seconds[finding.start]), grid.end_of(finding.stop - 1)
    portrait = draw_portrait(finding, grid, baseline, meter, parts)
    event_class = EventClass.WEATHER if portrait.is_weather else class_of(finding)
    return AnomalyEvent(
        event_id=event_id_of(meter.meter_id, start, finding.kind),
        meter_id=meter.meter_id,
        start=timegrid.datetime_from_epoch(start),
        end=timegrid.datetime_from_epoch(end),
        kind=finding.kind,
        event_class=event_class,
        direction=direction_of(finding.kind, portrait.excess_kwh),
        severity=int(severity(finding.evidence)),
        actual_kwh=portrait.actual_kwh,
        expected_kwh=portrait.expected_kwh,
        excess_kwh=portrait.excess_kwh,
        cost=event_cost(portrait.excess_kwh, event_class, tariff, meter.channel),
        title=title_of(portrait),
        cause=cause_of(portrait),
        explanation=explain(portrait, drivers),
        ongoing=portrait.is_ongoing,
    )
