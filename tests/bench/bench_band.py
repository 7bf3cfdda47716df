"""The bands of the usual: the share of readings they hold on days that took no part in learning, on real meters.

Reads ``METER_CORPUS/meters/plain/NAME.csv.gz``. The weeks of a meter are dealt into five folds; the readings of each fold are expected,
with their bands, from the other four. Readings inside events and faults, which are not usual, count in the last two columns only.
"""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np

from tests.bench.corpus import meters_folder
from wattsup_core.analysis.band import fit_band
from wattsup_core.analysis.baseline import Centre, fit_baseline
from wattsup_core.analysis.faults import is_signed
from wattsup_core.analysis.grid import Grid, build_grid
from wattsup_core.analysis.pipeline import analyse
from wattsup_core.analysis.scale import fit_scale
from wattsup_core.readers import read_file
from wattsup_core.service.placement import MeterTerms, place
from wattsup_core.types import Tariff

FOLDS = 5
TARIFF = Tariff(0.28)


def main() -> None:
    """Print one line a meter and one for their mean."""
    folder = meters_folder()
    if folder is None:
        return
    paths = sorted((folder / "plain").glob("*.csv.gz"))
    with ProcessPoolExecutor(2) as pool:
        results = np.array(list(pool.map(_measure, paths)))
    print("| meter | days | 80 % band holds | 95 % band holds | 80 %, events too | 95 %, events too |\n|---|--:|--:|--:|--:|--:|")
    for path, (days, *held) in zip(paths, results, strict=True):
        print(f"| {path.name.removesuffix('.csv.gz')} | {days:.0f} | {_percent(held)} |")
    print(f"| mean of {len(paths)} meters | {results[:, 0].mean():.0f} | {_percent(results[:, 1:].mean(axis=0))} |")


def _measure(path: Path) -> tuple[float, ...]:
    """Days of the meter, and the share of its readings inside both bands: usual readings, then all."""
    (placement,) = place(read_file(path, path.name), path.name, (), MeterTerms())
    readings, meter = placement.readings.readings, placement.meter
    grid = build_grid(readings, meter)
    told = analyse(readings, meter, TARIFF).scored["is_anomaly"].to_numpy(bool)
    is_odd = np.bincount(grid.cell_of_row, weights=told, minlength=len(grid)) > 0
    inside = _inside(grid, is_odd)
    usual = grid.observed & ~is_odd
    return (grid.days, *inside[:, usual].mean(axis=1), *inside[:, grid.observed].mean(axis=1))


def _inside(grid: Grid, is_odd: np.ndarray) -> np.ndarray:
    """Whether each cell lies inside the 80 % and the 95 % band that were learned without its fold, shape (2, n)."""
    scale, signed = fit_scale(grid.kwh), is_signed(grid)
    week = (grid.local_seconds // 86_400 + 3) // 7
    inside = np.zeros((2, len(grid)), dtype=bool)
    for fold in range(FOLDS):
        is_out = week % FOLDS == fold
        usual = fit_baseline(grid, scale, is_odd | is_out, signed, Centre.TRIMMED_MEAN)
        band = fit_band(grid, scale, is_odd | is_out, signed, usual, Centre.TRIMMED_MEAN)
        for row, (lower, upper) in enumerate(((band.lower_80_kwh, band.upper_80_kwh), (band.lower_95_kwh, band.upper_95_kwh))):
            inside[row, is_out] = ((lower <= grid.kwh) & (grid.kwh <= upper))[is_out]
    return inside


def _percent(shares: np.ndarray) -> str:
    return " | ".join(f"{100 * share:.1f} %" for share in shares)
