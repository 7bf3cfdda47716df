"""The chart of one window: which window the address means, its points with a margin on both sides, and the figure."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from dashboard import format as words
from dashboard.address import Clocks, ViewState
from dashboard.figures import forecast as ahead_figure
from dashboard.figures import framing, timeline
from dashboard.figures.framing import Caption
from dashboard.figures.timeline import Shows
from wattsup_core.service import views
from wattsup_core.service.views.curve import fit_resolution
from wattsup_core.service.views.window import DataSpan, chosen_window, data_span
from wattsup_core.store import Store
from wattsup_core.types import AnomalyEvent, Meter
from wattsup_core.view_models import AheadSeries, ForecastView, OverviewView, Resolution, SeriesView

DAY = timedelta(days=1)

Window = tuple[datetime, datetime]
"""A span of UTC instants, its end exclusive. Only what is shown is wall-clock time, which does not tell the passes of an hour apart."""

AHEAD_SHARE = 0.25
"""Of the range's length, so much is shown of the days ahead."""
EVENT_MARGIN = timedelta(hours=12)
WIDTH_POINTS = 1500
"""Points in the window that is seen: one and a half for each pixel of a wide chart."""

MOST_FILE_POINTS = 1900
"""Points of a line in a chart for a file, with room for what closes its band: Chrome's memory grows with them."""
MOST_TABLE_POINTS = 50_000
FILE_POINTS = (WIDTH_POINTS, 700, 350, 150)


@dataclass(frozen=True)
class Chart:
    """A drawn window."""

    figure: dict[str, Any]
    series: SeriesView


def event_window(event: AnomalyEvent, view: OverviewView) -> Window:
    """The window that shows an event: with half a day, or half its own length when that is more, on both sides."""
    margin = max(EVENT_MARGIN, (event.end - event.start) / 2)
    return max(event.start - margin, view.data_start), min(event.end + margin, view.data_end)


def range_window(view: OverviewView) -> Window:
    """The window of the whole range."""
    return view.start, view.end


def chosen(store: Store, meter: Meter, clocks: Clocks) -> Window:
    """The window that a person chose by the meter's wall clock."""
    return chosen_window(*clocks, data_span(meter, store.state(meter.meter_id)), meter.timezone)


def ahead_window(view: OverviewView) -> Window | None:
    """The range with some of the days ahead; `None` where it does not end with the readings, or nothing is foretold."""
    if view.ahead is None or view.end < view.data_end:
        return None
    more = max((view.end - view.start) * AHEAD_SHARE, DAY)
    return view.start, min(view.end + more, view.ahead.end)


def first_window(state: ViewState, selected: AnomalyEvent | None, view: OverviewView, *, with_ahead: bool = False) -> Window:
    """The window that the address asks for: its zoom, else its event's, else the whole range, with what lies ahead if that is shown."""
    if state.zoom:
        return chosen_window(*state.zoom, DataSpan(view.data_start, view.data_end), view.timezone)
    if selected:
        return event_window(selected, view)
    return (ahead_window(view) if with_ahead else None) or range_window(view)


def draw(store: Store, meter: Meter, window: Window, resolution: Resolution, shows: Shows, theme: str, revision: str) -> Chart:
    """The chart of a window.

    Half the window's length more is drawn on both sides, so that panning does not run into nothing before the next answer. The
    resolution is chosen for what is seen. Of a layer that is switched off nothing is sent: the browser asks when it is wanted.
    """
    start, end = window
    span = data_span(meter, store.state(meter.meter_id))
    drawn = _with_margin(start, end, span)
    fitting = fit_resolution(resolution, (end - start) / DAY, meter.interval_minutes)
    width_points = round(WIDTH_POINTS * (drawn[1] - drawn[0]) / (end - start))
    series = views.series(store, meter.meter_id, *drawn, fitting, width_points, with_average=shows.moving_average)
    seen = dataclasses.replace(series, start=start, end=end, ahead=_ahead(store, meter, series.resolution, span, end))
    return Chart(timeline.draw(seen, shows, theme, revision), seen)


def draw_for_file(
    store: Store,
    meter: Meter,
    window: Window,
    resolution: Resolution,
    shows: Shows,
    theme: str,
    size: tuple[int, int] = (framing.WIDTH, framing.HEIGHT),
    title: str = "",
) -> dict[str, Any]:
    """The figure of a window to be read on its own: what the page draws, and nothing beside the window; `size` is in pixels.

    Without a `title` it is the meter's name.
    """
    series = points_for_file(store, meter, window, resolution, with_average=shows.moving_average)
    ahead = _ahead(store, meter, series.resolution, data_span(meter, store.state(meter.meter_id)), window[1]) if shows.forecast else None
    series = dataclasses.replace(series, ahead=ahead)
    return framing.framed(timeline.draw(series, shows, theme), caption(meter, series, title), theme, *size)


def ahead_for_file(view: ForecastView, layers: tuple[bool, bool, bool], theme: str) -> dict[str, Any]:
    """The figure of the days ahead to be read on its own; `layers` are the 80 % band, the 95 % band and an earlier forecast."""
    band_80, band_95, earlier = layers
    figure = ahead_figure.draw(view, theme, band_80=band_80, band_95=band_95, earlier=earlier)
    days = words.count(view.config.days, "day")
    told = f"Daily energy and the next {days} · {view.timezone} time · made {words.when(view.made_at or view.data_end, view.timezone)}"
    return framing.framed(figure, Caption(view.meter_name, told), theme)


def points_for_file(store: Store, meter: Meter, window: Window, resolution: Resolution, *, with_average: bool) -> SeriesView:
    """The points of a window, at most `MOST_FILE_POINTS` a line, every extreme among them.

    Gaps and the ends of anomalies come on top of what is asked for; of a meter that is full of them less is asked for.
    """
    start, end = window
    fitting = fit_resolution(resolution, (end - start) / DAY, meter.interval_minutes)
    for points in FILE_POINTS:
        series = views.series(store, meter.meter_id, start, end, fitting, points, with_average=with_average)
        if max(len(series.x), len(series.anomaly_x)) <= MOST_FILE_POINTS:
            break
    return series


def caption(meter: Meter, series: SeriesView, title: str = "") -> Caption:
    """Meter (or `title`), range and zone of a chart, and what a point of it is."""
    days = words.date_range(series.start, series.end, series.timezone)
    steps = {Resolution.HOUR: "hourly means", Resolution.DAY: "energy a day"}.get(
        series.resolution, words.interval(meter.interval_minutes).lower()
    )
    told = f"{days} · {series.timezone} time · {steps}"
    return Caption(title, told) if title else Caption(meter.name, f"Usage and what was expected · {told}")


def points_for_table(store: Store, meter: Meter, window: Window, resolution: Resolution, shows: Shows) -> SeriesView:
    """The points of a window for a file of numbers: all of them up to `MOST_TABLE_POINTS`, then those that matter."""
    start, end = window
    fitting = fit_resolution(resolution, (end - start) / DAY, meter.interval_minutes)
    series = views.series(store, meter.meter_id, start, end, fitting, MOST_TABLE_POINTS, with_average=shows.moving_average)
    if not shows.forecast:
        return series
    begin = max(start, data_span(meter, store.state(meter.meter_id)).end)
    ahead = views.ahead_series(store, meter.meter_id, series.resolution, begin, end) if begin < end else None
    return dataclasses.replace(series, ahead=ahead)


def seen_points(store: Store, meter: Meter, window: Window, resolution: Resolution) -> SeriesView:
    """The points of a window alone, in the resolution in which it is drawn."""
    start, end = window
    fitting = fit_resolution(resolution, (end - start) / DAY, meter.interval_minutes)
    return views.series(store, meter.meter_id, start, end, fitting, WIDTH_POINTS, with_average=False)


def _ahead(store: Store, meter: Meter, resolution: Resolution, span: DataSpan, end: datetime) -> AheadSeries | None:
    """The forecast from the end of the readings on, as far as the window reaches and half as far again."""
    if end <= span.end:
        return None
    return views.ahead_series(store, meter.meter_id, resolution, span.end, end + (end - span.end) / 2)


def _with_margin(start: datetime, end: datetime, span: DataSpan) -> tuple[datetime, datetime]:
    """A window with half its length on both sides, as far as there are data; itself where there are none."""
    margin = (end - start) / 2
    first, last = max(start - margin, span.start), min(end + margin, span.end)
    return (min(first, start), max(last, end)) if first < last else (start, end)
