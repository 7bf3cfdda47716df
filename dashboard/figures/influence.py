"""What one influence adds to a day, as a small chart of lines or bars."""

from __future__ import annotations

import textwrap
from datetime import date
from typing import Any

from dashboard import format as words
from dashboard.figures import axes
from dashboard.theme import TOKENS, template
from wattsup_core.types import ForecastComponent

MARGIN = {"l": 40, "r": 10, "t": 8, "b": 30}
CONFIG: Any = {"displayModeBar": False, "displaylogo": False, "scrollZoom": False, "doubleClick": False, "responsive": True}
BARS = frozenset({"weekly", "holidays"})
SHORT = 3
HOURS_APART = 6
WIDEST = 10
"""Letters of a line below a bar: that many fit below four bars on a phone."""


def draw(component: ForecastComponent, theme: str) -> dict[str, Any]:
    """The chart of `component`: bars for days of the week and holidays, a line for what goes on without a break."""
    tokens = TOKENS[theme]
    colour = tokens.amber if component.name == "temperature" else tokens.usage
    labels, told = list(component.labels), list(said_labels(component))
    if component.name in ("weekly", "yearly"):
        labels = [label[:SHORT] for label in labels]
    trace: dict[str, Any] = {"name": component.name, "x": labels, "y": list(component.kwh), "customdata": told}
    trace["hovertemplate"] = f"%{{customdata}}: <b>%{{y:{'' if component.name == 'trend' else '+'}.2~f}} kWh</b><extra></extra>"
    if component.name in BARS:
        trace |= {"type": "bar", "marker": {"color": colour}}
    else:
        dots = len(labels) <= 24 and component.name != "daily"
        trace |= {"type": "scatter", "mode": "lines+markers" if dots else "lines"}
        trace |= {"line": {"width": 1.8, "color": colour}, "marker": {"size": 5, "color": colour}}
    layout: dict[str, Any] = {
        "template": template(theme),
        "margin": {**MARGIN, "b": 54} if component.name == "holidays" else MARGIN,
        "hovermode": "closest",
        "dragmode": False,
        "bargap": 0.25,
        "xaxis": _labels_axis(component, labels),
        "yaxis": {
            "nticks": 5,
            "fixedrange": True,
            "zeroline": component.name != "trend",
            "zerolinecolor": tokens.line,
            "tickformat": ".2~f",
        },
    }
    if component.name == "trend":
        layout["yaxis"] |= {"range": axes.value_axis(0.0, max(component.kwh, default=1.0), "")["range"]}
    return {"data": [trace], "layout": layout}


def said_labels(component: ForecastComponent) -> tuple[str, ...]:
    """The labels as a person reads them: days in words."""
    if component.name == "trend":
        return tuple(words.this_day(date.fromisoformat(label)) for label in component.labels)
    return tuple(_on_day(label) for label in component.labels) if component.name == "holidays" else component.labels


def _on_day(label: str) -> str:
    """``"Christmas Day, 2026-12-25"`` as ``"Christmas Day, 25 Dec 2026"``."""
    name, _, day = label.rpartition(", ")
    return f"{name}, {words.day(date.fromisoformat(day), with_year=True)}"


def _labels_axis(component: ForecastComponent, labels: list[str]) -> dict[str, Any]:
    axis: dict[str, Any] = {"tickangle": 0, "fixedrange": True}
    if component.name == "trend":
        return axis | {"type": "date", "tickformatstops": axes.TICK_FORMATS, "nticks": 5}
    axis |= {"type": "category"}
    if component.name == "daily":
        return axis | {"tickvals": labels[:: max(1, len(labels) * HOURS_APART // 24)]}
    if component.name == "yearly":
        return axis | {"tickvals": labels[::2]}
    if component.name == "holidays":
        return axis | {"tickvals": labels, "ticktext": [_lines(label) for label in labels], "tickfont": {"size": 11}}
    return axis | {"tickvals": labels[:: max(1, -(-len(labels) // 7))]}


def _lines(label: str) -> str:
    """``"Christmas Day, 2026-12-25"`` as the name in two lines over the day."""
    name, _, day = _on_day(label).rpartition(", ")
    first, *more = textwrap.wrap(name, WIDEST)[:2] or [""]
    second = textwrap.shorten(more[0], WIDEST, placeholder="…") if more else ""
    return "<br>".join(filter(None, (first, second, day.rsplit(" ", 1)[0])))
