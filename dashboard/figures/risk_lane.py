"""The risk lane under the chart: one cell a local day, coloured by the day's highest severity."""

from __future__ import annotations

from typing import Any

from dashboard import format as words
from dashboard.figures import axes
from dashboard.theme import TOKENS, Tokens, severity_tier, template
from wattsup_core.view_models import OverviewView, RiskDay

MOST_PARTED = 100
"""Up to so many days the cells stand apart; more would be all gap."""
MARGIN = {"l": 56, "r": 16, "t": 2, "b": 2}
CONFIG: Any = {"displayModeBar": False, "displaylogo": False, "scrollZoom": False, "doubleClick": False, "responsive": True}


def draw(view: OverviewView, theme: str) -> dict[str, Any]:
    """The lane of the view's range, on the same x axis and side margins as the chart; ``assets/lane.js`` keeps the two together.

    Each bar is a day from midnight to midnight; its ``customdata`` is the day, ISO.
    """
    tokens = TOKENS[theme]
    bars = {
        "type": "bar",
        "name": "risk",
        "x": [f"{risk.day.isoformat()}T12:00:00" for risk in view.risk],
        "y": [1] * len(view.risk),
        "width": [axes.DAY_MS] * len(view.risk),
        "customdata": [risk.day.isoformat() for risk in view.risk],
        "text": [describe(risk) for risk in view.risk],
        "textposition": "none",
        "marker": {
            "color": [colour(risk.severity, tokens) for risk in view.risk],
            "line": {"width": 2 if len(view.risk) <= MOST_PARTED else 0, "color": tokens.card},
            "cornerradius": 2,
        },
        "hovertemplate": "%{text}<extra></extra>",
    }
    layout = {
        "template": template(theme),
        "margin": MARGIN,
        "hovermode": "closest",
        "dragmode": "pan",
        "xaxis": {
            "type": "date",
            "range": [axes.local_iso(view.start, view.timezone), axes.local_iso(view.end, view.timezone)],
            "showticklabels": False,
        },
        "yaxis": {
            "range": [0, 1],
            "fixedrange": True,
            "showgrid": False,
            "tickvals": [0.5],
            "ticktext": ["risk"],
        },
    }
    return {"data": [bars], "layout": layout}


def colour(severity: int, tokens: Tokens) -> str:
    """The cell's colour, by the tier of its severity."""
    tiers = {"none": tokens.risk_none, "low": tokens.risk_low, "middle": tokens.risk_middle, "high": tokens.risk_high}
    return tiers[severity_tier(severity)]


def describe(risk: RiskDay) -> str:
    """A day in words: "Tue 27 Jan 2026 · 1 anomaly · severity 97"."""
    named = f"{risk.day:%a} {words.day(risk.day, with_year=True)}"
    if not risk.events:
        return f"{named} · nothing unusual"
    return f"{named} · {words.count(risk.events, 'anomaly', 'anomalies')} · severity {risk.severity}"
