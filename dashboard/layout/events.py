"""The anomaly table: semantic HTML; its rows turn into cards on a phone by style sheet alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import dash_bootstrap_components as dbc
from dash import html

from dashboard import format as words
from dashboard import ids
from dashboard.layout import states
from dashboard.layout.answers import answer_pill, answer_reason
from dashboard.layout.event_order import EventPage, Listed, arrange
from dashboard.layout.pieces import Children, aria, heading, hidden, icon, icon_button, unbroken
from dashboard.theme import severity_tier
from wattsup_core.analysis.tariff import UNPRICED_CLASSES, told_cost, uncosted
from wattsup_core.types import AnomalyEvent, Direction, EventKind
from wattsup_core.view_models import OverviewView

COLUMNS = (("severity", "Severity"), ("when", "When"), ("energy", "Actual / expected"), ("cause", "Cause"), ("cost", "Cost"))


def events_card() -> html.Section:
    """The card with its filter; the table is set later."""
    find = html.Label(
        [
            icon("search"),
            hidden("Find in the anomalies"),
            dbc.Input(
                id=ids.EVENTS_FILTER,
                type="search",
                value="",
                placeholder="Find",
                debounce=0.25,
                class_name="find-input",
                autocomplete="off",
            ),
        ],
        className="find",
    )
    expected = dbc.Switch(id=ids.EVENTS_EXPECTED, label="Show expected", value=True, class_name="layer-switch")
    tools = html.Div([expected, find, _download()], className="events-tools")
    return html.Section(
        [
            html.Div([heading("Anomalies", pill_id=ids.EVENTS_COUNT, name="events-heading"), tools], className="card-head"),
            html.Div(states.table_skeleton(), id=ids.EVENTS),
        ],
        className="card events-card",
        **aria(labelledby="events-heading"),
    )


def _download() -> dbc.DropdownMenu:
    """The table as it is filtered and sorted."""
    return dbc.DropdownMenu(
        [
            html.Div("This table", className="dropdown-header"),
            dbc.DropdownMenuItem("Excel (XLSX)", id=ids.DOWNLOAD_SHEET),
            dbc.DropdownMenuItem("CSV", id=ids.DOWNLOAD_TABLE),
        ],
        id=ids.EVENTS_MENU,
        label=html.Span([icon("download"), hidden("Save the table")]),
        align_end=True,
        toggle_class_name="button button-plain",
        class_name="download",
    )


def events_count(view: OverviewView, listed: Listed = Listed()) -> str:
    """``"6 in range"``; ``"2 of 6"`` when only some are `listed`."""
    if listed.is_all:
        return f"{len(view.events):,} in range"
    return f"{sum(listed.takes(event, view.timezone) for event in view.events):,} of {len(view.events):,}"


def anomaly_table(view: OverviewView, sort: Mapping[str, Any], listed: Listed, page: int, selected: str | None) -> Children:
    """The table of one page with its pager, or a sentence when there is nothing to list.

    Parameters
    ----------
    view : OverviewView
        Its events are filtered, sorted and cut.
    sort : Mapping
        ``{"column": one of COLUMNS, "descending": bool}``.
    listed : Listed
        Which of them are listed.
    page : int
        Page number from 0.
    selected : str or None
        Id of the event that is open in the panel.
    """
    if not view.events:
        return states.pending() if view.is_pending else _nothing("Nothing out of character in this range.")
    shown = arrange(view.events, sort, listed, page, view.timezone)
    if not shown.events and not listed.needle.strip():
        return _nothing("Every anomaly in this range was expected.")
    if not shown.events:
        return _nothing(f"No anomaly in this range mentions “{listed.needle.strip()}”.")
    rows = [_row(event, view, event.event_id == selected) for event in shown.events]
    table = html.Table(
        [
            html.Caption("Anomalies in the range shown; choose one to see why it was flagged", className="visually-hidden"),
            html.Thead(html.Tr([_header(column, label, sort) for column, label in COLUMNS], role="row"), role="rowgroup"),
            html.Tbody(rows, role="rowgroup"),
        ],
        className="events-table",
        role="table",
    )
    return unbroken([table, *(_tooltip(event) for event in shown.events), _pager(shown)])


def _nothing(sentence: str) -> html.P:
    return html.P([icon("check-circle"), sentence], className="events-none")


def _header(column: str, label: str, sort: Mapping[str, Any]) -> html.Th:
    is_sorted = sort["column"] == column
    order = ("descending" if sort["descending"] else "ascending") if is_sorted else "none"
    press = html.Button(
        [label, icon("caret-down-fill", "sort-mark")],
        id={"type": ids.EVENT_SORT_BUTTON, "column": column},
        type="button",
        className="sort",
        n_clicks=0,
    )
    return html.Th(press, scope="col", role="columnheader", className=f"col-{column}", **aria(sort=order))


def _row(event: AnomalyEvent, view: OverviewView, is_selected: bool) -> html.Tr:
    cells = {
        "severity": html.Span([hidden("Severity "), str(event.severity)], className=f"severity severity-{severity_tier(event.severity)}"),
        "when": _when(event, view),
        "energy": html.Span(energy(event), className="quantity"),
        "cause": _cause(event, view.timezone, is_selected),
        "cost": _money(event, view.currency),
    }
    return html.Tr(
        [html.Td(cells[column], className=f"col-{column}", role="cell") for column, _ in COLUMNS],
        id={"type": ids.EVENT_ROW, "event": event.event_id},
        className=_look(event, is_selected),
        role="row",
        n_clicks=0,
    )


def _look(event: AnomalyEvent, is_selected: bool) -> str:
    """The row's classes; ``assets/clientside.js`` changes that of the selected one."""
    names = ["event-row", *(["is-expected"] if event.is_expected else []), *(["is-selected"] if is_selected else [])]
    return " ".join(names)


def _when(event: AnomalyEvent, view: OverviewView) -> Children:
    length = words.duration(event.start, event.end) + (f", {_going_on(event)}" if view.is_on(event) else "")
    return [html.Span(words.when(event.start, view.timezone), className="cell-main"), html.Span(length, className="cell-more")]


def _going_on(event: AnomalyEvent) -> str:
    """Too much use is still on; what is missing, or in doubt, is not yet over."""
    is_use = event.direction is Direction.HIGH and event.event_class not in UNPRICED_CLASSES
    return "still on" if is_use else "not yet over"


def energy(event: AnomalyEvent) -> str:
    """``"9.9 / 0.6 kWh"``; for a step of the always-on load ``"+41 W base"``; for a gap ``"— / 2.4 kWh"``."""
    if event.kind is EventKind.BASELOAD_STEP:
        hours = (event.end - event.start).total_seconds() / 3600
        step_watts = 1000 * event.excess_kwh / hours
        return f"{'+' if step_watts >= 0 else ''}{words.watts(step_watts)} base"
    if event.kind is EventKind.GAP:
        return f"{words.NONE} / {words.kwh(event.expected_kwh)}"
    return words.energy_pair(event.actual_kwh, event.expected_kwh)


def _cause(event: AnomalyEvent, timezone: str, is_selected: bool) -> html.Button:
    return html.Button(
        [
            html.Span([event.title, " ", answer_pill(event)], className="cell-strong"),
            html.Span(event.cause, className="cell-more"),
            html.Span(answer_reason(event, timezone), className="cell-more cell-answer"),
        ],
        id={"type": ids.EVENT_CAUSE, "event": event.event_id},
        type="button",
        className="cause",
        **aria(pressed="true" if is_selected else "false"),
    )


def _money(event: AnomalyEvent, currency: str) -> Children:
    cost = told_cost(event)
    if cost is None:
        return [html.Span(words.NONE, **aria(hidden="true")), hidden(uncosted(event))]
    return html.Span(words.money(cost, currency), className="quantity")


def _tooltip(event: AnomalyEvent) -> dbc.Tooltip:
    why = event.explanation
    return dbc.Tooltip(
        " ".join(part for part in (why.summary, why.comparison) if part) or event.cause,
        target={"type": ids.EVENT_CAUSE, "event": event.event_id},
        placement="top",
        delay={"show": 350, "hide": 50},
    )


def _pager(shown: EventPage) -> Children:
    if shown.pages == 1:
        return None
    return html.Nav(
        [
            html.Span(f"{shown.first}{words.DASH}{shown.last} of {shown.matching:,}", className="pager-text", role="status"),
            icon_button("chevron-left", "Page before", id={"type": ids.EVENT_PAGE_BUTTON, "step": -1}, disabled=shown.number == 0),
            icon_button(
                "chevron-right", "Next page", id={"type": ids.EVENT_PAGE_BUTTON, "step": 1}, disabled=shown.number == shown.pages - 1
            ),
        ],
        className="pager",
        **aria(label="Pages of anomalies"),
    )
