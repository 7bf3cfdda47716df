"""READINGS to SCORED and events: the one code path under the command line, an upload and a live meter."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from wattsup_core.analysis import phrases
from wattsup_core.analysis.band import Band, fit_band
from wattsup_core.analysis.baseline import Baseline, Centre, fit_baseline, seasonal_centre
from wattsup_core.analysis.baseload import find_baseload_steps
from wattsup_core.analysis.budget import alarm_threshold, most_alarms
from wattsup_core.analysis.detectors import make_detector
from wattsup_core.analysis.drift import as_before, find_drifts
from wattsup_core.analysis.drivers import drivers_of
from wattsup_core.analysis.events import build_events
from wattsup_core.analysis.excursions import find_excursions
from wattsup_core.analysis.faults import Faults, find_faults, find_gaps, is_signed
from wattsup_core.analysis.features import DAILY_LABELS, FEATURE_LABELS, build_features
from wattsup_core.analysis.findings import Finding, covered
from wattsup_core.analysis.grid import DAY_MINUTES, Grid, build_grid
from wattsup_core.analysis.kinds import name_and_bound
from wattsup_core.analysis.model_version import model_version
from wattsup_core.analysis.nights import find_nights
from wattsup_core.analysis.part_features import PART_LABELS, with_parts
from wattsup_core.analysis.raised_floors import find_raised_floors
from wattsup_core.analysis.scale import Scale, fit_scale
from wattsup_core.analysis.scored import empty_scored, scored_frame
from wattsup_core.analysis.scoring import combine, finding_evidence, forest_evidence, steadied
from wattsup_core.analysis.selection import choose_share, choose_told, decluster, without_returns
from wattsup_core.analysis.shifts import find_shifts
from wattsup_core.frames import check_readings, check_scored
from wattsup_core.progress import Progress
from wattsup_core.types import AnomalyEvent, DetectorConfig, EventKind, Meter, Tariff

MIN_CELLS = 24
MIN_VALUES = 3


@dataclass(frozen=True)
class Analysis:
    """What was found: SCORED with one row for each reading, events by start, and notes for people."""

    scored: pd.DataFrame
    events: tuple[AnomalyEvent, ...]
    model_version: str
    notes: tuple[str, ...]


def analyse(
    readings: pd.DataFrame,
    meter: Meter,
    tariff: Tariff,
    config: DetectorConfig = DetectorConfig(),
    progress: Progress = lambda _step, _share: None,
) -> Analysis:
    """Find the anomalies of a meter.

    Parameters
    ----------
    readings : pd.DataFrame
        READINGS (see :mod:`wattsup_core.frames`).
    meter : Meter
        Its timezone gives the local calendar.
    tariff : Tariff
        Prices the events.
    config : DetectorConfig
        The alarm budget and the forest's parameters.
    progress : callable
        Told ``(step, share)``; may raise to stop the work.

    Returns
    -------
    Analysis
        The same readings, meter and configuration give the same analysis.

    Raises
    ------
    FrameContractError
        When `readings` break their contract.
    """
    check_readings(readings)
    version = model_version(config)
    if not np.isfinite(readings["kwh"].to_numpy(float)).any():
        return Analysis(empty_scored(readings, version), (), version, ("No readings to analyse.",))
    progress("learning", 0.05)
    grid = build_grid(readings, meter)
    scale = fit_scale(grid.kwh)
    signed = is_signed(grid)
    note = _too_little(grid)
    if note:
        nowhere = np.zeros(len(grid), dtype=bool)
        baseline = fit_baseline(grid, scale, nowhere, signed)
        band = fit_band(grid, scale, nowhere, signed, baseline)
        scored = scored_frame(readings, grid, baseline, band, _nothing(grid), _nothing(grid), _nothing(grid), [], version)
        return Analysis(check_scored(scored), (), version, (note,))
    faults = find_faults(grid, seasonal_centre(grid, grid.kwh, scale, is_trailing=False))
    baseline = fit_baseline(grid, scale, faults.is_fault, signed)
    progress("learning", 0.3)
    table = with_parts(build_features(grid, scale, faults.is_fault), grid, faults.is_fault)
    detector = make_detector(config).fit(table.values)
    progress("scoring", 0.6)
    raw, forest = forest_evidence(detector, table, len(grid))
    found, stretches = _find_candidates(grid, scale, baseline, faults)
    usual, band = _usual(grid, scale, [*faults.findings, *found], signed, config)
    candidates = without_returns(name_and_bound(found, grid, scale, usual, faults.is_fault), grid)
    evidence = finding_evidence([*candidates, *faults.findings], len(grid))
    score = combine(steadied(forest, grid), evidence, stretches, faults.is_fault)
    gaps, gap_notes = _gaps(grid, config)
    told = [*_told(grid, faults, candidates, score, config), *gaps]
    progress("scoring", 0.9)
    labels = FEATURE_LABELS if grid.minutes < DAY_MINUTES else DAILY_LABELS
    events = build_events(told, drivers_of(told, detector, table, raw, labels | PART_LABELS), grid, usual, meter, tariff)
    scored = scored_frame(readings, grid, usual, band, score, raw, evidence, events, version)
    return Analysis(check_scored(scored), events, version, (*usual.notes, *gap_notes))


def _too_little(grid: Grid) -> str:
    known = grid.kwh[grid.observed]
    if len(known) < MIN_CELLS:
        held = phrases.duration(len(known) * grid.minutes)
        return f"Only {held} of readings: too few for a model."
    if len(np.unique(known)) < MIN_VALUES:
        return (
            "Every reading is the same: nothing to compare."
            if np.ptp(known) == 0
            else "The readings take two values only: nothing to compare."
        )
    return ""


def _find_candidates(grid: Grid, scale: Scale, baseline: Baseline, faults: Faults) -> tuple[list[Finding], np.ndarray]:
    shifts, stretches = find_shifts(grid, baseline, faults.is_fault)
    steps = find_baseload_steps(grid, scale, faults.is_fault)
    nights, at_night = find_nights(grid, scale, baseline.residual, faults.is_fault)
    floors, by_day = find_raised_floors(grid, scale, baseline.residual, faults.is_fault)
    drifts = find_drifts(grid, scale, faults.is_fault)
    found = [*find_excursions(grid, scale, baseline, faults.is_fault), *shifts, *nights, *floors, *steps, *drifts]
    return decluster(list(faults.findings), found, grid), np.maximum.reduce([stretches, at_night, by_day])


def _usual(grid: Grid, scale: Scale, found: list[Finding], signed: bool, config: DetectorConfig) -> tuple[Baseline, Band]:
    """What people are shown as usual, learned without what will be told."""
    threshold = alarm_threshold(config.alarms_per_month)
    strong = [finding for finding in found if finding.evidence >= threshold]
    odd = covered(strong, len(grid))
    usual = fit_baseline(grid, scale, odd, signed, Centre.TRIMMED_MEAN)
    usual = as_before(usual, [finding for finding in strong if finding.kind is EventKind.DRIFT], grid)
    return usual, fit_band(grid, scale, odd, signed, usual, Centre.TRIMMED_MEAN)


def _told(grid: Grid, faults: Faults, candidates: list[Finding], score: np.ndarray, config: DetectorConfig) -> list[Finding]:
    if config.contamination is not None:
        return choose_share(score, list(faults.findings), candidates, grid, config.contamination)
    return choose_told(list(faults.findings), candidates, grid, config)


def _gaps(grid: Grid, config: DetectorConfig) -> tuple[list[Finding], tuple[str, ...]]:
    most = most_alarms(config.alarms_per_month, grid.days)
    gaps, count = find_gaps(grid, most)
    return gaps, (f"{count} gaps of six hours or more; the {most} longest are listed.",) if count > most else ()


def _nothing(grid: Grid) -> np.ndarray:
    return np.zeros(len(grid))
