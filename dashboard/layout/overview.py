"""The Overview's head: range row, banner and the figures."""

from __future__ import annotations

import dash_bootstrap_components as dbc
from dash import dcc, html

from dashboard import format as words
from dashboard import ids
from dashboard.layout.forecast_figures import energy_range
from dashboard.layout.pieces import Children, aria, data, icon, quantity, unbroken, upload_opener
from dashboard.pages import FORECAST
from wattsup_core.types import Channel
from wattsup_core.view_models import AnomalyFigure, CostFigure, EnergyFigure, OverviewView

LONGEST_ALWAYS_ON_MINUTES = 60
NOTHING = "nothing out of character"
PRESET_LABELS = {"24h": "24 h", "7d": "7 d", "30d": "30 d", "90d": "90 d", "1y": "1 y", "all": "All"}
PRESET_WORDS = {"24h": "24 hours", "7d": "7 days", "30d": "30 days", "90d": "90 days", "1y": "year"}


def range_row() -> html.Section:
    """Presets, date range and, at right, the data's interval, zone and completeness."""
    presets = dbc.RadioItems(
        id=ids.RANGE_PRESET,
        name=ids.RANGE_PRESET,  # one stop for the tab key, arrows within
        options=[{"label": label, "value": value} for value, label in PRESET_LABELS.items()],
        value="30d",
        class_name="segments",
        input_class_name="btn-check",
        label_class_name="segment",
        label_checked_class_name="segment-on",
    )
    dates = html.Div(
        [
            icon("calendar3"),
            dcc.DatePickerRange(
                id=ids.DATE_RANGE,
                display_format="D MMM YYYY",
                month_format="MMMM YYYY",
                first_day_of_week=1,
                minimum_nights=0,
                updatemode="bothdates",
                number_of_months_shown=1,
                start_date_placeholder_text="From",
                end_date_placeholder_text="to",
            ),
        ],
        className="dates",
        role="group",
        **aria(label="First and last day"),
    )
    return html.Section(
        [
            html.Div(presets, role="radiogroup", className="segments-holder", **aria(label="Range")),
            dates,
            html.P(id=ids.FACTS, className="facts"),
        ],
        className="range-row",
        **aria(label="Range shown"),
    )


def facts(view: OverviewView) -> str:
    """``"15-minute readings · Europe/London · 99.6 % complete"``."""
    return unbroken(" · ".join((words.interval(view.interval_minutes), view.timezone, words.completeness(view.completeness_pct))))


def banner(view: OverviewView) -> list[html.Div]:
    """The sample banner when the meter is the sample, and a line for each notice."""
    lines = [sample_banner()] if view.is_sample else []
    return lines + [html.Div([icon("info-circle"), html.Span(unbroken(notice))], className="notice-line") for notice in view.notices]


def sample_banner() -> html.Div:
    """Says that this is sample data; its button opens the upload."""
    return html.Div(
        [
            icon("info-circle"),
            html.Span("Sample data."),
            upload_opener("Upload your own", kind="link"),
        ],
        className="banner",
    )


def figures_row(view: OverviewView) -> list[html.Div]:
    """Energy used, cost, anomalies, always-on load and the days ahead, each with its unit and one line of meaning.

    Energy sent to the grid has no price that WattsUp knows, and nothing that is always on.
    """
    if view.channel is Channel.EXPORT:
        row = [_energy(view), _figure("Cost", quantity(words.NONE), "not priced"), _anomalies_sent(view.anomalies), _ahead(view)]
    else:
        cost, anomalies = _cost(view.cost, view.currency), _anomalies(view.anomalies, view.currency)
        row = [_energy(view), cost, anomalies, _always_on(view), _ahead(view)]
    return unbroken(row)


def _figure(label: str, value: Children, line: Children, extra: str = "") -> html.Div:
    return html.Div(
        [
            html.Dt(label, className="figure-label"),
            html.Dd(value, className="figure-value"),
            html.Dd(line, className="figure-line"),
        ],
        className=f"card figure {extra}".strip(),
    )


def _ahead(view: OverviewView) -> html.Div:
    """The days ahead: energy and cost with their 80 % interval; a link to the page that tells more, or makes the forecast."""
    ahead = view.ahead
    path = FORECAST.path
    word = "Make a forecast" if ahead is None else "See the forecast"
    link = html.A(word, href=f"{path}?meter={view.meter_id}", **data(path=path))
    if ahead is None:
        return _figure("Next 30 days", quantity(words.NONE), [html.Div("Not forecast yet"), link], "figure-ahead")
    sure = f"80 % sure: {energy_range(ahead.kwh)}"
    cost = "" if ahead.cost is None else f" · {words.money(ahead.cost.value, view.currency)}"
    number, unit = words.energy_parts(ahead.kwh.value)
    return _figure(f"Next {words.count(ahead.days, 'day')}", quantity(number, f"{unit}{cost}"), [html.Div(sure), link], "figure-ahead")


def _energy(view: OverviewView) -> html.Div:
    energy, is_sent = view.energy, view.channel is Channel.EXPORT
    if energy.change_pct is None:
        line: Children = f"{_days(energy.days)} of readings"
    else:
        change = _change(energy.change_pct, words.percent(abs(energy.change_pct)), more_is_worse=not is_sent)
        line = [change, f" on {_period_before(energy, view.preset)}"]
    return _figure("Energy sent to the grid" if is_sent else "Energy used", quantity(*words.energy_parts(energy.kwh)), line)


def _period_before(energy: EnergyFigure, preset: str | None) -> str:
    return f"the {PRESET_WORDS[preset]} before" if preset in PRESET_WORDS else f"the {_days(energy.days)} before"


def _days(days: float) -> str:
    return words.count(round(days), "day") if days >= 1 else words.count(max(1, round(days * 24)), "hour")


def _change(change: float, size: str, more_is_worse: bool = True) -> html.Span:
    """An arrow and a size; more use is a worsening, less an improvement, and the other way round for what is sent."""
    if round(abs(change)) == 0:
        return html.Span("no change", className="quantity")
    arrow, way = ("▲", "up") if change > 0 else ("▼", "down")
    tone = "worse" if (change > 0) is more_is_worse else "better"
    return html.Span(
        [html.Span(arrow, **aria(hidden="true")), html.Span(f"{way} ", className="visually-hidden"), f" {size}"],
        className=f"quantity {tone}",
    )


def _cost(cost: CostFigure, currency: str) -> html.Div:
    line = f"{cost.tariff_name} {words.price(cost.price_per_kwh, currency)} · {words.money(cost.cost_per_day, currency)} a day"
    return _figure("Cost", quantity(words.money(cost.cost, currency)), line)


def _anomalies(anomalies: AnomalyFigure, currency: str) -> html.Div:
    if not anomalies.count:
        return _figure(
            "Anomalies", quantity("0", _expected(anomalies)), "nothing that you did not expect" if anomalies.expected else NOTHING
        )
    if anomalies.excess_kwh > 0:
        once = ", overlaps counted once" if anomalies.has_overlaps else ""
        line = f"cost you {words.kwh(anomalies.excess_kwh)} · {words.money(anomalies.cost, currency)}{once}"
    else:
        line = "no extra energy used"
    return _figure("Anomalies", quantity(f"{anomalies.count:,}", _expected(anomalies)), line, "figure-alert")


def _expected(anomalies: AnomalyFigure) -> str:
    """``"+ 2 expected"``, of which nothing else is counted; "" where there are none."""
    return f"+ {anomalies.expected:,} expected" if anomalies.expected else ""


def _anomalies_sent(anomalies: AnomalyFigure) -> html.Div:
    """Of energy sent to the grid more is no loss: how many there are is all that is told."""
    if not anomalies.count:
        return _figure("Anomalies", quantity("0", _expected(anomalies)), NOTHING)
    return _figure("Anomalies", quantity(f"{anomalies.count:,}", _expected(anomalies)), "in what was sent", "figure-alert")


def _always_on(view: OverviewView) -> html.Div:
    load = view.always_on
    if load.watts is None:
        is_coarse = view.interval_minutes > LONGEST_ALWAYS_ON_MINUTES
        needed = "needs a reading every hour at least" if is_coarse else "needs a few days of readings"
        return _figure("Always-on load", quantity(words.NONE), needed)
    if load.change_watts is None:
        line: Children = "power that is always drawn"
    elif load.since is None:
        line = [_change(load.change_watts, words.watts(abs(load.change_watts))), " on the period before"]
    else:
        line = [_change(load.change_watts, words.watts(abs(load.change_watts))), f" since {words.this_day(load.since)}"]
    return _figure("Always-on load", quantity(*words.power_parts(load.watts)), line)
