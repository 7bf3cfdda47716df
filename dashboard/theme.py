"""The colours of both themes, once, and the Plotly template made of them.

``assets/tokens.css`` holds the same values as CSS variables; a test keeps the two equal.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

FONT_FAMILY = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "Liberation Sans", sans-serif'


@dataclass(frozen=True)
class Tokens:
    """One theme's colours. A colour that stands for the same thing has the same name in both themes.

    Attributes
    ----------
    background, card, line, ink, mute
        Page, cards, borders and grid lines, text, labels.
    usage, band, average
        Measured line, its tint for the expected band, the moving average.
    anomaly, anomaly_text, span
        Anomalies as marks, as text (contrast AA on a card), and the tint behind a selected one.
    good, amber
        Improvement; brand, current choice and middle severity.
    risk_none, risk_low, risk_middle, risk_high
        Cells of the risk lane.
    """

    background: str
    card: str
    line: str
    ink: str
    mute: str
    usage: str
    band: str
    average: str
    anomaly: str
    anomaly_text: str
    span: str
    good: str
    amber: str
    risk_none: str
    risk_low: str
    risk_middle: str
    risk_high: str
    callout: str


TOKENS: dict[str, Tokens] = {
    "light": Tokens(
        background="#f6f7f9",
        card="#ffffff",
        line="#e6e8ec",
        ink="#11181c",
        mute="#687076",
        usage="#2f6fed",
        band="rgba(47,111,237,0.15)",
        average="#56616b",
        anomaly="#e5484d",
        anomaly_text="#c62a2f",
        span="rgba(229,72,77,0.13)",
        good="#2b9a66",
        amber="#f5b301",
        risk_none="#f0f2f5",
        risk_low="#c3d0e6",
        risk_middle="#f5b301",
        risk_high="#e5484d",
        callout="rgba(255,255,255,0.85)",
    ),
    "dark": Tokens(
        background="#0e1113",
        card="#16191d",
        line="#262b31",
        ink="#ecedee",
        mute="#9ba1a6",
        usage="#6ea0ff",
        band="rgba(110,160,255,0.16)",
        average="#b3bac1",
        anomaly="#ff6369",
        anomaly_text="#ff8589",
        span="rgba(255,99,105,0.19)",
        good="#4cc38a",
        amber="#f5b301",
        risk_none="#1d2126",
        risk_low="#44536b",
        risk_middle="#f5b301",
        risk_high="#ff6369",
        callout="rgba(22,25,29,0.85)",
    ),
}


def severity_tier(severity: int) -> str:
    """How bad an anomaly is shown to be: "high" from 80, "middle" from 60, "low" from 1, else "none"."""
    for tier, least in (("high", 80), ("middle", 60), ("low", 1)):
        if severity >= least:
            return tier
    return "none"


def recolour_map() -> dict[str, dict[str, str]]:
    """Colour strings by the theme one turns to: ``map["dark"]`` takes light ones to dark ones, ``map["light"]`` back.

    No two tokens of one theme that differ in the other share a string, so a figure can be turned there and back in place.
    """
    light, dark = (asdict(TOKENS[theme]) for theme in ("light", "dark"))
    return {
        "dark": {light[name]: dark[name] for name in light},
        "light": {dark[name]: light[name] for name in light},
    }


def template(theme: str) -> dict[str, Any]:
    """The look every figure shares, in `theme` "light" or "dark"."""
    tokens = TOKENS[theme]
    text = {"family": FONT_FAMILY, "size": 12, "color": tokens.mute}
    axis = {
        "showgrid": False,
        "zeroline": False,
        "showline": False,
        "ticks": "",
        "gridcolor": tokens.line,
        "tickfont": text,
        "title": {"font": {**text, "size": 11}, "standoff": 6},
        "automargin": False,
    }
    return {
        "layout": {
            "font": text,
            "paper_bgcolor": tokens.card,
            "plot_bgcolor": tokens.card,
            "showlegend": False,
            "xaxis": axis,
            "yaxis": {**axis, "showgrid": True},
            "hoverlabel": {
                "bgcolor": tokens.card,
                "bordercolor": tokens.line,
                "font": {"family": FONT_FAMILY, "size": 12, "color": tokens.ink},
                "align": "left",
            },
        }
    }
