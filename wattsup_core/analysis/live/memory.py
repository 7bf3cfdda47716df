"""The memory of one meter: a week of cells and the runs that are going on, enough to describe its next reading."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from wattsup_core import timegrid
from wattsup_core.analysis.grid import DAY_SECONDS, Grid, build_grid
from wattsup_core.analysis.live.usual import Usual, learn_usual
from wattsup_core.types import Meter

FEATURES = (
    "residual", "residual_z", "level", "rank_high", "rank_low", "jump", "last_week",
    "mean_3h", "mean_24h", "mean_72h", "run_same", "run_zero", "run_negative",
)  # fmt: skip
"""What the forest sees of a reading, in this order; all on scales that are the same for every meter."""

WEEK_HOURS = 168.0
SPREADS_80, SPREADS_95 = 1.28, 1.96
CHANGE_LIMIT = 6.0
MIN_DAYS = 3
BEYOND_REACHED = 1.15


@dataclass(frozen=True)
class Sight:
    """A reading as it was seen when it came: its features, and what was usual [kWh].

    `is_impossible` tells what a meter cannot count, `is_unreached` what is clearly more than it has counted on nearly all days;
    `run_hours` is how long it has told the same value, or zero; `surge` is the evidence that the use of the hour up to it is high.
    """

    ts: int
    kwh: float
    features: tuple[float, ...]
    expected_kwh: float
    lower_80_kwh: float
    upper_80_kwh: float
    lower_95_kwh: float
    upper_95_kwh: float
    is_impossible: bool
    is_unreached: bool
    run_hours: float
    surge: float


class MeterMemory:
    """Takes a meter's readings in the order of time and describes each by what came before it.

    Parameters
    ----------
    readings : pd.DataFrame
        The energies, ``kwh`` by instant as in READINGS, of the last weeks, at least one row: what is remembered.
    meter : Meter
        Its zone and interval.
    """

    def __init__(self, readings: pd.DataFrame, meter: Meter) -> None:
        grid = build_grid(readings, meter)
        self._zone = ZoneInfo(meter.timezone)
        self._usual = learn_usual(grid)
        self._cell_seconds = round(grid.minutes * 60)
        self._rows_per_cell = grid.rows_per_cell
        self._row_hours = grid.minutes / 60.0 / grid.rows_per_cell
        self._origin = int(grid.start_seconds[0])
        self._levels, self._residuals = self._week_of(grid)
        self._beyond_kwh = self._hour_of(grid)
        self._cell = int(grid.cell_of_row[-1])
        self._in_cell = [float(v) * grid.rows_per_cell for v in readings["kwh"].to_numpy(float)[grid.cell_of_row == self._cell]]
        self._last_kwh = float("nan")
        self._runs = [0, 0, 0]
        for kwh in readings["kwh"].to_numpy(float)[-round(WEEK_HOURS / self._row_hours) :].tolist():
            self._count_runs(kwh)
        self.last_ts = int(timegrid.to_epoch_seconds(pd.DatetimeIndex(readings.index))[-1])
        self.learned_day = self._wall(self.last_ts) // DAY_SECONDS

    @property
    def usual(self) -> Usual:
        """What is usual, as learned when the memory was made."""
        return self._usual

    @property
    def is_ready(self) -> bool:
        """Whether enough is remembered to call anything unusual."""
        return self._usual.days >= MIN_DAYS

    @property
    def nbytes(self) -> int:
        """Bytes held in arrays."""
        arrays = (
            self._levels,
            self._residuals,
            self._beyond_kwh,
            self._usual.surge.limit_kwh,
            self._usual.level,
            self._usual.spread,
            self._usual.ranks,
        )
        return sum(array.nbytes for array in arrays)

    def day_of(self, ts: int) -> int:
        """The local day of an instant, counted from 1970."""
        return self._wall(ts) // DAY_SECONDS

    def see(self, ts: int, kwh: float) -> Sight:
        """Take the next reading, later than all before it.

        Parameters
        ----------
        ts : int
            Start of its interval [s].
        kwh : float
            Its energy [kWh], finite.
        """
        usual, slot, kind = self._usual, *self._place(ts)
        level = usual.scale.level_of(kwh * self._rows_per_cell)
        expected = float(usual.level[kind, slot])
        residual = min(max(level - expected, -CHANGE_LIMIT), CHANGE_LIMIT)
        self._advance(ts, kwh * self._rows_per_cell, expected, float(usual.surge.limit_kwh[slot]))
        self._count_runs(kwh)
        self.last_ts = ts
        spread = float(usual.spread[slot])
        floor = -math.inf if usual.is_signed else 0.0

        def reach(spreads: float) -> float:
            """An edge of the usual, no further than what the meter has shown."""
            most = max(usual.reached_kwh, usual.scale.kwh_of(expected))
            return max(min(usual.scale.kwh_of(expected + spreads * spread), most) / self._rows_per_cell, floor)

        return Sight(
            ts=ts,
            kwh=kwh,
            features=self._features(level, residual, spread),
            expected_kwh=reach(0.0),
            lower_80_kwh=reach(-SPREADS_80),
            upper_80_kwh=reach(SPREADS_80),
            lower_95_kwh=reach(-SPREADS_95),
            upper_95_kwh=reach(SPREADS_95),
            is_impossible=(kwh < 0 and not usual.is_signed) or kwh * self._rows_per_cell > usual.gross_kwh,
            is_unreached=kwh * self._rows_per_cell > BEYOND_REACHED * usual.reached_kwh,
            run_hours=max(self._runs[0], self._runs[1]) * self._row_hours,
            surge=usual.surge.evidence(self._beyond_kwh),
        )

    def _week_of(self, grid: Grid) -> tuple[np.ndarray, np.ndarray]:
        """Levels and residuals of the last week's cells, NaN where nothing was read, each of shape (cells,)."""
        size = grid.cells(WEEK_HOURS) + 1
        usual = self._usual
        level = usual.scale.compress(grid.kwh)
        residual = np.clip(level - usual.level[grid.is_weekend.astype(np.intp), grid.slot], -CHANGE_LIMIT, CHANGE_LIMIT)
        out = np.full((2, size), np.nan)
        kept = min(size, len(grid))
        out[:, size - kept :] = np.stack([level, residual])[:, len(grid) - kept :]
        return out[0], out[1]

    def _hour_of(self, grid: Grid) -> np.ndarray:
        """How far the last cells are beyond the limits of their slots [kWh], NaN where nothing was read, shape (cells,)."""
        surge = self._usual.surge
        beyond_kwh = (grid.kwh - surge.limit_kwh[grid.slot])[-surge.cells :]
        return np.concatenate([np.full(surge.cells - len(beyond_kwh), np.nan), beyond_kwh])

    def _wall(self, ts: int) -> int:
        moment = datetime.fromtimestamp(ts, tz=self._zone)
        offset = moment.utcoffset()
        return ts + (round(offset.total_seconds()) if offset is not None else 0)

    def _place(self, ts: int) -> tuple[int, int]:
        """The slot of the day, and 1 on a Saturday or Sunday."""
        wall = self._wall(ts)
        slot = (wall % DAY_SECONDS) // self._cell_seconds if self._cell_seconds < DAY_SECONDS else 0
        weekday = (wall // DAY_SECONDS + 3) % 7
        return int(slot), int(weekday >= 5 and self._cell_seconds <= DAY_SECONDS)

    def _advance(self, ts: int, cell_kwh: float, expected: float, limit_kwh: float) -> None:
        """Move the week on to the cell of `ts` and put the mean of what was read in that cell there.

        Held against its limit is what the cell has counted so far: the first minute of a kettle is no quarter of an hour.
        """
        half = 0 if self._rows_per_cell > 1 else self._cell_seconds // 2
        cell = (ts - self._origin + half) // self._cell_seconds
        if cell > self._cell:
            for ring in (self._levels, self._residuals, self._beyond_kwh):
                _move_on(ring, cell - self._cell)
            self._in_cell = []
        self._cell = cell
        self._in_cell.append(cell_kwh)
        level = self._usual.scale.level_of(sum(self._in_cell) / len(self._in_cell))
        self._levels[-1] = level
        self._residuals[-1] = min(max(level - expected, -CHANGE_LIMIT), CHANGE_LIMIT)
        self._beyond_kwh[-1] = sum(self._in_cell) / self._rows_per_cell - limit_kwh

    def _count_runs(self, kwh: float) -> None:
        """Readings in a row that are the same (but not zero), zero, and below zero."""
        same, zero, negative = self._runs
        self._runs = [
            same + 1 if kwh == self._last_kwh and kwh != 0 else 0,
            zero + 1 if kwh == 0 else 0,
            negative + 1 if kwh < 0 else 0,
        ]
        self._last_kwh = kwh

    def _features(self, level: float, residual: float, spread: float) -> tuple[float, ...]:
        per_hour = self._cell_seconds / 3600.0
        rank = float(np.searchsorted(self._usual.ranks, level)) / len(self._usual.ranks)
        hours = {span: max(1, round(span / per_hour)) for span in (1.0, 3.0, 24.0, 72.0, WEEK_HOURS)}
        return (
            residual,
            residual / spread,
            level,
            -math.log10(max(1.0 - rank, 1e-5)),
            -math.log10(max(rank, 1e-5)),
            level - self._level_before(hours[1.0], level),
            level - self._level_before(hours[WEEK_HOURS], level),
            *(_mean(self._residuals[-hours[span] :]) for span in (3.0, 24.0, 72.0)),
            *(math.log1p(run * self._row_hours) for run in self._runs),
        )

    def _level_before(self, cells: int, level: float) -> float:
        """The level `cells` ago; the level itself where none is known, so that the change is nothing."""
        place = len(self._levels) - 1 - cells
        before = float(self._levels[place]) if place >= 0 else level
        return before if before == before else level


def _move_on(ring: np.ndarray, steps: int) -> None:
    """Move a ring's values `steps` towards its beginning; nothing is known of what comes in."""
    steps = min(steps, len(ring))
    ring[:-steps] = ring[steps:]
    ring[-steps:] = np.nan


def _mean(values: np.ndarray) -> float:
    known = values[values == values]
    return float(known.mean()) if len(known) else 0.0
