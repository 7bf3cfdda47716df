"""The bands hold their share of days that took no part in learning, and keep their order."""

from __future__ import annotations

import numpy as np
import pytest

from tests.factories import daily_curve, make_readings
from tests.unit.analysis.households import grid_of, noisy_home, set_kwh
from wattsup_core.analysis.band import Band, fit_band
from wattsup_core.analysis.baseline import Centre, fit_baseline, seasonal_centre
from wattsup_core.analysis.grid import Grid
from wattsup_core.analysis.scale import fit_scale


def band_of(grid: Grid, is_odd: np.ndarray | None = None, is_signed: bool = False) -> Band:
    odd = np.zeros(len(grid), dtype=bool) if is_odd is None else is_odd
    scale = fit_scale(grid.kwh)
    usual = fit_baseline(grid, scale, odd, is_signed, Centre.TRIMMED_MEAN)
    return fit_band(grid, scale, odd, is_signed, usual, Centre.TRIMMED_MEAN)


def held(grid: Grid, band: Band, cells: np.ndarray) -> tuple[float, float]:
    """Share of the cells inside the 80 % and the 95 % band."""
    inner = (band.lower_80_kwh <= grid.kwh) & (grid.kwh <= band.upper_80_kwh)
    outer = (band.lower_95_kwh <= grid.kwh) & (grid.kwh <= band.upper_95_kwh)
    return float(inner[cells].mean()), float(outer[cells].mean())


@pytest.mark.parametrize(("days", "most"), [(21, 0.95), (60, 0.86), (200, 0.83)])
def test_the_bands_hold_their_share_of_days_they_have_not_seen(days: int, most: float) -> None:
    """A short history knows its tails badly; its bands hold more than they promise, never less."""
    shares = []
    for seed in range(4):
        grid = grid_of(noisy_home(days, seed=seed))
        unseen = grid.day % 5 == 2
        shares.append(held(grid, band_of(grid, unseen), unseen))
    inner, outer = np.mean(shares, axis=0)
    assert 0.78 <= inner <= most
    assert 0.94 <= outer <= 0.99


def test_edges_keep_their_order_and_never_fall_below_zero() -> None:
    grid = grid_of(noisy_home(90))
    band = band_of(grid)
    usual = fit_baseline(grid, fit_scale(grid.kwh), np.zeros(len(grid), dtype=bool), False, Centre.TRIMMED_MEAN).expected_kwh
    edges = np.array([band.lower_95_kwh, band.lower_80_kwh, usual, band.upper_80_kwh, band.upper_95_kwh])
    assert (np.diff(edges, axis=0) >= 0).all()
    assert (band.lower_95_kwh >= 0).all()


def test_a_net_meter_has_edges_below_zero() -> None:
    readings = noisy_home(40)
    sunny = (readings.index.hour >= 10) & (readings.index.hour < 15)
    readings.loc[sunny, "kwh"] -= 1.0
    assert (band_of(grid_of(readings), is_signed=True).lower_80_kwh[sunny] < -0.5).all()


def test_an_unsteady_hour_has_a_wider_band_than_a_steady_one() -> None:
    curve = daily_curve(120, 30)
    hour = np.arange(len(curve)) // 2 % 24
    noise = np.random.default_rng(2).lognormal(0.0, np.where(hour == 15, 0.6, 0.05))
    grid = grid_of(make_readings(curve * noise, interval_minutes=30))
    band = band_of(grid)
    width = np.log(band.upper_95_kwh / band.lower_95_kwh)
    assert width[hour == 15].mean() > 3 * width[hour == 11].mean()


def test_masked_cells_do_not_widen_the_band() -> None:
    clean, odd = noisy_home(60), noisy_home(60)
    mask = np.zeros(60 * 48, dtype=bool)
    for day in range(10, 30):
        mask[set_kwh(odd, day, 14, 2, 9.0)] = True
    found = band_of(grid_of(odd), mask).upper_95_kwh[mask]
    assert found == pytest.approx(band_of(grid_of(clean), mask).upper_95_kwh[mask], rel=1e-3)


def test_a_day_left_out_does_not_move_its_own_expectation() -> None:
    whole = noisy_home(60)
    changed = whole.copy()
    rows = set_kwh(changed, 30, 0, 24, 9.0)
    scale = fit_scale(grid_of(whole).kwh)
    before, after = (
        seasonal_centre(grid_of(each), grid_of(each).kwh, scale, is_trailing=False, centre=Centre.TRIMMED_MEAN, is_left_out=True)
        for each in (whole, changed)
    )
    assert after[rows] == pytest.approx(before[rows])
    assert after[rows.stop : rows.stop + 48] != pytest.approx(before[rows.stop : rows.stop + 48])


def test_one_day_of_readings_has_a_band() -> None:
    grid = grid_of(noisy_home(1))
    band = band_of(grid)
    assert np.isfinite([band.lower_95_kwh, band.lower_80_kwh, band.upper_80_kwh, band.upper_95_kwh]).all()


def test_no_edge_reaches_beyond_what_the_meter_has_shown() -> None:
    """A quiet home with needles: six times the usual of a quiet hour must not become six times a needle."""
    rng = np.random.default_rng(4)
    readings = make_readings(days=120)
    kwh = readings["kwh"].to_numpy() * rng.lognormal(0.0, 1.2, len(readings))
    kwh[rng.random(len(kwh)) < 0.03] = 12.0
    grid = grid_of(readings.assign(kwh=kwh))
    scale, nothing = fit_scale(grid.kwh), np.zeros(len(grid), dtype=bool)
    usual = fit_baseline(grid, scale, nothing, is_signed=False)
    band = fit_band(grid, scale, nothing, False, usual)
    assert (band.upper_95_kwh <= np.maximum(grid.kwh.max(), usual.expected_kwh) + 1e-9).all()
    assert (band.upper_80_kwh <= band.upper_95_kwh + 1e-9).all()
    assert 0.92 <= ((grid.kwh >= band.lower_95_kwh) & (grid.kwh <= band.upper_95_kwh)).mean() <= 0.99
