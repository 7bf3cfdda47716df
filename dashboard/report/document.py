"""The report as one HTML page: the figures, the chart, the worst anomalies each with its close-up, the days ahead, and the doubts."""

from __future__ import annotations

import html
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from dashboard import format as words
from dashboard.bundles import PLOTLY
from dashboard.layout.event_order import DEFAULT_SORT, Listed, arrange_all
from dashboard.layout.events import energy
from dashboard.report import told
from dashboard.report.pictures import THEME, Picture, Pictures
from dashboard.theme import FONT_FAMILY, TOKENS
from wattsup_core.analysis.tariff import uncosted
from wattsup_core.types import AnomalyEvent

MOST_TOLD = 6
"""Anomalies with a close-up; a report is two to six pages."""
MOST_LISTED = 60
LONGEST_FOOTER = 70


@dataclass(frozen=True)
class Told:
    """An anomaly, its picture where there is one, what a person said of it, "" for nothing."""

    event: AnomalyEvent
    picture: Picture | None
    answer: str


def write(pictures: Pictures) -> str:
    """The report of what `pictures` draws; whole in itself, and of one state of the store: all is read before the first chart is drawn."""
    subject = pictures.subject
    view = subject.view
    ranked = arrange_all(view.events, DEFAULT_SORT, Listed(), view.timezone)
    chart, ahead_chart = pictures.chart(), pictures.ahead() if subject.ahead.forecast else None
    close_ups = [(event, pictures.close_up(event)) for event in ranked[:MOST_TOLD]]
    worst = [Told(event, pictures.draw(sketch) if sketch else None, told.answered(event, view.timezone)) for event, sketch in close_ups]
    rest = [Told(event, None, told.answered(event, view.timezone)) for event in ranked[MOST_TOLD : MOST_TOLD + MOST_LISTED]]
    return (
        _environment()
        .get_template("page.html")
        .render(
            view=view,
            chart=pictures.draw(chart),
            figures=told.figures(view),
            told=worst,
            rest=rest,
            left_out=len(ranked) - len(worst) - len(rest),
            ahead=told.ahead(subject),
            ahead_chart=pictures.draw(ahead_chart) if ahead_chart else None,
            settings=told.settings(subject),
            lacks=told.lacks(subject),
            footer=_css_text(f"{_short(view.meter_name)} · {view.timezone} time"),
            range=words.date_range(view.start, view.end, view.timezone),
            interval=words.interval(view.interval_minutes),
            script="" if pictures.exporter else PLOTLY.read_text(encoding="utf-8"),
        )
    )


def _environment() -> Environment:
    found = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    found.filters.update(unbroken=words.unbroken)
    found.globals.update(words=words, energy=energy, uncosted=uncosted, beyond=_beyond)
    return found


def _beyond(said: str, cause: str) -> str:
    """A cause as a sentence; "" where what was said before holds its words, as with most faults."""
    if cause.rstrip(".").lower() in said.lower():
        return ""
    return cause[:1].upper() + cause[1:] + ("" if cause.endswith(("?", ".", "!")) else ".")


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_FOOTER else f"{name[: LONGEST_FOOTER - 1]}…"


def _css_text(text: str) -> str:
    """Text as a string of a style sheet: everything but plain letters, digits and spaces by number, so that nothing ends it."""
    return "".join(sign if sign.isascii() and (sign.isalnum() or sign == " ") else f"\\{ord(sign):x} " for sign in text)


def standalone_chart(figure: dict[str, Any], script: str, title: str) -> str:
    """A chart that moves, as one HTML file with Plotly in it.

    What a file's chart has for a title stands above it as plain text, which wraps where a screen is narrow.
    """
    drawn = json.dumps(figure, allow_nan=False).replace("<", "\\u003c")
    return (
        _environment()
        .get_template("chart.html")
        .render(figure=drawn, script=script, title=title, line=_subtitle(figure), font=FONT_FAMILY, tokens=TOKENS[THEME])
    )


def _subtitle(figure: dict[str, Any]) -> str:
    return html.unescape(figure["layout"]["title"]["subtitle"]["text"])
