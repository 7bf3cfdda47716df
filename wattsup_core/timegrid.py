"""UTC and local time, epoch seconds, the interval grid, kWh and kW: the only code that converts between them."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

MINUTES_PER_HOUR = 60.0
SECONDS_PER_HOUR = 3_600
QUARTER_HOUR_S = 900
STEADY_S = 7 * 86_400
"""No clock is set ahead and back within this."""
INSTANT = timedelta(microseconds=1)
"""The least by which two instants differ."""


def to_epoch_seconds(index: pd.DatetimeIndex) -> np.ndarray:
    """Whole seconds since 1970 of UTC instants, shape (n,), int64."""
    return index.as_unit("s").asi8


def from_epoch_seconds(seconds: np.ndarray) -> pd.DatetimeIndex:
    """UTC instants of whole seconds since 1970, shape (n,)."""
    naive = np.asarray(seconds, dtype="int64").astype("datetime64[s]").astype("datetime64[us]")
    return pd.DatetimeIndex(naive, name="ts").tz_localize("UTC")


def datetime_from_epoch(seconds: int) -> datetime:
    """The aware UTC datetime of whole seconds since 1970."""
    return datetime.fromtimestamp(seconds, tz=UTC)


def epoch_of(moment: datetime) -> int:
    """Whole seconds since 1970 of an aware datetime."""
    return int(moment.timestamp())


def to_local(index: pd.DatetimeIndex, timezone: str) -> pd.DatetimeIndex:
    """UTC instants as wall-clock instants of `timezone`, still aware."""
    return index.tz_convert(timezone)


def kwh_to_kw(kwh: np.ndarray, interval_minutes: float) -> np.ndarray:
    """Mean power [kW] of energies [kWh] over their interval."""
    return kwh * (MINUTES_PER_HOUR / interval_minutes)


def kw_to_kwh(kw: np.ndarray, interval_minutes: float) -> np.ndarray:
    """Energies [kWh] of mean powers [kW] over an interval."""
    return kw * (interval_minutes / MINUTES_PER_HOUR)


def commonest_interval_minutes(index: pd.DatetimeIndex) -> float:
    """The interval most steps of `index` have [min]; 60 for fewer than two rows."""
    if len(index) < 2:
        return 60.0
    steps, counts = np.unique(np.diff(to_epoch_seconds(index)), return_counts=True)
    return float(steps[counts.argmax()]) / 60.0


def slot_starts(seconds: np.ndarray, interval_s: int, timezone: str) -> np.ndarray:
    """Starts of the intervals that hold UTC instants, shape (n,): whole multiples of `interval_s` on the clock of `timezone`.

    One whose multiple the clock leaps over begins where it leaps. One in which the clock is set back goes on until it is whole.
    """
    if QUARTER_HOUR_S % interval_s == 0:
        plain: np.ndarray = seconds - seconds % interval_s  # every clock in use is ahead of UTC by whole quarters of an hour
        return plain
    reach_s = 2 * interval_s
    ahead = _steady_offset(seconds, reach_s, timezone)
    if ahead is not None:
        steady: np.ndarray = seconds - (seconds + ahead) % interval_s
        return steady
    wall_before, wall = np.split(to_wall_seconds(np.concatenate([seconds - reach_s, seconds]), timezone), 2)
    starts: np.ndarray = seconds - wall % interval_s
    is_open = wall - wall_before != reach_s
    while is_open.any():
        latest = int(seconds[is_open][0])
        change = epoch_of(_change_between(datetime_from_epoch(latest - reach_s), datetime_from_epoch(latest), timezone))
        is_near = is_open & (seconds >= change) & (seconds - reach_s < change)
        starts[is_near] = _starts_after(change, starts[is_near], interval_s, timezone)
        is_open &= ~is_near
    return starts


def _steady_offset(seconds: np.ndarray, reach_s: int, timezone: str) -> int | None:
    """How far the clock is ahead of UTC [s] from `reach_s` before the first instant to the last; `None` if it may be set between."""
    if not len(seconds):
        return 0
    ends = int(seconds.min()) - reach_s, int(seconds.max())
    if ends[1] - ends[0] > STEADY_S:
        return None
    zone = ZoneInfo(timezone)
    first, last = (datetime.fromtimestamp(end, tz=zone).utcoffset() or timedelta() for end in ends)
    return round(last.total_seconds()) if first == last else None


def _starts_after(change: int, plain: np.ndarray, interval_s: int, timezone: str) -> np.ndarray:
    """Starts of intervals [epoch s], shape (n,), after the clock is set at `change`: from the `plain` ones, which the new clock gives."""
    shown, shows = (int(wall) for wall in to_wall_seconds(np.array([change - 1, change]), timezone))
    running = change - 1 - shown % interval_s
    if shows <= shown:
        return np.where(plain - running < interval_s, running, plain)
    is_leapt_over = plain + (shows - change) > shown
    return np.where(plain >= change, plain, np.where(is_leapt_over, change, running))


def to_wall_seconds(seconds: np.ndarray, timezone: str) -> np.ndarray:
    """The wall clock of `timezone` at UTC instants, as seconds since 1970 without a zone, shape (n,), int64.

    Steps back by an hour where summer time ends: the wall clock shows that hour twice.
    """
    return to_epoch_seconds(to_local(from_epoch_seconds(seconds), timezone).tz_localize(None))


def wall_clock_text(wall_seconds: np.ndarray) -> list[str]:
    """Wall-clock times as ISO text without an offset: ``"2026-01-05T14:30"``, with seconds where they are not zero."""
    texts: list[str] = np.datetime_as_string(np.asarray(wall_seconds, dtype="datetime64[s]"), unit="s").tolist()
    return [text.removesuffix(":00") for text in texts]


def from_wall(clock: datetime, timezone: str) -> datetime:
    """The UTC instant at which `timezone` shows the naive `clock`; one that is skipped comes an hour later.

    Of two it is the one that ``clock.fold`` names, as :func:`to_wall` sets it: the first of a clock that was typed or calculated.
    """
    first, second = _passes(clock, timezone)
    return max(first, second) if clock.fold else first


def window_of_wall(start: datetime, end: datetime, timezone: str) -> tuple[datetime, datetime]:
    """The UTC instants between which lies all that `timezone` shows at the naive clocks from `start` to before `end`.

    In an hour that is shown twice it begins in the first pass and ends in the second; in one that is skipped it begins, or ends, where
    the clock leaps. So nothing that was shown is left out. `fold` has no say. A window that the clock leaps over is a minute long.
    """
    begin = start_from_wall(start, timezone)
    return begin, max(end_from_wall(end, timezone), begin + timedelta(minutes=1))


def start_from_wall(clock: datetime, timezone: str) -> datetime:
    """The first UTC instant at which `timezone` shows the naive `clock` or, where it leaps over it, a later one."""
    first, second = _passes(clock, timezone)
    return first if first <= second else _change_between(second, first, timezone)


def end_from_wall(clock: datetime, timezone: str) -> datetime:
    """The UTC instant before which lies all that `timezone` shows before the naive `clock`, in both passes of an hour shown twice."""
    first, second = _passes(clock - INSTANT, timezone)
    return second + INSTANT if first < second else start_from_wall(clock, timezone)


def _change_between(earlier: datetime, later: datetime, timezone: str) -> datetime:
    """The UTC instant at which the clock of `timezone` is set: after `earlier`, and no later than `later`.

    Found by halving: pandas' ``nonexistent="shift_forward"`` leaps a whole hour where the clock does half an hour (Lord Howe), and goes
    to another day where it leaps over one (Samoa).
    """
    before = to_wall(earlier, timezone) - earlier.replace(tzinfo=None)
    start, end = math.floor(earlier.timestamp()), math.ceil(later.timestamp())
    while end - start > 1:
        middle = (start + end) // 2
        moment = datetime_from_epoch(middle)
        if to_wall(moment, timezone) - moment.replace(tzinfo=None) == before:
            start = middle
        else:
            end = middle
    return datetime_from_epoch(end)


def _passes(clock: datetime, timezone: str) -> tuple[datetime, datetime]:
    """The UTC instants of the naive `clock` by the offset before a change and by that after it: the later one first if it is skipped."""
    zone = ZoneInfo(timezone)
    first, second = (clock.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    return first, second


def instants_of_wall(clock: datetime, timezone: str) -> tuple[int, ...]:
    """Epoch seconds at which `timezone` shows the naive `clock`: two where summer time ends, none where it begins."""
    first, second = (clock.replace(tzinfo=ZoneInfo(timezone), fold=fold) for fold in (0, 1))
    ahead, later_ahead = (each.utcoffset() or timedelta() for each in (first, second))
    if ahead < later_ahead:
        return ()
    return (nearest_second(first),) if ahead == later_ahead else (nearest_second(first), nearest_second(second))


def nearest_second(moment: datetime) -> int:
    """Epoch seconds of an aware datetime, a half and more rounded up."""
    return math.floor(moment.timestamp() + 0.5)


def to_wall(moment: datetime, timezone: str) -> datetime:
    """The naive wall clock of `timezone` at an aware instant; ``fold`` is 1 in the second pass of an hour that is shown twice."""
    return moment.astimezone(ZoneInfo(timezone)).replace(tzinfo=None)


def local_day_starts(first: date, last: date, timezone: str) -> np.ndarray:
    """Epoch seconds at which each local day from `first` to `last` and the day after `last` begin, shape (days + 1,)."""
    midnights = (datetime.combine(first + timedelta(days=day), time()) for day in range((last - first).days + 2))
    return np.array([epoch_of(from_wall(midnight, timezone)) for midnight in midnights], dtype=np.int64)


def stamp_text(seconds: np.ndarray, timezone: str) -> list[str]:
    """UTC instants as ISO text of the local clock with its offset: ``"2026-10-25T01:30:00+01:00"``."""
    wall = to_wall_seconds(seconds, timezone)
    offsets, place = np.unique(wall - seconds, return_inverse=True)
    names = [_offset_text(int(offset)) for offset in offsets]
    clocks: list[str] = np.datetime_as_string(wall.astype("datetime64[s]"), unit="s").tolist()
    return [clock + names[at] for clock, at in zip(clocks, place.tolist(), strict=True)]


def _offset_text(offset_seconds: int) -> str:
    minutes, seconds = divmod(abs(offset_seconds), 60)
    sign = "-" if offset_seconds < 0 else "+"
    return f"{sign}{minutes // 60:02d}:{minutes % 60:02d}" + (f":{seconds:02d}" if seconds else "")


NO_TIME = int(np.iinfo(np.int64).min)
"""What stands for "no instant" in arrays of epoch or wall seconds; :func:`from_epoch_seconds` turns it into NaT."""


def civil_seconds(year: np.ndarray, month: np.ndarray, day: np.ndarray, second_of_day: np.ndarray) -> np.ndarray:
    """Wall-clock seconds since 1970 of calendar dates, shape (n,), int64; :data:`NO_TIME` for days that do not exist (30 February)."""
    valid = (year >= 1) & (year <= 9999) & (month >= 1) & (month <= 12) & (day >= 1)
    months = (np.where(valid, year, 1970) - 1970) * 12 + np.where(valid, month, 1) - 1
    first = months.astype("datetime64[M]").astype("datetime64[D]")
    length = ((months + 1).astype("datetime64[M]").astype("datetime64[D]") - first).astype(np.int64)
    seconds = (first.astype(np.int64) + day - 1) * 86_400 + second_of_day
    return np.where(valid & (day <= length), seconds, NO_TIME)


def from_wall_seconds(wall: np.ndarray, timezone: str, first_pass: np.ndarray | bool = True) -> np.ndarray:
    """The UTC instants at which `timezone` shows the wall-clock seconds `wall`, shape (n,), int64.

    `first_pass` says which of the two is meant where the clock shows a time twice; a time it skips becomes :data:`NO_TIME`.
    """
    naive = pd.DatetimeIndex(np.asarray(wall, dtype=np.int64).astype("datetime64[s]"))
    passes = np.broadcast_to(np.asarray(first_pass, dtype=bool), naive.shape)
    return to_epoch_seconds(naive.tz_localize(timezone, ambiguous=passes, nonexistent="NaT").tz_convert("UTC"))


def starts_from_wall(wall: np.ndarray, timezone: str) -> np.ndarray:
    """The first UTC instants at which `timezone` shows the wall-clock seconds `wall`, or a later one if it leaps over that, shape (n,)."""
    seconds = from_wall_seconds(wall, timezone)
    for skipped in np.unique(wall[seconds == NO_TIME]):
        clock = datetime_from_epoch(int(skipped)).replace(tzinfo=None)
        seconds[wall == skipped] = epoch_of(start_from_wall(clock, timezone))
    return seconds


def shown_twice(wall: np.ndarray, timezone: str) -> np.ndarray:
    """Where the clock of `timezone` shows the wall-clock seconds `wall` twice, because summer time ends, shape (n,), bool."""
    differs: np.ndarray = from_wall_seconds(wall, timezone, True) != from_wall_seconds(wall, timezone, False)
    return differs


def zone_offsets(timezone: str, year: int) -> dict[str, int]:
    """The abbreviations that `timezone` uses in `year` and their offsets from UTC [s], winter before summer on the north half."""
    noons = [datetime(year, month, 15, 12, tzinfo=ZoneInfo(timezone)) for month in (1, 7)]
    return {noon.strftime("%Z"): int((noon.utcoffset() or timedelta()).total_seconds()) for noon in noons}
