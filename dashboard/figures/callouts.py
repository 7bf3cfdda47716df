"""Short labels over the worst anomalies, placed so that they stay apart, inside the chart and clear of the measured line."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from dashboard import format as words
from dashboard.theme import Tokens
from wattsup_core.view_models import Marker, SeriesView

MOST = 3
WIDTH_PX, HEIGHT_PX = 1000.0, 250.0
CHARACTER_PX, LINE_PX, GAP_PX = 6.6, 18.0, 8.0
RISE_PX, CLEAR_PX = 22.0, 6.0
"""How far a label stands above its marker at least, and above the highest reading under it."""


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
        across = _share(series, marker)
        if not 0 <= across <= 1:
            continue
        shift, anchor = _side(across)
        box = _box(series, marker, (across * WIDTH_PX + shift, anchor), y_range)
        if any(box.meets(other) for other in placed):
            continue
        placed.append(box)
        level = y_range[0] + box.bottom / HEIGHT_PX * (y_range[1] - y_range[0])
        drawn.append(_annotation(marker, shift, level, anchor, tokens))
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


def _box(series: SeriesView, marker: Marker, held: tuple[float, str], y_range: tuple[float, float]) -> _Box:
    """The place of a marker's label that is `held` at a distance from the left edge [px] by one of its sides."""
    (hold, anchor), width = held, len(label(marker)) * CHARACTER_PX
    left = {"left": hold, "right": hold - width, "center": hold - width / 2}[anchor]
    above = [(marker.y, RISE_PX), *((value, CLEAR_PX) for value in _readings_under(series, left, left + width))]
    bottom = max((value - y_range[0]) / (y_range[1] - y_range[0]) * HEIGHT_PX + px for value, px in above)
    bottom = min(bottom, HEIGHT_PX - LINE_PX)
    return _Box(left, left + width, bottom, bottom + LINE_PX)


def _readings_under(series: SeriesView, left: float, right: float) -> list[float]:
    """The drawn readings between two distances from the left edge [px], with a little room on both sides."""
    second_of = series.start.timestamp(), (series.end - series.start).total_seconds() / WIDTH_PX
    first, last = (second_of[0] + px * second_of[1] for px in (left - GAP_PX, right + GAP_PX))
    places = slice(bisect_left(series.seconds, first), bisect_right(series.seconds, last))
    return [value for value in series.actual[places] if value is not None]


def _annotation(marker: Marker, shift: float, level: float, anchor: str, tokens: Tokens) -> dict[str, Any]:
    return {
        "name": marker.event_id,
        "x": marker.x,
        "y": marker.y,
        "ax": shift,
        "ayref": "y",
        "ay": level,
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
