"""The Forecast page's chart: the last weeks day by day, the days ahead with both intervals, and an earlier forecast."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from dashboard.figures import axes
from dashboard.theme import TOKENS, Tokens, template
from wattsup_core.types import DayForecast
from wattsup_core.view_models import ForecastView

MARGIN = {"l": 46, "r": 14, "t": 18, "b": 42}
CONFIG: Any = {"displayModeBar": False, "displaylogo": False, "scrollZoom": False, "doubleClick": False, "responsive": True}
LABELS_APART = 0.14
"""Names of public holidays stand at least so far from each other, as a share of the chart's width."""
NOW_NEEDS = 0.16
"""So much of a narrow chart's width the word "now" takes."""
Trace = dict[str, Any]


def draw(view: ForecastView, theme: str, *, band_80: bool = True, band_95: bool = True, earlier: bool = False) -> dict[str, Any]:
    """The chart of the view; traces of a layer that can be switched carry its name as ``meta``."""
    tokens = TOKENS[theme]
    shown = {"80": band_80, "95": band_95, "earlier": earlier}
    data = [*_bands(view, tokens), *_earlier(view, tokens), _measured(view, tokens), _ahead(view, tokens)]
    layout = {
        "template": template(theme),
        "margin": MARGIN,
        "hovermode": "x unified",
        "dragmode": False,
        "xaxis": _time_axis(view),
        "yaxis": axes.value_axis(0.0, max(_values(view), default=1.0), "kWh a day", headroom=0.1) | {"nticks": 6},
        "shapes": _now_line(view, tokens),
        "annotations": [*_now_word(view, tokens), *_holidays(view, tokens)],
    }
    return {"data": [{**trace, "visible": shown.get(trace.get("meta", ""), True)} for trace in data], "layout": layout}


def _time_axis(view: ForecastView) -> dict[str, Any]:
    days = [day for day, _ in view.measured] + [each.day for each in view.days]
    span = [min(days).isoformat(), max(days).isoformat()] if days else None
    return {
        "type": "date",
        "tickangle": 0,
        "range": span,
        "tickformatstops": axes.TICK_FORMATS,
        "hoverformat": "%a %-d %b %Y",
        "fixedrange": True,
    }


def _values(view: ForecastView) -> list[float]:
    return [value for _, value in view.measured if value is not None] + [each.kwh.upper_95 for each in view.days]


def _bands(view: ForecastView, tokens: Tokens) -> list[Trace]:
    """Both intervals, the narrower over the wider; they open at the last measured day."""
    days, last = view.days, _last_measured(view)
    x = _texts(days, last)
    drawn: list[Trace] = []
    for name in ("95", "80"):
        lower = [getattr(each.kwh, f"lower_{name}") for each in days]
        upper = [getattr(each.kwh, f"upper_{name}") for each in days]
        if last is not None:
            lower, upper = [last[1], *lower], [last[1], *upper]
        edge: Trace = {"type": "scatter", "mode": "lines", "x": x, "line": {"width": 0, "color": tokens.band}, "meta": name}
        said = f"{name} % sure: %{{customdata:.3~r}} – %{{y:.3~r}} kWh<extra></extra>"
        drawn.append({**edge, "name": f"lower {name} %", "y": lower, "hoverinfo": "skip"})
        fill = {"fill": "tonexty", "fillcolor": tokens.band, "customdata": lower, "hovertemplate": said}
        drawn.append({**edge, "name": f"upper {name} %", "y": upper, **fill})
    return drawn


def _earlier(view: ForecastView, tokens: Tokens) -> list[Trace]:
    if view.past is None:
        return []
    return [
        {
            "type": "scatter",
            "name": "earlier forecast",
            "meta": "earlier",
            "mode": "lines+markers",
            "x": [each.day.isoformat() for each in view.past.days],
            "y": [each.kwh.value for each in view.past.days],
            "line": {"width": 1.4, "color": tokens.mute, "dash": "dot"},
            "marker": {"size": 4, "color": tokens.mute},
            "hovertemplate": "forecast before: %{y:.3~r} kWh<extra></extra>",
        }
    ]


def _measured(view: ForecastView, tokens: Tokens) -> Trace:
    return {
        "type": "scatter",
        "name": "measured",
        "mode": "lines+markers",
        "x": [day.isoformat() for day, _ in view.measured],
        "y": [value for _, value in view.measured],
        "line": {"width": 1.8, "color": tokens.usage},
        "marker": {"size": 3, "color": tokens.usage},
        "connectgaps": False,
        "hovertemplate": "<b>%{y:.3~r} kWh</b><extra></extra>",
    }


def _ahead(view: ForecastView, tokens: Tokens) -> Trace:
    """The dotted line; it sets out from the last measured day."""
    last = _last_measured(view)
    values = [each.kwh.value for each in view.days]
    return {
        "type": "scatter",
        "name": "forecast",
        "mode": "lines",
        "x": _texts(view.days, last),
        "y": values if last is None else [last[1], *values],
        "text": [each.holiday for each in view.days] if last is None else ["", *(each.holiday for each in view.days)],
        "line": {"width": 2, "color": tokens.usage, "dash": "dot"},
        "hovertemplate": "<b>%{y:.3~r} kWh</b> forecast %{text}<extra></extra>",
    }


def _last_measured(view: ForecastView) -> tuple[date, float] | None:
    """The day before the first ahead, when it was measured."""
    if not view.measured or not view.days or view.measured[-1][1] is None:
        return None
    day, value = view.measured[-1]
    return (day, value) if value is not None and day == view.days[0].day - timedelta(days=1) else None


def _texts(days: tuple[DayForecast, ...], last: tuple[date, float] | None) -> list[str]:
    return [*([last[0].isoformat()] if last else []), *(each.day.isoformat() for each in days)]


def _now_line(view: ForecastView, tokens: Tokens) -> list[dict[str, Any]]:
    if not view.days:
        return []
    line = {"color": tokens.mute, "width": 1.2, "dash": "dot"}
    return [{"type": "line", "xref": "x", "x0": _now(view), "x1": _now(view), "yref": "paper", "y0": 0, "y1": 1, "line": line}]


def _now_word(view: ForecastView, tokens: Tokens) -> list[dict[str, Any]]:
    """Beside its line: on the side of what was measured, or of what is ahead where the past is too short for it and the axis near."""
    if not view.days:
        return []
    is_near = len(view.measured) < NOW_NEEDS * (len(view.measured) + len(view.days))
    side = {"xanchor": "left", "xshift": 5} if is_near else {"xanchor": "right", "xshift": -5}
    return [_word("now", _now(view), tokens, y=1.0, yref="paper", yanchor="top", **side)]


def _now(view: ForecastView) -> str:
    """Where what was measured ends: half-way between the last whole day and the first ahead."""
    return f"{(view.days[0].day - timedelta(days=1)).isoformat()}T12:00:00"


def _holidays(view: ForecastView, tokens: Tokens) -> list[dict[str, Any]]:
    """Names over the public holidays ahead, where there is room."""
    length = max(len(view.measured) + len(view.days), 1)
    named: list[dict[str, Any]] = []
    before: date | None = None
    for each in view.days:
        if each.holiday and (before is None or (each.day - before).days / length >= LABELS_APART):
            before = each.day
            is_right = (view.days[-1].day - each.day).days / length < LABELS_APART / 2
            anchor = "right" if is_right else "center"
            named.append(_word(each.holiday, each.day.isoformat(), tokens, y=each.kwh.upper_80, yanchor="bottom", xanchor=anchor))
    return named


def _word(text: str, x: str, tokens: Tokens, **place: Any) -> dict[str, Any]:
    return {"text": text, "x": x, "showarrow": False, "font": {"size": 11, "color": tokens.mute}, "bgcolor": tokens.callout, **place}
