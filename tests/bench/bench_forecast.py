"""Forecast: 30 days of real meters foretold from their past alone, beside repeating last week.

Reads ``METER_CORPUS/meters/plain/NAME.csv.gz``. Each meter is cut at `JUDGED` days of its past, 15 days apart; from each cut the default
method is chosen and its intervals are learned by the trial that any forecast makes, on days before the cut, and judged on the 30 days
after it. The simulated buildings are judged alike; no choice between methods looked at them.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from tests.bench.corpus import meters_folder
from wattsup_core.analysis.calendar import public_holidays
from wattsup_core.analysis.forecasting.history import History, build_history, day_sums
from wattsup_core.analysis.forecasting.horizon import dates_of
from wattsup_core.analysis.forecasting.intervals import learn_spread
from wattsup_core.analysis.forecasting.methods import foretell, possible_methods
from wattsup_core.analysis.forecasting.trial import STEP_DAYS, Trial, choose_method, plan_origins, score_methods
from wattsup_core.analysis.pipeline import analyse
from wattsup_core.readers import read_file
from wattsup_core.service.placement import MeterTerms, place
from wattsup_core.simulate import simulate, write_readings_csv
from wattsup_core.types import ForecastMethod, Tariff

DAYS = 30
JUDGED = 8
LEAST_PAST_DAYS = 180
SIMULATED = (("household", 1), ("household", 2), ("office", 3), ("office", 4))
COUNTRIES = {"nl": "NL", "us": "US", "pt": "PT", "ch": "CH", "duq": "US", "steel": "KR", "elek": "NL", "gas": "NL"}


@dataclass(frozen=True)
class Judged:
    """One cut: the method chosen, every method's error of a day [kWh], the mean day, and what the intervals held (1 or 0, or shares)."""

    chosen: ForecastMethod
    error_kwh: dict[ForecastMethod, float]
    day_kwh: float
    days: tuple[float, float]
    hours: tuple[float, float]
    total: tuple[float, float]


def main() -> None:
    """Print a table of meters and one of simulated buildings."""
    folder = meters_folder()
    if folder is None:
        return
    paths = sorted((folder / "plain").glob("*.csv.gz"))
    with ProcessPoolExecutor(2) as pool, tempfile.TemporaryDirectory() as temporary:
        judged = dict(zip([path.name.removesuffix(".csv.gz") for path in paths], pool.map(_judge_meter, paths), strict=True))
        _print_meters({name: cuts for name, cuts in judged.items() if cuts})
        print("\nSimulated buildings, 500 days each:\n")
        simulated = [Path(temporary) / f"{kind}-{seed}.csv.gz" for kind, seed in SIMULATED]
        _print_meters(
            dict(zip([path.name.removesuffix(".csv.gz") for path in simulated], pool.map(_simulate_and_judge, simulated), strict=True))
        )


def _simulate_and_judge(path: Path) -> list[Judged]:
    kind, seed = path.name.removesuffix(".csv.gz").split("-")
    write_readings_csv(simulate(days=500, interval_minutes=60, kind=kind, seed=int(seed)), path)
    return _judge_meter(path)


def _judge_meter(path: Path) -> list[Judged]:
    name = path.name.removesuffix(".csv.gz")
    (placement,) = place(read_file(path, path.name), path.name, (), MeterTerms())
    readings = placement.readings.readings
    is_odd = analyse(readings, placement.meter, Tariff(0.28)).scored["is_anomaly"].to_numpy(bool)
    history = build_history(readings, placement.meter, is_odd)
    first, last = dates_of(history.first_day, len(history) + 1)[:: len(history)]
    holidays = public_holidays(first, last, COUNTRIES.get(name.rsplit("-", 1)[-1], ""))

    @cache
    def tables(origin: int) -> dict[ForecastMethod, np.ndarray]:
        past = history.until(origin)
        return foretell(past, DAYS, possible_methods(past), holidays).tables

    cuts = [len(history) - DAYS - STEP_DAYS * number for number in range(JUDGED)]
    judged = (_judge(history, cut, tables) for cut in cuts if cut >= LEAST_PAST_DAYS)
    return [each for each in judged if each is not None]


def _judge(history: History, cut: int, tables: Callable[[int], dict[ForecastMethod, np.ndarray]]) -> Judged | None:
    past = history.until(cut)
    origins, days_each = plan_origins(cut, DAYS)
    held = [tables(origin) for origin in origins]
    methods = min(held, key=len)
    actual = np.array([history.actual_kwh[origin : origin + days_each] for origin in origins])
    trial = Trial(origins, {method: np.array([each[method] for each in held]) for method in methods}, actual)
    chosen = choose_method(score_methods(trial), list(tables(cut)))
    spread = learn_spread(past, trial, chosen)
    came = history.actual_kwh[cut : cut + DAYS]
    came_days = day_sums(came, 0.9)
    known = np.isfinite(came_days)
    if not known.any():
        return None
    table = tables(cut)[chosen]
    day_bounds = spread.days(table.sum(axis=1), np.arange(DAYS))
    day, slot = np.divmod(np.arange(table.size), history.slots)
    hour_bounds = spread.hours(table.ravel(), day, slot)
    total = spread.sum_of_days(float(table.sum(axis=1)[known].sum()), float(known.sum()))
    total_kwh = float(came_days[known].sum())
    return Judged(
        chosen,
        {method: float(np.abs(each.sum(axis=1) - came_days)[known].mean()) for method, each in tables(cut).items()},
        float(came_days[known].mean()),
        _held(came_days, day_bounds),
        _held(came.ravel(), hour_bounds),
        (float(total.lower_80 <= total_kwh <= total.upper_80), float(total.lower_95 <= total_kwh <= total.upper_95)),
    )


def _held(came: np.ndarray, bounds: np.ndarray) -> tuple[float, float]:
    known = np.isfinite(came)
    inside = [(came >= bounds[low]) & (came <= bounds[low + 1]) for low in (0, 2)]
    return float(inside[0][known].mean()), float(inside[1][known].mean())


def _print_meters(found: dict[str, list[Judged]]) -> None:
    print("| meter | cuts | chosen | error % | MASE | Prophet | four weeks | days in 80 % | in 95 % | hours in 80 % | in 95 % |")
    print("|---|--:|---|--:|--:|--:|--:|--:|--:|--:|--:|")
    ratios = {name: _mase(cuts) for name, cuts in found.items()}
    for name, cuts in found.items():
        methods = ", ".join(f"{method} {count}" for method, count in Counter(cut.chosen.value for cut in cuts).most_common())
        error = 100 * sum(cut.error_kwh[cut.chosen] for cut in cuts) / sum(cut.day_kwh for cut in cuts)
        figures = [f"{each:.2f}" for each in (ratios[name], _mase(cuts, ForecastMethod.PROPHET), _mase(cuts, ForecastMethod.FOUR_WEEKS))]
        print(f"| {name} | {len(cuts)} | {methods} | {error:.0f} | {' | '.join(figures)} | {_coverage(cuts)} |")
    everything = [cut for cuts in found.values() for cut in cuts]
    of_cuts = np.median([cut.error_kwh[cut.chosen] / cut.error_kwh[ForecastMethod.SEASONAL_NAIVE] for cut in everything])
    middle = [
        np.median([_mase(cuts, method) for cuts in found.values()]) for method in (None, ForecastMethod.PROPHET, ForecastMethod.FOUR_WEEKS)
    ]
    cells = " | ".join(f"{each:.2f}" for each in middle)
    print(f"| all: median, coverage over all cuts | {len(everything)} | | | {cells} | {_coverage(everything)} |")
    totals = [100 * np.mean([cut.total[level] for cut in everything]) for level in (0, 1)]
    print(f"\nMedian MASE over all cuts {of_cuts:.2f}; the worst meter {max(ratios.values()):.2f}.")
    print(f"Totals of 30 days inside their 80 % interval: {totals[0]:.0f} %, inside their 95 % interval: {totals[1]:.0f} %.")


def _mase(cuts: list[Judged], method: ForecastMethod | None = None) -> float:
    """The error over that of repeating last week, both summed over the cuts; of the chosen method when none is named."""
    mine = sum(cut.error_kwh[method or cut.chosen] for cut in cuts)
    return mine / sum(cut.error_kwh[ForecastMethod.SEASONAL_NAIVE] for cut in cuts)


def _coverage(cuts: list[Judged]) -> str:
    shares = [np.mean([getattr(cut, name)[level] for cut in cuts]) for name in ("days", "hours") for level in (0, 1)]
    return " | ".join(f"{100 * share:.0f}" for share in shares)
