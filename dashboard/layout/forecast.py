"""The Forecast page: what is asked, whether one is being made, the days ahead, what they are made of, and how far to trust them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import dash_bootstrap_components as dbc
from dash import dcc, html
from dash.development.base_component import Component

from dashboard import ids
from dashboard.figures import forecast as ahead_figure
from dashboard.figures import trial as trial_figure
from dashboard.layout import states
from dashboard.layout.files import chart_menu
from dashboard.layout.pieces import aria, button, heading, icon
from dashboard.pages import FORECAST
from wattsup_core.forecast_rhythm import ForecastRhythm
from wattsup_core.types import ForecastConfig, ForecastMethod
from wattsup_core.view_models import DAYS_AHEAD, FORECAST_METHODS, MOST_DAYS_AHEAD

METHOD_LABELS = {
    ForecastMethod.AUTO: "Best",
    ForecastMethod.PROPHET: "Prophet",
    ForecastMethod.SEASONAL_NAIVE: "Last week",
    ForecastMethod.FOUR_WEEKS: "Four weeks",
}
RHYTHM_LABELS = {
    ForecastRhythm.DAILY: "every day",
    ForecastRhythm.WEEKLY: "every week",
    ForecastRhythm.OFF: "only when asked",
}
STEPS = {
    "": "Making the forecast",
    "waiting": "Waiting for other work to finish",
    "testing": "Trying each method on the meter's past",
    "forecasting": "Forecasting the days ahead",
    "saving": "Saving the forecast",
}


def content() -> list[Component]:
    """The page before anything is known."""
    body = [
        html.Dl(states.figures_skeleton(), id=ids.FORECAST_FIGURES, className="figures"),
        _chart_card(),
        html.Div([_parts_card(), _trial_card()], className="lower forecast-lower"),
        html.Section(
            [html.Div(heading("Month by month", name="months-heading"), className="card-head"), html.Div(id=ids.FORECAST_MONTHS)],
            className="card",
            **aria(labelledby="months-heading"),
        ),
    ]
    return [
        _head(),
        _work(),
        html.Div(id=ids.FORECAST_NOTE),
        html.Div(states.chart_skeleton(), id=ids.FORECAST_STATE, className="forecast-state"),
        html.Div(body, id=ids.FORECAST_BODY, className="forecast-body", hidden=True),
    ]


def _head() -> html.Div:
    days = [{"label": f"{days} d", "value": days} for days in DAYS_AHEAD]
    methods = [{"label": METHOD_LABELS[method], "value": method.value} for method in FORECAST_METHODS]
    title = html.Div(
        [
            html.H1(FORECAST.name, className="live-title"),
            _segments(ids.FORECAST_DAYS, days, ForecastConfig.days, "Days ahead"),
            _other_days(),
            _segments(ids.FORECAST_METHOD, methods, ForecastConfig.method.value, "Method"),
        ],
        className="live-head-title",
    )
    tools = [
        button([icon("arrow-repeat"), html.Span("Make it anew")], id=ids.FORECAST_AGAIN),
        _download(),
    ]
    return html.Div([title, html.Div(tools, className="live-tools"), _made_line()], className="live-head forecast-head")


def _other_days() -> html.Div:
    """A field for any other number of days."""
    given = {"type": "number", "min": 1, "max": MOST_DAYS_AHEAD, "step": 1, "debounce": True, "inputmode": "numeric"}
    field = dbc.Input(id=ids.FORECAST_OTHER_DAYS, class_name="other-days", **given)
    return html.Div([html.Label("or", htmlFor=ids.FORECAST_OTHER_DAYS), field, html.Span("days")], className="rhythm")


def _made_line() -> html.Div:
    """When the forecast was made and is made next, and how often it is made by itself."""
    options = [{"label": label, "value": rhythm.value} for rhythm, label in RHYTHM_LABELS.items()]
    choice = dbc.Select(id=ids.FORECAST_RHYTHM, options=options, value=ForecastRhythm.DAILY.value, class_name="rhythm-select")
    rhythm = html.Div([html.Label("Made anew", htmlFor=ids.FORECAST_RHYTHM), choice], className="rhythm")
    made = html.P(id=ids.FORECAST_MADE, className="forecast-made", role="status")
    return html.Div([made, rhythm], id=ids.FORECAST_MADE_LINE, className="forecast-made-line", hidden=True)


def _segments(name: str, options: Sequence[Mapping[str, object]], value: object, label: str) -> html.Div:
    choice = dbc.RadioItems(
        id=name,
        name=name,  # one stop for the tab key, arrows within
        options=list(options),
        value=value,
        class_name="segments",
        input_class_name="btn-check",
        label_class_name="segment",
        label_checked_class_name="segment-on",
    )
    return html.Div(choice, role="radiogroup", className="segments-holder", **aria(label=label))


def _work() -> html.Div:
    """Tells of a forecast being made; the job shows and hides it."""
    return html.Div(
        [
            icon("hourglass-split"),
            html.Span(id=ids.FORECAST_WHY),
            html.Span(f"{STEPS['']} …", id=ids.FORECAST_STEP, role="status"),
            html.Div(
                dbc.Progress(id=ids.FORECAST_PROGRESS, value=0, class_name="pending-bar"),
                className="forecast-progress",
            ),
            button("Cancel", id=ids.FORECAST_CANCEL),
        ],
        id=ids.FORECAST_WORK,
        className="banner",
        hidden=True,
    )


def _download() -> dbc.DropdownMenu:
    """The chart as it is seen, and the hours ahead."""
    return chart_menu(
        ids.FORECAST_MENU,
        ids.FORECAST_PNG,
        ids.FORECAST_SVG,
        ids.FORECAST_PDF,
        dbc.DropdownMenuItem(divider=True),
        html.A("Hours ahead (CSV)", id=ids.FORECAST_CSV, href="", className="dropdown-item", download=""),
    )


def _chart_card() -> html.Section:
    title = html.Div(html.H2("Daily energy", className="card-heading", id=ids.FORECAST_HEADING), className="card-head-title")
    shown = (
        (ids.FORECAST_BAND_80, "80 % band", True),
        (ids.FORECAST_BAND_95, "95 % band", True),
        (ids.FORECAST_EARLIER, "Earlier forecast", False),
    )
    switches = [dbc.Switch(id=name, label=label, value=value, class_name="layer-switch") for name, label, value in shown]
    graph = dcc.Graph(id=ids.FORECAST_CHART, figure={"data": [], "layout": {}}, config=ahead_figure.CONFIG, responsive=True)
    described = aria(labelledby=ids.FORECAST_HEADING, describedby=ids.FORECAST_SUMMARY)
    return html.Section(
        [
            html.Div(
                [title, html.Div(switches, className="switches", role="group", **aria(label="Layers of the chart"))], className="card-head"
            ),
            html.Div(graph, className="forecast-graph", role="img", **described),
            html.P(id=ids.FORECAST_SUMMARY, className="visually-hidden"),
            html.P(id=ids.FORECAST_CAME, className="forecast-came"),
            html.Details([html.Summary("Show as table"), html.Div(id=ids.FORECAST_TABLE)], className="forecast-days"),
        ],
        className="card chart-card",
        **aria(labelledby=ids.FORECAST_HEADING),
    )


def _parts_card() -> html.Section:
    return html.Section(
        [
            html.Div(heading("What it is made of", name="parts-heading"), className="card-head"),
            html.Div(id=ids.FORECAST_PARTS, className="forecast-parts"),
        ],
        className="card",
        **aria(labelledby="parts-heading"),
    )


def _trial_card() -> html.Section:
    graph = dcc.Graph(id=ids.FORECAST_TRIAL, figure={"data": [], "layout": {}}, config=trial_figure.CONFIG, responsive=True)
    described = aria(labelledby="trial-heading", describedby=ids.FORECAST_TRIAL_SUMMARY)
    return html.Section(
        [
            html.Div(
                [heading("How it did before", name="trial-heading"), html.P(id=ids.FORECAST_ROUNDS, className="forecast-made")],
                className="card-head",
            ),
            html.Div(
                [
                    html.Div(graph, className="trial-graph", role="img", **described),
                    html.P(
                        "Line: measured. Dots: foretold. A shade for every other round.", className="forecast-made", **aria(hidden="true")
                    ),
                ],
                id=ids.FORECAST_TRIAL_HOLDER,
            ),
            html.P(id=ids.FORECAST_TRIAL_SUMMARY, className="visually-hidden"),
            html.Div(id=ids.FORECAST_TRUST, className="forecast-trust"),
        ],
        className="card",
        **aria(labelledby="trial-heading"),
    )
