"""What a person should know of cleaned series: gaps, changed intervals, order, negatives, doubtful units, too few rows."""

from __future__ import annotations

import numpy as np

from wattsup_core.analysis.cadence import DAY_S, HOUR_S, in_order, missing_intervals, row_steps, steady_steps, step_seconds
from wattsup_core.analysis.quality import RowCode, Rows, count_rows, issue
from wattsup_core.types import IssueSeverity, QualityIssue

TOO_FEW_ROWS = 24
HUGE_MEAN_KW = 5_000.0
HUGE_DAILY_MEAN_KW = 500.0
TINY_MEAN_KW = 0.0005
_TIMED = (
    RowCode.KEPT,
    RowCode.REGISTER_OPENING,
    RowCode.MISSING_VALUE,
    RowCode.BAD_NUMBER,
    RowCode.IMPLAUSIBLE_VALUE,
    RowCode.REGISTER_RESET,
    RowCode.INCOMPLETE_SUM,
)


def check_series(rows: Rows, *, may_be_negative: bool) -> list[QualityIssue]:
    """Issues of series whose rows are clean and hold energies [kWh]."""
    kept = {series: rows.seconds[places] for series, places in rows.by_series(rows.is_kept).items()}
    timed = {series: in_order(rows.seconds[places]) for series, places in rows.by_series(np.isin(rows.code, _TIMED)).items()}
    found = [
        _gaps(timed),
        _mixed_intervals(kept),
        _off_grid(kept),
        None if may_be_negative else check_negatives(rows),
        _too_few(kept),
    ]
    return [one for one in found if one is not None]


def check_order(series: np.ndarray, seconds: np.ndarray) -> QualityIssue | None:
    """Whether the rows of a file, given in its order, were sorted: neither oldest nor newest first."""
    order = np.argsort(series, kind="stable")
    same = np.diff(series[order]) == 0
    steps = np.diff(seconds[order])[same]
    back, forth = int((steps < 0).sum()), int((steps > 0).sum())
    if not back:
        return None
    if not forth:
        return issue("out_of_order", "The file starts with its newest row; the rows were put in order.", back, severity=IssueSeverity.INFO)
    return issue("out_of_order", f"Put in order: {count_rows(back)} stood after a later one in the file.", back)


def unit_doubt(kwh: np.ndarray, steps_s: np.ndarray, *, from_power: bool) -> str | None:
    """Why energies [kWh] of rows that last `steps_s` do not fit their unit, or `None`."""
    used = np.abs(kwh[kwh != 0])
    if used.size < 3:
        return None
    lengths = steps_s[kwh != 0]
    mean_kw = float(np.median(used * HOUR_S / lengths))
    limit_kw = HUGE_DAILY_MEAN_KW if from_power and np.median(lengths) >= DAY_S else HUGE_MEAN_KW
    if mean_kw > limit_kw:
        return f"would mean a power of {mean_kw:,.0f} kW all the time"
    if not from_power and mean_kw > 50 and np.median(used) >= 20 and not (used % 1).any():
        return f"are all whole numbers and would mean a power of {mean_kw:,.0f} kW: they may be Wh"
    if mean_kw < TINY_MEAN_KW and used.size >= TOO_FEW_ROWS:
        return f"would mean a power of only {mean_kw * 1000:.2g} W"
    return None


def doubtful_units(rows: Rows, *, from_power: bool) -> str | None:
    """The first doubt about the unit among the series of cleaned rows."""
    for places in rows.by_series(rows.is_kept).values():
        doubt = unit_doubt(rows.value[places], row_steps(rows.seconds[places]), from_power=from_power)
        if doubt:
            return doubt
    return None


def interval_minutes(rows: Rows) -> dict[int, float]:
    """The commonest interval of each series [min]."""
    return {series: step_seconds(rows.seconds[places]) / 60 for series, places in rows.by_series(rows.is_kept).items()}


def _gaps(series: dict[int, np.ndarray]) -> QualityIssue | None:
    missing = sum(missing_intervals(seconds) for seconds in series.values())
    if not missing:
        return None
    intervals = f"{missing:,} interval" + (" is" if missing == 1 else "s are")
    return issue("missing_intervals", f"{intervals} missing from the file; nothing was filled in.", missing)


def _mixed_intervals(series: dict[int, np.ndarray]) -> QualityIssue | None:
    found = [steady_steps(seconds) for seconds in series.values() if len(seconds) > 2]
    mixed = [steps for steps in found if len(steps) > 1]
    if not mixed:
        return None
    lengths = ", ".join(f"{step / 60:g}" for step in sorted(mixed[0]))
    return issue("mixed_intervals", f"The interval changes within the file ({lengths} minutes); every row was kept as it is.", len(mixed))


def _off_grid(series: dict[int, np.ndarray]) -> QualityIssue | None:
    """Instants off their series' grid; whole hours are left to clock changes."""
    off = 0
    for seconds in series.values():
        if len(seconds) < 3:
            continue
        grid = int(steady_steps(seconds).min())
        grid = grid if HOUR_S % grid == 0 else HOUR_S
        phases, counts = np.unique(seconds % grid, return_counts=True)
        off += int(counts.sum() - counts.max()) if len(phases) > 1 else 0
    if not off:
        return None
    return issue("irregular_times", f"Kept as they are: {count_rows(off)} off the meter's regular times.", off)


def check_negatives(rows: Rows) -> QualityIssue | None:
    """Rows of negative energy [kWh], where there should be none."""
    places = np.flatnonzero(rows.is_kept & (rows.value < 0))
    if not places.size:
        return None
    message = f"Kept as they are: {count_rows(places.size)} of negative energy in a column of consumption."
    return issue("negative_values", message, int(places.size), seconds=rows.seconds[places])


def _too_few(series: dict[int, np.ndarray]) -> QualityIssue | None:
    few = [len(seconds) for seconds in series.values() if len(seconds) < TOO_FEW_ROWS]
    if not few:
        return None
    return issue("too_few_rows", f"Only {count_rows(min(few))}: too few to learn what is usual for this meter.", len(few))
