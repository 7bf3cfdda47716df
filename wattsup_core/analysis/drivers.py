"""The drivers of events: what the forest saw in their readings, as shares of the evidence.

Exact attribution costs about a millisecond a row, and a meter may have sixty events. So eight rows speak for an event, which is half a
second then. They stand evenly among its 48 highest rows, not at their top: the mean of eight from all of them keeps the shares of the 48
within a few points, while the eight highest alone tell of the event's peak.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from wattsup_core.analysis.attribution import attribute
from wattsup_core.analysis.detectors import IsolationForestDetector
from wattsup_core.analysis.features import FEATURE_LABELS, FEATURE_NAMES, FeatureTable
from wattsup_core.analysis.findings import Finding
from wattsup_core.types import Driver

LOUDEST_ROWS = 48
SPEAKING_ROWS = 8
MOST_DRIVERS = 4
LEAST_SHARE_PCT = 5.0


def drivers_of(
    findings: list[Finding],
    detector: IsolationForestDetector,
    table: FeatureTable,
    raw: np.ndarray,
    labels: Mapping[str, str] = FEATURE_LABELS,
) -> list[tuple[Driver, ...]]:
    """The strongest drivers of each finding, the largest first.

    Parameters
    ----------
    findings : list of Finding
        What is to be explained.
    detector : IsolationForestDetector
        The fitted forest.
    table : FeatureTable
        Its features.
    raw : np.ndarray
        Forest score of each cell; of a long finding eight of the 48 highest cells speak, shape (n,).
    labels : mapping of str to str
        Words for each feature; features of the same words count together.
    """
    row_of_cell = np.full(len(raw), -1, dtype=np.int64)
    row_of_cell[table.cells] = np.arange(len(table.cells))
    chosen = [_speaking(finding, row_of_cell, raw) for finding in findings]
    flat = np.concatenate([*chosen, np.zeros(0, dtype=np.int64)])
    if not len(flat):
        return [() for _ in findings]
    contributions = attribute(detector.forest, table.values[flat]).contributions
    ends = np.cumsum([len(rows) for rows in chosen])
    return [_strongest(contributions[end - len(rows) : end], labels) for rows, end in zip(chosen, ends, strict=True)]


def _speaking(finding: Finding, row_of_cell: np.ndarray, raw: np.ndarray) -> np.ndarray:
    """The rows that speak for a finding, by the score of their cells, shape (8,) or less."""
    rows, scores = row_of_cell[finding.cells()], raw[finding.cells()]
    loudest = rows[np.argsort(-scores, kind="stable")[:LOUDEST_ROWS]]
    loudest = loudest[loudest >= 0]
    if len(loudest) <= SPEAKING_ROWS:
        return loudest
    return loudest[np.linspace(0, len(loudest) - 1, SPEAKING_ROWS).round().astype(np.intp)]


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
