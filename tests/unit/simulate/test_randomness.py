from __future__ import annotations

import numpy as np
import pytest

from wattsup_core.simulate.randomness import Draws


def test_a_name_has_its_own_stream_and_always_the_same() -> None:
    draws = Draws(5)
    first = draws.child("kettle").uniform("tea", 100)
    draws.child("oven").normal("bread", 50)
    np.testing.assert_array_equal(draws.child("kettle").uniform("tea", 100), first)
    for other in (
        draws.child("kettle").uniform("coffee", 100),
        draws.child("oven").uniform("tea", 100),
        Draws(6).child("kettle").uniform("tea", 100),
    ):
        assert abs(np.corrcoef(first, other)[0, 1]) < 0.4


@pytest.mark.parametrize("draw", ["uniform", "normal"])
def test_more_days_begin_with_the_same_draws(draw: str) -> None:
    few, many = (getattr(Draws(1), draw)("name", (days, 3)) for days in (10, 40))
    np.testing.assert_array_equal(few, many[:10])


def test_an_autoregressive_series_has_the_asked_spread_and_persistence() -> None:
    series = Draws(2).autoregressive("air", 20_000, persistence=0.8, spread=2.5)
    assert series.std() == pytest.approx(2.5, rel=0.05)
    assert np.corrcoef(series[1:], series[:-1])[0, 1] == pytest.approx(0.8, abs=0.02)
    np.testing.assert_array_equal(Draws(2).autoregressive("air", 50, 0.8, 2.5), series[:50])
