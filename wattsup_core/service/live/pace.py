"""How fast rows of each meter come in."""

from __future__ import annotations

import statistics
from collections import deque
from dataclasses import dataclass, field
from itertools import pairwise

MOST_LOOKS = 12
NEAR_INTERVALS = 2.0
"""A reading whose interval ended no longer ago, or ends no later, is one of now."""


@dataclass
class Pace:
    """The last looks at new rows of one meter: the wall clock [s] of each and how many rows it brought."""

    looks: deque[tuple[float, int]] = field(default_factory=lambda: deque(maxlen=MOST_LOOKS))

    def add(self, at: float, rows: int) -> None:
        """Note a look."""
        self.looks.append((at, rows))

    @property
    def gap_seconds(self) -> float | None:
        """The usual time between two looks; `None` before there are three."""
        times = [at for at, _ in self.looks]
        if len(times) < 3:
            return None
        return statistics.median(later - earlier for earlier, later in pairwise(times))

    def gap_of(self, interval_seconds: float, last_end: float | None, now: float) -> float | None:
        """The time between two looks [s] to be expected of a meter whose newest interval ends at `last_end` [epoch s].

        While a device sends what it had kept, or a household is played, that is the pace of the looks. Once its readings are those of now,
        the next cannot come before an interval is over.
        """
        if last_end is not None and abs(now - last_end) <= NEAR_INTERVALS * interval_seconds:
            return max(self.gap_seconds or 0.0, interval_seconds)
        return self.gap_seconds

    @property
    def rows_per_second(self) -> float | None:
        """Rows by time since the first of the looks that are kept; `None` before there are three."""
        if len(self.looks) < 3 or self.looks[-1][0] <= self.looks[0][0]:
            return None
        return sum(rows for _, rows in list(self.looks)[1:]) / (self.looks[-1][0] - self.looks[0][0])
