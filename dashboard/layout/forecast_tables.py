"""The Forecast page's tables: months, days, methods; and the small charts of what it is made of."""

from __future__ import annotations

from dash import dcc, html

from dashboard import format as words
from dashboard import ids
from dashboard.figures import influence
from dashboard.layout.forecast_figures import METHOD_NAMES, better_words, energy_range, error, money_range
from dashboard.layout.pieces import aria, data, icon, unbroken
from wattsup_core.types import Forecast, ForecastComponent, ForecastMethod, MonthForecast
from wattsup_core.view_models import ForecastView

PLAIN = (ForecastMethod.SEASONAL_NAIVE, ForecastMethod.FOUR_WEEKS)
UNITS = {"trend": "kWh a day", "daily": "kWh an hour, more or less than the mean"}
ADDED = "kWh a day, more or less than usual"


def _table(caption: str, header: list[str], rows: list[list[str]], chosen: int | None = None) -> html.Div:
    """A table whose first column names the row; `chosen` is the row that stands out."""
    head = html.Thead(html.Tr([html.Th(text, scope="col") for text in header]))
    body = [
        html.Tr(
            [
                html.Th(row[0], scope="row"),
                *(html.Td(cell, **data(label=name)) for name, cell in zip(header[1:], row[1:], strict=True)),
            ],
            className="is-chosen" if place == chosen else None,
        )
        for place, row in enumerate(rows)
    ]
    table = html.Table([html.Caption(caption, className="visually-hidden"), head, html.Tbody(body)], className="forecast-table")
    return html.Div(unbroken(table), className="forecast-table-holder", tabIndex=0, role="region", **aria(label=caption))


def months(view: ForecastView, made: Forecast) -> html.Div:
    """What each month comes to, with what was read of it."""
    has_cost = made.cost is not None
    header = ["Month", "Read so far", "Comes to", "80 % sure", *(["Cost", "80 % sure of cost"] if has_cost else [])]
    return _table("Energy by month", header, [_month(view, month, has_cost) for month in made.months])


def _month(view: ForecastView, month: MonthForecast, has_cost: bool) -> list[str]:
    name = f"{month.first_day:%B %Y}" + ("" if month.is_whole else ", in part")
    read = words.kwh(month.measured_kwh) if month.measured_kwh > 0 else words.NONE
    row = [name, read, words.kwh(month.kwh.value), energy_range(month.kwh)]
    if has_cost and month.cost is not None:
        row += [words.money(month.cost.value, view.currency), money_range(month.cost, view.currency)]
    return row


def days(view: ForecastView) -> html.Div:
    """Each day ahead."""
    rows = [
        [
            f"{each.day:%a} {words.this_day(each.day)}" + (f", {each.holiday}" if each.holiday else ""),
            words.kwh(each.kwh.value),
            energy_range(each.kwh),
            f"{words.amount(each.kwh.lower_95)} {words.DASH} {words.amount(each.kwh.upper_95)} kWh",
        ]
        for each in view.days
    ]
    return _table("Energy by day", ["Day", "Forecast", "80 % sure", "95 % sure"], rows)


def trust(made: Forecast) -> list[html.Div | html.P]:
    """How far off each method was on days that have been, in a sentence and a table; then what else there is to know."""
    told: list[html.Div | html.P] = [html.P(made.trust, className="forecast-sentence")]
    if better := better_words(made):
        told.append(html.P(better, className="forecast-sentence"))
    if made.backtest is not None:
        told += [methods(made), html.P(_coverage(made), className="forecast-made")]
    told += [html.Div([icon("info-circle"), html.Span(note)], className="notice-line") for note in made.notes]
    return unbroken(told)


def methods(made: Forecast) -> html.Div:
    """Ours, last week again, the mean of four weeks, and what else was tried."""
    scores = made.backtest.scores if made.backtest else ()
    order = sorted(scores, key=lambda score: (score.method is not made.method, score.method in PLAIN, score.error_kwh))
    rows = [[METHOD_NAMES[score.method], error(score), words.kwh(score.error_kwh), f"{words.number(score.mase, 2)} ×"] for score in order]
    header = ["Method", "Off a day", "in energy", "against last week"]
    return _table("How each method did before", header, rows, chosen=0 if order and order[0].method is made.method else None)


def _coverage(made: Forecast) -> str:
    if made.backtest is None:
        return ""
    held_80, held_95 = (words.percent(share) for share in (made.backtest.coverage_80_pct, made.backtest.coverage_95_pct))
    return f"The 80 % band held {held_80} of those days, the 95 % band {held_95}."


def trial_words(made: Forecast) -> tuple[str, str]:
    """How many rounds of how many days, and the chart of them in words."""
    tried = made.backtest
    if tried is None:
        return "", "Not tested on the past yet."
    rounds = f"{words.count(len(tried.origins), 'round')} of {words.count(tried.days_each, 'day')}"
    span = f"{words.this_day(tried.first_day)} to {words.this_day(tried.last_day)}"
    return rounds, f"Measured and foretold energy of each day, {span}, {rounds}. {made.trust}"


def parts(made: Forecast, theme: str) -> list[html.Div]:
    """A small chart for each influence that says something."""
    shown = [part for part in made.components if len(part.kwh) > 0]
    return [_part(part, theme) for part in shown] or [html.Div("The history is too short to tell.", className="notice-text")]


def _part(part: ForecastComponent, theme: str) -> html.Div:
    name = f"part-{part.name}"
    graph = dcc.Graph(
        id={"type": ids.FORECAST_PART, "name": part.name}, figure=influence.draw(part, theme), config=influence.CONFIG, responsive=True
    )
    unit = UNITS.get(part.name, ADDED)
    title = html.H3([part.title, html.Span(f" {unit}", className="part-unit")], className="part-title", id=name)
    most, least = (pick(range(len(part.kwh)), key=part.kwh.__getitem__) for pick in (max, min))
    labels = influence.said_labels(part)
    named = [f"{labels[place]}, {_amount(part, place)}" for place in (most, least)]
    said = f"The most: {named[0]}. The least: {named[1]}."
    described = html.P(said, className="visually-hidden", id=f"{name}-words")
    holder = html.Div(graph, className="part-graph", role="img", **aria(labelledby=name, describedby=f"{name}-words"))
    return html.Div([title, holder, described], className="forecast-part")


def _amount(part: ForecastComponent, place: int) -> str:
    """The energy of the trend, or what an influence adds to it."""
    added_kwh = part.kwh[place]
    if part.name == "trend":
        return words.kwh(added_kwh)
    told = words.number(added_kwh, 2)
    return f"+{told} kWh" if added_kwh > 0 and told.strip("0.") else f"{told} kWh"
