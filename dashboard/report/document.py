"""The report as one HTML page: the figures, the chart, the worst anomalies each with its close-up, the others as a list, and the doubts."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from dashboard import format as words
from dashboard.layout.events import energy
from dashboard.report.pictures import Pictures
from wattsup_core.service import views
from wattsup_core.types import AnomalyEvent, Channel, DetectorConfig, IssueSeverity
from wattsup_core.view_models import OverviewView, UploadView

MOST_TOLD = 8
"""Anomalies with a close-up; a report is two to six pages."""
MOST_LISTED = 60
MOST_REJECTED = 5


@dataclass(frozen=True)
class Told:
    """An anomaly with its picture."""

    event: AnomalyEvent
    picture: str


def write(pictures: Pictures) -> str:
    """The report of the range that `pictures` draws; whole in itself."""
    view, store = pictures.view, pictures.source.store
    upload = views.upload_view(store, pictures.source.upload_id)
    ranked = sorted(view.events, key=lambda event: (-event.severity, event.start))
    told = [Told(event, pictures.close_up(event)) for event in ranked[:MOST_TOLD]]
    rest = ranked[MOST_TOLD : MOST_TOLD + MOST_LISTED]
    page = _environment().get_template("page.html")
    return page.render(
        view=view,
        chart=pictures.chart(),
        figures=_figures(view),
        told=told,
        rest=rest,
        left_out=len(ranked) - len(told) - len(rest),
        settings=_settings(upload),
        lacks=_lacks(view, upload),
        footer=_css_text(f"{view.meter_name} · {view.timezone} time"),
        range=words.date_range(view.start, view.end, view.timezone),
        interval=words.interval(view.interval_minutes),
    )


def _environment() -> Environment:
    found = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    found.globals.update(words=words, energy=energy, sentence=_sentence)
    return found


def _figures(view: OverviewView) -> list[tuple[str, str, str]]:
    """Name, value and a line of each headline figure."""
    is_sent = view.channel is Channel.EXPORT
    days = words.count(max(1, round(view.energy.days)), "day")
    excess = view.anomalies.excess_kwh
    found = [
        ("Energy sent to the grid" if is_sent else "Energy used", words.kwh(view.energy.kwh), f"in {days}"),
        ("Anomalies", f"{view.anomalies.count:,}", f"{words.kwh(excess)} more than usual" if excess > 0 else "no extra energy used"),
    ]
    if is_sent:
        return found
    cost = view.cost
    price = f"{cost.tariff_name} {words.price(cost.price_per_kwh, view.currency)}"
    found.insert(1, ("Cost", words.money(cost.cost, view.currency), price))
    found.append(("Cost of the anomalies", words.money(view.anomalies.cost, view.currency), "of what exceeded the usual"))
    if view.always_on.watts is not None:
        found.append(("Always-on load", words.watts(view.always_on.watts), "power that is always drawn"))
    return found


def _settings(upload: UploadView) -> list[str]:
    """How the file was taken and the detector set."""
    detector = DetectorConfig()
    taken = f"taken as {upload.format_name}, values in {upload.unit}, times in {upload.timezone}"
    forest = f"an Isolation Forest of {detector.n_estimators} trees, each of {detector.max_samples} readings at most"
    return [
        f"The file {upload.file_name} was {taken}; a time marks the {upload.stamp} of its interval.",
        f"Detector: {forest}, over what is usual for this meter at such a time; statistics over windows; rules for faults of the data.",
        f"It is set to about {detector.alarms_per_month:g} false alarms a month. Severity, 0 to 100, means the same for all meters.",
        "Cost is the energy above the usual at the meter's price. Faults of the meter and gaps in the data are not priced.",
    ]


def _lacks(view: OverviewView, upload: UploadView) -> list[str]:
    """What a reader must know of the data before trusting the rest."""
    found = [
        f"{words.completeness(view.completeness_pct)}: {upload.read:,} rows read, {upload.stored:,} stored, {upload.rejected:,} rejected."
    ]
    found += [issue.message for issue in sorted(upload.issues, key=lambda one: one.severity is not IssueSeverity.WARNING)]
    found += [f"Line {row.line:,} was rejected: {row.code.replace('_', ' ')}." for row in upload.rejected_rows[:MOST_REJECTED]]
    return [*found, *view.notices]


def _sentence(words_of_it: str) -> str:
    """Words with a capital and a full stop, where they have no other end."""
    return words_of_it[:1].upper() + words_of_it[1:] + ("" if words_of_it.endswith(("?", ".", "!")) else ".")


def _css_text(text: str) -> str:
    """Text as a string of a style sheet: everything but plain letters, digits and spaces by number, so that nothing ends it."""
    return "".join(sign if sign.isascii() and (sign.isalnum() or sign == " ") else f"\\{ord(sign):x} " for sign in text)


def standalone_chart(figure: dict[str, Any], script: str, title: str) -> str:
    """A chart that moves, as one HTML file with Plotly in it."""
    drawn = json.dumps(figure, allow_nan=False).replace("<", "\\u003c")
    return _environment().get_template("chart.html").render(figure=drawn, script=script, title=title)
