"""The table of the Live page: what goes on out of character, and what has been so today."""

from __future__ import annotations

import dash_bootstrap_components as dbc
from dash import html

from dashboard import format as words
from dashboard import ids
from dashboard.layout import states
from dashboard.layout.answers import answer_pill, answer_reason
from dashboard.layout.pieces import Child, Children, aria, heading, hidden, icon, unbroken
from dashboard.theme import severity_tier
from wattsup_core.analysis.tariff import told_cost
from wattsup_core.types import AnomalyEvent, EventKind
from wattsup_core.view_models import LiveView

COLUMNS = (
    ("severity", "Severity"),
    ("started", "Started"),
    ("length", "For"),
    ("energy", "Actual / expected"),
    ("cause", "Cause"),
    ("sofar", "So far"),
    ("status", "Status"),
)
MOST_ROWS = 20


def anomalies_card() -> html.Section:
    """The card; the table is set later."""
    return html.Section(
        [
            html.Div(heading("Live anomalies", pill="today", pill_id=ids.LIVE_DAY, name="live-events-heading"), className="card-head"),
            html.Div(states.table_skeleton(), id=ids.LIVE_TABLE),
        ],
        className="card events-card",
        **aria(labelledby="live-events-heading"),
    )


def nothing(view: LiveView, is_current: bool = True) -> str:
    """What is said where no anomaly is: that nothing is out of character, unless the newest reading stands beside its band."""
    if view.power is None or not view.power.is_outside:
        return "nothing out of character"
    return f"outside the usual range {'now' if is_current else 'at the last reading'}, not enough to be an anomaly"


def table(view: LiveView, is_current: bool = True) -> Children:
    """The events of the day and of the window, the newest first, or a sentence when there is none."""
    if not view.events:
        said = nothing(view, is_current)
        return html.P(
            [icon("info-circle" if view.power and view.power.is_outside else "check-circle"), f"{said[0].upper()}{said[1:]}."],
            className="events-none",
        )
    shown = view.events[:MOST_ROWS]
    head = [_header(column, label) for column, label in COLUMNS]
    drawn = html.Table(
        [
            html.Caption("Anomalies of the newest day and of what is drawn, the newest first", className="visually-hidden"),
            html.Thead(html.Tr(head, role="row"), role="rowgroup"),
            html.Tbody([_row(event, view) for event in shown], role="rowgroup"),
        ],
        className="events-table live-table",
        role="table",
    )
    return unbroken([drawn, *(_tooltip(event) for event in shown)])


def _header(column: str, label: str) -> html.Th:
    text = hidden(label) if column == "status" else label
    return html.Th(text, scope="col", role="columnheader", className=f"col-{column}")


def _row(event: AnomalyEvent, view: LiveView) -> html.Tr:
    is_on = view.is_on(event)
    cells: dict[str, Child | list[Child]] = {
        "severity": html.Span([hidden("Severity "), str(event.severity)], className=f"severity severity-{severity_tier(event.severity)}"),
        "started": html.Span(_began(event, view), className="quantity"),
        "length": f"{words.duration(event.start, event.end)}{', still on' if is_on else ''}",
        "energy": html.Span(powers(event), className="quantity"),
        "cause": _cause(event, view.timezone),
        "sofar": html.Span(_so_far(event, view.currency), className="quantity"),
        "status": html.Span("New" if is_on else "Recovered", className="pill"),
    }
    return html.Tr(
        [html.Td(cells[column], className=f"col-{column}", role="cell") for column, _ in COLUMNS],
        role="row",
        className="live-row is-expected" if event.is_expected else "live-row",
    )


def _began(event: AnomalyEvent, view: LiveView) -> str:
    if event.start < view.today_start:
        return words.when(event.start, view.timezone)
    clock = words.local(event.start, view.timezone)
    return f"{clock:%H:%M:%S}" if clock.second or view.interval_minutes < 1 else f"{clock:%H:%M}"


def powers(event: AnomalyEvent) -> str:
    """Mean powers over the event: ``"3.4 / 0.6 kW"``; for a gap ``"— / 0.6 kW"``."""
    hours = (event.end - event.start).total_seconds() / 3600
    actual = words.NONE if event.kind is EventKind.GAP else words.kilowatts(event.actual_kwh / hours)
    return f"{actual} / {words.kilowatts(event.expected_kwh / hours)} kW"


def _cause(event: AnomalyEvent, timezone: str) -> html.Button:
    return html.Button(
        [
            html.Span([event.title, " ", answer_pill(event)], className="cell-strong"),
            html.Span(event.cause, className="cell-more"),
            html.Span(answer_reason(event, timezone), className="cell-more cell-answer"),
        ],
        id={"type": ids.LIVE_CAUSE, "event": event.event_id},
        type="button",
        className="cause",
    )


def _so_far(event: AnomalyEvent, currency: str) -> str:
    """Energy beyond the expectation and its cost; what is not priced, or cost nothing more, says its energy alone."""
    cost = told_cost(event)
    if cost is None:
        return words.NONE if event.kind is EventKind.GAP else words.kwh(event.excess_kwh)
    return f"{words.kwh(event.excess_kwh)} ·{words.NO_BREAK}{words.money(cost, currency)}"


def _tooltip(event: AnomalyEvent) -> dbc.Tooltip:
    why = event.explanation
    return dbc.Tooltip(
        " ".join(part for part in (why.summary, why.comparison) if part) or event.cause,
        target={"type": ids.LIVE_CAUSE, "event": event.event_id},
        placement="top",
        delay={"show": 350, "hide": 50},
    )
