"""The chart: measured use over what was expected, with the anomalies marked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dashboard.figures import axes, callouts, traces
from dashboard.theme import TOKENS, Tokens, template
from wattsup_core.view_models import SeriesView

MARGIN = {"l": 56, "r": 16, "t": 14, "b": 58}
CONFIG: Any = {
    "displayModeBar": False,
    "displaylogo": False,
    "modeBarButtonsToRemove": ["sendChartToCloud"],
    "scrollZoom": True,
    "doubleClick": False,  # Plotly would go to where it first drew; assets/zoom.js resets to the page's range
    "showAxisDragHandles": False,
    "showTips": False,  # Plotly's own note would lie over the page's words
    "responsive": True,
}


FOOT_SHARE = 0.008
"""How far above the plot's lower edge the bars of long events lie, as a share of its height."""


@dataclass(frozen=True)
class Shows:
    """Which layers are switched on, and which event (its id, "" for none) is selected."""

    anomalies: bool = True
    band: bool = True
    moving_average: bool = False
    forecast: bool = True
    selected: str = ""


def draw(series: SeriesView, shows: Shows, theme: str, revision: str = "timeline") -> dict[str, Any]:
    """The chart of one window.

    Parameters
    ----------
    series : SeriesView
        The window's points; its start and end become the range of the x axis.
    shows : Shows
        Layers and selection.
    theme : str
        "light" or "dark".
    revision : str
        As long as it stays the same, a zoom made in the browser outlives a redraw.

    Returns
    -------
    dict
        The figure, data and layout. Traces ``anomalies`` and ``expected`` carry event ids as ``customdata``.
    """
    tokens = TOKENS[theme]
    value_axis = axes.value_axis(*_extent(series, shows), _title(series), headroom=_headroom(series, shows))
    y_range = tuple(value_axis["range"])
    layout = {
        "template": template(theme),
        "margin": MARGIN,
        "hovermode": "x unified",
        "hoverdistance": 30,
        "spikedistance": -1,
        "dragmode": "zoom",
        "uirevision": revision,
        "newselection": {"line": {"color": tokens.usage, "width": 1.5, "dash": "solid"}},
        "activeselection": {"fillcolor": tokens.usage, "opacity": 0.12},
        "xaxis": axes.time_axis(series) | _spike(tokens),
        "yaxis": value_axis,
        "shapes": [*_selection(series, shows, tokens), *_now(series, shows, tokens)],
        "annotations": callouts.place(series, y_range, tokens) if shows.anomalies else [],
    }
    return {"data": _layers(series, shows, tokens, y_range), "layout": layout}


def _headroom(series: SeriesView, shows: Shows) -> float:
    """Share of the height kept free above the highest value: room for the labels when there are any."""
    return 0.18 if shows.anomalies and series.markers else 0.06


def _title(series: SeriesView) -> str:
    return series.unit if series.unit == "kW" else "kWh a day"


def _layers(series: SeriesView, shows: Shows, tokens: Tokens, y_range: tuple[float, float]) -> list[traces.Trace]:
    """The traces from back to front; a layer that is switched off is not sent."""
    layers = traces.band(series, tokens) if shows.band else []
    layers += [traces.measured(series, tokens), *traces.alone(series, tokens)]
    layers += [{**trace, "visible": shows.forecast} for trace in traces.ahead(series, tokens)]
    if shows.moving_average:
        layers.append(traces.moving_average(series, tokens))
    if shows.anomalies:
        foot = y_range[0] + FOOT_SHARE * (y_range[1] - y_range[0])
        layers += [*traces.long_anomalies(series, foot, tokens), traces.anomaly_runs(series, tokens)]
        layers += _markers(series, shows, tokens)
    return layers


def _markers(series: SeriesView, shows: Shows, tokens: Tokens) -> list[traces.Trace]:
    """The marks of anomalies; those that a person expected are a layer of their own below them, where there are any."""
    expected = tuple(marker for marker in series.markers if marker.is_expected)
    others = tuple(marker for marker in series.markers if not marker.is_expected)
    marks = traces.markers(others, tokens, shows.selected)
    return [{**traces.markers(expected, tokens, shows.selected), "name": "expected"}, marks] if expected else [marks]


def _extent(series: SeriesView, shows: Shows) -> tuple[float, float]:
    """Lowest and highest value of what is drawn in the window; what lies beside it must not flatten it."""
    is_seen = axes.seen(series)
    lists = [series.actual, series.lower, series.upper] if shows.band else [series.actual]
    values = [value for drawn in lists for is_in, value in zip(is_seen, drawn, strict=True) if value is not None and is_in]
    values += series.ahead.upper if series.ahead and shows.forecast else []
    return (min(values), max(values)) if values else (series.y_min, series.y_max)


def _spike(tokens: Tokens) -> dict[str, Any]:
    """A thin line from the pointer down to the time axis."""
    return {
        "showspikes": True,
        "spikemode": "across",
        "spikethickness": 1,
        "spikedash": "dot",
        "spikecolor": tokens.mute,
        "spikesnap": "data",
    }


def _now(series: SeriesView, shows: Shows, tokens: Tokens) -> list[dict[str, Any]]:
    """A thin line where the readings end and the forecast begins."""
    if series.ahead is None:
        return []
    at = series.ahead.x[0]
    line = {"color": tokens.mute, "width": 1.2, "dash": "dot"}
    word = {"text": "now", "textposition": "end", "textangle": 0, "xanchor": "left", "yanchor": "bottom", "padding": 1}
    label = {**word, "font": {"size": 11, "color": tokens.mute}}
    place = {"x0": at, "x1": at, "yref": "paper", "y0": 0, "y1": 1}
    return [{"type": "line", "name": "now", "layer": "between", **place, "line": line, "label": label, "visible": shows.forecast}]


def _selection(series: SeriesView, shows: Shows, tokens: Tokens) -> list[dict[str, Any]]:
    """A light span behind the selected event, in red unless it was expected."""
    return [
        {
            "type": "rect",
            "layer": "below",
            "x0": marker.start_x,
            "x1": marker.end_x,
            "yref": "paper",
            "y0": 0,
            "y1": 1,
            "line": {"width": 0},
            "fillcolor": tokens.band if marker.is_expected else tokens.span,
        }
        for marker in series.markers
        if marker.event_id == shows.selected and marker.start_x and marker.end_x
    ]
