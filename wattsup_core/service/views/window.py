"""From what a person asked to look at to a window of time that holds data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from wattsup_core import timegrid
from wattsup_core.errors import BadRequestError, NotFoundError
from wattsup_core.types import Meter
from wattsup_core.view_models import PRESETS, ViewQuery

if TYPE_CHECKING:
    from wattsup_core.store import MeterState

DAYS_OF_PRESET = {"24h": 1, "7d": 7, "30d": 30, "90d": 90, "1y": 365}
DEFAULT_PRESET = "30d"
DAY = timedelta(days=1)


@dataclass(frozen=True)
class DataSpan:
    """From a meter's first reading to the end of its last, as UTC instants."""

    start: datetime
    end: datetime

    @classmethod
    def of(cls, first: datetime, last: datetime, interval_minutes: float) -> DataSpan:
        """What readings cover that begin from `first` to `last`."""
        return cls(first, last + timedelta(minutes=interval_minutes))


@dataclass(frozen=True)
class Window:
    """A half-open span of UTC instants inside the data; `preset` when it was asked by one, `notice` when it is not what was asked."""

    start: datetime
    end: datetime
    preset: str | None
    notice: str = ""


def data_span(meter: Meter, state: MeterState) -> DataSpan:
    """What a meter's data cover.

    Raises
    ------
    NotFoundError
        When the meter has no readings.
    """
    if state.first_ts is None or state.last_ts is None:
        raise NotFoundError(f"{meter.name} has no readings yet.", "Upload a file of its readings.")
    return DataSpan.of(state.first_ts, state.last_ts, meter.interval_minutes)


def find_window(query: ViewQuery, span: DataSpan, timezone: str) -> Window:
    """The window of a query, clamped to the data. Dates win over a preset; one date alone leaves the other side open.

    Presets go back from the end of the last reading by the wall clock, so 30 days begin at the same time of day as they
    end. Dates without any data give the default preset and say so.

    Raises
    ------
    BadRequestError
        When the preset is unknown or the last day comes before the first.
    """
    if query.first_day is None and query.last_day is None:
        return _of_preset(query.preset or DEFAULT_PRESET, span, timezone)
    if query.first_day and query.last_day and query.last_day < query.first_day:
        raise BadRequestError("The last day of the range comes before its first.", "Choose a first day on or before the last day.")
    first_known, last_known = _local_days(span, timezone)
    first, last = max(query.first_day or first_known, first_known), min(query.last_day or last_known, last_known)
    if first > last:
        return _elsewhere(span, timezone)
    midnights = timegrid.local_day_starts(first, last, timezone)
    start, end = (timegrid.datetime_from_epoch(int(midnights[at])) for at in (0, -1))
    return Window(max(start, span.start), min(end, span.end), None)


def chosen_window(start: datetime, end: datetime, span: DataSpan, timezone: str) -> tuple[datetime, datetime]:
    """The UTC instants of a window that a person chose by the naive wall clock of `timezone`, `end` exclusive.

    It holds all that was shown from `start` to `end`, both passes of an hour that comes twice. The data's own edges are known: where the
    clock shows one of them, it is meant, so that the whole of the data stays the whole in whichever pass they begin or end.
    """
    first, last = timegrid.window_of_wall(start, end, timezone)
    begin = span.start if timegrid.to_wall(span.start, timezone) == start else first
    stop = span.end if timegrid.to_wall(span.end, timezone) == end else last
    return (begin, stop) if begin < stop else (first, last)


def window_before(window: Window, timezone: str) -> Window:
    """The window of the same length, by the wall clock, that ends where `window` starts."""
    first, last = (timegrid.to_wall(moment, timezone) for moment in (window.start, window.end))
    return Window(timegrid.start_from_wall(first - (last - first), timezone), window.start, None)


def split(start: datetime, end: datetime, piece: timedelta) -> Iterator[tuple[datetime, datetime]]:
    """``[start, end)`` in pieces of at most `piece`: a long history is read without holding all of its frame."""
    while start < end:
        stop = start + min(piece, end - start)
        yield start, stop
        start = stop


def days_of(window: Window, timezone: str) -> float:
    """Length of a window by the wall clock [days]: 30 from a midnight to the 30th midnight after, whatever the clocks did."""
    return (timegrid.to_wall(window.end, timezone) - timegrid.to_wall(window.start, timezone)) / DAY


def _of_preset(preset: str, span: DataSpan, timezone: str) -> Window:
    if preset not in PRESETS:
        raise BadRequestError(f"There is no range called {preset!r}.", f"Choose one of {', '.join(PRESETS)}.")
    if preset == "all":
        return Window(span.start, span.end, preset)
    clock = timegrid.to_wall(span.end, timezone) - DAYS_OF_PRESET[preset] * DAY
    return Window(max(span.start, timegrid.start_from_wall(clock, timezone)), span.end, preset)


def _elsewhere(span: DataSpan, timezone: str) -> Window:
    shown = _of_preset(DEFAULT_PRESET, span, timezone)
    first, last = _local_days(span, timezone)
    notice = f"There are no readings in the days you chose: they run from {_day(first)} to {_day(last)}. The last 30 days are shown."
    return Window(shown.start, shown.end, shown.preset, notice)


def _local_days(span: DataSpan, timezone: str) -> tuple[date, date]:
    first, last = (timegrid.to_wall(moment, timezone).date() for moment in (span.start, span.end - timegrid.INSTANT))
    return first, last


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
