"""Rows that name an instant of a meter again."""

from __future__ import annotations

import numpy as np


def find_duplicates(series: np.ndarray, seconds: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Which rows repeat an instant of their series: with the value that is kept, and with another one.

    The rule: **the value that stands last in the file wins**, since a correction follows what it corrects. Of the rows with
    that value the first is kept. Values are never added or averaged.

    Parameters
    ----------
    series, seconds, values : np.ndarray
        Meter, instant and value of each row in the file's order, shape (n,).

    Returns
    -------
    repeated, conflicting : np.ndarray
        Masks of shape (n,) of the rows to leave out.
    """
    repeated = np.zeros(len(seconds), dtype=bool)
    conflicting = np.zeros(len(seconds), dtype=bool)
    if len(seconds) < 2 or (series[0] == series[-1] and (series == series[0]).all() and (np.diff(seconds) > 0).all()):
        return repeated, conflicting
    order = np.lexsort((seconds, series))
    same = (series[order][1:] == series[order][:-1]) & (seconds[order][1:] == seconds[order][:-1])
    if not same.any():
        return repeated, conflicting
    group = np.concatenate([[0], np.cumsum(~same)])
    last_of_group = np.flatnonzero(np.append(~same, True))
    agrees = values[order] == values[order][last_of_group[group]]
    first_agreeing = np.full(group[-1] + 1, len(order))
    np.minimum.at(first_agreeing, group[agrees], np.flatnonzero(agrees))
    is_kept = np.zeros(len(order), dtype=bool)
    is_kept[first_agreeing] = True
    repeated[order] = agrees & ~is_kept
    conflicting[order] = ~agrees
    return repeated, conflicting
