"""The Live page's chart: the newest readings over what is usual, anomalies in red, the last one as a dot that pulses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from dashboard import format as words
from dashboard.figures import axes, traces
from dashboard.theme import TOKENS, Tokens, template
from wattsup_core.view_models import LiveSeries, LiveView, Marker

MARGIN = {"l": 46, "r": 14, "t": 12, "b": 42}
CONFIG: Any = {"displayModeBar": False, "displaylogo": False, "scrollZoom": False, "doubleClick": False, "responsive": True}
ROOM_SHARE = 0.045
"""Of the window's length, kept free after the newest reading: room for its dot."""
FEW_POINTS = 40
"""Up to so many readings each is a dot on the line as well."""
MOST_CALLOUTS = 2
LEFT_ROOM = 0.24
"""A callout stands to the left of its mark where so much of the width lies there."""
CALLOUTS_APART = 0.3
Trace = dict[str, Any]


@dataclass(frozen=True)
class LiveShows:
    """Which layers are switched on."""

    anomalies: bool = True
    band: bool = True


def draw(view: LiveView, shows: LiveShows, theme: str) -> dict[str, Any]:
    """The whole chart of the view's window, in the look of `theme` "light" or "dark"."""
    tokens = TOKENS[theme]
    layout = {
        "template": template(theme),
        "margin": MARGIN,
        "hovermode": "x unified",
        "dragmode": False,
        "xaxis": time_axis(view),
        "yaxis": value_axis(view, shows),
        "annotations": callouts(view, shows, tokens),
    }
    return {"data": [*row_traces(view, shows, tokens), *mark_traces(view, shows, tokens)], "layout": layout}


def row_traces(view: LiveView, shows: LiveShows, tokens: Tokens) -> list[Trace]:
    """The traces with one point for each of the series' rows, in the order in which they are drawn."""
    series = view.series
    drawn = _band(series, tokens) if shows.band else []
    few = len(series.x) <= FEW_POINTS
    drawn.append(_line("measured", series, series.actual, tokens.usage, 1.6, few))
    drawn[-1]["hovertemplate"] = "<b>%{y:.3~r} kW</b><extra></extra>"
    if shows.anomalies:
        drawn.append({**_line("anomaly", series, series.anomaly, tokens.anomaly, 2.2, few), "hoverinfo": "skip"})
    return drawn


def mark_traces(view: LiveView, shows: LiveShows, tokens: Tokens) -> list[Trace]:
    """The traces that are small and change as a whole: where anomalies begin, and the newest reading."""
    return [traces.markers(shown_markers(view) if shows.anomalies else (), tokens), _newest(view, shows, tokens)]


def time_axis(view: LiveView) -> dict[str, Any]:
    """Local time over the window, with a little room after its end."""
    room = (view.end - view.start) * ROOM_SHARE
    return {
        "type": "date",
        "tickangle": 0,
        "range": [axes.local_iso(view.start, view.timezone), axes.local_iso(view.end + room, view.timezone)],
        "tickformatstops": axes.TICK_FORMATS,
        "hoverformat": "%a %-d %b %H:%M" if view.interval_minutes >= 1 else "%a %-d %b %H:%M:%S",
        "fixedrange": True,
    }


def value_axis(view: LiveView, shows: LiveShows) -> dict[str, Any]:
    """Power from zero to a little over what is in the window; what is older than that does not flatten it."""
    first = view.start.timestamp()
    lists = [view.series.actual, *([view.series.lower, view.series.upper] if shows.band else [])]
    values = [value for drawn in lists for at, value in zip(view.series.seconds, drawn, strict=True) if value is not None and at >= first]
    return axes.value_axis(min(values, default=0.0), max(values, default=1.0), "kW", headroom=0.1)


def shown_markers(view: LiveView) -> tuple[Marker, ...]:
    """The marks inside the window."""
    first = axes.local_iso(view.start, view.timezone)
    return tuple(marker for marker in view.series.markers if marker.x >= first[: len(marker.x)])


def callouts(view: LiveView, shows: LiveShows, tokens: Tokens) -> list[dict[str, Any]]:
    """Short labels beside what goes on and what was worst, where there is room."""
    marks = tuple(marker for marker in shown_markers(view) if not marker.is_expected) if shows.anomalies else ()
    ordered = sorted(marks, key=lambda marker: (marker.event_id not in view.still_on, -marker.severity, marker.x))
    drawn: list[dict[str, Any]] = []
    placed: list[float] = []
    top = max((value for value in view.series.actual if value is not None), default=0.0)
    for marker in ordered:
        across = _across(view, marker)
        if len(drawn) == MOST_CALLOUTS:
            break
        if all(abs(across - other) >= CALLOUTS_APART for other in placed):
            placed.append(across)
            drawn.append(_callout(marker, across, marker.event_id in view.still_on, top, tokens))
    return drawn


def label(marker: Marker, is_on: bool) -> str:
    """``"Steady 2.8 kW above usual · since 14:22"``."""
    began = datetime.fromisoformat(marker.start_x)
    is_today = marker.start_x[:10] == marker.x[:10]
    return f"{marker.title} · {'since ' if is_on else ''}{began.strftime('%H:%M') if is_today else words.day(began)}"


def _across(view: LiveView, marker: Marker) -> float:
    """Where a mark stands in the window, 0 to 1."""
    start, end = (words.local(moment, view.timezone).replace(tzinfo=None) for moment in (view.start, view.end))
    return (datetime.fromisoformat(marker.x) - start) / max(end - start, timedelta(minutes=1))


def _callout(marker: Marker, across: float, is_on: bool, top: float, tokens: Tokens) -> dict[str, Any]:
    """A label to the left of its mark; where there is no room, to the right and over the highest reading `top`, clear of the line."""
    is_left = across >= LEFT_ROOM
    place = {"ax": -18, "ay": -8} if is_left else {"ax": 14, "ayref": "y", "ay": max(top, marker.y)}
    return {
        "name": marker.event_id,
        "x": marker.x,
        "y": marker.y,
        **place,
        "text": label(marker, is_on),
        "xanchor": "right" if is_left else "left",
        "yanchor": "middle" if is_left else "bottom",
        "showarrow": True,
        "arrowhead": 0,
        "arrowwidth": 1.2,
        "arrowcolor": tokens.anomaly,
        "standoff": 6,
        "bgcolor": tokens.callout,
        "borderpad": 2,
        "font": {"size": 12, "color": tokens.anomaly_text},
    }


def _line(name: str, series: LiveSeries, values: list[float | None], colour: str, width: float, few: bool) -> Trace:
    return {
        "type": "scatter",
        "name": name,
        "x": series.x,
        "y": values,
        "mode": "lines+markers" if few else "lines",
        "line": {"width": width, "color": colour},
        "marker": {"size": 5, "color": colour},
        "connectgaps": False,
    }


def _band(series: LiveSeries, tokens: Tokens) -> list[Trace]:
    """Two edges with the tint between them; where nothing is expected they lie on each other."""
    lower, upper = edges(series)
    edge: Trace = {"type": "scatter", "mode": "lines", "x": series.x, "line": {"width": 0, "color": tokens.band}}
    usual = f"usual %{{customdata:.2~r}}{words.DASH}%{{y:.2~r}} kW<extra></extra>"
    return [
        {**edge, "name": "lower", "y": lower, "hoverinfo": "skip"},
        {**edge, "name": "upper", "y": upper, "customdata": lower, "fill": "tonexty", "fillcolor": tokens.band, "hovertemplate": usual},
    ]


def edges(series: LiveSeries) -> tuple[list[float], list[float]]:
    """Both edges of the band without gaps: Plotly would fill across them."""
    lower: list[float] = []
    upper: list[float] = []
    held = 0.0
    for low, high in zip(series.lower, series.upper, strict=True):
        is_known = low is not None and high is not None
        lower.append(low if low is not None and is_known else held)
        upper.append(high if high is not None and is_known else held)
        held = lower[-1]
    return lower, upper


def _newest(view: LiveView, shows: LiveShows, tokens: Tokens) -> Trace:
    known = [at for at, value in enumerate(view.series.actual) if value is not None][-1:]
    is_red = shows.anomalies and any(view.series.anomaly[at] is not None for at in known)
    return {
        "type": "scatter",
        "name": "newest",
        "x": [view.series.x[at] for at in known],
        "y": [view.series.actual[at] for at in known],
        "mode": "markers",
        "marker": {
            "size": 9,
            "opacity": 1,
            "color": tokens.anomaly if is_red else tokens.usage,
            "line": {"width": 7, "color": tokens.span if is_red else tokens.band},
        },
        "cliponaxis": False,
        "hoverinfo": "skip",
    }
