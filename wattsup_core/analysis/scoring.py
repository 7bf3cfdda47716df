"""One score for each cell: the rank of the forest, the findings that cover it, and the faults."""

from __future__ import annotations

import numpy as np

from wattsup_core.analysis.detectors import Detector
from wattsup_core.analysis.features import FeatureTable
from wattsup_core.analysis.findings import Finding
from wattsup_core.analysis.grid import Grid
from wattsup_core.types import EventKind

FINDING_CAP = 4.0
FAULT_LIFT = 6.0
STRETCH_WEIGHT = 1.0
STEP_WEIGHT = 0.5
SCORE_UNIT = 4.0
STEADYING_HOURS = 12.0


def forest_evidence(detector: Detector, table: FeatureTable, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Raw forest score and ``-log10`` of the share of cells that score at least as high, shapes (size,); 0 where nothing was read."""
    raw, evidence = np.zeros(size), np.zeros(size)
    scores = detector.score(table.values)
    order = np.argsort(scores, kind="stable")
    rank = np.empty(len(scores))
    rank[order] = np.arange(1, len(scores) + 1)
    raw[table.cells] = scores
    evidence[table.cells] = -np.log10(1.0 - (rank - 0.5) / len(scores))
    return raw, evidence


def steadied(forest: np.ndarray, grid: Grid) -> np.ndarray:
    """The forest's evidence of each cell, half its own and half the mean of the twelve hours around it, shape (n,).

    An odd reading among odd ones is more likely part of something than one alone.
    """
    reach = grid.cells(STEADYING_HOURS / 2.0)
    total, count = (np.r_[0.0, np.cumsum(values)] for values in (np.where(grid.observed, forest, 0.0), grid.observed))
    cells = np.arange(len(forest))
    first, last = np.maximum(cells - reach, 0), np.minimum(cells + reach + 1, len(forest))
    around = (total[last] - total[first]) / np.maximum(count[last] - count[first], 1)
    return np.asarray(np.where(grid.observed, 0.5 * forest + 0.5 * around, 0.0))


def finding_evidence(findings: list[Finding], size: int) -> np.ndarray:
    """The evidence of the strongest finding that covers each cell, shape (size,).

    A step is one moment; the days after it are each less odd than the step, and count half.
    """
    evidence = np.zeros(size)
    for finding in findings:
        cells = finding.cells()
        weight = STEP_WEIGHT if finding.kind is EventKind.BASELOAD_STEP else 1.0
        evidence[cells] = np.maximum(evidence[cells], weight * finding.evidence)
    return evidence


def combine(forest: np.ndarray, findings: np.ndarray, stretches: np.ndarray, is_fault: np.ndarray) -> np.ndarray:
    """Score from 0 to 1, shape (n,): ``1 - 10^(-evidence / 4)`` of the sum of the evidence.

    The lift of a finding is capped, so that one strong statistic does not drown the forest; a stretch of days in doubt counts half,
    findings or not; a fault is certain and lifts above all.
    """
    total = forest + np.minimum(findings, FINDING_CAP) + STRETCH_WEIGHT * np.minimum(stretches, FINDING_CAP)
    return np.asarray(1.0 - 10.0 ** (-(total + np.where(is_fault, FAULT_LIFT, 0.0)) / SCORE_UNIT))
