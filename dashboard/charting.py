"""The chart of one window: which window the address means, its points with a margin on both sides, and the figure."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import plotly.graph_objects as go

from dashboard.address import ViewState, Window
from dashboard.figures import timeline
from dashboard.figures.timeline import Shows
from wattsup_core import timegrid
from wattsup_core.service import views
from wattsup_core.service.views.curve import fit_resolution
from wattsup_core.store import Store
from wattsup_core.types import AnomalyEvent, Meter
from wattsup_core.view_models import OverviewView, Resolution, SeriesView

DAY = timedelta(days=1)
EVENT_MARGIN = timedelta(hours=12)
WIDTH_POINTS = 2000
LAYERS: Mapping[str, str] = {
    "lower": "band",
    "upper": "band",
    "moving average": "moving_average",
    "anomaly": "anomalies",
    "anomalies": "anomalies",
    "long anomaly": "anomalies",
}
"""Which switch shows a trace; ``assets/clientside.js`` knows the same."""


@dataclass(frozen=True)
class Chart:
    """A drawn window."""

    figure: go.Figure
    series: SeriesView


def event_window(event: AnomalyEvent, view: OverviewView) -> Window:
    """The local window that shows an event: with half a day, or half its own length when that is more, on both sides."""
    margin = max(EVENT_MARGIN, (event.end - event.start) / 2)
    start, end = max(event.start - margin, view.data_start), min(event.end + margin, view.data_end)
    return timegrid.to_wall(start, view.timezone), timegrid.to_wall(end, view.timezone)


def range_window(view: OverviewView) -> Window:
    """The local window of the whole range."""
    return timegrid.to_wall(view.start, view.timezone), timegrid.to_wall(view.end, view.timezone)


def first_window(state: ViewState, selected: AnomalyEvent | None, view: OverviewView) -> Window:
    """The window that the address asks for: its zoom, else its event's, else the whole range."""
    if state.zoom:
        return state.zoom
    return event_window(selected, view) if selected else range_window(view)


def draw(store: Store, meter: Meter, window: Window, resolution: Resolution, shows: Shows, theme: str, revision: str) -> Chart:
    """The chart of a local window.

    Half the window's length more is drawn on both sides, so that panning does not run into nothing before the next answer. The
    resolution is chosen for what is seen. Layers that are switched off are sent too, hidden: switching them on asks nobody.
    """
    start, end = (timegrid.from_wall(clock, meter.timezone) for clock in window)
    margin = (end - start) / 2
    fitting = fit_resolution(resolution, (end - start) / DAY, meter.interval_minutes)
    series = views.series(store, meter.meter_id, start - margin, end + margin, fitting, 2 * WIDTH_POINTS)
    seen = dataclasses.replace(series, start=start, end=end)
    every = dataclasses.replace(shows, anomalies=True, band=True, moving_average=True)
    figure = timeline.draw(seen, every, theme, revision)
    for trace in figure.data:
        trace.visible = getattr(shows, LAYERS[trace.name]) if trace.name in LAYERS else True
    figure.update_annotations(visible=shows.anomalies)
    return Chart(figure, seen)
