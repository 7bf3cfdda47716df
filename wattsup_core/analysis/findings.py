"""A finding: a run of cells that one rule or statistic holds for anomalous, before it becomes an event."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np

from wattsup_core.types import EventKind

FAULT_KINDS = frozenset({EventKind.FLATLINE, EventKind.OUTAGE, EventKind.CATCH_UP, EventKind.NEGATIVE, EventKind.UNIT_ERROR, EventKind.GAP})
LASTING_KINDS = frozenset({EventKind.BASELOAD_STEP, EventKind.DRIFT})
"""Kinds that are a change from then on rather than something that happened."""


class Pattern(Enum):
    """What about the use is odd: how much it is, how it jumps, or when in the day it comes."""

    LEVEL = "level"
    ROUGH = "rough"
    MOVED = "moved"


@dataclass(frozen=True)
class Finding:
    """Cells `start` to `stop` (exclusive) of the working grid.

    `evidence` is ``-log10`` of how many findings as strong this meter is expected to show in 30 days by chance.
    `side` is 1 for use above the usual, -1 for below, 0 for neither.
    """

    kind: EventKind
    start: int
    stop: int
    evidence: float
    side: int = 0
    pattern: Pattern = Pattern.LEVEL

    @property
    def is_fault(self) -> bool:
        """Whether the data, not the use, is at fault."""
        return self.kind in FAULT_KINDS

    def cells(self) -> slice:
        """The cells as a slice."""
        return slice(self.start, self.stop)


def covered(findings: list[Finding], size: int) -> np.ndarray:
    """True in every cell of the findings, shape (size,)."""
    mask = np.zeros(size, dtype=bool)
    for finding in findings:
        mask[finding.cells()] = True
    return mask
