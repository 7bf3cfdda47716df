"""The layers that charts of a meter share: expected band, measured line, moving average, anomalies on the line and long ones under it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from dashboard import format as words
from dashboard.theme import Tokens
from wattsup_core.types import Direction
from wattsup_core.view_models import Marker, SeriesView

BAR_STEPS = 60
"""Points of a bar across the chart: so near to each other that the pointer always finds one."""
Trace = dict[str, Any]
SYMBOLS = {Direction.HIGH: "triangle-up", Direction.LOW: "triangle-down", Direction.FLAT: "square"}


def _scatter(**properties: Any) -> Trace:
    return {"type": "scatter", **properties}


def value_unit(series: SeriesView) -> str:
    """The unit of one drawn value: "kW", or "kWh" where each point is a day's energy."""
    return "kWh" if series.unit.startswith("kWh") else series.unit


def band(series: SeriesView, tokens: Tokens) -> list[Trace]:
    """The expected band as a lower and an upper edge with the tint between them, closed where the expectation is missing.

    Plotly fills between two edges as if they had no gaps; so each edge runs through, and over a gap both share one line. The hover of
    the upper edge names both.
    """
    x, lower, upper = _edges(series)
    edge: Trace = {"mode": "lines", "line": {"width": 0, "color": tokens.band}, "connectgaps": False}
    usual = f"usual %{{customdata:.2~r}}{words.DASH}%{{y:.2~r}} {value_unit(series)}<extra></extra>"
    return [
        _scatter(name="lower", x=x, y=lower, hoverinfo="skip", **edge),
        _scatter(name="upper", x=x, y=upper, customdata=lower, fill="tonexty", fillcolor=tokens.band, hovertemplate=usual, **edge),
    ]


def _edges(series: SeriesView) -> tuple[list[str], list[float], list[float]]:
    """Instants, lower and upper edge of the band without gaps: before and after a gap the upper edge meets the lower one."""
    x: list[str] = []
    lower: list[float] = []
    upper: list[float] = []

    def add(at: str, low: float, high: float) -> None:
        x.append(at)
        lower.append(low)
        upper.append(high)

    is_gap = False
    for at, low, high in zip(series.x, series.lower, series.upper, strict=True):
        if low is None or high is None:
            if x and not is_gap:
                add(x[-1], lower[-1], lower[-1])
            is_gap = True
            continue
        if x and is_gap:
            add(at, low, low)
        is_gap = False
        add(at, low, high)
    return x, lower, upper


def measured(series: SeriesView, tokens: Tokens, width: float = 1.3) -> Trace:
    """The measured line; its hover names instant, value and unit."""
    return _scatter(
        name="measured",
        x=series.x,
        y=series.actual,
        mode="lines",
        line={"width": width, "color": tokens.usage},
        connectgaps=False,
        hovertemplate=f"<b>%{{y:.3~r}} {value_unit(series)}</b><extra></extra>",
    )


def alone(series: SeriesView, tokens: Tokens) -> list[Trace]:
    """A dot for each reading with a gap on both sides, through which no line goes; nothing where there is none."""
    places = lone_places(series.actual)
    if not places:
        return []
    x, y = ([values[at] for at in places] for values in (series.x, series.actual))
    return [_scatter(name="alone", x=x, y=y, mode="markers", marker={"size": 5, "color": tokens.usage}, hoverinfo="skip")]


def lone_places(values: Sequence[float | None]) -> list[int]:
    """Where a value stands between two that are missing, or between one and an end."""
    edged = [None, *values, None]
    return [at for at, value in enumerate(values) if value is not None and edged[at] is None and edged[at + 2] is None]


def ahead(series: SeriesView, tokens: Tokens) -> list[Trace]:
    """The forecast after the last reading, dotted, over its 80 % interval; nothing where the window does not reach so far."""
    drawn = series.ahead
    if drawn is None:
        return []
    unit = value_unit(series)
    edge: Trace = {"mode": "lines", "x": drawn.x, "line": {"width": 0, "color": tokens.band}}
    sure = f"80 % sure: %{{customdata:.2~r}}{words.DASH}%{{y:.2~r}} {unit}<extra></extra>"
    shade = {"fill": "tonexty", "fillcolor": tokens.band, "customdata": drawn.lower, "hovertemplate": sure}
    return [
        _scatter(name="forecast lower", y=drawn.lower, hoverinfo="skip", **edge),
        _scatter(name="forecast upper", y=drawn.upper, **edge, **shade),
        _scatter(
            name="forecast",
            x=drawn.x,
            y=drawn.value,
            mode="lines",
            line={"width": 1.4, "color": tokens.usage, "dash": "dot"},
            hovertemplate=f"<b>%{{y:.3~r}} {unit}</b> forecast<extra></extra>",
        ),
    ]


def moving_average(series: SeriesView, tokens: Tokens) -> Trace:
    """The moving average: calmer than the measured line and above it."""
    return _scatter(
        name="moving average",
        x=series.x,
        y=series.moving_average,
        mode="lines",
        line={"width": 1.8, "color": tokens.average, "shape": "spline", "smoothing": 0.6},
        connectgaps=False,
        hoverinfo="skip",
    )


def anomaly_runs(series: SeriesView, tokens: Tokens) -> Trace:
    """The readings inside events that nobody expected, drawn over the measured line."""
    return _scatter(
        name="anomaly",
        x=series.anomaly_x,
        y=series.anomaly_y,
        mode="lines",
        line={"width": 2, "color": tokens.anomaly},
        connectgaps=False,
        hoverinfo="skip",
    )


def long_anomalies(series: SeriesView, level: float, tokens: Tokens) -> list[Trace]:
    """A thin bar at `level` under the span of each long event; `customdata` holds the event's id at each of its points.

    Those of events that a person expected are grey, and come first where there are any.
    """
    long = [marker for marker in series.markers if marker.is_long and series.x]
    expected = [marker for marker in long if marker.is_expected]
    others = _bars([marker for marker in long if not marker.is_expected], series, level, tokens.anomaly)
    return [{**_bars(expected, series, level, tokens.mute), "name": "long expected"}, others] if expected else [others]


def _bars(shown: list[Marker], series: SeriesView, level: float, colour: str) -> Trace:
    pieces = [_bar(marker, series) for marker in shown]
    points = [(at, marker) for marker, instants in pieces for at in (*instants, None)]
    return _scatter(
        name="long anomaly",
        x=[at for at, _ in points],
        y=[None if at is None else level for at, _ in points],
        customdata=[marker.event_id for _, marker in points],
        text=[_named(marker) for _, marker in points],
        mode="lines",
        line={"width": 4, "color": colour},
        connectgaps=False,
        hovertemplate="%{text}<extra></extra>",
    )


def _bar(marker: Marker, series: SeriesView) -> tuple[Marker, list[str]]:
    """A long event with the instants of its bar, within what is drawn."""
    first, last = datetime.fromisoformat(series.x[0]), datetime.fromisoformat(series.x[-1])
    start, end = max(datetime.fromisoformat(marker.start_x), first), min(datetime.fromisoformat(marker.end_x), last)
    step = max((last - first) / BAR_STEPS, timedelta(minutes=1))
    inner = [start + number * step for number in range(max(0, -((start - end) // step)))]
    return marker, [at.isoformat(timespec="minutes") for at in (*inner, end)]


def _named(marker: Marker) -> str:
    return f"{marker.title}, {'expected' if marker.is_expected else f'severity {marker.severity}'}<br>from {clock(marker)}"


def markers(shown: tuple[Marker, ...], tokens: Tokens, selected: str = "") -> Trace:
    """One mark an event, at its most extreme point or where a long one begins; its shape tells the direction.

    That of one that a person expected is small, hollow and grey.

    `customdata` holds the event's id.
    """
    return _scatter(
        name="anomalies",
        x=[marker.x for marker in shown],
        y=[marker.y for marker in shown],
        customdata=[marker.event_id for marker in shown],
        text=["begins here" if marker.is_long else _named(marker) for marker in shown],  # its bar names it
        mode="markers",
        marker={
            "symbol": [SYMBOLS[marker.direction] for marker in shown],
            "size": [14 if marker.event_id == selected else 8 if marker.is_expected else 10 for marker in shown],
            "opacity": 1,
            "color": _either([tokens.card if marker.is_expected else tokens.anomaly for marker in shown], tokens.anomaly),
            "line": {"width": 1.2, "color": _either([tokens.mute if marker.is_expected else tokens.card for marker in shown], tokens.card)},
        },
        unselected={"marker": {"opacity": 1}},  # a window that is chosen to be summed up dims nothing
        cliponaxis=False,
        hovertemplate="%{text}<extra></extra>",
    )


def _either(colours: list[str], usual: str) -> str | list[str]:
    """One colour where all marks have the usual one, else one each."""
    return usual if all(colour == usual for colour in colours) else colours


def clock(marker: Marker) -> str:
    """When a marked event began: "Tue 27 Jan 02:15"."""
    began = datetime.fromisoformat(marker.start_x or marker.x)
    return f"{began:%a} {words.day(began)} {began:%H:%M}"
