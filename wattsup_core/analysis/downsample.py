"""Many points to what a screen can show, without losing an extreme."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from tsdownsample import MinMaxLTTBDownsampler

from wattsup_core.errors import BadRequestError

IntArray = npt.NDArray[np.int64]
LEAST_POINTS = 12


def downsample_indices(x: npt.ArrayLike, y: npt.ArrayLike, n_points: int) -> IntArray:
    """Rows to draw out of many, in order, so that the line looks the same.

    Half of the points are chosen for the line's shape by MinMaxLTTB (Van Der Donckt et al. 2023, "MinMaxLTTB: Leveraging
    MinMax-Preselection to Scale LTTB", IEEE VIS), which promises no single extreme; the other half are the extremes.

    Parameters
    ----------
    x : shape (n,)
        Instants, not decreasing [s].
    y : shape (n,)
        Values; NaN and infinite ones are missing.
    n_points
        About how many rows to choose, 12 at least.

    Returns
    -------
    shape (k,)
        Sorted, unique rows, for which holds:

        - with ``n_points >= n`` it is every row;
        - the first and the last row, and the first and the last one with a value, are among them;
        - cut the rows with a value, in order, into buckets of ``ceil(count / (n_points // 4))`` (the last may be
          shorter): the minimum and the maximum of each bucket are among them, so no spike disappears;
        - each run of at least ``n // n_points`` missing rows keeps its first row and its neighbours with values, so the
          gap is drawn at its true place;
        - ``k <= n_points + 2``, and at most three more for each such run.

    Raises
    ------
    BadRequestError
        When `n_points` is under 12.
    """
    if n_points < LEAST_POINTS:
        raise BadRequestError(f"A chart of {n_points} points cannot be drawn.", f"Ask for {LEAST_POINTS} points or more.")
    instants, values = np.asarray(x, dtype=np.int64), np.asarray(y, dtype=np.float64)
    total = len(values)
    if n_points >= total:
        return np.arange(total)
    present = np.flatnonzero(np.isfinite(values))
    kept = [np.array([0, total - 1]), _gap_rows(present, total, total // n_points)]
    if len(present) <= n_points:
        kept.append(present)
    else:
        shown = np.ascontiguousarray(values[present])
        line = MinMaxLTTBDownsampler()  # type: ignore[no-untyped-call]
        shape = line.downsample(np.ascontiguousarray(instants[present]), shown, n_out=n_points // 2)
        kept += [present[shape.astype(np.int64)], present[bucket_extremes(shown, n_points // 4)]]
    return np.unique(np.concatenate(kept))


def bucket_extremes(values: npt.NDArray[np.float64], n_buckets: int) -> IntArray:
    """Rows of the minimum and of the maximum of each of at most `n_buckets` buckets of equal count, unsorted."""
    size = -(-len(values) // n_buckets)
    whole = len(values) // size
    buckets = values[: whole * size].reshape(whole, size)
    first_rows = np.arange(whole) * size
    rows = [first_rows + buckets.argmin(axis=1), first_rows + buckets.argmax(axis=1)]
    rest = values[whole * size :]
    if len(rest):
        rows.append(whole * size + np.array([rest.argmin(), rest.argmax()]))
    return np.concatenate(rows)


def _gap_rows(present: IntArray, total: int, longest_hidden: int) -> IntArray:
    """Rows that show the gaps: before, first in and after each run of at least `longest_hidden` rows without a value."""
    bounded = np.concatenate([[-1], present, [total]])
    before = np.flatnonzero(np.diff(bounded) - 1 >= longest_hidden)
    rows = np.concatenate([bounded[before], bounded[before] + 1, bounded[before + 1]])
    return rows[(rows >= 0) & (rows < total)].astype(np.int64)
