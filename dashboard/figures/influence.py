"""What one influence adds to a day, as a small chart of lines or bars."""

from __future__ import annotations

from typing import Any

from dashboard.figures import axes
from dashboard.theme import TOKENS, template
from wattsup_core.types import ForecastComponent

MARGIN = {"l": 40, "r": 10, "t": 8, "b": 30}
CONFIG: Any = {"displayModeBar": False, "displaylogo": False, "scrollZoom": False, "doubleClick": False, "responsive": True}
BARS = frozenset({"weekly", "holidays"})
SHORT = 3
HOURS_APART = 6


def draw(component: ForecastComponent, theme: str) -> dict[str, Any]:
    """The chart of `component`: bars for days of the week and holidays, a line for what goes on without a break."""
    tokens = TOKENS[theme]
    colour = tokens.amber if component.name == "temperature" else tokens.usage
    labels, told = list(component.labels), list(component.labels)
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
        "margin": MARGIN,
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
        return axis | {"tickvals": labels, "ticktext": [_two_lines(label) for label in labels]}
    return axis | {"tickvals": labels[:: max(1, -(-len(labels) // 7))]}


def _two_lines(label: str) -> str:
    """``"Christmas Day, 2026-12-25"`` as the name over the day."""
    name, _, day = label.rpartition(", ")
    return f"{name if len(name) <= 16 else name[:15] + '…'}<br>{day}"
