"""What the chart's downsampling promises for any line."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as stn

from wattsup_core.analysis.downsample import downsample_indices

Line = tuple[np.ndarray, np.ndarray]


@st.composite
def lines(draw: st.DrawFn, missing: bool = True) -> Line:
    """Instants with uneven steps, and values with a few odd ones and runs of missing ones."""
    count = draw(st.integers(1, 600))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    x = np.cumsum(rng.integers(0, draw(st.sampled_from([1, 2, 2000])) + 1, count))
    y = rng.choice([rng.normal(size=count), rng.integers(0, 3, count).astype(float)])
    odd = draw(stn.arrays(np.int64, draw(st.integers(0, 6)), elements=st.integers(0, count - 1)))
    y[odd] = rng.normal(scale=1e6, size=len(odd))
    if missing:
        for start in draw(st.lists(st.integers(0, count - 1), max_size=8)):
            y[start : start + draw(st.integers(1, 80))] = np.nan
    return x, y


POINTS = st.integers(12, 200)


@given(line=lines(), n_points=POINTS)
def test_rows_are_sorted_unique_and_hold_the_ends(line: Line, n_points: int) -> None:
    x, y = line
    chosen = downsample_indices(x, y, n_points)
    assert (np.diff(chosen) > 0).all()
    assert chosen[0] == 0
    assert chosen[-1] == len(y) - 1
    present = np.flatnonzero(np.isfinite(y))
    if len(present):
        assert {present[0], present[-1]} <= set(chosen.tolist())


@given(line=lines(), n_points=POINTS)
def test_each_bucket_keeps_its_minimum_and_maximum(line: Line, n_points: int) -> None:
    x, y = line
    chosen = downsample_indices(x, y, n_points)
    present = np.flatnonzero(np.isfinite(y))
    size = max(1, -(-len(present) // (n_points // 4)))
    for first in range(0, len(present), size):
        bucket = present[first : first + size]
        drawn = y[np.intersect1d(chosen, bucket)]
        assert drawn.min() == y[bucket].min()
        assert drawn.max() == y[bucket].max()


@given(line=lines(), n_points=POINTS)
def test_each_long_gap_is_shown_between_its_neighbours(line: Line, n_points: int) -> None:
    x, y = line
    chosen = set(downsample_indices(x, y, n_points).tolist())
    edges = np.flatnonzero(np.diff(np.concatenate([[0], np.isnan(y), [0]]).astype(int)))
    runs = [(first, stop) for first, stop in edges.reshape(-1, 2).tolist() if stop - first >= len(y) // n_points]
    for first, stop in runs:
        assert first in chosen
        assert first == 0 or first - 1 in chosen
        assert stop == len(y) or stop in chosen
    assert len(chosen) <= n_points + 2 + 3 * len(runs) or n_points >= len(y)


@given(line=lines(missing=False), n_points=st.integers(600, 700))
def test_enough_points_draw_every_row(line: Line, n_points: int) -> None:
    x, y = line
    assert downsample_indices(x, y, n_points).tolist() == list(range(len(y)))
