"""New rows for the Live page's chart: what is added to the figure that a browser holds, or that it has to be drawn anew.

A browser says what it holds: since when, up to when, and a digest of those points as they were drawn. When the same points give the same
digest now, the new ones are added and those that are too old taken away; a late or corrected row, another band or another anomaly gives
another digest, and the figure is drawn anew.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dash import Patch

from dashboard.figures import live
from dashboard.figures.live import LiveShows
from dashboard.theme import TOKENS
from wattsup_core import timegrid
from wattsup_core.view_models import LiveSeries, LiveView

MOST_CUT = 60
"""More points than this are cheaper drawn anew than taken away one by one."""


@dataclass(frozen=True)
class Drawn:
    """What a browser's chart holds: a meter's points from `since` to `last` [s], their digest, and how they are shown."""

    meter: str
    span: str
    shows: LiveShows
    since: int
    last: int
    digest: str

    def to_json(self) -> dict[str, Any]:
        """For the browser to keep."""
        return dataclasses.asdict(self)


def parse(value: Any) -> Drawn | None:
    """What a browser says its chart holds; `None` when it says nothing sound."""
    try:
        shows = LiveShows(value["shows"]["anomalies"] is True, value["shows"]["band"] is True)
        since, last = int(value["since"]), int(value["last"])
        return Drawn(str(value["meter"]), str(value["span"]), shows, since, last, str(value["digest"]))
    except (TypeError, KeyError, ValueError, OverflowError):
        return None


def since_of(drawn: Drawn | None, meter_id: str) -> datetime | None:
    """From when on the points of a meter are needed to compare them with those that are drawn."""
    if drawn is None or drawn.meter != meter_id or not 0 <= drawn.since <= drawn.last < 2**33:
        return None
    return timegrid.datetime_from_epoch(drawn.since)


def hold(view: LiveView, shows: LiveShows) -> Drawn:
    """What a chart of the view's window holds, once it is drawn."""
    since = timegrid.epoch_of(view.start)
    last = view.series.seconds[-1] if view.series.seconds else since
    return Drawn(view.meter_id, view.span, shows, since, last, digest(view.series, since, last))


def digest(series: LiveSeries, since: int, last: int) -> str:
    """A short text that differs when any point from `since` to `last` [s] does."""
    lists = (series.seconds, series.actual, series.lower, series.upper, series.anomaly)
    points = [row for row in zip(*lists, strict=True) if since <= row[0] <= last]
    return hashlib.blake2b(json.dumps(points).encode(), digest_size=12).hexdigest()


def grow(view: LiveView, shows: LiveShows, theme: str, drawn: Drawn | None) -> Patch | None:
    """What makes of the figure that is `drawn` the one of `view`; `None` when it has to be drawn anew.

    The view's series must begin where the drawn one does (see :func:`since_of`).
    """
    series = view.series
    if drawn is None or (drawn.meter, drawn.span, drawn.shows) != (view.meter_id, view.span, shows) or not series.is_whole:
        return None
    if digest(series, drawn.since, drawn.last) != drawn.digest:
        return None
    start = timegrid.epoch_of(view.start)
    cut = sum(drawn.since <= at < start for at in series.seconds)
    fresh = sum(at > drawn.last for at in series.seconds)
    if cut > MOST_CUT or cut >= len(series.seconds) - fresh:
        return None
    return _patch(view, shows, theme, cut, fresh)


def _patch(view: LiveView, shows: LiveShows, theme: str, cut: int, fresh: int) -> Patch:
    patch, tokens = Patch(), TOKENS[theme]
    rows = live.row_traces(view, shows, tokens)
    for place, trace in enumerate(rows):
        for name in ("x", "y", "customdata"):
            if name in trace:
                if fresh:
                    patch["data"][place][name].extend(trace[name][-fresh:])
                for _ in range(cut):
                    del patch["data"][place][name][0]
    for place, trace in enumerate(live.mark_traces(view, shows, tokens), len(rows)):
        patch["data"][place] = trace
    patch["layout"]["xaxis"]["range"] = live.time_axis(view)["range"]
    patch["layout"]["yaxis"]["range"] = live.value_axis(view, shows)["range"]
    patch["layout"]["annotations"] = live.callouts(view, shows, tokens)
    return patch


def trimmed(view: LiveView) -> LiveView:
    """The view with no point before its window: what is drawn anew needs none of those that are still on the screen."""
    start = timegrid.epoch_of(view.start)
    series = view.series
    first = sum(at < start for at in series.seconds)
    lists = {name: getattr(series, name)[first:] for name in ("seconds", "x", "actual", "lower", "upper", "anomaly")}
    return dataclasses.replace(view, series=dataclasses.replace(series, **lists))
