"""Where a reading stands among all readings of the days before it."""

from __future__ import annotations

import numpy as np

from wattsup_core.analysis.grid import Grid

BINS = 256
LOWEST_LEVEL, HIGHEST_LEVEL = -6.0, 10.0


def rank_so_far(grid: Grid, level: np.ndarray) -> np.ndarray:
    """Share of the readings of earlier days at or below each reading, 0 to 1; 0.5 on the first day.

    Counted in 256 ranges of equal width on the comparing scale, so it costs one pass whatever the length.
    """
    known = np.isfinite(level)
    if not known.any():
        return np.full(len(level), 0.5)
    share = (np.where(known, level, 0.0) - LOWEST_LEVEL) / (HIGHEST_LEVEL - LOWEST_LEVEL)
    place = np.clip(share * BINS, 0, BINS - 1).astype(np.intp)
    counts = np.bincount(grid.day[known] * BINS + place[known], minlength=grid.days * BINS).reshape(grid.days, BINS)
    before = np.cumsum(np.cumsum(counts, axis=0), axis=1)
    before = np.concatenate([np.zeros((1, BINS), dtype=before.dtype), before[:-1]])
    at_or_below = before[grid.day, place]
    own_bin = before[grid.day, place] - np.where(place > 0, before[grid.day, np.maximum(place - 1, 0)], 0)
    total = before[grid.day, BINS - 1]
    return np.asarray((at_or_below - 0.5 * own_bin + 0.5) / (total + 1.0))
