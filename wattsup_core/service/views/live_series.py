"""The points of the Live page's chart.

Unlike the points of the Overview they are one row each in every list, so that a browser can add those that come and take away those that
are too old. A gap is a row without values.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from wattsup_core import timegrid
from wattsup_core.analysis.downsample import downsample_indices
from wattsup_core.analysis.findings import LASTING_KINDS
from wattsup_core.service.views.points import GAP_STEPS
from wattsup_core.service.views.rounding import round_or_none
from wattsup_core.types import AnomalyEvent, Meter
from wattsup_core.view_models import LiveSeries, Marker

MOST_POINTS = 2000
"""More than a screen shows: a day of minutes fits, a day of seconds is thinned out."""


@dataclass(frozen=True)
class LiveRows:
    """Readings that have a value, by time; shapes (n,). `seconds` are interval starts [s]; energies [kWh], NaN where not scored."""

    seconds: np.ndarray
    kwh: np.ndarray
    expected_kwh: np.ndarray
    lower_kwh: np.ndarray
    upper_kwh: np.ndarray

    def since(self, seconds: int) -> LiveRows:
        """The rows from `seconds` on."""
        return self.at(np.arange(np.searchsorted(self.seconds, seconds), len(self.seconds)))

    def without_usual(self) -> LiveRows:
        """The rows without what is usual for them."""
        unknown = np.full(len(self.seconds), np.nan)
        return LiveRows(self.seconds, self.kwh, unknown, unknown, unknown)

    def at(self, places: np.ndarray) -> LiveRows:
        """The rows at `places`, shape (k,)."""
        return LiveRows(*(getattr(self, name)[places] for name in self.__dataclass_fields__))


def live_series(rows: LiveRows, events: Sequence[AnomalyEvent], meter: Meter, start_seconds: int) -> LiveSeries:
    """The points of all `rows`, of very many those that keep every extreme; with the marks of the window from `start_seconds` on."""
    painted = [event for event in events if event.kind not in LASTING_KINDS and not event.is_expected]
    is_whole = len(rows.seconds) <= MOST_POINTS
    drawn = rows if is_whole else _thinned(rows, painted)
    seconds, place = _with_gaps(drawn.seconds, meter, is_whole)
    actual, lower, upper = (_powers(values, place, meter) for values in (drawn.kwh, drawn.lower_kwh, drawn.upper_kwh))
    inside = _inside(seconds, painted) & (place >= 0)
    return LiveSeries(
        seconds=seconds.tolist(),
        x=timegrid.wall_clock_text(timegrid.to_wall_seconds(seconds, meter.timezone)),
        actual=actual,
        lower=lower,
        upper=upper,
        anomaly=[value if is_in else None for value, is_in in zip(actual, inside.tolist(), strict=True)],
        markers=tuple(_markers(drawn.since(start_seconds), events, meter)),
        is_whole=is_whole,
    )


def _thinned(rows: LiveRows, events: Sequence[AnomalyEvent]) -> LiveRows:
    """Fewer rows without losing an extreme, or where an event begins and ends."""
    chosen = downsample_indices(rows.seconds, rows.kwh, MOST_POINTS)
    edges = np.flatnonzero(np.diff(_inside(rows.seconds, events)))
    return rows.at(np.unique(np.concatenate([chosen, edges, edges + 1, [len(rows.seconds) - 1]])).astype(np.int64))


def _with_gaps(seconds: np.ndarray, meter: Meter, is_whole: bool) -> tuple[np.ndarray, np.ndarray]:
    """Instants with one more after each piece of the line, and each one's place among the rows, -1 for those added."""
    place = np.arange(len(seconds))
    if len(seconds) < 2:
        return seconds, place
    step = round(meter.interval_minutes * 60)
    apart = np.diff(seconds)
    widest = GAP_STEPS * (step if is_whole else max(step, float(np.median(apart)) * GAP_STEPS))
    is_repeated = np.diff(timegrid.to_wall_seconds(seconds, meter.timezone)) <= 0
    after = np.flatnonzero((apart > widest) | is_repeated) + 1
    return np.insert(seconds, after, seconds[after - 1] + step), np.insert(place, after, -1)


def _powers(kwh: np.ndarray, place: np.ndarray, meter: Meter) -> list[float | None]:
    if not len(kwh):
        return []
    kw = timegrid.kwh_to_kw(kwh, meter.interval_minutes)
    return round_or_none(np.where(place >= 0, kw[place], np.nan))


def _inside(seconds: np.ndarray, events: Sequence[AnomalyEvent]) -> np.ndarray:
    """Which instants lie in an event, shape (n,)."""
    inside = np.zeros(len(seconds), dtype=bool)
    for event in events:
        inside |= (seconds >= timegrid.epoch_of(event.start)) & (seconds < timegrid.epoch_of(event.end))
    return inside


def _markers(rows: LiveRows, events: Sequence[AnomalyEvent], meter: Meter) -> list[Marker]:
    """A mark where each event begins, or comes into the window; it stays there while the event grows."""
    drawn = []
    for event in events:
        first, last = np.searchsorted(rows.seconds, [timegrid.epoch_of(event.start), timegrid.epoch_of(event.end)])
        if first == last:
            continue
        clocks = np.array([int(rows.seconds[first]), timegrid.epoch_of(event.start), timegrid.epoch_of(event.end)])
        x, start_x, end_x = timegrid.wall_clock_text(timegrid.to_wall_seconds(clocks, meter.timezone))
        (kw,) = round_or_none(timegrid.kwh_to_kw(rows.kwh[first : first + 1], meter.interval_minutes))
        drawn.append(
            Marker(
                event_id=event.event_id,
                x=x,
                y=kw or 0.0,
                direction=event.direction,
                severity=event.severity,
                title=event.title,
                start_x=start_x,
                end_x=end_x,
                is_long=event.kind in LASTING_KINDS,
                is_expected=event.is_expected,
            )
        )
    return drawn
