"""Cleaning rows of readings: each row is kept, or left out for one stated reason. Nothing is filled, clipped or averaged."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from wattsup_core.analysis.cadence import row_steps, steady_grid, step_seconds
from wattsup_core.analysis.duplicates import find_duplicates
from wattsup_core.analysis.registers import difference_register
from wattsup_core.timegrid import NO_TIME, civil_seconds, datetime_from_epoch
from wattsup_core.types import IssueSeverity, QualityIssue

MAX_KWH_PER_INTERVAL = 1e6
SENTINELS = (-999.0, -9999.0, -99999.0, -999999.0, -999.25, -9999.99)
FIRST_YEAR, LAST_YEAR = 1990, 2050
STRAY_GAP_S = 2 * 366 * 86_400
STRAY_SHARE = 0.01


class RowCode(IntEnum):
    """What became of a row; `KEPT` and `REGISTER_OPENING` count as stored."""

    KEPT = 0
    REGISTER_OPENING = 1
    BAD_ROW_SHAPE = 2
    BAD_TIMESTAMP = 3
    OUT_OF_RANGE_TIMESTAMP = 4
    DST_NONEXISTENT = 5
    MISSING_VALUE = 6
    BAD_NUMBER = 7
    IMPLAUSIBLE_VALUE = 8
    NOT_ELECTRICITY = 9
    DUPLICATE_ROWS = 10
    CONFLICTING_DUPLICATES = 11
    REGISTER_RESET = 12
    UNKNOWN_INTERVAL = 13
    UNNAMED_METER = 14
    INCOMPLETE_SUM = 15

    @property
    def label(self) -> str:
        """The code as reports write it; "" for a row that was kept."""
        return "" if self is RowCode.KEPT else self.name.lower()


SENTENCES = {
    RowCode.BAD_ROW_SHAPE: "Left out {rows} with too many or too few fields.",
    RowCode.BAD_TIMESTAMP: "Left out {rows} with a time that cannot be read.",
    RowCode.OUT_OF_RANGE_TIMESTAMP: "Left out {rows} with an unlikely time, as from a meter whose clock is not set.",
    RowCode.DST_NONEXISTENT: "Left out {rows} in the hour that the clock skips when summer time begins.",
    RowCode.MISSING_VALUE: "Left out {rows} without a number; a blank is not counted as 0.",
    RowCode.BAD_NUMBER: "Left out {rows} with a value that is not a number.",
    RowCode.IMPLAUSIBLE_VALUE: "Left out {rows} with a value no meter counts, such as infinity or -9999.",
    RowCode.NOT_ELECTRICITY: "Left out {rows} of gas, water, heat or reactive energy: not electricity used.",
    RowCode.DUPLICATE_ROWS: "Left out {rows} repeating another reading exactly.",
    RowCode.CONFLICTING_DUPLICATES: "Left out {rows} with a time that comes again with another value; the value last in the file was kept.",
    RowCode.UNKNOWN_INTERVAL: "Left out {rows} of power alone in its series: how long it lasts is unknown, and so is its energy.",
    RowCode.UNNAMED_METER: "Left out {rows} that stand before the record which names their meter.",
    RowCode.INCOMPLETE_SUM: "Left out {rows} at times when another register of the same meter has no value: their sum is unknown.",
    RowCode.REGISTER_RESET: "Left out {rows} where the register fell, as when a meter is replaced: the energy up to then is unknown.",
}


@dataclass
class Rows:
    """Rows of a file in its order, as arrays of shape (n,); cleaning changes them in place.

    Attributes
    ----------
    series
        Number of the meter and channel, int32.
    seconds
        Start of the interval (a register's reading) [epoch s], int64; ``NO_TIME`` where unknown.
    value
        Energy [kWh], mean power [kW] or register reading [kWh]; NaN where unknown.
    code
        A :class:`RowCode`, int8.
    """

    series: np.ndarray
    seconds: np.ndarray
    value: np.ndarray
    code: np.ndarray

    def leave_out(self, mask: np.ndarray, code: RowCode) -> None:
        """Give `code` to the rows of `mask` that have no other reason yet."""
        self.code[mask & (self.code == RowCode.KEPT)] = code

    @property
    def is_kept(self) -> np.ndarray:
        """Rows in use, shape (n,), bool."""
        kept: np.ndarray = self.code == RowCode.KEPT
        return kept

    @property
    def is_stored(self) -> np.ndarray:
        """Rows that count as stored, shape (n,), bool."""
        stored: np.ndarray = self.code <= RowCode.REGISTER_OPENING
        return stored

    def by_series(self, mask: np.ndarray) -> dict[int, np.ndarray]:
        """Places of the rows of `mask` for each series, in order of time."""
        places = np.flatnonzero(mask)
        series, seconds = self.series[places], self.seconds[places]
        if not ((np.diff(series) == 0).all() and (np.diff(seconds) > 0).all()):
            places = places[np.lexsort((seconds, series))]
        bounds = np.flatnonzero(np.diff(self.series[places])) + 1
        return {int(self.series[part[0]]): part for part in np.split(places, bounds) if part.size}


def reject_unlikely_times(rows: Rows) -> None:
    """Leave out times before 1990, after 2049, and the few that stand years away from all others."""
    years = np.array([FIRST_YEAR, LAST_YEAR])
    first, last = civil_seconds(years, np.ones(2, np.int64), np.ones(2, np.int64), np.zeros(2, np.int64))
    known = rows.seconds != NO_TIME
    rows.leave_out(known & ((rows.seconds < first) | (rows.seconds >= last)), RowCode.OUT_OF_RANGE_TIMESTAMP)
    kept = np.flatnonzero(rows.is_kept & known)
    if kept.size < 3:
        return
    order = kept[np.argsort(rows.seconds[kept], kind="stable")]
    breaks = np.flatnonzero(np.diff(rows.seconds[order]) > STRAY_GAP_S) + 1
    stray = np.zeros(len(rows.code), dtype=bool)
    for part in np.split(order, breaks) if breaks.size else []:
        stray[part] = part.size <= STRAY_SHARE * kept.size
    rows.leave_out(stray, RowCode.OUT_OF_RANGE_TIMESTAMP)


def reject_sentinels(rows: Rows) -> None:
    """Leave out infinities, and what devices write for "no value" (-9999 and the like) where it stands far from all other values."""
    rows.leave_out(np.isinf(rows.value), RowCode.IMPLAUSIBLE_VALUE)
    is_sentinel = np.isin(rows.value, SENTINELS) & rows.is_kept
    others = np.abs(rows.value[rows.is_kept & ~is_sentinel])
    if not is_sentinel.any() or not others.size:
        return
    far = np.abs(rows.value) > 5 * float(np.quantile(others, 0.99))
    rows.leave_out(is_sentinel & far, RowCode.IMPLAUSIBLE_VALUE)


def reject_duplicates(rows: Rows) -> None:
    """Leave out rows that name an instant again (the rule: :func:`~wattsup_core.analysis.duplicates.find_duplicates`)."""
    kept = np.flatnonzero(rows.is_kept)
    repeated, conflicting = find_duplicates(rows.series[kept], rows.seconds[kept], rows.value[kept])
    rows.code[kept[repeated]] = RowCode.DUPLICATE_ROWS
    rows.code[kept[conflicting]] = RowCode.CONFLICTING_DUPLICATES


def reject_beyond(rows: Rows, max_kwh: float | None) -> None:
    """Leave out energies beyond `max_kwh` an interval, a million when not given."""
    limit_kwh = MAX_KWH_PER_INTERVAL if max_kwh is None else max_kwh
    rows.leave_out(np.abs(rows.value) > limit_kwh, RowCode.IMPLAUSIBLE_VALUE)


def settle_clock(rows: Rows) -> int:
    """Move the readings of clocks that wander by seconds onto their grid; how many were moved."""
    moved = 0
    for places in rows.by_series(rows.is_kept).values():
        grid = steady_grid(rows.seconds[places])
        if grid is not None:
            moved += int(np.count_nonzero(grid != rows.seconds[places]))
            rows.seconds[places] = grid
    return moved


def power_to_energy(rows: Rows) -> None:
    """Turn mean powers [kW] into energies [kWh] over the interval that starts at each row; one row alone has no known interval."""
    for places in rows.by_series(rows.is_kept).values():
        if places.size < 2:
            rows.code[places] = RowCode.UNKNOWN_INTERVAL
        rows.value[places] *= row_steps(rows.seconds[places]) / 3_600


def registers_to_energy(rows: Rows, digits: int | None) -> tuple[int, int]:
    """Turn register readings into the energies between them.

    The opening reading of each series stays as stored without energy, a reset is left out.

    Returns
    -------
    rollovers, backsteps : int
        How often a register wrapped, and how often it stepped back a little.
    """
    rollovers = backsteps = 0
    for places in rows.by_series(rows.is_kept).values():
        seconds = rows.seconds[places]
        energy = difference_register(rows.value[places], seconds, step_seconds(seconds), digits)
        rows.value[places], rows.seconds[places] = energy.kwh, energy.start
        rows.code[places[0]] = RowCode.REGISTER_OPENING
        rows.code[places[energy.is_reset]] = RowCode.REGISTER_RESET
        rollovers += energy.rollovers
        backsteps += energy.backsteps
    return rollovers, backsteps


def row_issues(rows: Rows) -> list[QualityIssue]:
    """One issue for each reason that left out rows, with its count and its first and last time."""
    return [
        issue(code.label, SENTENCES[code].format(rows=count_rows(int(places.size))), int(places.size), seconds=rows.seconds[places])
        for code in SENTENCES
        if (places := np.flatnonzero(rows.code == code)).size
    ]


def issue(
    code: str, message: str, count: int, *, severity: IssueSeverity = IssueSeverity.WARNING, seconds: np.ndarray | None = None
) -> QualityIssue:
    """A :class:`QualityIssue` whose first and last instants are those of `seconds` that are known."""
    known = seconds[seconds != NO_TIME] if seconds is not None else np.empty(0, np.int64)
    within = known[(known > civil_limit(1)) & (known < civil_limit(9999))]
    first, last = (datetime_from_epoch(int(within.min())), datetime_from_epoch(int(within.max()))) if within.size else (None, None)
    return QualityIssue(code, severity, count, message, first, last)


def civil_limit(year: int) -> int:
    """The wall second at which `year` begins."""
    one = np.ones(1, np.int64)
    return int(civil_seconds(np.array([year]), one, one, one * 0)[0])


def count_rows(count: int) -> str:
    """`1 row`, `1,234 rows`."""
    return f"{count:,} row" + ("" if count == 1 else "s")
