"""Draws the page for a meter and a range."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from dash import Dash, Input, Output, State, ctx, no_update
from dash.exceptions import PreventUpdate

from dashboard import charting, ids, sent
from dashboard.address import ViewState, parse
from dashboard.callbacks.choice import choose, picker
from dashboard.callbacks.refusals import fail_page
from dashboard.callbacks.services import Services
from dashboard.charting import Chart, Window
from dashboard.figures import risk_lane
from dashboard.layout import chart as chart_layout
from dashboard.layout import events as events_layout
from dashboard.layout import overview as overview_layout
from dashboard.layout import states
from dashboard.layout.event_order import worst
from dashboard.pages import OVERVIEW
from wattsup_core import timegrid
from wattsup_core.errors import NotFoundError, WattsUpError
from wattsup_core.service import views
from wattsup_core.service.live.notices import is_awake
from wattsup_core.types import AnomalyEvent
from wattsup_core.view_models import MeterChoices, OverviewView

OUTPUTS = {
    "state": Output(ids.PAGE_STATE, "children"),
    "home": Output(ids.HOME, "data"),
    "pending": Output(ids.PENDING, "data"),
    "meters": Output(ids.METER_PICKER, "options"),
    "meter": Output(ids.METER_PICKER, "value"),
    "many": Output(ids.METERS_MANY, "data"),
    "preset": Output(ids.RANGE_PRESET, "value"),
    "first": Output(ids.DATE_RANGE, "start_date"),
    "last": Output(ids.DATE_RANGE, "end_date"),
    "earliest": Output(ids.DATE_RANGE, "min_date_allowed"),
    "latest": Output(ids.DATE_RANGE, "max_date_allowed"),
    "month": Output(ids.DATE_RANGE, "initial_visible_month"),
    "facts": Output(ids.FACTS, "children"),
    "banner": Output(ids.BANNER, "children"),
    "figures": Output(ids.FIGURES, "children"),
    "resolutions": Output(ids.RESOLUTION, "options"),
    "chart": Output(ids.CHART, "figure"),
    "chart_state": Output(ids.CHART_STATE, "children"),
    "summary": Output(ids.CHART_SUMMARY, "children"),
    "risk": Output(ids.RISK_LANE, "figure"),
    "count": Output(ids.EVENTS_COUNT, "children"),
    "events": Output(ids.EVENTS, "children"),
    "page": Output(ids.EVENTS_PAGE, "data"),
    "readings_link": Output(ids.DOWNLOAD_READINGS, "href"),
    "events_link": Output(ids.DOWNLOAD_EVENTS, "href"),
}


def register(app: Dash, services: Services) -> None:
    """Add the callback."""

    @app.callback(
        output=OUTPUTS,
        inputs={"view": Input(ids.VIEW, "data"), "refresh": Input(ids.REFRESH, "data")},
        state={
            "search": State(ids.URL, "search"),
            "path": State(ids.URL, "pathname"),
            "theme": State(ids.THEME, "data"),
            "switches": [State(name, "value") for name in sent.LAYER_SWITCHES],
            "sort": State(ids.EVENTS_SORT, "data"),
            "needle": State(ids.EVENTS_FILTER, "value"),
            "expected": State(ids.EVENTS_EXPECTED, "value"),
            "number": State(ids.EVENTS_PAGE, "data"),
        },
        prevent_initial_call=True,
        on_error=fail_page,
    )
    def draw_page(
        view: Any, refresh: Any, search: Any, path: Any, theme: Any, switches: list[Any], sort: Any, needle: Any, expected: Any, number: Any
    ) -> dict[str, Any]:
        if view is None or path not in {None, OVERVIEW.path}:
            raise PreventUpdate  # the address is not read yet, or another page is on show
        state = parse(search)
        known = choose(services.store, state)
        if known is None:
            return _without_meter(services.settings.sample)
        choice = known.shown
        seq = services.store.state(choice.meter_id).last_seq  # before the rows: what comes between is news
        try:
            page = views.overview(services.store, state.query(choice.meter_id))
        except WattsUpError as error:
            return _not_drawn(known, error)
        selected = _selected(services, page, state)
        explained = selected or worst(page.events)
        explained_id = explained.event_id if explained else None
        look, layers = sent.theme(theme), sent.shows(switches, explained_id)
        window = charting.first_window(state, selected, page, with_ahead=layers.forecast)
        revision = f"{page.meter_id} {page.start} {page.end} {refresh}"
        drawn = charting.draw(services.store, services.store.meter(page.meter_id), window, state.resolution, layers, look, revision)
        listed = sent.listed(needle, expected)
        at = sent.page(number) if ctx.triggered_id == ids.REFRESH else 0  # what is drawn anew stays where it is
        return (
            _controls(page, known, is_awake(services.board))
            | _holders(page, drawn)
            | {
                "home": _home(page, window, selected, state.event) | {"state": f"{seq}.drawn"},
                "risk": risk_lane.draw(page, look),
                "count": events_layout.events_count(page, listed),
                "events": events_layout.anomaly_table(page, sent.order(sort), listed, at, explained_id),
                "page": at,
            }
        )


def _without_meter(sample: bool) -> dict[str, Any]:
    """The empty store: the sample is on its way, or a person is asked for a file."""
    page = dict.fromkeys(OUTPUTS, no_update)
    if sample:
        return page | {"pending": {"meters": []}}
    return page | {"state": states.empty()}


def _not_drawn(known: MeterChoices, error: WattsUpError) -> dict[str, Any]:
    """A meter of which there is nothing to show: why, and the picker to leave it by."""
    page, shown = dict.fromkeys(OUTPUTS, no_update) | picker(known), known.shown
    home = {"meter": shown.meter_id, "name": shown.name, "state": "", "has": False}
    return page | {"state": states.failed(error.message, error.hint), "home": home}


def _selected(services: Services, view: OverviewView, state: ViewState) -> AnomalyEvent | None:
    """The event of the address, which may lie outside the range; `None` when there is no such event (any more)."""
    if state.event is None:
        return None
    try:
        return services.store.event_now(view.meter_id, state.event)
    except NotFoundError:
        return None


def _controls(view: OverviewView, known: MeterChoices, is_scored_live: bool) -> dict[str, Any]:
    """The picker, the range and the links, set to what is shown."""
    first, last = _days(charting.range_window(view), view.timezone)
    earliest, latest = _days((view.data_start, view.data_end), view.timezone)
    query = f"?meter={view.meter_id}&" + (f"range={view.preset}" if view.preset else f"from={first}&to={last}")
    return picker(known) | {
        "preset": view.preset,
        "first": first,
        "last": last,
        "earliest": earliest,
        "latest": latest,
        "month": first,
        "resolutions": chart_layout.resolution_options(view.interval_minutes),
        "readings_link": f"/download/readings.csv{query}",
        "events_link": f"/download/events.csv{query}",
        "pending": {"meters": [view.meter_id]} if view.is_pending and not is_scored_live else no_update,
    }


def _holders(view: OverviewView, drawn: Chart) -> dict[str, Any]:
    """What is told of the view in words and figures."""
    has_readings = any(value is not None for value in drawn.series.actual)
    return {
        "state": None,
        "facts": overview_layout.facts(view),
        "banner": overview_layout.banner(view),
        "figures": overview_layout.figures_row(view),
        "chart": drawn.figure,
        "chart_state": None if has_readings else states.no_data_in_range(view),
        "summary": chart_layout.summary(view.meter_name, drawn.series),
    }


def _home(view: OverviewView, window: Window, selected: AnomalyEvent | None, asked: str | None) -> dict[str, Any]:
    """What the browser needs to move the chart by itself: windows as local wall-clock text.

    Where the event that the address `asked` for was found anew under another id since, `moved` names both.
    """
    top = worst(view.events)
    events = (*view.events, selected) if selected else view.events
    return {
        "meter": view.meter_id,
        "name": view.meter_name,
        "preset": view.preset,
        "days": list(_days(charting.range_window(view), view.timezone)),
        "range": _texts(charting.range_window(view), view.timezone),
        "limits": _texts((view.data_start, view.data_end), view.timezone),
        "ahead": _text(ahead[1], view.timezone) if (ahead := charting.ahead_window(view)) else "",
        "foretold": _text(view.ahead.end, view.timezone) if view.ahead else "",
        "drawn": _texts(window, view.timezone),
        "events": {event.event_id: _texts(charting.event_window(event, view), view.timezone) for event in events},
        "top": top.event_id if top else "",
        "moved": [asked, selected.event_id] if selected and selected.event_id != asked else None,
        "worst": {risk.day.isoformat(): risk.event_id for risk in view.risk if risk.event_id},
    }


def _days(window: Window, timezone: str) -> tuple[str, str]:
    """First and last local day of a window, inclusive."""
    first, last = (timegrid.to_wall(moment, timezone) for moment in (window[0], window[1] - timegrid.INSTANT))
    return first.date().isoformat(), last.date().isoformat()


def _texts(window: Window, timezone: str) -> list[str]:
    return [_text(moment, timezone) for moment in window]


def _text(moment: datetime, timezone: str) -> str:
    """The wall clock to the minute."""
    return timegrid.to_wall(moment, timezone).isoformat(timespec="minutes")
