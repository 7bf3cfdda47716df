"""The facts of an event, measured once, from which all its sentences are written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np

from wattsup_core import timegrid
from wattsup_core.analysis.baseline import Baseline
from wattsup_core.analysis.day_median import quantile_sorted
from wattsup_core.analysis.findings import Finding, Pattern
from wattsup_core.analysis.grid import DAY_MINUTES, DAY_SECONDS, Grid
from wattsup_core.analysis.parts import PartExcess, Parts, of_part, part_excesses, with_rest
from wattsup_core.analysis.weather_cause import weather_facts
from wattsup_core.types import Channel, EventKind, Meter

WEEKS_BACK = 4
SIMILAR_SHARE = 0.9
STEADY_SPREAD = 0.35
MIN_STEADY_CELLS = 3
NEAR_BASE_SHARE = 0.025
FLOOR_DAYS = 14
HOLIDAY_SHARE = 0.25
CREPT_DAYS = 7
READ_SHARE = 0.9


@dataclass(frozen=True)
class Creep:
    """The median energy of a day [kWh] in the two weeks before a drift, in its last week and in the two weeks after it; and the always-on
    load [kW] before and in its last week. None where nothing was read.
    """

    before_kwh: float
    now_kwh: float
    after_kwh: float | None = None
    floor_before_kw: float | None = None
    floor_now_kw: float | None = None

    @property
    def rise_kwh(self) -> float:
        """How much more a day used at the end, below zero for less."""
        return self.now_kwh - self.before_kwh

    @property
    def has_gone_back(self) -> bool:
        """Whether the days after it were nearer to those before it again."""
        return self.after_kwh is not None and abs(self.after_kwh - self.before_kwh) < abs(self.after_kwh - self.now_kwh)


@dataclass(frozen=True)
class Portrait:
    """Facts of an event; energies [kWh], powers [kW], durations [min].

    Attributes
    ----------
    steady_kw
        Extra power when it was held steadily, else None.
    expected_kwh
        What is usual at such a time; for a step of the always-on load, what the same use without the step would have been, so that
        neither weather nor guests in those days are counted to it.
    floor_before_kw, floor_kw
        For a step: the median over days of the power the day hardly falls below, in the two weeks before and in the event.
    floor_after_kw
        The same for the two weeks after a step; None where nothing was read after it.
    past_kwh
        Energy of the same hours one to four weeks before, where it was read.
    days_since_similar
        Days since a stretch as long was as extreme, None when none was before; `days_before` days of history were looked through.
    readings, value_kwh
        Readings in the event and the last of them.
    is_sent
        Whether the energy was sent to the grid.
    parts
        What each sub-meter counted beyond its usual, and what none of them counts; those that account for the most first.
    warmer_c, is_weather
        How much warmer than usual for the season it was [°C], and whether the excess is about that.
    holidays
        The public holidays that it lies on, with their names; none where they are less than a quarter of it.
    creep
        For use that creeps up or down: what a day used before, at its end and after; else None.
    """

    kind: EventKind
    start: datetime
    peak: datetime
    minutes: float
    interval_minutes: float
    actual_kwh: float
    expected_kwh: float
    peak_kw: float
    usual_peak_kw: float
    steady_kw: float | None
    floor_before_kw: float | None
    floor_kw: float | None
    past_kwh: tuple[float, ...]
    days_since_similar: float | None
    days_before: float
    readings: int
    value_kwh: float
    lowest_kwh: float
    negative_readings: int
    silent_minutes: float
    silent_kwh: float
    pattern: Pattern
    is_ongoing: bool
    evidence: float
    floor_after_kw: float | None = None
    is_sent: bool = False
    parts: tuple[PartExcess, ...] = ()
    warmer_c: float | None = None
    is_weather: bool = False
    holidays: tuple[tuple[date, str], ...] = ()
    creep: Creep | None = None

    @property
    def is_daily(self) -> bool:
        """Whether the meter is read once a day or more rarely: then there are no hours to speak of."""
        return self.interval_minutes >= DAY_MINUTES

    @property
    def end(self) -> datetime:
        """The wall clock at the event's end."""
        return self.start + timedelta(minutes=self.minutes)

    @property
    def last_day(self) -> datetime:
        """The wall clock a moment before the event's end, on its last day."""
        return self.end - timedelta(minutes=1)

    @property
    def has_fallen_back(self) -> bool:
        """Whether the power of a step was nearer to that before it again once it had ended."""
        before, now, after = self.floor_before_kw, self.floor_kw, self.floor_after_kw
        return before is not None and now is not None and after is not None and after < (before + now) / 2.0

    @property
    def excess_kwh(self) -> float:
        """Energy beyond the expectation [kWh], below zero for a drop."""
        return self.actual_kwh - self.expected_kwh

    @property
    def step_kw(self) -> float | None:
        """How far the always-on load rose; None for other kinds, or where it did not rise."""
        before, now = self.floor_before_kw, self.floor_kw
        if self.kind is not EventKind.BASELOAD_STEP or before is None or now is None or now <= before:
            return None
        return now - before

    @property
    def ratio(self) -> float | None:
        """Actual over expected, None where nothing is usually used."""
        return self.actual_kwh / self.expected_kwh if self.expected_kwh > 0.02 * max(abs(self.actual_kwh), 1e-12) else None


def draw_portrait(finding: Finding, grid: Grid, baseline: Baseline, meter: Meter, parts: Parts | None = None) -> Portrait:
    """Measure the facts of a finding."""
    cells = finding.cells()
    kwh, expected = grid.kwh[cells], baseline.expected_kwh[cells]
    known = np.isfinite(kwh)
    actual_kwh = float(kwh[known].sum())
    expected_kwh = float(expected.sum() if finding.kind is EventKind.GAP else expected[known].sum())
    excess = np.where(known, kwh - expected, 0.0)
    is_high = actual_kwh >= expected_kwh
    peak = finding.start + int(np.argmax(excess) if is_high else np.argmin(excess))
    silent = _silence(finding, grid, baseline)
    floor_before_kw, floor_kw, floor_after_kw = _floors_kw(finding, grid)
    if floor_before_kw is not None and floor_kw is not None and floor_kw > floor_before_kw:
        expected_kwh = actual_kwh - (floor_kw - floor_before_kw) * int(known.sum()) * grid.minutes / 60.0
    since, before = _days_since_similar(finding, grid, actual_kwh, is_high)
    weather = weather_facts(finding, grid, baseline)
    return Portrait(
        kind=finding.kind,
        start=_wall(grid, finding.start, meter),
        peak=_wall(grid, peak, meter),
        minutes=(finding.stop - finding.start) * grid.minutes,
        interval_minutes=grid.minutes / grid.rows_per_cell,
        actual_kwh=actual_kwh,
        expected_kwh=expected_kwh,
        peak_kw=_kw(np.nan_to_num(grid.kwh[peak]), grid),
        usual_peak_kw=_kw(float(baseline.expected_kwh[peak]), grid),
        steady_kw=_steady_kw(kwh[known] - expected[known], grid),
        floor_before_kw=floor_before_kw,
        floor_kw=floor_kw,
        past_kwh=_past_kwh(finding, grid),
        days_since_similar=since,
        days_before=before,
        readings=int(known.sum()) * grid.rows_per_cell,
        value_kwh=float(kwh[known][-1]) / grid.rows_per_cell if known.any() else 0.0,
        lowest_kwh=float(np.nanmin(grid.low_kwh[cells])) / grid.rows_per_cell if known.any() else 0.0,
        negative_readings=_negative_readings(finding, grid),
        silent_minutes=silent[0],
        silent_kwh=silent[1],
        pattern=finding.pattern,
        is_ongoing=finding.stop == len(grid),
        evidence=finding.evidence,
        floor_after_kw=floor_after_kw,
        is_sent=meter.channel is Channel.EXPORT,
        parts=with_rest(_part_excesses(finding, grid, parts), actual_kwh - expected_kwh, parts) if parts else (),
        warmer_c=weather.warmer_c,
        is_weather=weather.is_cause,
        holidays=_holidays(finding, grid),
        creep=_creep(finding, grid),
    )


def _part_excesses(finding: Finding, grid: Grid, parts: Parts) -> dict[str, float]:
    """What each part counted beyond its usual [kWh]; of a step, by how much the power rose that it hardly falls below."""
    if finding.kind is not EventKind.BASELOAD_STEP:
        return part_excesses(finding, parts)
    hours = int(np.isfinite(grid.kwh[finding.cells()]).sum()) * grid.minutes / 60.0
    floors = {name: _floors_kw(finding, of_part(grid, kwh)) for name, kwh in parts.kwh.items()}
    return {name: (now - before) * hours for name, (before, now, _) in floors.items() if now is not None and before is not None}


def _creep(finding: Finding, grid: Grid) -> Creep | None:
    """What a day used before a drift, at its end and after it; None where it was not read, or where a day's energy did not follow."""
    if finding.kind is not EventKind.DRIFT:
        return None
    first, last = int(grid.day[finding.start]), int(grid.day[finding.stop - 1]) + 1
    spans = (slice(max(0, first - FLOOR_DAYS), first), slice(max(first, last - CREPT_DAYS), last), slice(last, last + FLOOR_DAYS))
    table = grid.by_day(grid.kwh)
    is_read = np.isfinite(table).mean(axis=1) > READ_SHARE
    day_kwh = np.full(len(table), np.nan)
    day_kwh[is_read] = np.nanmean(table[is_read], axis=1) * grid.slots_per_day
    before_kwh, now_kwh, after_kwh = (_middle(day_kwh[span]) for span in spans)
    if before_kwh is None or now_kwh is None or finding.side * (now_kwh - before_kwh) <= 0:
        return None
    floor = _daily_floor_kwh(grid)
    return Creep(before_kwh, now_kwh, after_kwh, _middle_kw(floor[spans[0]], grid), _middle_kw(floor[spans[1]], grid))


def _middle(values: np.ndarray) -> float | None:
    known = values[np.isfinite(values)]
    return float(np.median(known)) if len(known) else None


def _wall(grid: Grid, cell: int, meter: Meter) -> datetime:
    return timegrid.to_wall(timegrid.datetime_from_epoch(int(grid.begin_seconds[cell])), meter.timezone)


def _holidays(finding: Finding, grid: Grid) -> tuple[tuple[date, str], ...]:
    day = grid.day[finding.cells()]
    if not grid.holidays or grid.is_holiday[day].mean() < HOLIDAY_SHARE:
        return ()
    first = timegrid.datetime_from_epoch(int(grid.local_seconds[0])).date()
    return tuple((first + timedelta(days=number), grid.holidays[number]) for number in np.unique(day).tolist() if number in grid.holidays)


def _kw(kwh: float, grid: Grid) -> float:
    return float(kwh) * 60.0 / grid.minutes


def _steady_kw(excess_kwh: np.ndarray, grid: Grid) -> float | None:
    """The extra power when the middle half of the cells differs little, None when it does."""
    if len(excess_kwh) < MIN_STEADY_CELLS:
        return None
    low, middle, high = (float(q) for q in np.quantile(excess_kwh, [0.25, 0.5, 0.75]))
    if middle <= 0 or (high - low) > STEADY_SPREAD * middle:
        return None
    return _kw(middle, grid)


def _floors_kw(finding: Finding, grid: Grid) -> tuple[float | None, float | None, float | None]:
    """The always-on load in the two weeks before a step, in it and in the two weeks after; None where no day was read well enough."""
    if finding.kind is not EventKind.BASELOAD_STEP:
        return None, None, None
    floor = _daily_floor_kwh(grid)
    first, last = int(grid.day[finding.start]), int(grid.day[finding.stop - 1]) + 1
    spans = (slice(max(0, first - FLOOR_DAYS), first), slice(first, last), slice(last, last + FLOOR_DAYS))
    before_kw, now_kw, after_kw = (_middle_kw(floor[span], grid) for span in spans)
    return before_kw, now_kw, after_kw


def _daily_floor_kwh(grid: Grid) -> np.ndarray:
    """Each day's near-base load, as the always-on load is told elsewhere (see :mod:`load_profile`), per cell [kWh], shape (days,)."""
    table = grid.by_day(grid.kwh)
    cells_an_hour = max(round(60.0 / grid.minutes), 1)
    hourly = table.reshape(len(table), -1, cells_an_hour).mean(axis=2) if table.shape[1] % cells_an_hour == 0 else table
    return quantile_sorted(hourly, NEAR_BASE_SHARE)


def _middle_kw(floor_kwh: np.ndarray, grid: Grid) -> float | None:
    middle = _middle(floor_kwh)
    return None if middle is None else _kw(middle, grid)


def _past_kwh(finding: Finding, grid: Grid) -> tuple[float, ...]:
    """Energy of the same weekday and clock time one to four weeks before, the latest first."""
    length = finding.stop - finding.start
    out = []
    for week in range(1, WEEKS_BACK + 1):
        wall = grid.local_seconds[finding.start] - week * 7 * DAY_SECONDS
        first = int(np.searchsorted(grid.local_seconds, wall))
        part = grid.kwh[first : first + length]
        is_read = wall >= grid.local_seconds[0] and first + length <= finding.start and np.isfinite(part).mean() > 0.9
        if is_read:
            out.append(float(np.nanmean(part)) * length)
    return tuple(out)


def _days_since_similar(finding: Finding, grid: Grid, actual_kwh: float, is_high: bool) -> tuple[float | None, float]:
    """Days since a stretch as long reached nine tenths of this one (or fell to within a ninth of it), and days looked through."""
    length = finding.stop - finding.start
    before = grid.kwh[: finding.start]
    days = len(before) * grid.minutes / 1440.0
    if len(before) < length:
        return None, 0.0
    known = np.isfinite(before)
    total = np.r_[0.0, np.cumsum(np.where(known, before, 0.0))]
    count = np.r_[0, np.cumsum(known)]
    sums, full = total[length:] - total[:-length], (count[length:] - count[:-length]) >= 0.9 * length
    limit = actual_kwh * SIMILAR_SHARE if is_high else actual_kwh / SIMILAR_SHARE
    similar = np.flatnonzero(full & ((sums >= limit) if is_high else (sums <= limit)))
    if not len(similar):
        return None, days
    return (finding.start - (int(similar[-1]) + length)) * grid.minutes / 1440.0, days


def _negative_readings(finding: Finding, grid: Grid) -> int:
    cells = grid.low_kwh[finding.cells()] < 0
    return int(cells.sum())


def _silence(finding: Finding, grid: Grid, baseline: Baseline) -> tuple[float, float]:
    """Length and usual energy of the zeros or missing cells up to the last cell of a finding [min, kWh]."""
    if finding.kind is not EventKind.CATCH_UP:
        return 0.0, 0.0
    is_used = np.isfinite(grid.kwh[: finding.stop - 1]) & (grid.kwh[: finding.stop - 1] != 0)
    used = np.flatnonzero(is_used)
    first = int(used[-1]) + 1 if len(used) else 0
    cells = finding.stop - first
    return (cells - 1) * grid.minutes, float(baseline.expected_kwh[first : finding.stop].sum())
