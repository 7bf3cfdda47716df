"""A meter's readings on the regular grid, in local calendar terms, that every analysis step works on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

import numpy as np
import pandas as pd

from wattsup_core import timegrid
from wattsup_core.analysis.calendar import public_holidays
from wattsup_core.frames import CovariateRole, covariate_columns, role_of
from wattsup_core.types import Meter

FINE_MINUTES = 5.0
"""Readings closer together than this are analysed in cells of `COARSE_MINUTES` that keep their extremes."""
COARSE_MINUTES = 15.0
DAY_SECONDS = 86_400
DAY_MINUTES = 1440.0
DAY_STARTS_EARLY_SECONDS = 6 * 3_600
"""A day whose reading begins in its last quarter, as at 23:00, is the next one; one that begins at 06:00, a gas day, is its own."""


@dataclass(frozen=True)
class Grid:
    """Cells of equal length from the first to the last reading; shapes are (n,) unless said.

    Attributes
    ----------
    kwh
        Energy of the cell [kWh], NaN where no reading is.
    low_kwh, peak_kwh
        The smallest and largest reading in the cell, scaled to the cell's length [kWh]; equal to `kwh` where a cell is one reading.
    start_seconds
        UTC start of each cell, seconds since 1970.
    begin_seconds
        The same, except that a cell of a day that holds a reading begins where that does: its midnight moves when the clock is set.
    minutes
        Length of a cell [min].
    local_seconds
        Wall-clock start of each cell as seconds since 1970.
    day, slot, weekday
        Local day counted from the first, position within the day, 0 (Monday) to 6.
    slots_per_day
        Cells in a day of 24 hours; 1 when cells are a day or longer.
    cell_of_row
        The cell of each reading, shape (rows,).
    rows_per_cell
        Readings in a full cell.
    covariates
        What else is known of the cells by the column of READINGS, each of shape (n,), NaN where it is not: energies are those of the
        cell [kWh], temperatures [°C] and people its mean. A covariate that is known nowhere is not among them.
    holidays
        The names of the public holidays, by their day; none in a country that is not known, or for cells longer than a day.
    """

    kwh: np.ndarray
    low_kwh: np.ndarray
    peak_kwh: np.ndarray
    start_seconds: np.ndarray
    begin_seconds: np.ndarray
    minutes: float
    local_seconds: np.ndarray
    day: np.ndarray
    slot: np.ndarray
    weekday: np.ndarray
    slots_per_day: int
    cell_of_row: np.ndarray
    rows_per_cell: int
    covariates: Mapping[str, np.ndarray] = field(default_factory=dict)
    holidays: Mapping[int, str] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.kwh)

    @property
    def temperature_c(self) -> np.ndarray | None:
        """Outdoor temperature [°C], shape (n,), or None."""
        return self.covariates.get(CovariateRole.TEMPERATURE.value)

    def covariates_of(self, role: CovariateRole) -> dict[str, np.ndarray]:
        """The covariates of one role by their columns."""
        return {name: values for name, values in self.covariates.items() if role_of(name) is role}

    @property
    def observed(self) -> np.ndarray:
        """Where a reading is, shape (n,)."""
        return np.asarray(np.isfinite(self.kwh))

    @property
    def share_of_zeros(self) -> float:
        """Share of the cells read that are exactly zero, 0 to 1."""
        return float((self.kwh == 0).sum() / max(1, self.observed.sum()))

    @property
    def days(self) -> int:
        """Local days from the first to the last cell."""
        return int(self.day[-1]) + 1 if len(self) else 0

    @property
    def is_holiday(self) -> np.ndarray:
        """Where a local day is a public holiday, shape (days,)."""
        holiday = np.zeros(self.days, dtype=bool)
        holiday[list(self.holidays)] = True
        return holiday

    @property
    def hour(self) -> np.ndarray:
        """Local hour of the day of each cell, 0 to 23."""
        return (self.local_seconds % DAY_SECONDS) // 3600

    @property
    def is_weekend(self) -> np.ndarray:
        """Saturdays and Sundays; never for cells longer than a day."""
        return (self.weekday >= 5) & (self.minutes <= DAY_MINUTES)

    def cells(self, hours: float) -> int:
        """Whole cells in `hours`, at least one."""
        return max(1, round(hours * 60.0 / self.minutes))

    def end_of(self, cell: int) -> int:
        """Where a cell ends [s since 1970]: where the next one begins, if there is one."""
        is_last = cell + 1 >= len(self)
        return int(self.begin_seconds[cell]) + round(self.minutes * 60) if is_last else int(self.begin_seconds[cell + 1])

    def by_day(self, values: np.ndarray) -> np.ndarray:
        """Values of cells laid out as (days, slots_per_day), NaN where no cell is."""
        table = np.full((self.days, self.slots_per_day), np.nan)
        table[self.day, self.slot] = values
        return table

    def from_day(self, table: np.ndarray) -> np.ndarray:
        """The cells' values of a (days, slots_per_day) table."""
        return np.asarray(table[self.day, self.slot])


def build_grid(readings: pd.DataFrame, meter: Meter) -> Grid:
    """Lay READINGS with at least one row on the grid of `meter`.

    A cell's energy is the mean of its readings times the readings a full cell holds, so missing minutes do not look like low use.
    """
    seconds = timegrid.to_epoch_seconds(pd.DatetimeIndex(readings.index))
    row_seconds = _row_seconds(pd.DatetimeIndex(readings.index), meter)
    rows_per_cell = round(COARSE_MINUTES * 60 / row_seconds) if row_seconds < FINE_MINUTES * 60 else 1
    cell_seconds = row_seconds * rows_per_cell
    cell_of_row, origin = _cells_of_rows(seconds, cell_seconds, rows_per_cell > 1)
    size = int(cell_of_row[-1]) + 1
    kwh = readings["kwh"].to_numpy(float)
    start = origin + cell_seconds * np.arange(size, dtype=np.int64)
    local = _local(start, cell_seconds, meter.timezone)
    slots = max(1, -(-DAY_SECONDS // cell_seconds))
    day = local // DAY_SECONDS if cell_seconds <= DAY_SECONDS else np.arange(size, dtype=np.int64)
    covariates = {name: readings[name].to_numpy(float) for name in covariate_columns(readings) if role_of(name) is not None}
    low, peak = _extremes(kwh, cell_of_row, size)
    return Grid(
        kwh=_mean(kwh, cell_of_row, size) * rows_per_cell,
        low_kwh=low * rows_per_cell,
        peak_kwh=peak * rows_per_cell,
        start_seconds=start,
        begin_seconds=_begins(start, seconds, cell_of_row) if cell_seconds == DAY_SECONDS else start,
        minutes=cell_seconds / 60.0,
        local_seconds=local,
        day=(day - day[0]).astype(np.int64),
        slot=((local % DAY_SECONDS) // cell_seconds).astype(np.int64) if slots > 1 else np.zeros(size, dtype=np.int64),
        weekday=((local // DAY_SECONDS + 3) % 7).astype(np.int8),
        slots_per_day=slots,
        cell_of_row=cell_of_row,
        rows_per_cell=rows_per_cell,
        covariates=_gathered(covariates, cell_of_row, size, rows_per_cell),
        holidays=_holidays(local, meter.country) if cell_seconds <= DAY_SECONDS else {},
    )


def _local(start: np.ndarray, cell_seconds: int, timezone: str) -> np.ndarray:
    """Wall-clock seconds at which cells start, shape (n,); of cells of a day, the midnight of the local day that each is.

    Such cells lie 24 hours apart in UTC: where the clock is set they begin an hour off the midnight that their readings begin at.
    """
    wall = timegrid.to_wall_seconds(start, timezone)
    if cell_seconds != DAY_SECONDS:
        return wall
    early = wall + DAY_STARTS_EARLY_SECONDS
    midnights: np.ndarray = early - early % DAY_SECONDS
    return midnights


def _begins(start: np.ndarray, seconds: np.ndarray, cell_of_row: np.ndarray) -> np.ndarray:
    begins = start.copy()
    begins[cell_of_row[::-1]] = seconds[::-1]  # of several the first
    return begins


def coarsen(grid: Grid, minutes: float) -> tuple[Grid, np.ndarray]:
    """The grid in longer cells of about `minutes`, and for each old cell the new one, shape (n,)."""
    factor = max(1, round(minutes / grid.minutes))
    if factor == 1:
        return grid, np.arange(len(grid))
    cell_seconds = round(grid.minutes * 60) * factor
    owner = grid.start_seconds // cell_seconds
    owner = owner - owner[0]
    size = int(owner[-1]) + 1
    first = np.searchsorted(owner, np.arange(size))
    slots = max(1, -(-DAY_SECONDS // cell_seconds))
    local = grid.local_seconds[first] - grid.local_seconds[first] % min(cell_seconds, 3600)
    day = grid.local_seconds[first] // DAY_SECONDS
    low, peak = _extremes(grid.kwh, owner, size)
    coarse = Grid(
        kwh=_mean(grid.kwh, owner, size) * factor,
        low_kwh=low * factor,
        peak_kwh=peak * factor,
        start_seconds=grid.start_seconds[first],
        begin_seconds=grid.begin_seconds[first],
        minutes=cell_seconds / 60.0,
        local_seconds=local,
        day=(day - day[0]).astype(np.int64),
        slot=(local % DAY_SECONDS) // cell_seconds if slots > 1 else np.zeros(size, dtype=np.int64),
        weekday=grid.weekday[first],
        slots_per_day=slots,
        cell_of_row=owner[grid.cell_of_row],
        rows_per_cell=grid.rows_per_cell * factor,
        covariates=_gathered(grid.covariates, owner, size, factor),
        holidays=grid.holidays,
    )
    return coarse, owner


def _holidays(local_seconds: np.ndarray, country: str) -> dict[int, str]:
    first, last = (timegrid.datetime_from_epoch(int(local_seconds[end])).date() for end in (0, -1))
    return {(day - first) // timedelta(days=1): name for day, name in public_holidays(first, last, country).items()}


def _row_seconds(index: pd.DatetimeIndex, meter: Meter) -> int:
    minutes = meter.interval_minutes if meter.interval_minutes > 0 else timegrid.commonest_interval_minutes(index)
    return max(1, round(minutes * 60))


def _cells_of_rows(seconds: np.ndarray, cell_seconds: int, is_coarse: bool) -> tuple[np.ndarray, int]:
    """The cell of each row and the first cell's start. Rows a little off the grid go to the nearest cell."""
    if is_coarse:
        origin = int(seconds[0] - seconds[0] % cell_seconds)
        return ((seconds - origin) // cell_seconds).astype(np.int64), origin
    phases, counts = np.unique(seconds % cell_seconds, return_counts=True)
    phase = int(phases[counts.argmax()])
    cell = (seconds - phase + cell_seconds // 2) // cell_seconds
    return (cell - cell[0]).astype(np.int64), int(cell[0]) * cell_seconds + phase


def _gathered(covariates: Mapping[str, np.ndarray], owner: np.ndarray, size: int, count: int) -> dict[str, np.ndarray]:
    """Covariates of `count` old cells a new one: energies added up as the meter's own are, all else averaged."""
    known = {name: _mean(values, owner, size) for name, values in covariates.items() if np.isfinite(values).any()}
    energies = (CovariateRole.PRODUCED, CovariateRole.PART)
    return {name: values * count if role_of(name) in energies else values for name, values in known.items()}


def _mean(values: np.ndarray, owner: np.ndarray, size: int) -> np.ndarray:
    known = np.isfinite(values)
    count = np.bincount(owner[known], minlength=size)
    total = np.bincount(owner[known], weights=values[known], minlength=size)
    return np.asarray(np.divide(total, count, out=np.full(size, np.nan), where=count > 0))


def _extremes(values: np.ndarray, owner: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray]:
    known = np.isfinite(values)
    low, peak = np.full(size, np.inf), np.full(size, -np.inf)
    np.minimum.at(low, owner[known], values[known])
    np.maximum.at(peak, owner[known], values[known])
    low[np.isinf(low)] = np.nan
    peak[np.isinf(peak)] = np.nan
    return low, peak
