"""The Overview's head: range row, banner and the figures."""

from __future__ import annotations

import dash_bootstrap_components as dbc
from dash import dcc, html

from dashboard import format as words
from dashboard import ids
from dashboard.layout.pieces import Children, aria, icon, quantity, upload_opener
from wattsup_core.view_models import AlwaysOnFigure, AnomalyFigure, CostFigure, EnergyFigure, OverviewView

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
    return " · ".join((words.interval(view.interval_minutes), view.timezone, words.completeness(view.completeness_pct)))


def banner(view: OverviewView) -> list[html.Div]:
    """The sample banner when the meter is the sample, and a line for each notice."""
    lines = [sample_banner()] if view.is_sample else []
    return lines + [html.Div([icon("info-circle"), html.Span(notice)], className="notice-line") for notice in view.notices]


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
    """Energy used, cost, anomalies and always-on load, each with its unit and one line of meaning."""
    return [
        _energy(view.energy, view.preset),
        _cost(view.cost, view.currency),
        _anomalies(view.anomalies, view.currency),
        _always_on(view.always_on),
    ]


def _figure(label: str, value: Children, line: Children, extra: str = "") -> html.Div:
    return html.Div(
        [
            html.Dt(label, className="figure-label"),
            html.Dd(value, className="figure-value"),
            html.Dd(line, className="figure-line"),
        ],
        className=f"card figure {extra}".strip(),
    )


def _energy(energy: EnergyFigure, preset: str | None) -> html.Div:
    before = f"the {PRESET_WORDS[preset]} before" if preset in PRESET_WORDS else f"the {_days(energy.days)} before"
    if energy.change_pct is None:
        line: Children = f"{_days(energy.days)} of readings"
    else:
        line = [_change(energy.change_pct, words.percent(abs(energy.change_pct))), f" on {before}"]
    return _figure("Energy used", quantity(*words.energy_parts(energy.kwh)), line)


def _days(days: float) -> str:
    return words.count(round(days), "day") if days >= 1 else words.count(max(1, round(days * 24)), "hour")


def _change(change: float, size: str) -> html.Span:
    """An arrow and a size; more use is a worsening, less an improvement."""
    if round(abs(change)) == 0:
        return html.Span("no change", className="quantity")
    arrow, way, tone = ("▲", "up", "worse") if change > 0 else ("▼", "down", "better")
    return html.Span(
        [html.Span(arrow, **aria(hidden="true")), html.Span(f"{way} ", className="visually-hidden"), f" {size}"],
        className=f"quantity {tone}",
    )


def _cost(cost: CostFigure, currency: str) -> html.Div:
    line = f"{cost.tariff_name} {words.price(cost.price_per_kwh, currency)} · {words.money(cost.cost_per_day, currency)} a day"
    return _figure("Cost", quantity(words.money(cost.cost, currency)), line)


def _anomalies(anomalies: AnomalyFigure, currency: str) -> html.Div:
    if not anomalies.count:
        return _figure("Anomalies", quantity("0"), "nothing out of character")
    value = [quantity(f"{anomalies.count:,}")]
    if anomalies.new_count:
        value.append(html.Span(f"{anomalies.new_count:,} new", className="unit"))
    if anomalies.excess_kwh > 0:
        line = f"cost you {words.kwh(anomalies.excess_kwh)} · {words.money(anomalies.cost, currency)}"
    else:
        line = "no extra energy used"
    return _figure("Anomalies", value, line, "figure-alert")


def _always_on(load: AlwaysOnFigure) -> html.Div:
    if load.watts is None:
        return _figure("Always-on load", quantity(words.NONE), "needs a few days of readings")
    if load.change_watts is None:
        line: Children = "power that is always drawn"
    elif load.since is None:
        line = [_change(load.change_watts, words.watts(abs(load.change_watts))), " on the period before"]
    else:
        line = [_change(load.change_watts, words.watts(abs(load.change_watts))), f" since {words.day(load.since)}"]
    return _figure("Always-on load", quantity(*words.power_parts(load.watts)), line)
