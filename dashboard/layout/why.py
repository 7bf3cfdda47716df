"""The panel "Why was this flagged?": close-up, sentence, contributions, comparison and what to check."""

from __future__ import annotations

from dash import dcc, html

from dashboard import format as words
from dashboard import ids
from dashboard.figures import close_up
from dashboard.layout import states
from dashboard.layout.answers import answer_bar
from dashboard.layout.pieces import Child, Children, aria, heading, hidden, icon, unbroken
from wattsup_core.analysis.tariff import told_cost
from wattsup_core.types import AnomalyEvent, Driver
from wattsup_core.view_models import EventView

TITLE = "Why was this flagged?"
REST_LABEL = "everything else"
LEAST_REST_PCT = 0.5
"""A smaller rest would read as 0 %."""
SURENESS = {"low": 1, "medium": 2, "high": 3}


def why_card() -> html.Section:
    """The card; the panel is set later."""
    return html.Section(
        [html.Div(heading(TITLE), className="card-head"), *states.why_skeleton()],
        id=ids.WHY,
        className="card why-card",
        **aria(label=TITLE, live="polite"),
    )


def why_nothing(has_events: bool) -> Children:
    """The panel while no anomaly is chosen."""
    sentence = "Choose an anomaly in the table or on the chart to see why it was flagged." if has_events else "No anomaly to explain here."
    return [html.Div(heading(TITLE), className="card-head"), html.P(sentence, className="why-nothing")]


def why_gone() -> html.P:
    """That the anomaly of the address is no longer one, under the heading of the one that is explained in its place."""
    told = "That finding is no longer there; below is the worst of this range."
    return html.P([icon("info-circle"), html.Span(told)], className="notice-line", role="status")


def why_gone_alone() -> Children:
    """The panel when the anomaly of the address is no longer one and there is no other."""
    told = "That finding is no longer there."
    return [html.Div(heading(TITLE), className="card-head"), html.P(told, className="why-nothing")]


def why_panel(view: EventView, theme: str) -> list[Child]:
    """The panel of one event, in the look of `theme` "light" or "dark"."""
    why = view.event.explanation
    panel: list[Child] = [
        html.Div(heading(TITLE, pill=words.when(view.event.start, view.timezone)), className="card-head"),
        html.Div(_close_up(view, theme), className="close-up-graph", **aria(hidden="true")),
        html.Div([_sentence(view), _drivers(why.drivers), _comparison(why.comparison)], className="why-box"),
        html.Div(answer_bar(view.event, view.timezone), id=ids.ANSWERS),
        _checks(why.check_first),
        _confidence(view.event),
    ]
    return unbroken(panel)


def _close_up(view: EventView, theme: str) -> dcc.Graph:
    return dcc.Graph(id=ids.CLOSE_UP, figure=close_up.draw(view, theme), config=close_up.CONFIG, responsive=True)


def _sentence(view: EventView) -> html.P:
    """Size and time, what ran, and what it cost where it cost anything."""
    why, cost = view.event.explanation, told_cost(view.event)
    priced = f"That cost {words.money(cost, view.currency)}." if cost is not None and cost > 0 else ""
    more = "".join(f" {part}" for part in (why.detail, priced) if part)
    return html.P([html.Strong(why.summary), html.Span(more, className="why-detail")], className="why-sentence")


def _drivers(drivers: tuple[Driver, ...]) -> Child:
    """The contributions as bars, with the rest to the whole; the list carries the numbers, the bars are decoration."""
    if not drivers:
        return None
    rest_pct = 100.0 - sum(driver.share_pct for driver in drivers)
    rest = [_driver(Driver(REST_LABEL, rest_pct))] if rest_pct >= LEAST_REST_PCT else []
    return html.Ul([*map(_driver, drivers), *rest], className="drivers", **aria(label="What made it stand out"))


def _driver(driver: Driver) -> html.Li:
    """One bar; a full track is all of the evidence."""
    fill = html.Span(className="driver-fill", style={"width": f"{driver.share_pct:.1f}%"})
    return html.Li(
        [
            html.Span(driver.label, className="driver-label"),
            html.Span(fill, className="driver-bar", **aria(hidden="true")),
            html.Span(words.percent(driver.share_pct), className="driver-share quantity"),
        ],
        className="driver-rest" if driver.label == REST_LABEL else "",
    )


def _comparison(comparison: str) -> Child:
    return html.P(comparison, className="why-comparison") if comparison else None


def _checks(checks: tuple[str, ...]) -> Child:
    if not checks:
        return None
    return html.Div(
        [html.H3("What to check first", className="why-subhead"), html.Ol([html.Li(check) for check in checks], className="checks")]
    )


def _confidence(event: AnomalyEvent) -> html.P:
    """How sure the finding is; of one that only a first look has seen, that; and what it was first shown as."""
    confidence = event.explanation.confidence
    level = SURENESS[confidence]
    told = f"{confidence.capitalize()} confidence" + (" · first look" if event.is_provisional else "")
    if event.first_severity is not None and event.first_severity != event.severity:
        told += f". First shown with severity {event.first_severity}; now {event.severity}."
    dots = html.Span(
        [html.Span(className="dot dot-on" if rank <= level else "dot") for rank in (1, 2, 3)], className="dots", **aria(hidden="true")
    )
    return html.P([dots, hidden("Confidence: "), html.Span(told)], className="confidence")
