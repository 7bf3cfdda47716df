"""Trials for a detector: anomalies of fifteen physical kinds put into the readings of a real meter at random, and where they are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

GUARD_DAYS = 3.0
WARM_UP_DAYS = 28.0
ATTEMPTS = 300
EVENTS_PER_YEAR = 14.0

Change = Callable[[np.ndarray, np.ndarray, "Meter", np.random.Generator], np.ndarray]
"""Takes the energies of the event, the hours of day of its cells, the meter and draws; gives the changed energies."""


@dataclass(frozen=True)
class Meter:
    """What sizes are drawn from: median and 95 % quantile of the readings above zero, and cells in an hour."""

    median: float
    p95: float
    per_hour: float


@dataclass(frozen=True)
class Kind:
    """An anomaly: how long it lasts [h], what it does, whether it begins at midnight, and at which hours it is there."""

    hours: tuple[float, float]
    change: Change
    at_midnight: bool = False
    hours_of_day: tuple[int, int] | None = None


def _uniform(low: float, high: float, factor: Callable[[np.ndarray, float], np.ndarray]) -> Change:
    return lambda kwh, _hour, _meter, random: factor(kwh, float(random.uniform(low, high)))


def _scaled(low: float, high: float) -> Change:
    return _uniform(low, high, lambda kwh, share: kwh * share)


def _chosen(*factors: float) -> Change:
    return lambda kwh, _hour, _meter, random: kwh * float(random.choice(factors))


def _spike(kwh: np.ndarray, _hour: np.ndarray, meter: Meter, random: np.random.Generator) -> np.ndarray:
    return kwh + meter.p95 * random.uniform(0.7, 3.0)


def _stuck(kwh: np.ndarray, _hour: np.ndarray, _meter: Meter, _random: np.random.Generator) -> np.ndarray:
    return np.full_like(kwh, kwh[0] if kwh[0] > 0 else np.nan)


def _catch_up(kwh: np.ndarray, _hour: np.ndarray, _meter: Meter, _random: np.random.Generator) -> np.ndarray:
    return np.r_[np.zeros(len(kwh) - 1), kwh.sum()]


def _night(kwh: np.ndarray, _hour: np.ndarray, meter: Meter, random: np.random.Generator) -> np.ndarray:
    return kwh + meter.p95 * random.uniform(0.06, 0.6)


def _leak(kwh: np.ndarray, _hour: np.ndarray, meter: Meter, random: np.random.Generator) -> np.ndarray:
    return kwh + meter.median * random.uniform(0.4, 1.5)


def _drift(kwh: np.ndarray, _hour: np.ndarray, _meter: Meter, random: np.random.Generator) -> np.ndarray:
    return kwh * np.linspace(1.05, random.uniform(1.8, 2.1), len(kwh))


def _noise(kwh: np.ndarray, _hour: np.ndarray, _meter: Meter, random: np.random.Generator) -> np.ndarray:
    return np.maximum(kwh * (1.0 + random.normal(0.0, random.uniform(0.6, 1.1), len(kwh))), 0.0)


def _shifted(kwh: np.ndarray, _hour: np.ndarray, meter: Meter, random: np.random.Generator) -> np.ndarray:
    return np.roll(kwh, round(float(random.choice([-6, -5, -4, -3, 3, 4, 5, 6])) * meter.per_hour))


def _shift_level(kwh: np.ndarray, _hour: np.ndarray, _meter: Meter, random: np.random.Generator) -> np.ndarray:
    return kwh * float(random.uniform(0.45, 0.65) if random.random() < 0.5 else random.uniform(1.35, 1.95))


KINDS: dict[str, Kind] = {
    "spike": Kind((0.25, 2.0), _spike),
    "dip": Kind((3.0, 7.0), _scaled(0.05, 0.3)),
    "zero_outage": Kind((3.0, 11.0), _scaled(0.0, 0.0)),
    "stuck": Kind((8.0, 33.0), _stuck),
    "gap_catchup": Kind((5.5, 23.0), _catch_up),
    "unit_error": Kind((2.75, 23.0), _chosen(1000.0, 10.0, 0.1, 0.1, 0.001)),
    "negative": Kind((0.25, 4.0), _chosen(-1.0)),
    "night_on": Kind((24.0, 72.0), _night, at_midnight=True, hours_of_day=(23, 7)),
    "level_shift": Kind((51.0, 142.0), _shift_level, at_midnight=True),
    "baseload_leak": Kind((52.0, 140.0), _leak),
    "phase_loss": Kind((50.0, 140.0), _chosen(1 / 3, 1 / 2, 2 / 3)),
    "daytime_theft": Kind((96.0, 96.0), _scaled(0.1, 0.6), at_midnight=True, hours_of_day=(7, 22)),
    "drift": Kind((185.0, 262.0), _drift),
    "noise_burst": Kind((14.0, 45.0), _noise),
    "time_shift": Kind((66.0, 114.0), _shifted, at_midnight=True),
}
"""Of the kinds, `hours` of those at certain hours of the day count the days they span."""


def put_anomalies(frame: pd.DataFrame, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A meter with anomalies.

    Parameters
    ----------
    frame : pd.DataFrame
        `timestamp` (local, sorted, unique) and `value` in any unit of energy.
    seed : int
        The same seed gives the same anomalies.

    Returns
    -------
    tuple of pd.DataFrame
        The frame with changed values, and for each of its rows `label` (0 or 1), `event_id` (0 outside events) and `type`.
    """
    random = np.random.default_rng(seed)
    out = frame.reset_index(drop=True).copy()
    value = out["value"].to_numpy(float, copy=True)
    hour = out["timestamp"].dt.hour.to_numpy()
    step_hours = float(out["timestamp"].diff().dt.total_seconds().mode()[0]) / 3600.0
    used = value[value > 0]
    meter = Meter(float(np.median(used)), float(np.quantile(used, 0.95)), 1.0 / step_hours)
    label = pd.DataFrame({"label": 0, "event_id": 0, "type": ""}, index=out.index)
    taken = np.zeros(len(out), dtype=bool)
    years = len(out) * step_hours / 8766.0
    for number, name in enumerate(_names(random, max(6, round(EVENTS_PER_YEAR * years))), start=1):
        cells = _place(name, hour, taken, meter, random)
        if cells is None:
            continue
        changed = KINDS[name].change(value[cells], hour[cells], meter, random)
        if not np.isfinite(changed).all() or np.allclose(changed, value[cells]):
            continue
        value[cells] = np.round(changed, 6)
        label.loc[cells, ["label", "event_id", "type"]] = [1, number, name]
        guard = round(GUARD_DAYS * 24 * meter.per_hour)
        taken[max(0, cells[0] - guard) : cells[-1] + guard] = True
    out["value"] = value
    return out, label


def _names(random: np.random.Generator, count: int) -> list[str]:
    names: list[str] = []
    while len(names) < count:
        names += [str(name) for name in random.permutation(list(KINDS))]
    return names[:count]


def _place(name: str, hour: np.ndarray, taken: np.ndarray, meter: Meter, random: np.random.Generator) -> np.ndarray | None:
    """The cells of an event of that kind, clear of the others; `None` when no place was found."""
    kind = KINDS[name]
    for _ in range(ATTEMPTS):
        hours = random.uniform(*kind.hours)
        if kind.hours_of_day:
            hours = 24.0 * round(hours / 24.0)
        length = max(1, round(hours * meter.per_hour))
        if length + round(WARM_UP_DAYS * 24 * meter.per_hour) + 2 >= len(hour):
            return None
        start = int(random.integers(round(WARM_UP_DAYS * 24 * meter.per_hour), len(hour) - length - 1))
        if kind.at_midnight:
            midnight = np.flatnonzero(hour[start:] == 0)
            if not len(midnight):
                continue
            start += int(midnight[0])
        stop = start + length
        if stop >= len(hour) or taken[start:stop].any():
            continue
        cells = np.arange(start, stop)
        if kind.hours_of_day:
            first, last = kind.hours_of_day
            at = hour[cells]
            cells = cells[(at >= first) & (at < last)] if first < last else cells[(at >= first) | (at < last)]
        return cells
    return None
