"""How earlier forecasts would have done: what was foretold beside what came, round by round."""

from __future__ import annotations

from typing import Any

from dashboard.figures import axes
from dashboard.theme import TOKENS, Tokens, template
from wattsup_core.types import Backtest, BacktestDay

MARGIN = {"l": 46, "r": 14, "t": 10, "b": 42}
CONFIG: Any = {"displayModeBar": False, "displaylogo": False, "scrollZoom": False, "doubleClick": False, "responsive": True}


def draw(backtest: Backtest, theme: str) -> dict[str, Any]:
    """The days of the trial: measured as a line, foretold dotted, every other round on a tint.

    Rounds may overlap; a day that two have foretold is drawn for the later one.
    """
    tokens = TOKENS[theme]
    days = sorted({each.day: each for each in sorted(backtest.days, key=lambda each: each.origin)}.values(), key=lambda each: each.day)
    highest = max((max(each.kwh.value, each.actual_kwh) for each in days), default=1.0)
    layout = {
        "template": template(theme),
        "margin": MARGIN,
        "hovermode": "x unified",
        "dragmode": False,
        "xaxis": {"type": "date", "tickangle": 0, "tickformatstops": axes.TICK_FORMATS, "hoverformat": "%a %-d %b %Y", "fixedrange": True},
        "yaxis": axes.value_axis(0.0, highest, "kWh a day", headroom=0.1) | {"nticks": 6},
        "shapes": _rounds(days, tokens),
    }
    return {"data": [_line("measured", days, tokens), _line("forecast", days, tokens)], "layout": layout}


def _line(name: str, days: list[BacktestDay], tokens: Tokens) -> dict[str, Any]:
    x: list[str] = []
    y: list[float | None] = []
    for before, each in zip([None, *days], days, strict=False):
        if name == "forecast" and before is not None and before.origin != each.origin:
            x.append(each.day.isoformat())
            y.append(None)
        x.append(each.day.isoformat())
        y.append(each.actual_kwh if name == "measured" else each.kwh.value)
    is_measured = name == "measured"
    line: dict[str, Any] = {"width": 1.6, "color": tokens.usage} if is_measured else {"width": 1.6, "color": tokens.average, "dash": "dot"}
    said = "<b>%{y:.3~r} kWh</b>" if is_measured else "forecast before: %{y:.3~r} kWh"
    return {
        "type": "scatter",
        "name": name,
        "mode": "lines",
        "x": x,
        "y": y,
        "line": line,
        "connectgaps": False,
        "hovertemplate": f"{said}<extra></extra>",
    }


def _rounds(days: list[BacktestDay], tokens: Tokens) -> list[dict[str, Any]]:
    origins = sorted({each.origin for each in days})
    shapes = []
    for origin in origins[::2]:
        mine = [each.day for each in days if each.origin == origin]
        box = {"x0": mine[0].isoformat(), "x1": mine[-1].isoformat(), "yref": "paper", "y0": 0, "y1": 1}
        shapes.append({"type": "rect", "layer": "below", **box, "line": {"width": 0}, "fillcolor": tokens.band})
    return shapes
