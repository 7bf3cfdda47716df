"""A tree of the Isolation Forest in the form its exact attribution needs: nodes level by level, each with what the path to it asks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from sklearn.tree import ExtraTreeRegressor

EULER_GAMMA = 0.5772156649015329


@dataclass(frozen=True)
class Level:
    """The children of one level, left and right of each parent side by side: nodes `first` to `stop`, their parents' numbers, (m / 2,)."""

    first: int
    stop: int
    parents: np.ndarray


@dataclass(frozen=True)
class Paths:
    """The nodes of a tree by level, the root first; shapes are (nodes,).

    Attributes
    ----------
    levels
        The levels below the root, from the top.
    column, threshold, is_left
        What the split above a node asks of a row: the column of the feature, its threshold, and whether at most that much leads here.
    before
        The last node above whose split asked the same feature; 0, the root, where none did.
    cover
        Share of the training rows that pass every split of that feature on the path, 0 to 1; 1 for the root.
    leaf_depth
        Mean depth at which rows of a leaf end; 0 for inner nodes.
    most_features
        The most different features that one path asks.
    base_depth
        Mean depth of the training rows.
    """

    levels: tuple[Level, ...]
    column: np.ndarray
    threshold: np.ndarray
    is_left: np.ndarray
    before: np.ndarray
    cover: np.ndarray
    leaf_depth: np.ndarray
    most_features: int
    base_depth: float


def average_path_length(samples: np.ndarray) -> np.ndarray:
    """Mean depth of an unsuccessful search among `samples` rows, same shape."""
    n = np.asarray(samples, dtype=float)
    safe = np.maximum(n, 3.0)
    many = 2.0 * (np.log(safe - 1.0) + EULER_GAMMA) - 2.0 * (safe - 1.0) / safe
    return np.where(n <= 1, 0.0, np.where(n <= 2, 1.0, many))


def paths_of(estimator: ExtraTreeRegressor, columns: np.ndarray) -> Paths:
    """The paths of a fitted tree.

    Parameters
    ----------
    estimator : ExtraTreeRegressor
        One tree of the forest.
    columns : np.ndarray
        For each feature of the tree its column in the rows, shape (features,).
    """
    tree = estimator.tree_
    order, levels, depth = _by_level(tree.children_left, tree.children_right)
    parent = np.zeros(len(order), dtype=np.intp)
    for level in levels:
        parent[level.first : level.stop] = np.repeat(level.parents, 2)
    samples = tree.n_node_samples[order].astype(float)
    share = tree.weighted_n_node_samples[order]
    column = np.asarray(columns)[np.maximum(tree.feature[order[parent]], 0)]  # a tree of one node asks nothing: -2
    before, cover, asked = _repeated(levels, parent, column, share / share[parent])
    is_leaf = tree.children_left[order] < 0
    leaf_depth = np.where(is_leaf, depth + average_path_length(samples), 0.0)
    return Paths(
        levels=levels,
        column=column,
        threshold=tree.threshold[order[parent]],
        is_left=np.arange(len(order)) % 2 == 1,
        before=before,
        cover=cover,
        leaf_depth=leaf_depth,
        most_features=int(asked.max()),
        base_depth=float(leaf_depth @ share / share[0]),
    )


def _by_level(left: np.ndarray, right: np.ndarray) -> tuple[np.ndarray, tuple[Level, ...], np.ndarray]:
    """The tree's own number of each node in our order, the levels, and the depth of each node, shape (nodes,)."""
    nodes, first = [np.zeros(1, dtype=np.intp)], 0
    levels: list[Level] = []
    while True:
        is_inner = left[nodes[-1]] >= 0
        if not is_inner.any():
            break
        inner = nodes[-1][is_inner]
        parents = first + np.flatnonzero(is_inner)
        first += len(nodes[-1])
        nodes.append(np.column_stack([left[inner], right[inner]]).ravel().astype(np.intp))
        levels.append(Level(first, first + len(nodes[-1]), parents))
    return np.concatenate(nodes), tuple(levels), np.repeat(np.arange(len(nodes)), [len(each) for each in nodes])


def _repeated(
    levels: tuple[Level, ...], parent: np.ndarray, column: np.ndarray, share: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """`before` and `cover` of :class:`Paths`, and how many different features the path to each node asks, shapes (nodes,)."""
    last = np.zeros((len(parent), int(column.max()) + 1), dtype=np.intp)
    before = np.zeros(len(parent), dtype=np.intp)
    cover = np.ones(len(parent))
    asked = np.zeros(len(parent), dtype=np.intp)
    for level in levels:
        here = np.arange(level.first, level.stop)
        before[here] = last[parent[here], column[here]]
        cover[here] = share[here] * cover[before[here]]
        asked[here] = asked[parent[here]] + (before[here] == 0)
        last[here] = last[parent[here]]
        last[here, column[here]] = here
    return before, cover, asked
