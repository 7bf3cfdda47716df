"""Whether the weather is what an event is about: how far from the season it was, and how much of the excess goes with the degrees."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wattsup_core.analysis.baseline import Baseline
from wattsup_core.analysis.findings import FAULT_KINDS, Finding, Pattern
from wattsup_core.analysis.grid import Grid
from wattsup_core.analysis.weather import daily_median, season
from wattsup_core.types import EventKind

MAIN_SHARE = 0.5
BEYOND_C = 2.0
MIN_BEYOND_HOURS = 12.0


@dataclass(frozen=True)
class WeatherFacts:
    """`warmer_c` is how much warmer than usual for the season the days of an event were [°C], None where nobody knows."""

    warmer_c: float | None = None
    is_cause: bool = False


def weather_facts(finding: Finding, grid: Grid, usual: Baseline) -> WeatherFacts:
    """Measure the weather of a finding.

    It is the cause when more than half of the excess over what the season makes usual is what this meter answers to its degrees; and
    when the meter does answer to them and the finding lasts for half a day in which it was 2 °C colder or hotter than on any other day.
    """
    if grid.temperature_c is None:
        return WeatherFacts()
    daily_c = daily_median(grid.temperature_c, grid)
    days = np.unique(grid.day[finding.cells()])
    against_season = (daily_c - season(daily_c[:, None])[:, 0])[days]
    if not np.isfinite(against_season).any():
        return WeatherFacts()
    warmer_c = float(np.nanmean(against_season))
    is_level = finding.pattern is Pattern.LEVEL and finding.kind not in FAULT_KINDS and finding.kind is not EventKind.BASELOAD_STEP
    return WeatherFacts(warmer_c, is_level and _is_cause(finding, grid, usual, daily_c, days))


def _is_cause(finding: Finding, grid: Grid, usual: Baseline, daily_c: np.ndarray, days: np.ndarray) -> bool:
    if usual.weather_kwh is None:
        return False
    cells = finding.cells()
    known = np.isfinite(grid.kwh[cells])
    weather_kwh = float(usual.weather_kwh[cells][known].sum())
    excess_kwh = float((grid.kwh[cells] - usual.expected_kwh[cells])[known].sum())
    if weather_kwh * (excess_kwh + weather_kwh) <= 0:
        return False
    if weather_kwh / (excess_kwh + weather_kwh) > MAIN_SHARE and weather_kwh * excess_kwh >= 0:
        return True
    is_long = (finding.stop - finding.start) * grid.minutes >= MIN_BEYOND_HOURS * 60.0
    return is_long and weather_kwh * excess_kwh > 0 and _is_unseen(daily_c, days)


def _is_unseen(daily_c: np.ndarray, days: np.ndarray) -> bool:
    """Whether the days were colder or hotter, by their mean, than any other day of the history."""
    others = np.delete(daily_c, days)
    if not np.isfinite(others).any():
        return False
    mean_c = float(np.nanmean(daily_c[days]))
    return bool(mean_c < np.nanmin(others) - BEYOND_C or mean_c > np.nanmax(others) + BEYOND_C)
