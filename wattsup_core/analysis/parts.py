"""The parts of the use that have a meter of their own: what each usually counts, and how much of an event's excess is its."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from wattsup_core.analysis.baseline import Centre, seasonal_centre
from wattsup_core.analysis.findings import Finding, covered
from wattsup_core.analysis.grid import Grid
from wattsup_core.analysis.scale import fit_scale
from wattsup_core.frames import CovariateRole, covariate_name

OVERLAP = 1.05
MIN_KNOWN_SHARE = 0.9


@dataclass(frozen=True)
class PartExcess:
    """How much more than usual a part counted [kWh], below zero for less; the name is the file's, "" for what no sub-meter counts."""

    name: str
    excess_kwh: float


@dataclass(frozen=True)
class Parts:
    """What each sub-meter counted and usually counts in each cell [kWh], by the name its file gives it, shapes (n,).

    `are_whole` says that the parts do not overlap, so that what is left of the meter is use that no sub-meter counts.
    """

    kwh: Mapping[str, np.ndarray]
    usual_kwh: Mapping[str, np.ndarray]
    are_whole: bool


def part_energies(grid: Grid) -> dict[str, np.ndarray]:
    """The sub-meters that can be parts of this meter, by name [kWh]: none that counts more than the site uses."""
    site_kwh = grid.kwh + sum(grid.covariates_of(CovariateRole.PRODUCED).values())
    found = grid.covariates_of(CovariateRole.PART)
    return {covariate_name(column): kwh for column, kwh in found.items() if _fits(kwh, site_kwh)}


def remainder(grid: Grid, parts: Mapping[str, np.ndarray]) -> np.ndarray | None:
    """What no sub-meter counts [kWh], shape (n,); None where parts overlap, or where production hides it."""
    if not parts or grid.covariates_of(CovariateRole.PRODUCED):
        return None
    together = sum(parts.values(), np.zeros(len(grid)))
    return grid.kwh - together if _fits(together, grid.kwh) else None


def learn_parts(grid: Grid, findings: list[Finding]) -> Parts:
    """What each sub-meter usually counts at such a time, learned without what is told."""
    kwh = part_energies(grid)
    is_odd = covered(findings, len(grid))
    usual = {
        name: seasonal_centre(grid, np.where(is_odd, np.nan, values), fit_scale(values), is_trailing=False, centre=Centre.TRIMMED_MEAN)
        for name, values in kwh.items()
    }
    return Parts(kwh, usual, remainder(grid, kwh) is not None)


def part_excesses(finding: Finding, parts: Parts) -> dict[str, float]:
    """How much more than usual each part counted in the cells of a finding [kWh], of parts that were read well enough there."""
    cells = finding.cells()
    found = {}
    for name, kwh in parts.kwh.items():
        known = np.isfinite(kwh[cells])
        if known.mean() >= MIN_KNOWN_SHARE:
            found[name] = float((kwh[cells] - parts.usual_kwh[name][cells])[known].sum())
    return found


def of_part(grid: Grid, kwh: np.ndarray) -> Grid:
    """The grid of a sub-meter."""
    return replace(grid, kwh=kwh, low_kwh=kwh, peak_kwh=kwh)


def with_rest(excesses: Mapping[str, float], excess_kwh: float, parts: Parts) -> tuple[PartExcess, ...]:
    """The parts of an event's excess, the largest first, with what no sub-meter counts as the rest of it."""
    found = [PartExcess(name, kwh) for name, kwh in excesses.items()]
    if parts.are_whole and len(excesses) == len(parts.kwh):
        found.append(PartExcess("", excess_kwh - sum(excesses.values())))
    return tuple(sorted(found, key=lambda part: -part.excess_kwh if excess_kwh >= 0 else part.excess_kwh))


def _fits(part_kwh: np.ndarray, site_kwh: np.ndarray) -> bool:
    both = np.isfinite(part_kwh) & np.isfinite(site_kwh)
    return bool(both.any() and part_kwh[both].sum() <= OVERLAP * site_kwh[both].sum())
