"""What runs in the browser alone: the address and what depends on it, theme, navigation, zoom buttons, layers of the chart."""

from __future__ import annotations

from dash import ALL, ClientsideFunction, Dash, Input, Output, State

from dashboard import ids
from dashboard.sent import LAYER_SWITCHES

NAMESPACE = "wattsup"
ROWS = {"type": ids.EVENT_ROW, "event": ALL}
ANSWERS = {"type": ids.ANSWER_BUTTON, "event": ALL, "answer": ALL}
CAUSES = {"type": ids.EVENT_CAUSE, "event": ALL}
TABLE_BUTTONS = ({"type": ids.EVENT_SORT_BUTTON, "column": ALL}, {"type": ids.EVENT_PAGE_BUTTON, "step": ALL})
DAYS = {"type": ids.DAY_BUTTON, "day": ALL}
TABLE_STEPS = {"type": ids.TABLE_PAGE_BUTTON, "step": ALL}
LIVE_CAUSES = {"type": ids.LIVE_CAUSE, "event": ALL}
FORECAST_PARTS = {"type": ids.FORECAST_PART, "name": ALL}
CHANNEL_TESTS = {"type": ids.CHANNEL_TEST, "channel": ALL}
SECTIONS = {"type": ids.SECTION, "path": ALL}
LINKS = {"type": ids.PAGE_LINK, "path": ALL}
STEPS = (ids.ZOOM_IN, ids.ZOOM_OUT, ids.PAN_LEFT, ids.PAN_RIGHT, ids.ZOOM_RESET)


def register(app: Dash) -> None:
    """Add the callbacks; their code is in ``assets/``."""
    _address(app)
    _choices(app)
    _chart(app)
    _theme(app)
    _live(app)
    _forecast(app)
    _upload(app)
    _settings(app)


def _browser(app: Dash, name: str, *arguments: Input | Output | State, initially: bool = False) -> None:
    function = ClientsideFunction(NAMESPACE, name)
    app.clientside_callback(function, *arguments, prevent_initial_call=not initially)  # type: ignore[no-untyped-call]


def _address(app: Dash) -> None:
    parts = (
        (ids.VIEW, "data"),
        (ids.SELECTED, "data"),
        (ids.RESOLUTION, "value"),
        (ids.THEME, "data"),
        (ids.LIVE_VIEW, "data"),
        (ids.FORECAST_VIEW, "data"),
    )
    outputs = [Output(name, prop) for name, prop in parts]
    states = [State(name, prop) for name, prop in parts]
    address = (Input(ids.URL, "search"), Input(ids.URL, "pathname"))
    shown = (State(ids.HOME, "data"), State(ids.LIVE_DRAWN, "data"), State(ids.FORECAST_DRAWN, "data"))
    _browser(app, "route", *outputs, *address, *states, *shown, initially=True)
    _browser(
        app, "showSettings", Output(ids.SETTINGS_VIEW, "data"), Input(ids.URL, "pathname"), State(ids.SETTINGS_VIEW, "data"), initially=True
    )
    links = [Output(LINKS, "href"), Output(LINKS, "aria-current")]
    pages = (Input(ids.URL, "pathname"), Input(ids.URL, "search"))
    _browser(app, "showPage", Output(SECTIONS, "hidden"), *links, *pages, State(SECTIONS, "id"), State(LINKS, "id"), initially=True)


def _choices(app: Dash) -> None:
    home = State(ids.HOME, "data")
    drawn = State(ids.LIVE_DRAWN, "data")
    ahead = State(ids.FORECAST_DRAWN, "data")
    _browser(app, "showMeters", Output(ids.METER_FINDER, "hidden"), Input(ids.METERS_MANY, "data"))
    _browser(app, "pickMeter", Input(ids.METER_PICKER, "value"), home, drawn, ahead)
    days = (Input(ids.FORECAST_DAYS, "value"), Input(ids.FORECAST_OTHER_DAYS, "value"))
    _browser(app, "pickAhead", *days, Input(ids.FORECAST_METHOD, "value"), ahead)
    _browser(app, "sumAgain", Output(ids.SUMS_ASK, "data"), Input(ids.HOME, "data"))
    _browser(app, "pickSpan", Input(ids.LIVE_SPAN, "value"), drawn)
    _browser(app, "pickPreset", Input(ids.RANGE_PRESET, "value"), home)
    _browser(app, "pickDays", Input(ids.DATE_RANGE, "start_date"), Input(ids.DATE_RANGE, "end_date"), home)
    _browser(app, "pickResolution", Input(ids.RESOLUTION, "value"))
    _browser(app, "pickRow", Input(ROWS, "n_clicks"))
    _browser(app, "press", Output(ids.EVENTS_PRESS, "data"), *(Input(pattern, "n_clicks") for pattern in TABLE_BUTTONS))
    buttons = (Output(ids.ANSWER_PRESS, "data"), Output(ANSWERS, "aria-pressed"), Output(ANSWERS, "className"))
    _browser(app, "pressAnswer", *buttons, Input(ANSWERS, "n_clicks"), State(ANSWERS, "aria-pressed"), State(ANSWERS, "id"))
    _browser(app, "showAlert", Input(ids.ALERT_BUTTON, "n_clicks"))
    _browser(app, "pickMark", Input(ids.CHART, "clickData"))
    _browser(app, "pickCell", Input(ids.RISK_LANE, "clickData"), home)
    _browser(app, "pickDay", Input(DAYS, "n_clicks"), home)


def _chart(app: Dash) -> None:
    switches = [Input(name, "value") for name in LAYER_SWITCHES]
    _browser(app, "arrived", Input(ids.HOME, "data"))
    _browser(app, "step", *(Input(name, "n_clicks") for name in STEPS))
    _browser(app, "layers", Output(ids.CHART, "figure", allow_duplicate=True), *switches, State(ids.CHART, "figure"))
    twin = [Output(ids.TABLE_ASK, "data"), Output(ids.TABLE_BUTTON, "children"), Output(ids.TABLE_BUTTON, "aria-expanded")]
    asks = [Input(ids.TABLE_BUTTON, "n_clicks"), Input(TABLE_STEPS, "n_clicks"), Input(ids.CHART_SUMMARY, "children")]
    _browser(app, "tabulate", *twin, *asks, State(ids.TABLE_ASK, "data"))
    marks = [Output(ROWS, "className"), Output(CAUSES, "aria-pressed")]
    rows = (State(ROWS, "id"), State(ROWS, "className"))
    _browser(app, "markRow", *marks, Input(ids.SELECTED, "data"), State(ids.HOME, "data"), *rows)


def _theme(app: Dash) -> None:
    figures = (ids.CHART, ids.RISK_LANE, ids.LIVE_CHART, ids.FORECAST_CHART, ids.FORECAST_TRIAL, FORECAST_PARTS)
    outputs = [Output(name, "figure", allow_duplicate=True) for name in figures]
    drawn = [State(name, "figure") for name in figures]
    close_up = State(ids.CLOSE_UP, "figure", allow_optional=True)
    theme = Output(ids.THEME, "data", allow_duplicate=True)
    _browser(app, "toggleTheme", theme, *outputs, Input(ids.THEME_BUTTON, "n_clicks"), State(ids.TOKENS, "data"), *drawn, close_up)


def _live(app: Dash) -> None:
    _browser(app, "liveArrived", Input(ids.LIVE_DRAWN, "data"))
    _browser(app, "tick", Input(ids.LIVE_TICK, "n_intervals"))
    _browser(app, "pause", Input(ids.LIVE_PAUSE, "n_clicks"))
    _browser(app, "demo", Input(ids.LIVE_DEMO, "n_clicks"))
    _browser(app, "pickLiveCause", Input(LIVE_CAUSES, "n_clicks"))
    _browser(app, "showNews", Input(ids.NEWS_BUTTON, "n_clicks"))


def _forecast(app: Dash) -> None:
    _browser(app, "forecastArrived", Input(ids.FORECAST_DRAWN, "data"))
    _browser(app, "refresh", Input(ids.FORECAST_RESULT, "data"))
    _browser(app, "refresh", Input(ids.FORECAST_KEPT, "data"))
    switches = [Input(name, "value") for name in (ids.FORECAST_BAND_80, ids.FORECAST_BAND_95, ids.FORECAST_EARLIER)]
    chart = Output(ids.FORECAST_CHART, "figure", allow_duplicate=True)
    _browser(app, "aheadLayers", chart, *switches, State(ids.FORECAST_CHART, "figure"))


def _upload(app: Dash) -> None:
    _browser(app, "refresh", Input(ids.PENDING_RESULT, "data"))
    _browser(app, "refresh", Input(ids.ANSWER_KEPT, "data"))
    _browser(app, "refreshed", Input(ids.REFRESH, "data"))
    _browser(app, "phase", Input(ids.UPLOAD_PHASE, "data-phase"))
    _browser(app, "closeUpload", Input(ids.UPLOAD_CLOSE, "n_clicks"))
    _browser(app, "cancelUpload", Input(ids.UPLOAD_CANCEL, "n_clicks"))
    _browser(app, "dialogMoved", Input(ids.UPLOAD_DIALOG, "is_open"))
    buttons = [(ids.UPLOAD_AGAIN, "className"), (ids.UPLOAD_AGAIN_WORDS, "children"), (ids.UPLOAD_SHOW, "className")]
    choices = (ids.UPLOAD_ZONE, ids.UPLOAD_STAMP, ids.UPLOAD_DATE_ORDER, ids.UPLOAD_REGISTER, ids.UPLOAD_UNIT)
    _browser(
        app,
        "offerToRead",
        *(Output(name, prop) for name, prop in (*buttons, (ids.UPLOAD_SHOW, "children"))),
        *(Input(name, "value") for name in choices),
        State(ids.UPLOAD_ACTIONS, "data-as-read"),
    )


def _settings(app: Dash) -> None:
    add = (Input(ids.CHANNEL_ADD, "n_clicks"), Input(ids.CHANNEL_ADDRESS, "n_submit"))
    _browser(app, "askOnce", Output(ids.CHANNEL_ONCE, "data"), *add)
    _browser(app, "askOnce", Output(ids.TEST_ONCE, "data"), Input(CHANNEL_TESTS, "n_clicks"))
    _browser(app, "askOnce", Output(ids.TOKEN_ONCE, "data"), Input(ids.TOKEN_ADD, "n_clicks"))
