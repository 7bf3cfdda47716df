"""Which features shortened a row's way through the forest: exact Shapley values of its mean path length.

They are the path-dependent Tree SHAP values (Lundberg et al. 2020, "From local explanations to global understanding with explainable AI
for trees"), whose game lets a row follow the splits of the known features and leaves the others to the shares of the training rows. With
the features U asked on the way to a leaf of depth v, the share w of the training rows that pass all splits of a feature, and z whether
the row does (1 or 0), a leaf gives feature j

    v (z_j - w_j) * integral from 0 to 1 of prod over k in U without j of (w_k (1 - t) + z_k t) dt,

a polynomial of degree |U| - 1, which ceil(|U| / 2) nodes of Gauss and Legendre integrate exactly. As in Linear TreeShap (Yu et al. 2022)
the leaves are not taken one by one: the products are carried down the tree, their sums over leaves up again, and each split takes its
part of the sum below it, less what the last split of the same feature above has taken. The work is proportional to rows, nodes and
integration nodes.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from wattsup_core.analysis.isolation_trees import Paths, paths_of

if TYPE_CHECKING:
    from sklearn.ensemble import IsolationForest

CHUNK_VALUES = 50_000
"""Values of one array of a tree, by rows, nodes and integration nodes: a few such arrays fit a processor's cache."""


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
    columns = np.ascontiguousarray(np.asarray(rows, dtype=np.float32).T)
    total = np.zeros(columns.shape)
    base = 0.0
    for tree, used in zip(forest.estimators_, forest.estimators_features_, strict=True):
        paths = paths_of(tree, np.asarray(used))
        base += paths.base_depth
        if paths.levels:
            _add_tree(paths, columns, total)
    count = len(forest.estimators_)
    return Attribution(-total.T / count, base / count)


def _add_tree(paths: Paths, columns: np.ndarray, total: np.ndarray) -> None:
    """Add the Shapley values of one tree's depth to `total`, shape (k, m), some rows at a time."""
    t, weight = _quadrature(-(-paths.most_features // 2))
    missed, passed = paths.cover * (1.0 - t), paths.cover * (1.0 - t) + t
    factors = np.stack([missed, passed])
    parts = np.stack([-weight * paths.cover / missed, weight * (1.0 - paths.cover) / passed])
    by_column = (paths.column == np.arange(len(columns))[:, None]).astype(float)
    by_column[:, 0] = 0.0
    step = max(1, CHUNK_VALUES // factors[0].size)
    for first in range(0, columns.shape[1], step):
        chunk = slice(first, first + step)
        total[:, chunk] += by_column @ _node_values(paths, columns[:, chunk], factors, parts)


@cache
def _quadrature(count: int) -> tuple[np.ndarray, np.ndarray]:
    """Places and weights of `count` nodes of Gauss and Legendre between 0 and 1, shapes (count, 1)."""
    places, weights = np.polynomial.legendre.leggauss(count)
    return (places[:, None] + 1.0) / 2.0, weights[:, None] / 2.0


def _node_values(paths: Paths, columns: np.ndarray, factors: np.ndarray, parts: np.ndarray) -> np.ndarray:
    """What the split above each node gives to its feature, shape (nodes, rows).

    `factors` and `parts` hold, for rows that fail and rows that pass a node's splits, the node's factor of the product and its weighted
    share of the integral, shape (2, integration nodes, nodes).
    """
    passes = _passes(paths, columns)
    factor = np.where(passes, factors[1][:, :, None], factors[0][:, :, None])
    part = np.where(passes, parts[1][:, :, None], parts[0][:, :, None])
    repeated = np.flatnonzero(paths.before)
    earlier = paths.before[repeated]
    factor[:, repeated] /= factor[:, earlier]
    part[:, repeated] -= part[:, earlier]
    part *= _sums_below(paths, factor)
    return np.asarray(part.sum(axis=0))


def _passes(paths: Paths, columns: np.ndarray) -> np.ndarray:
    """Whether each row passes every split of the node's feature on the way to it, shape (nodes, rows); True for the root."""
    goes_here: np.ndarray = (columns[paths.column] <= paths.threshold[:, None]) == paths.is_left[:, None]
    goes_here[0] = True
    for level in paths.levels:
        here = slice(level.first, level.stop)
        goes_here[here] &= goes_here[paths.before[here]]
    return goes_here


def _sums_below(paths: Paths, product: np.ndarray) -> np.ndarray:
    """Turn the factor of each node into the sum over the leaves below it of depth times product, in place and returned."""
    for level in paths.levels:
        here = product[:, level.first : level.stop]
        pairs = here.reshape(len(here), len(level.parents), 2, -1)
        pairs *= product[:, level.parents, None]
    product *= paths.leaf_depth[:, None]
    for level in reversed(paths.levels):
        here = product[:, level.first : level.stop]
        product[:, level.parents] = here[:, 0::2] + here[:, 1::2]
    return product
