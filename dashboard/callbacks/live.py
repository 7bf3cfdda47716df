"""Draws the Live page, and adds to it what has come in."""

from __future__ import annotations

import hashlib
import time
from datetime import UTC, datetime
from typing import Any

from dash import Dash, Input, Output, State, ctx, no_update
from dash.exceptions import PreventUpdate

from dashboard import format as words
from dashboard import ids, patches, sent
from dashboard.address import ViewState, parse
from dashboard.callbacks.choice import choose, picker
from dashboard.callbacks.refusals import fail_page
from dashboard.callbacks.services import Services
from dashboard.figures import live as live_figure
from dashboard.figures.live import LiveShows
from dashboard.layout import live as live_layout
from dashboard.layout import live_events, overview, states
from dashboard.pages import LIVE
from dashboard.patches import Drawn
from wattsup_core.board import Board
from wattsup_core.errors import WattsUpError
from wattsup_core.service import views
from wattsup_core.service.live import demo
from wattsup_core.service.live.notices import MeterNotice, is_awake, notice_of, quiet_after
from wattsup_core.service.live.starting import ensure_scorer
from wattsup_core.timegrid import epoch_of, to_wall
from wattsup_core.types import AnomalyEvent
from wattsup_core.view_models import LiveView, MeterChoice, MeterChoices

FEW_INTERVALS, LEAST_PATIENCE_SECONDS = 3.0, 120.0
OUTPUTS = {
    "drawn": Output(ids.LIVE_DRAWN, "data"),
    "state": Output(ids.PAGE_STATE, "children", allow_duplicate=True),
    "pending": Output(ids.PENDING, "data", allow_duplicate=True),
    "meters": Output(ids.METER_PICKER, "options", allow_duplicate=True),
    "meter": Output(ids.METER_PICKER, "value", allow_duplicate=True),
    "many": Output(ids.METERS_MANY, "data", allow_duplicate=True),
    "spans": Output(ids.LIVE_SPAN, "options"),
    "span": Output(ids.LIVE_SPAN, "value"),
    "note": Output(ids.LIVE_NOTE, "children"),
    "figures": Output(ids.LIVE_FIGURES, "children"),
    "heading": Output(ids.LIVE_HEADING, "children"),
    "chart": Output(ids.LIVE_CHART, "figure"),
    "chart_state": Output(ids.LIVE_CHART_STATE, "children"),
    "summary": Output(ids.LIVE_SUMMARY, "children"),
    "day": Output(ids.LIVE_DAY, "children"),
    "table": Output(ids.LIVE_TABLE, "children"),
}


def register(app: Dash, services: Services) -> None:
    """Add the callback. It is one for all: Dash drops an answer that a later question of the same callback has overtaken."""

    @app.callback(
        output=OUTPUTS,
        inputs={
            "view": Input(ids.LIVE_VIEW, "data"),
            "news": Input(ids.LIVE_NEWS, "data"),
            "refresh": Input(ids.REFRESH, "data"),
            "switches": [Input(ids.LIVE_ANOMALIES, "value"), Input(ids.LIVE_BAND, "value")],
        },
        state={
            "search": State(ids.URL, "search"),
            "path": State(ids.URL, "pathname"),
            "theme": State(ids.THEME, "data"),
            "drawn": State(ids.LIVE_DRAWN, "data"),
        },
        prevent_initial_call=True,
        on_error=fail_page,
    )
    def draw_live(view: Any, switches: list[Any], search: Any, path: Any, theme: Any, drawn: Any, **_: Any) -> dict[str, Any]:
        if view is None or path != LIVE.path:
            raise PreventUpdate
        state = parse(search)
        choice = _on_show(state, drawn)
        known = None if choice else choose(services.store, state)
        choice = choice or (known.shown if known else None)
        if choice is None:
            return _without_meter(services.settings.sample)
        anomalies, band = (value is True for value in switches)
        try:
            return _draw(services, known, choice, state, LiveShows(anomalies, band), sent.theme(theme), drawn)
        except WattsUpError as error:
            notice = notice_of(services.board, choice.meter_id)
            held = {"meter": choice.meter_id, "name": choice.name, "state": notice.cursor if notice else "", "has": False}
            return _nothing() | picker(known) | {"state": states.failed(error.message, error.hint), "drawn": held}


def _on_show(state: ViewState, drawn: Any) -> MeterChoice | None:
    """The meter that a browser shows and wants news of: it knows the others. `None` when it wants more than news."""
    before = patches.parse(drawn) if ctx.triggered_id == ids.LIVE_NEWS else None
    if before is None or before.meter != state.meter:
        return None
    return MeterChoice(before.meter, str(drawn.get("name", "")))


def _without_meter(sample: bool) -> dict[str, Any]:
    """The empty store: the sample is on its way, or a person is asked for a file."""
    if sample:
        return _nothing() | {"pending": {"meters": []}}
    return _nothing() | {"state": states.empty()}


def _nothing() -> dict[str, Any]:
    return dict.fromkeys(OUTPUTS, no_update)


def _draw(
    services: Services,
    known: MeterChoices | None,
    choice: MeterChoice,
    state: ViewState,
    shows: LiveShows,
    theme: str,
    held: Any,
) -> dict[str, Any]:
    """The page of a meter: of the chart what is new, or all of it; of the rest what differs from what the browser holds."""
    before = patches.parse(held)
    notice = notice_of(services.board, choice.meter_id)  # before the rows: news that come between are asked for once more
    view = views.live(services.store, choice.meter_id, state.span, patches.since_of(before, choice.meter_id))
    if view.is_pending and not is_awake(services.board):
        ensure_scorer(services.settings, services.board)
    figure = patches.grow(view, shows, theme, before)
    is_whole = figure is None
    seen = patches.trimmed(view)
    is_current = _is_current(view, notice, services.board)
    is_today = is_current and view.today.day == to_wall(datetime.now(UTC), view.timezone).date()
    marks = _marks(view, is_current)
    same = _same(held, marks, is_whole)
    return picker(known) | {
        "state": None,
        "pending": no_update,
        "spans": live_layout.span_options(view),
        "span": view.span or None,
        "note": _note(view) if is_whole else no_update,
        "figures": live_layout.figures_row(view, is_current, is_today),
        "day": live_layout.listed_words(view, is_today),
        "heading": live_layout.SPAN_WORDS[view.span],
        "chart": live_figure.draw(seen, shows, theme) if is_whole else figure,
        "chart_state": None,
        "summary": live_layout.summary(view),
        "table": no_update if same else live_events.table(view, is_current),
        "drawn": _hold(view, patches.hold(seen, shows), notice.cursor if notice else "", marks),
    }


def _is_current(view: LiveView, notice: MeterNotice | None, board: Board) -> bool:
    """Whether the newest reading is one of now: its time is, or, in a replay, it has just come in. A demo that was stopped is over."""
    if view.meter_id == demo.METER_ID and demo.status_of(board).phase != demo.ON:
        return False
    now, patience_seconds = time.time(), max(FEW_INTERVALS * view.interval_minutes * 60, LEAST_PATIENCE_SECONDS)
    has_come = notice is not None and notice.looked_at is not None and now - notice.looked_at < quiet_after(notice)
    return has_come or abs(now - epoch_of(view.end)) < patience_seconds


def _note(view: LiveView) -> Any:
    """That this is sample data; the demo household says so itself."""
    return overview.sample_banner() if view.is_sample and view.meter_id != demo.METER_ID else None


def _same(held: Any, marks: str, is_whole: bool) -> bool:
    return not is_whole and isinstance(held, dict) and held.get("table") == marks


def _hold(view: LiveView, drawn: Drawn, state: str, marks: str) -> dict[str, Any]:
    """What the browser keeps: what its chart holds, which news it has, and since when it is quiet."""
    return drawn.to_json() | {
        "name": view.meter_name,
        "state": state,
        "table": marks,
        "end": epoch_of(view.end),
        "every": words.interval_label(view.interval_minutes),
    }


def _marks(view: LiveView, is_current: bool) -> str:
    """A short text that differs when a row of the table does, or the sentence in its place."""
    rows = [_mark(event, view.is_on(event)) for event in view.events[: live_events.MOST_ROWS]]
    return hashlib.blake2b(repr((view.today.day, rows or live_events.nothing(view, is_current))).encode(), digest_size=12).hexdigest()


def _mark(event: AnomalyEvent, is_on: bool) -> tuple[Any, ...]:
    return (
        event.event_id,
        event.start,
        event.end,
        event.severity,
        event.excess_kwh,
        event.title,
        event.cause,
        event.cost,
        event.answer,
        is_on,
    )
