"""Features of a row see rows up to it and nothing later."""

from __future__ import annotations

import numpy as np
import pytest

from tests.unit.analysis.households import grid_of, noisy_home, position, set_kwh
from wattsup_core.analysis.features import FEATURE_LABELS, FEATURE_NAMES, FeatureTable, build_features
from wattsup_core.analysis.runs import run_so_far
from wattsup_core.analysis.scale import Scale, fit_scale
from wattsup_core.analysis.trailing import trailing_mean, trailing_min


def table_of(readings: object, scale: Scale | None = None) -> FeatureTable:
    grid = grid_of(readings)  # type: ignore[arg-type]
    return build_features(grid, scale or fit_scale(grid.kwh), np.zeros(len(grid), dtype=bool))


def column(table: FeatureTable, name: str) -> np.ndarray:
    return table.values[:, FEATURE_NAMES.index(name)]


def test_every_feature_has_words_and_is_finite() -> None:
    table = table_of(noisy_home(30))
    assert table.values.shape == (30 * 48, len(FEATURE_NAMES))
    assert np.isfinite(table.values).all()
    assert len(set(FEATURE_LABELS.values())) == len(FEATURE_NAMES)


def test_later_rows_change_nothing_earlier() -> None:
    whole = noisy_home(40)
    scale = fit_scale(grid_of(whole).kwh)
    changed = whole.copy()
    rng = np.random.default_rng(5)
    set_kwh(changed, 25, 13, 24 * 14 + 11, rng.uniform(0, 9, (24 * 14 + 11) * 2))
    seen = position(25, 13)
    assert table_of(changed, scale).values[:seen] == pytest.approx(table_of(whole, scale).values[:seen], abs=1e-9)


def test_missing_rows_have_no_features() -> None:
    readings = noisy_home(20)
    table = table_of(readings.drop(readings.index[100:110]))
    assert len(table.cells) == 20 * 48 - 10
    assert not set(range(100, 110)) & set(table.cells.tolist())


def test_runs_of_zeros_and_of_one_value_are_counted_apart() -> None:
    readings = noisy_home(20)
    zeros = set_kwh(readings, 10, 0, 5, 0.0)
    same = set_kwh(readings, 12, 0, 5, 0.25)
    table = table_of(readings)
    assert column(table, "run_zero")[zeros.stop - 1] == pytest.approx(np.log1p(5.0))
    assert column(table, "run_same")[same.stop - 1] == pytest.approx(np.log1p(4.5))
    assert column(table, "run_same")[zeros].max() == 0.0


def test_run_so_far_starts_again_after_a_break() -> None:
    assert run_so_far(np.array([True, True, False, True, False])).tolist() == [1, 2, 0, 1, 0]


@pytest.mark.parametrize("cells", [1, 2, 5, 24, 60])
def test_trailing_windows_end_at_the_cell(cells: int) -> None:
    values = np.random.default_rng(6).normal(size=50)
    windows = [values[max(0, at - cells + 1) : at + 1] for at in range(50)]
    assert trailing_min(values, cells) == pytest.approx([window.min() for window in windows])
    assert trailing_mean(values, cells) == pytest.approx([window.mean() for window in windows])
