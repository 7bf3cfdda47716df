"""Which features shortened a row's way through the forest: additive attribution along the paths of the fitted trees.

Each split moves the expected depth of a row; the move is the split feature's (Saabas 2014, "Interpreting random forests", on the path
length of Liu, Ting and Zhou 2008). The moves of a row add up to its own depth exactly, in a time linear in the depth.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from sklearn.ensemble import IsolationForest
    from sklearn.tree import ExtraTreeRegressor

EULER_GAMMA = 0.5772156649015329


@dataclass(frozen=True)
class Attribution:
    """`contributions` of shape (m, k), positive where a feature made the row more isolated; `base_depth` is the depth of no row at all.

    ``base_depth - contributions.sum(axis=1)`` is the mean depth of each row over the trees.
    """

    contributions: np.ndarray
    base_depth: float


def attribute(forest: IsolationForest, rows: np.ndarray) -> Attribution:
    """Contributions of each feature to how early the forest isolates each row.

    Parameters
    ----------
    forest : IsolationForest
        Fitted on the same features.
    rows : np.ndarray
        Shape (m, k).
    """
    rows = np.ascontiguousarray(rows, dtype=np.float32)
    total = np.zeros(rows.shape)
    base = 0.0
    for tree, columns in zip(forest.estimators_, forest.estimators_features_, strict=True):
        depth = _expected_depth(tree)
        base += float(depth[0])
        _walk(tree, np.asarray(columns), rows, depth, total)
    count = len(forest.estimators_)
    return Attribution(total / count, base / count)


def average_path_length(samples: np.ndarray) -> np.ndarray:
    """Mean depth of an unsuccessful search among `samples` rows, same shape."""
    n = np.asarray(samples, dtype=float)
    safe = np.maximum(n, 3.0)
    many = 2.0 * (np.log(safe - 1.0) + EULER_GAMMA) - 2.0 * (safe - 1.0) / safe
    return np.where(n <= 1, 0.0, np.where(n <= 2, 1.0, many))


def _expected_depth(tree: ExtraTreeRegressor) -> np.ndarray:
    """For each node the mean depth at which the training rows in it end, shape (nodes,)."""
    left, right = tree.tree_.children_left, tree.tree_.children_right
    samples = tree.tree_.n_node_samples.astype(float)
    level = np.zeros(len(left), dtype=np.int64)
    layers = [np.zeros(1, dtype=np.int64)]
    while len(layers[-1]):
        inner = layers[-1][left[layers[-1]] >= 0]
        below = np.concatenate([left[inner], right[inner]]).astype(np.int64)
        level[below] = len(layers)
        layers.append(below)
    depth = level + average_path_length(samples)
    for layer in reversed(layers):
        inner = layer[left[layer] >= 0]
        a, b = left[inner], right[inner]
        depth[inner] = (samples[a] * depth[a] + samples[b] * depth[b]) / samples[inner]
    return np.asarray(depth)


def _walk(tree: ExtraTreeRegressor, columns: np.ndarray, rows: np.ndarray, depth: np.ndarray, total: np.ndarray) -> None:
    """Send all rows down one tree, a level at a time, and add each move to its feature."""
    left, right = tree.tree_.children_left, tree.tree_.children_right
    feature, threshold = tree.tree_.feature, tree.tree_.threshold
    active = np.arange(len(rows))
    node = np.zeros(len(rows), dtype=np.int64)
    while len(active):
        is_inner = left[node] >= 0
        active, node = active[is_inner], node[is_inner]
        column = columns[feature[node]] if len(node) else node
        goes_left = rows[active, column] <= threshold[node]
        child = np.where(goes_left, left[node], right[node])
        total[active, column] += depth[node] - depth[child]
        node = child
