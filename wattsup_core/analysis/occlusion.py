"""What a score owes to each feature, for any detector: the drop in score when the feature is set to what is usual.

Features that go by the same words say much the same, so they are set to their medians together; what is left is theirs.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from wattsup_core.analysis.detectors import Detector


def drops_in_score(detector: Detector, rows: np.ndarray, medians: np.ndarray, groups: Sequence[str]) -> np.ndarray:
    """The drop of each row's score with each group of features at its median.

    Parameters
    ----------
    detector : Detector
        Fitted on the same features.
    rows : np.ndarray
        Shape (m, k).
    medians : np.ndarray
        Of each feature over the history, shape (k,).
    groups : sequence of str
        The group of each feature, length k.

    Returns
    -------
    np.ndarray
        Shape (m, k): the drop of a group stands with its first feature, zero with its others; below zero where the usual is odder.
    """
    names = list(dict.fromkeys(groups))
    changed = np.repeat(rows[None], len(names), axis=0)
    for place, name in enumerate(names):
        columns = [column for column, group in enumerate(groups) if group == name]
        changed[place][:, columns] = medians[columns]
    scores = detector.score(np.concatenate([rows[None], changed]).reshape(-1, rows.shape[1])).reshape(len(names) + 1, len(rows))
    drops = np.zeros(rows.shape)
    for place, name in enumerate(names):
        drops[:, list(groups).index(name)] = scores[0] - scores[place + 1]
    return drops
