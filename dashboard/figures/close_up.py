"""The close-up in "Why was this flagged?": one event among the hours around it."""

from __future__ import annotations

from typing import Any

from dashboard.figures import axes, traces
from dashboard.theme import TOKENS, Tokens, template
from wattsup_core.view_models import EventView

MARGIN = {"l": 44, "r": 10, "t": 8, "b": 40}
CONFIG: Any = {"displayModeBar": False, "displaylogo": False, "scrollZoom": False, "doubleClick": False, "responsive": True}


def draw(view: EventView, theme: str) -> dict[str, Any]:
    """The event in red on a light red span, with the band of what is usual behind it; nothing is red of one that was expected."""
    tokens = TOKENS[theme]
    series = view.close_up
    values = [value for value in (*series.actual, *series.upper, *series.lower) if value is not None]
    return {
        "data": [
            *traces.band(series, tokens),
            traces.measured(series, tokens),
            *traces.alone(series, tokens),
            traces.anomaly_runs(series, tokens),
        ],
        "layout": {
            "template": template(theme),
            "margin": MARGIN,
            "hovermode": "x unified",
            "dragmode": False,
            "xaxis": {**axes.time_axis(series, title=False), "fixedrange": True, "nticks": 4},
            "yaxis": {**axes.value_axis(min(values, default=0.0), max(values, default=0.0), series.unit), "nticks": 5},
            "shapes": [_event_span(view, tokens)],
        },
    }


def _event_span(view: EventView, tokens: Tokens) -> dict[str, Any]:
    return {
        "type": "rect",
        "layer": "below",
        "x0": axes.local_iso(view.event.start, view.timezone),
        "x1": axes.local_iso(view.event.end, view.timezone),
        "yref": "paper",
        "y0": 0,
        "y1": 1,
        "line": {"width": 0},
        "fillcolor": tokens.band if view.event.is_expected else tokens.span,
    }
