"""Medians, quantiles and trimmed means over neighbouring days of the same slot, in bounded memory and without loops over rows."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

CHUNK_VALUES = 4_000_000


def quantile_sorted(values: np.ndarray, share: float) -> np.ndarray:
    """Quantile along the last axis, missing values left out; NaN where all are missing.

    Parameters
    ----------
    values : np.ndarray
        Shape (..., k), NaN for missing.
    share : float
        0 to 1, interpolated linearly between order statistics.
    """
    return quantile_of_sorted(np.sort(values, axis=-1), share)


def quantile_of_sorted(ordered: np.ndarray, share: float | np.ndarray) -> np.ndarray:
    """The same of values that are sorted along the last axis, missing ones last; `share` may be one for each row, shape (...)."""
    count = np.isfinite(ordered).sum(axis=-1)
    place = np.clip(share * (count - 1), 0.0, None)
    below = np.floor(place).astype(np.intp)
    above = np.minimum(below + 1, np.maximum(count - 1, 0))
    low = np.take_along_axis(ordered, below[..., None], axis=-1)[..., 0]
    high = np.take_along_axis(ordered, above[..., None], axis=-1)[..., 0]
    return np.where(count > 0, low + (high - low) * (place - below), np.nan)


def trimmed_mean_sorted(values: np.ndarray, cut: float) -> np.ndarray:
    """Mean along the last axis without the share `cut` of the values at each end, missing values left out; NaN where all are missing."""
    ordered = np.sort(values, axis=-1)
    count = np.isfinite(ordered).sum(axis=-1, keepdims=True)
    place = np.arange(values.shape[-1])
    drop = np.round(cut * count)
    kept = (place >= drop) & (place < count - drop)
    total = np.where(kept, ordered, 0.0).sum(axis=-1)
    return np.asarray(np.divide(total, kept.sum(axis=-1), out=np.full(total.shape, np.nan), where=count[..., 0] > 0))


def rolling_quantile(
    table: np.ndarray, starts: np.ndarray, width: int, share: float = 0.5, reach: int = 0, left_out: np.ndarray | None = None
) -> np.ndarray:
    """The quantile `share` of every column of each window of rows; see :func:`rolling`."""
    return rolling(table, starts, width, partial(quantile_sorted, share=share), reach, left_out)


def rolling_trimmed_mean(table: np.ndarray, starts: np.ndarray, width: int, cut: float, left_out: np.ndarray | None = None) -> np.ndarray:
    """The trimmed mean of every column of each window of rows; see :func:`rolling`."""
    return rolling(table, starts, width, partial(trimmed_mean_sorted, cut=cut), left_out=left_out)


def rolling(
    table: np.ndarray,
    starts: np.ndarray,
    width: int,
    reduce: Callable[[np.ndarray], np.ndarray],
    reach: int = 0,
    left_out: np.ndarray | None = None,
) -> np.ndarray:
    """Reduce every column of each window of rows to one value.

    Parameters
    ----------
    table : np.ndarray
        Shape (days, slots), NaN for missing.
    starts : np.ndarray
        First row of each window; windows that reach beyond the table are cut, shape (m,).
    width : int
        Rows in a window.
    reduce : callable
        Takes shape (..., k) with NaN for missing, gives shape (...).
    reach : int
        Neighbouring slots on each side that count as the same slot.
    left_out : np.ndarray, optional
        A row of the table that each window goes without, shape (m,); one outside the window changes nothing.

    Returns
    -------
    np.ndarray
        Shape (m, slots); NaN where a window holds no value.
    """
    before = max(0, int(-starts.min())) if len(starts) else 0
    after = max(0, int(starts.max()) + width - len(table)) if len(starts) else 0
    padded = np.pad(table, ((before, after), (reach, reach)), constant_values=np.nan)
    if reach:
        padded[:, :reach] = np.nan if table.shape[1] < reach else padded[:, -2 * reach : -reach]
        padded[:, -reach:] = np.nan if table.shape[1] < reach else padded[:, reach : 2 * reach]
    windows = sliding_window_view(padded, (width, 2 * reach + 1))
    slots = table.shape[1]
    step = max(1, CHUNK_VALUES // max(1, slots * width * (2 * reach + 1)))
    out = np.empty((len(starts), slots))
    for first in range(0, len(starts), step):
        chosen = starts[first : first + step] + before
        values = windows[chosen]
        if left_out is not None:
            place = left_out[first : first + step] - starts[first : first + step]
            inside = np.flatnonzero((place >= 0) & (place < width))
            values[inside, :, place[inside]] = np.nan
        out[first : first + step] = reduce(values.reshape(len(chosen), slots, -1))
    return out


def neighbour_starts(kept: np.ndarray, days: int, width: int, is_trailing: bool) -> np.ndarray:
    """First row, within the kept days, of the window of `width` kept days around (or before) every day.

    Parameters
    ----------
    kept : np.ndarray
        Sorted day numbers that may count, shape (m,).
    days : int
        Number of days.
    width : int
        Days in a window.
    is_trailing : bool
        Only days before the day itself.

    Returns
    -------
    np.ndarray
        Shape (days,); centred windows are moved inside, trailing ones may begin before the first kept day.
    """
    place = np.searchsorted(kept, np.arange(days))
    if is_trailing:
        return place - width
    return np.clip(place - width // 2, 0, max(0, len(kept) - width))
