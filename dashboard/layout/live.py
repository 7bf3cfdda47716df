"""The Live page: whether readings come in, four figures, the chart of the newest readings, and the anomalies among them."""

from __future__ import annotations

import dash_bootstrap_components as dbc
from dash import dcc, html
from dash.development.base_component import Component

from dashboard import format as words
from dashboard import ids
from dashboard.figures import live as live_figure
from dashboard.layout import states
from dashboard.layout.live_events import anomalies_card, nothing
from dashboard.layout.pieces import Children, aria, button, icon, quantity, unbroken
from dashboard.pages import LIVE
from wattsup_core.types import Channel
from wattsup_core.view_models import SPANS, DemandFigure, LiveView

SPAN_LABELS = {"1h": "1 h", "6h": "6 h", "24h": "24 h"}
SPAN_WORDS = {"1h": "Last hour", "6h": "Last 6 hours", "24h": "Last 24 hours", "": "Last 24 readings"}
BLOCK_WORDS = {15.0: "quarter-hour", 30.0: "half-hour", 60.0: "hour", 1440.0: "day"}


def content() -> list[Component]:
    """The page before anything is known."""
    return [
        html.Div([_status(), _tools()], className="live-head"),
        html.P(id=ids.LIVE_DEMO_NOTE, className="notice-line live-demo-note", role="status"),
        html.Div(id=ids.LIVE_NOTE),
        html.Dl(states.figures_skeleton(), id=ids.LIVE_FIGURES, className="figures"),
        _chart_card(),
        anomalies_card(),
    ]


def _status() -> html.Div:
    """Name of the page and whether readings come in; the browser writes the latter."""
    dot = html.Span(className="live-dot", **aria(hidden="true"))
    pill = html.Div([dot, html.Span("No live data", className="live-status-text")], id=ids.LIVE_STATUS, className="live-status")
    return html.Div([html.H1(LIVE.name, className="live-title"), pill], className="live-head-title")


def _tools() -> html.Div:
    spans = dbc.RadioItems(
        id=ids.LIVE_SPAN,
        name=ids.LIVE_SPAN,  # one stop for the tab key, arrows within
        options=[{"label": SPAN_LABELS[span], "value": span} for span in SPANS],
        value=None,
        class_name="segments",
        input_class_name="btn-check",
        label_class_name="segment",
        label_checked_class_name="segment-on",
    )
    return html.Div(
        [
            html.Div(spans, role="radiogroup", className="segments-holder", **aria(label="Length of the chart")),
            button([icon("pause-fill"), html.Span("Pause")], id=ids.LIVE_PAUSE, **aria(pressed="false")),
            button([icon("play-fill"), html.Span("Demo stream")], kind="primary", id=ids.LIVE_DEMO),
        ],
        className="live-tools",
    )


def span_options(view: LiveView) -> list[dict[str, object]]:
    """The spans; one that would hold too few readings of the meter cannot be chosen."""
    return [{"label": SPAN_LABELS[span], "value": span, "disabled": span not in view.spans} for span in SPANS]


def _chart_card() -> html.Section:
    title = html.Div(html.H2("Last hour", className="card-heading", id=ids.LIVE_HEADING), className="card-head-title")
    switches = [
        dbc.Switch(id=ids.LIVE_BAND, label="Expected band", value=True, class_name="layer-switch"),
        dbc.Switch(id=ids.LIVE_ANOMALIES, label="Anomalies", value=True, class_name="layer-switch"),
    ]
    graph = dcc.Graph(id=ids.LIVE_CHART, figure={"data": [], "layout": {}}, config=live_figure.CONFIG, responsive=True)
    described = aria(labelledby=ids.LIVE_HEADING, describedby=ids.LIVE_SUMMARY)
    return html.Section(
        [
            html.Div(
                [title, html.Div(switches, className="switches", role="group", **aria(label="Layers of the chart"))], className="card-head"
            ),
            html.Div(
                [
                    html.Div(graph, className="live-graph", role="img", **described),
                    html.Div(states.chart_skeleton(), id=ids.LIVE_CHART_STATE, className="chart-state"),
                ],
                className="chart-stage",
            ),
            html.P(id=ids.LIVE_SUMMARY, className="visually-hidden"),
        ],
        className="card chart-card",
        **aria(labelledby=ids.LIVE_HEADING),
    )


def figures_row(view: LiveView, is_current: bool = True, is_today: bool = True) -> list[html.Div]:
    """Power now, energy today, the peak watch, and today's anomalies; of a meter that is silent, those of its last reading and day.

    What comes in from a replay is current, though its day is not today.
    """
    day = day_words(view, is_today)
    return unbroken(
        [_power(view, is_current), _today(view, is_current, day), _demand(view.demand, is_current), _anomalies(view, is_current, day)]
    )


def day_words(view: LiveView, is_today: bool = True) -> str:
    """``"today"``, or the last day there are readings of."""
    return "today" if is_today else f"on {words.this_day(view.today.day)}"


def listed_words(view: LiveView, is_today: bool = True) -> str:
    """What the table's rows are of: the day, or since when where an event of the window was over before that day."""
    if len(view.events_today) == len(view.events):
        return day_words(view, is_today)
    return f"since {words.this_day(words.local(view.start, view.timezone))}"


def _figure(label: str, value: Children, line: Children, extra: str = "") -> html.Div:
    cells = [html.Dt(label, className="figure-label"), html.Dd(value, className="figure-value"), html.Dd(line, className="figure-line")]
    return html.Div(cells, className=f"card figure {extra}".strip())


def _power(view: LiveView, is_current: bool) -> html.Div:
    power, is_sent = view.power, view.channel is Channel.EXPORT
    label = ("Sent right now" if is_sent else "Right now") if is_current else "Last reading"
    if power is None:
        return _figure(label, quantity(words.NONE), "no reading in this window")
    if power.lower_kw is None or power.upper_kw is None:
        line = "what is usual is not known yet"
    else:
        line = f"usually {words.power_span(power.lower_kw, power.upper_kw)} at this time"
    return _figure(label, quantity(words.kilowatts(power.kw), "kW"), line, "figure-red" if power.is_anomaly else "")


def _today(view: LiveView, is_current: bool, day: str) -> html.Div:
    today = view.today
    number, unit = words.energy_parts(today.kwh)
    more = unit if today.cost is None else f"{unit} ·{words.NO_BREAK}{words.money(today.cost, view.currency)}"
    by = "now" if is_current else "then"
    line = f"usual by {by}: {'not known yet' if today.usual_kwh is None else words.kwh(today.usual_kwh)}"
    sent = "Sent " if view.channel is Channel.EXPORT else ""
    label = f"{sent}{day}{' so far' if is_current else ''}"
    return _figure(label[0].upper() + label[1:], quantity(number, more), line)


def _demand(demand: DemandFigure, is_current: bool) -> html.Div:
    """What the running quarter of an hour comes to; of a meter that reads less often, what the last interval was."""
    block = BLOCK_WORDS.get(demand.block_minutes, f"{words.interval_label(demand.block_minutes)}")
    is_running = demand.minutes_left is not None
    label = f"This {block}" if is_running and is_current else f"Last {block}"
    if demand.kw is None:
        return _figure(label, quantity(words.NONE), "no reading yet")
    peak = "no peak this month yet" if demand.peak_kw is None else f"month's peak {words.kilowatts(demand.peak_kw)} kW"
    is_peak = demand.peak_kw is not None and demand.kw > demand.peak_kw
    told = f"over the {peak}" if is_peak else peak
    left = f" · {words.minutes_left(demand.minutes_left)}" if demand.minutes_left is not None and is_current else ""
    unit = ("kW at this pace" if is_current else "kW at that pace") if is_running else "kW"
    return _figure(label, quantity(words.kilowatts(demand.kw), unit), f"{told}{left}")


def _anomalies(view: LiveView, is_current: bool, day: str) -> html.Div:
    events, label = [event for event in view.events_today if not event.is_expected], f"Anomalies {day}"
    if not events:
        return _figure(label, quantity("0"), nothing(view, is_current))
    newest = next((event for event in events if view.is_on(event)), events[0])
    began = f"{words.local(newest.start, view.timezone):%H:%M}"
    if newest.start < view.today_start:
        began = words.when(newest.start, view.timezone)
    ended = f"{words.local(newest.end, view.timezone):%H:%M}"
    on = "still on" if is_current else "on at the last reading"
    line = f"started {began}, {on}" if view.is_on(newest) else f"the last from {began} to {ended}"
    return _figure(label, quantity(str(len(events))), line)


def summary(view: LiveView) -> str:
    """The window in words, for those who do not see the chart."""
    first = view.start.timestamp()
    known = [value for at, value in zip(view.series.seconds, view.series.actual, strict=True) if value is not None and at >= first]
    if not known:
        return f"{view.meter_name}: no readings in this window."
    span = f"{words.when(view.start, view.timezone)} to {words.when(view.end, view.timezone)}"
    lowest, highest = (words.kilowatts(value) for value in (min(known), max(known)))
    count = words.count(len([event for event in view.events if event.end > view.start and not event.is_expected]), "anomaly", "anomalies")
    return f"{view.meter_name}, {span}. Between {lowest} and {highest} kW. {count}."
