"""The chart card: switches, resolution, zoom buttons, download menu, chart and risk lane, and the chart in words."""

from __future__ import annotations

import dash_bootstrap_components as dbc
from dash import dcc, html

from dashboard import format as words
from dashboard import ids
from dashboard.figures import axes, risk_lane, timeline, traces
from dashboard.layout import states
from dashboard.layout.files import chart_menu
from dashboard.layout.pieces import aria, button, heading, icon, icon_button
from dashboard.layout.twin import twin_holder
from dashboard.layout.window_sums import sums_holder
from wattsup_core.view_models import Marker, Resolution, SeriesView

LABELS = {Resolution.AUTO: "Auto", Resolution.HOUR: "Hour", Resolution.DAY: "Day"}


def chart_card() -> html.Section:
    """The card with every control; the figures are set later."""
    return html.Section(
        [
            html.Div([heading("Usage and what was expected", name="chart-heading"), _toolbar()], className="card-head chart-head"),
            html.Div(
                [
                    html.Div(
                        dcc.Graph(id=ids.CHART, figure={"data": [], "layout": {}}, config=timeline.CONFIG, responsive=True),
                        className="chart-graph",
                        role="img",
                        **aria(labelledby="chart-heading", describedby=ids.CHART_SUMMARY),
                    ),
                    html.Div(
                        dcc.Graph(id=ids.RISK_LANE, figure={"data": [], "layout": {}}, config=risk_lane.CONFIG, responsive=True),
                        className="risk-graph",
                        role="img",
                        **aria(label="Each day by its worst anomaly; Show as table lists the days"),
                    ),
                    html.Div(states.chart_skeleton(), id=ids.CHART_STATE, className="chart-state"),
                ],
                className="chart-stage",
            ),
            html.P(id=ids.CHART_SUMMARY, className="visually-hidden", **aria(live="polite")),
            sums_holder(),
            twin_holder(),
        ],
        id=ids.CHART_CARD,
        className="card chart-card",
        **aria(labelledby="chart-heading"),
    )


def _toolbar() -> html.Div:
    return html.Div([_switches(), _resolution(), _zoom(), _download()], className="toolbar")


def _switches() -> html.Div:
    shown = (
        (ids.SWITCH_ANOMALIES, "Anomalies", True),
        (ids.SWITCH_BAND, "Expected band", True),
        (ids.SWITCH_FORECAST, "Forecast", True),
        (ids.SWITCH_AVERAGE, "Moving average", False),
    )
    return html.Div(
        [dbc.Switch(id=name, label=label, value=value, class_name="layer-switch") for name, label, value in shown],
        className="switches",
        role="group",
        **aria(label="Layers of the chart"),
    )


def _resolution() -> html.Div:
    choice = dbc.RadioItems(
        id=ids.RESOLUTION,
        name=ids.RESOLUTION,  # one stop for the tab key, arrows within
        options=resolution_options(15.0),
        value=Resolution.AUTO.value,
        class_name="segments",
        input_class_name="btn-check",
        label_class_name="segment",
        label_checked_class_name="segment-on",
    )
    return html.Div(choice, role="radiogroup", className="segments-holder", **aria(label="Resolution"))


def resolution_options(interval_minutes: float) -> list[dict[str, str]]:
    """Auto, the meter's own interval, hour and day; what is not coarser than the meter's interval is left out."""
    options = [{"label": LABELS[Resolution.AUTO], "value": Resolution.AUTO.value}]
    options.append({"label": words.interval_label(interval_minutes), "value": Resolution.RAW.value})
    coarser = [step for step, minutes in ((Resolution.HOUR, 60), (Resolution.DAY, 1440)) if minutes > interval_minutes]
    return options + [{"label": LABELS[step], "value": step.value} for step in coarser]


def _zoom() -> html.Div:
    return html.Div(
        [
            html.Div(
                [
                    icon_button("chevron-left", "Earlier", id=ids.PAN_LEFT),
                    icon_button("dash-lg", "Zoom out", id=ids.ZOOM_OUT),
                    icon_button("plus-lg", "Zoom in", id=ids.ZOOM_IN),
                    icon_button("chevron-right", "Later", id=ids.PAN_RIGHT),
                ],
                className="icon-group",
                role="group",
                **aria(label="Zoom and pan"),
            ),
            button([icon("arrows-angle-contract"), html.Span("Reset zoom", className="zoom-word")], id=ids.ZOOM_RESET, title="Reset zoom"),
        ],
        className="zoom-tools",
    )


def _download() -> dbc.DropdownMenu:
    """The chart as it is seen, and the rows behind it."""
    return chart_menu(
        ids.DOWNLOAD_MENU,
        ids.DOWNLOAD_PNG,
        ids.DOWNLOAD_SVG,
        ids.DOWNLOAD_PDF,
        dbc.DropdownMenuItem("Points shown (CSV)", id=ids.DOWNLOAD_POINTS),
        dbc.DropdownMenuItem(divider=True),
        html.Div("The range", className="dropdown-header"),
        dbc.DropdownMenuItem("Report (PDF)", id=ids.DOWNLOAD_REPORT),
        dbc.DropdownMenuItem("Report (HTML)", id=ids.DOWNLOAD_REPORT_PAGE),
        html.A("Readings with scores (CSV)", id=ids.DOWNLOAD_READINGS, href="", className="dropdown-item", download=""),
        html.A("Anomalies (CSV)", id=ids.DOWNLOAD_EVENTS, href="", className="dropdown-item", download=""),
    )


def summary(meter_name: str, series: SeriesView) -> str:
    """The chart's window in words, for those who do not see it; what is drawn beside the window does not count."""
    first, last = axes.window(series)
    seen = [value for is_in, value in zip(axes.seen(series), series.actual, strict=True) if value is not None and is_in]
    days = words.date_range(series.start, series.end, series.timezone)
    if not seen:
        return f"{meter_name}, {days}: no readings."
    unit = traces.value_unit(series)
    lowest, highest, mean = (words.amount(value) for value in (min(seen), max(seen), sum(seen) / len(seen)))
    told = [
        f"{meter_name}, {days}, {series.timezone} time.",
        f"Between {lowest} and {highest} {unit}, {mean} {unit} on average.",
        _marked([marker for marker in series.markers if _is_seen(marker, first, last)], series.markers_left_out),
    ]
    return " ".join(told)


def _is_seen(marker: Marker, first: str, last: str) -> bool:
    return marker.start_x < last and marker.end_x > first if marker.is_long else first <= axes.to_second(marker.x) < last


def _marked(markers: list[Marker], left_out: int) -> str:
    """How many anomalies there are, and which are the worst three."""
    if not markers:
        return "No anomalies."
    worst = sorted(markers, key=lambda marker: -marker.severity)[:3]
    named = "; ".join(f"{marker.title}, {traces.clock(marker)}, severity {marker.severity}" for marker in worst)
    many = len(markers) + left_out
    which = ", the worst" if many > len(worst) else ""
    return f"{words.count(many, 'anomaly', 'anomalies')}{which}: {named}."
