"""Draws the Forecast page, has a forecast made when there is none or an old one, and tells what came of that."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

from dash import Dash, Input, Output, State, no_update
from dash.exceptions import PreventUpdate

from dashboard import ids, jobs, sent
from dashboard.address import ViewState, identifier, parse
from dashboard.callbacks.choice import choose, picker
from dashboard.callbacks.refusals import fail_page, incident_words
from dashboard.callbacks.services import Services
from dashboard.figures import forecast as ahead_figure
from dashboard.figures import trial as trial_figure
from dashboard.layout import forecast as forecast_layout
from dashboard.layout import forecast_figures, forecast_tables, overview, states
from dashboard.pages import FORECAST
from wattsup_core.board import Board
from wattsup_core.errors import WattsUpError
from wattsup_core.service import views
from wattsup_core.types import Forecast, ForecastConfig
from wattsup_core.view_models import DAYS_AHEAD, ForecastView, MeterChoices

NOTHING: dict[str, Any] = {"data": [], "layout": {}}
OUTPUTS = {
    "drawn": Output(ids.FORECAST_DRAWN, "data"),
    "page": Output(ids.PAGE_STATE, "children", allow_duplicate=True),
    "pending": Output(ids.PENDING, "data", allow_duplicate=True),
    "meters": Output(ids.METER_PICKER, "options", allow_duplicate=True),
    "meter": Output(ids.METER_PICKER, "value", allow_duplicate=True),
    "many": Output(ids.METERS_MANY, "data", allow_duplicate=True),
    "days": Output(ids.FORECAST_DAYS, "value"),
    "other_days": Output(ids.FORECAST_OTHER_DAYS, "value"),
    "method": Output(ids.FORECAST_METHOD, "value"),
    "task": Output(ids.FORECAST_TASK, "data"),
    "why": Output(ids.FORECAST_WHY, "children"),
    "made": Output(ids.FORECAST_MADE, "children"),
    "not_made": Output(ids.FORECAST_MADE_LINE, "hidden"),
    "rhythm": Output(ids.FORECAST_RHYTHM, "value"),
    "csv": Output(ids.FORECAST_CSV, "href"),
    "no_files": Output(ids.FORECAST_MENU, "disabled"),
    "note": Output(ids.FORECAST_NOTE, "children"),
    "state": Output(ids.FORECAST_STATE, "children"),
    "hidden": Output(ids.FORECAST_BODY, "hidden"),
    "figures": Output(ids.FORECAST_FIGURES, "children"),
    "chart": Output(ids.FORECAST_CHART, "figure"),
    "summary": Output(ids.FORECAST_SUMMARY, "children"),
    "came": Output(ids.FORECAST_CAME, "children"),
    "no_earlier": Output(ids.FORECAST_EARLIER, "disabled"),
    "table": Output(ids.FORECAST_TABLE, "children"),
    "parts": Output(ids.FORECAST_PARTS, "children"),
    "trial": Output(ids.FORECAST_TRIAL, "figure"),
    "trial_hidden": Output(ids.FORECAST_TRIAL_HOLDER, "hidden"),
    "trial_words": Output(ids.FORECAST_TRIAL_SUMMARY, "children"),
    "rounds": Output(ids.FORECAST_ROUNDS, "children"),
    "trust": Output(ids.FORECAST_TRUST, "children"),
    "months": Output(ids.FORECAST_MONTHS, "children"),
}


def picture(step: str, share: float) -> list[Any]:
    """How the progress of a forecast is shown."""
    return [f"{forecast_layout.STEPS.get(step, forecast_layout.STEPS[''])} …", round(100 * share)]


def register(app: Dash, services: Services) -> None:
    """Add the callbacks."""
    _draw(app, services)
    _make(app)
    _again(app, services)
    _outcome(app, services)


def _draw(app: Dash, services: Services) -> None:
    switches = (ids.FORECAST_BAND_80, ids.FORECAST_BAND_95, ids.FORECAST_EARLIER)

    @app.callback(
        output=OUTPUTS,
        inputs={"view": Input(ids.FORECAST_VIEW, "data"), "refresh": Input(ids.REFRESH, "data")},
        state={
            "search": State(ids.URL, "search"),
            "path": State(ids.URL, "pathname"),
            "theme": State(ids.THEME, "data"),
            "switches": [State(name, "value") for name in switches],
        },
        prevent_initial_call=True,
        on_error=fail_page,
    )
    def draw_forecast(view: Any, search: Any, path: Any, theme: Any, switches: list[Any], **_: Any) -> dict[str, Any]:
        if view is None or path != FORECAST.path:
            raise PreventUpdate
        state = parse(search)
        known = choose(services.store, state)
        if known is None:
            more: dict[str, Any] = {"pending": {"meters": []}} if services.settings.sample else {"page": states.empty()}
            return _nothing() | more
        try:
            page = views.forecast(services.store, known.shown.meter_id, state.ahead)
        except WattsUpError as error:
            return _not_drawn(known, state, error)
        controls = _controls(page, known, _since(services.board, page))
        if page.forecast is None:
            return _nothing() | controls | {"state": states.chart_skeleton(), "hidden": True}
        return controls | _body(page, page.forecast, sent.theme(theme), [value is True for value in switches])


def _nothing() -> dict[str, Any]:
    return dict.fromkeys(OUTPUTS, no_update)


def _not_drawn(known: MeterChoices, state: ViewState, error: WattsUpError) -> dict[str, Any]:
    """A meter of which there is nothing to show: why, and the picker to leave it by."""
    shown = known.shown
    held = {"meter": shown.meter_id, "name": shown.name, "days": state.ahead.days, "method": state.ahead.method.value, "has": False}
    return _nothing() | picker(known) | {"page": states.failed(error.message, error.hint), "drawn": held}


def _controls(page: ForecastView, known: MeterChoices, since: int | None) -> dict[str, Any]:
    """The picker, what is asked, and the work there is to do."""
    days, method = page.config.days, page.config.method.value
    is_wanted = page.is_due or since is not None
    task = {"meter": page.meter_id, "days": days, "method": method, "since": since}
    return picker(known) | {
        "drawn": _drawn(page),
        "page": None,
        "pending": no_update,
        "days": days if days in DAYS_AHEAD else None,
        "other_days": None if days in DAYS_AHEAD else days,
        "method": method,
        "task": task if is_wanted else no_update,
        "why": forecast_figures.why_words(page) if page.is_due else None,
        "made": forecast_figures.made_words(page, datetime.now(UTC)),
        "not_made": page.made_at is None,
        "rhythm": page.rhythm.value,
        "csv": f"/download/forecast.csv?meter={page.meter_id}&days={days}&method={method}",
        "no_files": page.forecast is None,
        "note": overview.sample_banner() if page.is_sample else None,
    }


def _drawn(page: ForecastView) -> dict[str, Any]:
    """What is shown: a control that says something else was moved by a person."""
    asked = {"days": page.config.days, "method": page.config.method.value, "rhythm": page.rhythm.value}
    return asked | {"meter": page.meter_id, "name": page.meter_name, "has": page.forecast is not None}


def _body(page: ForecastView, made: Forecast, theme: str, switches: list[bool]) -> dict[str, Any]:
    band_80, band_95, earlier = switches
    rounds, trial_words = forecast_tables.trial_words(made)
    return {
        "state": None,
        "hidden": False,
        "figures": forecast_figures.figures_row(page, made),
        "chart": ahead_figure.draw(page, theme, band_80=band_80, band_95=band_95, earlier=earlier),
        "summary": forecast_figures.summary(page, made),
        "came": forecast_figures.came_words(page),
        "no_earlier": page.past is None,
        "table": forecast_tables.days(page),
        "parts": forecast_tables.parts(made, theme),
        "trial": NOTHING if made.backtest is None else trial_figure.draw(made.backtest, theme),
        "trial_hidden": made.backtest is None,
        "trial_words": trial_words,
        "rounds": rounds,
        "trust": forecast_tables.trust(made),
        "months": forecast_tables.months(page, made),
    }


def _asked(meter_id: str, config: ForecastConfig) -> str:
    """Under which name the board holds since when [s] a forecast is asked for anew: a page that is reloaded waits for it too."""
    return f"forecast-{meter_id}-{config.days}-{config.method.value}"


def _since(board: Board, page: ForecastView) -> int | None:
    since = board.get(_asked(page.meter_id, page.config))
    if not isinstance(since, int):
        return None
    return since if page.made_at is None or page.made_at < datetime.fromtimestamp(since, UTC) else None


def _make(app: Dash) -> None:
    app.callback(
        Output(ids.FORECAST_RESULT, "data"),
        Input(ids.FORECAST_TASK, "data"),
        background=True,
        interval=400,
        running=[
            (Output(ids.FORECAST_WORK, "hidden"), False, True),
            (Output(ids.FORECAST_AGAIN, "disabled"), True, False),
            (Output(ids.FORECAST_PROGRESS, "value"), 0, 0),
            (Output(ids.FORECAST_STEP, "children"), *[f"{forecast_layout.STEPS['']} …"] * 2),
        ],
        progress=[Output(ids.FORECAST_STEP, "children"), Output(ids.FORECAST_PROGRESS, "value")],
        cancel=[Input(ids.FORECAST_CANCEL, "n_clicks")],
        prevent_initial_call=True,
    )(jobs.forecast)


def _again(app: Dash, services: Services) -> None:
    @app.callback(
        Output(ids.FORECAST_TASK, "data", allow_duplicate=True),
        Output(ids.FORECAST_WHY, "children", allow_duplicate=True),
        Input(ids.FORECAST_AGAIN, "n_clicks"),
        State(ids.FORECAST_DRAWN, "data"),
        prevent_initial_call=True,
    )
    def again(clicks: Any, drawn: Any) -> tuple[dict[str, Any], None]:
        meter_id = identifier(drawn.get("meter")) if isinstance(drawn, dict) else None
        if not clicks or meter_id is None:
            raise PreventUpdate
        config, since = jobs.forecast_config(drawn), int(time.time())
        services.store.meter(meter_id)  # a name that is none leaves no note
        services.board.put(_asked(meter_id, config), since)
        return {"meter": meter_id, "days": config.days, "method": config.method.value, "since": since}, None


def _outcome(app: Dash, services: Services) -> None:
    @app.callback(
        Output(ids.FORECAST_STATE, "children", allow_duplicate=True),
        Output(ids.TOASTS, "children", allow_duplicate=True),
        Input(ids.FORECAST_RESULT, "data"),
        State(ids.FORECAST_DRAWN, "data"),
        State(ids.FORECAST_TASK, "data"),
        prevent_initial_call=True,
    )
    def tell(outcome: Any, drawn: Any, task: Any) -> tuple[Any, Any]:
        if not isinstance(outcome, dict) or not isinstance(task, dict):
            raise PreventUpdate
        meter_id, config = identifier(task.get("meter")), jobs.forecast_config(task)
        if meter_id is not None:
            services.board.take(_asked(meter_id, config))
        if "value" in outcome or not isinstance(drawn, dict) or drawn.get("meter") != meter_id:
            raise PreventUpdate  # the browser asks for the page anew: see shell
        message, hint = _words(outcome)
        if drawn.get("has") is True:
            return no_update, states.toast(message, hint)
        return states.no_forecast(message, hint), no_update


def _words(outcome: dict[str, Any]) -> tuple[str, str]:
    refused = outcome.get("refused")
    if isinstance(refused, dict):
        return str(refused.get("message", "")), str(refused.get("hint", ""))
    if "incident" in outcome:
        return incident_words(str(outcome["incident"]))
    word = "was cancelled" if outcome.get("cancelled") else "was stopped before its end"
    return f"The forecast {word}.", "Press “Make it anew” to have one made."
