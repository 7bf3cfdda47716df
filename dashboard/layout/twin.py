"""The chart and the risk lane as tables: for those who do not see them, and for keyboards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from dash import html

from dashboard import format as words
from dashboard import ids
from dashboard.figures import risk_lane, traces
from dashboard.layout.pieces import Child, Children, aria, button, hidden, icon_button, unbroken
from wattsup_core import timegrid
from wattsup_core.view_models import Marker, Resolution, RiskDay, SeriesView

PAGE_SIZE = 24
MOST_DAYS = 31
OPEN, CLOSED = "Hide the table", "Show as table"


@dataclass(frozen=True)
class _Page:
    """Rows of the table: positions in the series, page number from 0, pages."""

    rows: range
    number: int
    pages: int
    total: int


def twin_holder() -> html.Div:
    """The button that opens the tables, and their place; they are set later."""
    opener = button(CLOSED, kind="link", id=ids.TABLE_BUTTON, **aria(expanded="false", controls=ids.CHART_TABLE))
    return html.Div([opener, html.Div(id=ids.CHART_TABLE, className="twin-tables")], className="twin")


def tables(series: SeriesView, risk: Sequence[RiskDay], page: int) -> Children:
    """The points of the chart's window on page `page` (brought into range), and the days of the range that have anomalies."""
    return [_points(series, page), _days(risk)]


def _points(series: SeriesView, page: int) -> html.Section:
    shown = _page(len(series.x), page)
    unit = traces.value_unit(series)
    head = ("Local time", f"Measured, {unit}", f"Usual, {unit}", "Anomaly")
    table = html.Table(
        [
            html.Caption(_caption(series), className="twin-caption"),
            html.Thead(html.Tr([html.Th(label, scope="col") for label in head])),
            html.Tbody([_row(series, at) for at in shown.rows]),
        ],
        className="twin-table",
    )
    return html.Section([html.Div(table, className="twin-scroll"), _pager(shown)], **aria(label="Readings shown in the chart"))


def _page(total: int, page: int) -> _Page:
    pages = max(1, -(-total // PAGE_SIZE))
    number = min(max(page, 0), pages - 1)
    return _Page(range(number * PAGE_SIZE, min((number + 1) * PAGE_SIZE, total)), number, pages, total)


def _caption(series: SeriesView) -> str:
    days = words.date_range(series.start, series.end, series.timezone)
    if not series.shown:
        return f"{days}: no readings."
    if series.resolution is Resolution.RAW and series.shown < series.total:
        few = f"the {series.shown:,} of {series.total:,} readings that the chart shows"
        return f"{days}: {few}, the highest and the lowest of each stretch among them."
    return f"{days}, {series.timezone} time."


def _row(series: SeriesView, at: int) -> html.Tr:
    actual, lower, upper = series.actual[at], series.lower[at], series.upper[at]
    usual = words.NONE if lower is None or upper is None else f"{words.amount(lower)}{words.DASH}{words.amount(upper)}"
    begins, ends = series.seconds[at], _end(series, at)
    inside = [marker.title for marker in series.markers if _touches(marker, begins, ends)]
    return html.Tr(
        [
            html.Th(_clock(series.x[at], series.resolution), scope="row"),
            html.Td("no reading" if actual is None else words.amount(actual), className="quantity"),
            html.Td(usual, className="quantity"),
            html.Td(unbroken("; ".join(inside)) if inside else [html.Span(words.NONE, **aria(hidden="true")), hidden("none")]),
        ]
    )


def _touches(marker: Marker, begins: int, ends: int) -> bool:
    """Whether an event touches the span from `begins` to `ends` [epoch s]."""
    return marker.start_seconds < ends and marker.end_seconds > begins


def _end(series: SeriesView, at: int) -> int:
    """The end [epoch s] of the hour or day that a row tells of, or of its first second: a local day may have 23 or 25 hours."""
    begins = series.seconds[at]
    if series.resolution is not Resolution.DAY:
        return begins + (timegrid.SECONDS_PER_HOUR if series.resolution is Resolution.HOUR else 1)
    tomorrow = timegrid.to_wall(timegrid.datetime_from_epoch(begins), series.timezone) + timedelta(days=1)
    return timegrid.epoch_of(timegrid.from_wall(tomorrow, series.timezone))


def _clock(x: str, resolution: Resolution) -> str:
    moment = datetime.fromisoformat(x)
    named = f"{moment:%a} {words.day(moment, with_year=True)}"
    return named if resolution is Resolution.DAY else f"{named}, {moment:%H:%M}"


def _pager(shown: _Page) -> Child:
    if shown.pages == 1:
        return None
    step = {"type": ids.TABLE_PAGE_BUTTON}
    told = f"{shown.rows.start + 1:,}{words.DASH}{shown.rows.stop:,} of {shown.total:,}"
    return html.Nav(
        [
            html.Span(told, className="pager-text", role="status"),
            icon_button("chevron-left", "Earlier readings", id=step | {"step": -1}, disabled=shown.number == 0),
            icon_button("chevron-right", "Later readings", id=step | {"step": 1}, disabled=shown.number == shown.pages - 1),
        ],
        className="pager",
        **aria(label="Pages of readings"),
    )


def _days(risk: Sequence[RiskDay]) -> html.Section:
    """The worst days first; the button of a day zooms the chart to it, as a click on its cell does."""
    flagged = sorted((day for day in risk if day.events), key=lambda day: (-day.severity, day.day))
    told = f"{words.count(len(flagged), 'day')} of {len(risk):,} with an anomaly"
    if len(flagged) > MOST_DAYS:
        told += f"; the worst {MOST_DAYS} are listed"
    buttons = html.Ul([html.Li(_day(day)) for day in flagged[:MOST_DAYS]], className="twin-days")
    return html.Section([html.H3("Days", className="why-subhead"), html.P(f"{told}.", className="twin-caption"), buttons])


def _day(risk: RiskDay) -> html.Button:
    return button(risk_lane.describe(risk), kind="link", id=day_id(risk.day))


def day_id(day: date) -> dict[str, str]:
    """The id of a day's button."""
    return {"type": ids.DAY_BUTTON, "day": day.isoformat()}
