"""A chart made ready for a file: a size, a title that says what it shows, and a key to its lines, which a page tells by other means."""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import Any

from dashboard.theme import FONT_FAMILY, TOKENS

WIDTH, HEIGHT = 1200, 600
MARGIN = {"l": 64, "r": 28, "t": 112, "b": 64}
LONGEST_TITLE, LONGEST_SUBTITLE = 84, 150
KEYS = {
    "measured": "Measured",
    "upper": "Usual range",
    "forecast": "Forecast",
    "upper 80 %": "80 % sure, the inner band",
    "upper 95 %": "95 % sure, the outer band",
    "earlier forecast": "Earlier forecast",
    "moving average": "Moving average",
    "anomalies": "Anomaly",
    "long anomaly": "Long anomaly",
    "expected": "Expected, not counted",
    "long expected": "Long, expected",
}
"""What the key says of a trace; the others are not in it."""


@dataclass(frozen=True)
class Caption:
    """What stands over the chart: plain text, from wherever it may come."""

    title: str
    subtitle: str


def framed(figure: dict[str, Any], caption: Caption, theme: str, width: int = WIDTH, height: int = HEIGHT) -> dict[str, Any]:
    """A copy of `figure` to be read on its own, `width` by `height` pixels, in `theme` "light" or "dark"."""
    tokens = TOKENS[theme]
    text = {"family": FONT_FAMILY, "color": tokens.ink}
    layout = {
        **figure["layout"],
        "width": width,
        "height": height,
        "margin": MARGIN,
        "showlegend": True,
        "title": {
            "text": f"<b>{_plain(caption.title, LONGEST_TITLE)}</b>",
            "subtitle": {
                "text": _plain(caption.subtitle, LONGEST_SUBTITLE),
                "font": {"family": FONT_FAMILY, "size": 13, "color": tokens.mute},
            },
            "font": {**text, "size": 19},
            "x": 0,
            "xref": "container",
            "xanchor": "left",
            "y": 1,
            "yref": "container",
            "yanchor": "top",
            "pad": {"l": MARGIN["l"], "t": 22},
            "automargin": False,
        },
        "legend": {
            "orientation": "h",
            "traceorder": "normal",
            "x": 0,
            "xanchor": "left",
            "y": 1.02,
            "yanchor": "bottom",
            "bgcolor": "rgba(0,0,0,0)",
            "font": {**text, "size": 12},
            "itemsizing": "trace",
        },
    }
    return {"data": [_keyed(trace) for trace in figure["data"]], "layout": layout}


def _keyed(trace: dict[str, Any]) -> dict[str, Any]:
    name = KEYS.get(trace["name"]) if any(value is not None for value in trace["y"]) else None
    return {**trace, "name": name or trace["name"], "showlegend": name is not None}


def _plain(text: str, longest: int) -> str:
    """Text that Plotly shows as it is, though it takes some tags; shortened where it would not fit."""
    shown = " ".join(text.split())
    return html.escape(shown if len(shown) <= longest else shown[: longest - 1].rstrip() + "…", quote=False)
