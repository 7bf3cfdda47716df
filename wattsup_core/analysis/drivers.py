"""The drivers of events: what the detector saw in their readings, as shares of the evidence."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from wattsup_core.analysis.attribution import attribute
from wattsup_core.analysis.detectors import Detector, IsolationForestDetector
from wattsup_core.analysis.features import FEATURE_LABELS, FEATURE_NAMES, FeatureTable
from wattsup_core.analysis.findings import Finding
from wattsup_core.analysis.occlusion import drops_in_score
from wattsup_core.types import Driver

MOST_ROWS, MOST_OCCLUDED_ROWS = 48, 8
MOST_DRIVERS = 4
LEAST_SHARE_PCT = 5.0


def drivers_of(
    findings: list[Finding],
    detector: Detector,
    table: FeatureTable,
    raw: np.ndarray,
    labels: Mapping[str, str] = FEATURE_LABELS,
) -> list[tuple[Driver, ...]]:
    """The strongest drivers of each finding, the largest first.

    Parameters
    ----------
    findings : list of Finding
        What is to be explained.
    detector : Detector
        The fitted detector.
    table : FeatureTable
        Its features.
    raw : np.ndarray
        Score of each cell; of a long finding the 48 highest cells speak, 8 where each is scored again and again, shape (n,).
    labels : mapping of str to str
        Words for each feature; features of the same words count together.
    """
    row_of_cell = np.full(len(raw), -1, dtype=np.int64)
    row_of_cell[table.cells] = np.arange(len(table.cells))
    most = MOST_ROWS if isinstance(detector, IsolationForestDetector) else MOST_OCCLUDED_ROWS
    chosen = [_loudest(finding, row_of_cell, raw, most) for finding in findings]
    flat = np.concatenate([*chosen, np.zeros(0, dtype=np.int64)])
    if not len(flat):
        return [() for _ in findings]
    contributions = _contributions(detector, table, flat, labels)
    ends = np.cumsum([len(rows) for rows in chosen])
    return [_strongest(contributions[end - len(rows) : end], labels) for rows, end in zip(chosen, ends, strict=True)]


def _contributions(detector: Detector, table: FeatureTable, rows: np.ndarray, labels: Mapping[str, str]) -> np.ndarray:
    """By the paths of the forest; for other detectors by the drop in score with the features of the same words at their medians."""
    if isinstance(detector, IsolationForestDetector):
        return attribute(detector.forest, table.values[rows]).contributions
    groups = [labels[name] for name in FEATURE_NAMES]
    return drops_in_score(detector, table.values[rows], np.median(table.values, axis=0), groups)


def _loudest(finding: Finding, row_of_cell: np.ndarray, raw: np.ndarray, most: int) -> np.ndarray:
    rows, scores = row_of_cell[finding.cells()], raw[finding.cells()]
    order = np.argsort(-scores, kind="stable")[:most]
    return rows[order][rows[order] >= 0]


def _strongest(contributions: np.ndarray, labels: Mapping[str, str]) -> tuple[Driver, ...]:
    if not len(contributions):
        return ()
    mean = np.clip(contributions.mean(axis=0), 0.0, None)
    if mean.sum() <= 0:
        return ()
    share_pct: dict[str, float] = {}
    for name, size in zip(FEATURE_NAMES, (100.0 * mean / mean.sum()).tolist(), strict=True):
        share_pct[labels[name]] = share_pct.get(labels[name], 0.0) + size
    ordered = sorted(share_pct.items(), key=lambda item: -item[1])[:MOST_DRIVERS]
    return tuple(Driver(label, round(share, 1)) for label, share in ordered if share >= LEAST_SHARE_PCT)
