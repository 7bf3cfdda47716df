"""Short labels beside the worst anomalies, placed so that they stay apart and inside the chart."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from dashboard import format as words
from dashboard.theme import Tokens
from wattsup_core.view_models import Marker, SeriesView

MOST = 3
WIDTH_PX, HEIGHT_PX = 1000.0, 250.0
CHARACTER_PX, LINE_PX, GAP_PX = 6.6, 18.0, 8.0


@dataclass(frozen=True)
class _Box:
    """A rectangle on a plot of the nominal size [px], y upwards."""

    left: float
    right: float
    bottom: float
    top: float

    def meets(self, other: _Box) -> bool:
        apart = self.right + GAP_PX < other.left or other.right + GAP_PX < self.left
        return not (apart or self.top < other.bottom or other.top < self.bottom)


def label(marker: Marker) -> str:
    """Title and energy: "Spike at night · 9.9 kWh"; of what went on for more than a day the title only."""
    if marker.actual_kwh is None or _lasts_days(marker):
        return marker.title
    return f"{marker.title} · {words.kwh(marker.actual_kwh)}"


def _lasts_days(marker: Marker) -> bool:
    if not (marker.start_x and marker.end_x):
        return False
    return datetime.fromisoformat(marker.end_x) - datetime.fromisoformat(marker.start_x) > timedelta(days=1)


def place(series: SeriesView, y_range: tuple[float, float], tokens: Tokens) -> list[dict[str, Any]]:
    """Up to three labels, the worst anomaly first; one that would cover another is left out.

    Sides are chosen so that a label stays inside even a narrow chart: it opens towards the middle.
    """
    placed: list[_Box] = []
    drawn: list[dict[str, Any]] = []
    for marker in sorted((one for one in series.markers if not one.is_expected), key=lambda one: (-one.severity, one.x)):
        if len(drawn) == MOST:
            break
        across, up = _share(series, marker), (marker.y - y_range[0]) / (y_range[1] - y_range[0])
        if not 0 <= across <= 1:
            continue
        shift, anchor = _side(across)
        rise = _rise(up)
        box = _box(across, up + rise / HEIGHT_PX, shift, anchor, len(label(marker)))
        if any(box.meets(other) for other in placed):
            continue
        placed.append(box)
        drawn.append(_annotation(marker, shift, rise, anchor, tokens))
    return drawn


def _share(series: SeriesView, marker: Marker) -> float:
    """Where a marker stands between the first (0) and last (1) drawn instant."""
    zone = series.timezone
    first, last = (words.local(moment, zone).replace(tzinfo=None) for moment in (series.start, series.end))
    return (datetime.fromisoformat(marker.x) - first) / (last - first)


def _side(across: float) -> tuple[float, str]:
    """Offset of a label's end from its marker [px] and the side it is held by."""
    if across > 0.7:
        return -16.0, "right"
    return (16.0, "left") if across < 0.3 else (-16.0, "center")


def _rise(up: float) -> float:
    """How far above its marker a label stands [px]: a low one is lifted over the daily peaks."""
    return max(22.0, (0.55 - up) * HEIGHT_PX)


def _box(across: float, up: float, shift: float, anchor: str, characters: int) -> _Box:
    width = characters * CHARACTER_PX
    hold = across * WIDTH_PX + shift
    left = {"left": hold, "right": hold - width, "center": hold - width / 2}[anchor]
    bottom = up * HEIGHT_PX
    return _Box(left, left + width, bottom, bottom + LINE_PX)


def _annotation(marker: Marker, shift: float, rise: float, anchor: str, tokens: Tokens) -> dict[str, Any]:
    return {
        "name": marker.event_id,
        "x": marker.x,
        "y": marker.y,
        "ax": shift,
        "ay": -rise,
        "text": label(marker),
        "xanchor": anchor,
        "yanchor": "bottom",
        "showarrow": True,
        "arrowhead": 0,
        "arrowwidth": 1.2,
        "arrowcolor": tokens.anomaly,
        "standoff": 7,
        "bgcolor": tokens.callout,
        "borderpad": 2,
        "font": {"size": 12, "color": tokens.anomaly_text},
    }
