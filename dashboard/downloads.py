"""What leaves as a file: readings and events, the forecast, and the chart and the anomaly table just as they are seen.

``GET /download/…`` with the words of the address bar, and some for what does not stand there: ``layers=anomalies,band,average,forecast``,
``theme=dark``, ``find=words``, ``expected=hide``, ``sort=column``, ``order=asc``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, abort, request

from dashboard import charting, sent
from dashboard import format as words
from dashboard.address import ViewState, parse
from dashboard.charting import Window
from dashboard.exporting import Exporter, hung_up
from dashboard.figures.framing import HEIGHT, WIDTH
from dashboard.figures.timeline import Shows
from dashboard.layout.event_order import Listed, arrange_all, worst
from dashboard.report.making import report_html, report_pdf
from dashboard.report.subject import subject_of
from wattsup_core import timegrid
from wattsup_core.errors import NotFoundError
from wattsup_core.service import downloads, shown_table, views
from wattsup_core.service.forecast_csv import forecast_pieces
from wattsup_core.service.views.window import data_span, find_window
from wattsup_core.store import Store
from wattsup_core.types import AnomalyEvent, Meter
from wattsup_core.view_models import OverviewView, SeriesView

MIME = {
    "csv": "text/csv",
    "html": "text/html",
    "png": "image/png",
    "svg": "image/svg+xml",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
PNG_SCALE = 2.0
LAYERS = ("anomalies", "band", "average", "forecast")
LAYER_WORDS = {"anomalies": "anomalies", "band": "usual range", "average": "moving average", "forecast": "forecast with its 80 % interval"}
ORDER_WORDS = {"when": ("latest first", "earliest first"), "cause": ("from Z to A", "from A to Z")}
NO_FORECAST = "There is no such forecast yet. Open the Forecast page, and it is made."
OWN_PAGES = frozenset({"same-origin", "none"})


def add_routes(api: Blueprint, store: Store, exporter: Exporter) -> None:
    """Add the routes to `api`, whose error handlers tell what went wrong."""

    @api.get("/download/<any(readings, events):content>.csv")
    def rows(content: str) -> Response:
        state, meter = _asked(store)
        window = find_window(state.query(meter.meter_id), data_span(meter, store.state(meter.meter_id)), meter.timezone)
        write = downloads.readings_csv if content == "readings" else downloads.events_csv
        name = downloads.file_name(meter, content, window.start, window.end)
        return _file(write(store, meter.meter_id, window.start, window.end), "csv", name)

    @api.get("/download/forecast.csv")
    def ahead() -> Response:
        state, meter = _asked(store)
        kept = store.newest_forecast(meter.meter_id, state.ahead)
        if kept is None:
            abort(404, NO_FORECAST)
        made = kept.forecast
        return _file(forecast_pieces(made), "csv", downloads.file_name(meter, "forecast", made.start, made.end))

    @api.get("/download/forecast.<any(png, svg, pdf):form>")
    def ahead_picture(form: str) -> Response:
        _refuse_other_sites()
        state, meter = _asked(store)
        view = views.forecast(store, meter.meter_id, state.ahead)
        if view.forecast is None:
            abort(404, NO_FORECAST)
        theme = "light" if form == "pdf" else sent.theme(request.args.get("theme"))
        figure = charting.ahead_for_file(view, _ahead_layers(), theme)
        made = exporter.wanted_while(hung_up(request.environ)).draw(figure, form, WIDTH, HEIGHT, PNG_SCALE if form == "png" else 1.0)
        return _file(made, form, downloads.file_name(meter, "forecast", view.forecast.start, view.forecast.end, form))

    @api.get("/download/chart.<any(png, svg, pdf):form>")
    def picture(form: str) -> Response:
        _refuse_other_sites()
        seen = _seen(store)
        theme = "light" if form == "pdf" else sent.theme(request.args.get("theme"))  # what is printed is printed on white
        figure = charting.draw_for_file(store, seen.meter, seen.window, seen.state.resolution, seen.shows, theme)
        made = exporter.wanted_while(hung_up(request.environ)).draw(figure, form, WIDTH, HEIGHT, PNG_SCALE if form == "png" else 1.0)
        return _file(made, form, seen.file_name("chart", form))

    @api.get("/download/report.<any(pdf, html):form>")
    def report(form: str) -> Response:
        _refuse_other_sites()
        state, meter = _asked(store)
        subject = subject_of(store, state.query(meter.meter_id))
        mine = exporter.wanted_while(hung_up(request.environ))
        made = report_pdf(subject, mine) if form == "pdf" else report_html(subject, mine)
        return _file(made, form, downloads.file_name(meter, "report", subject.view.start, subject.view.end, form))

    @api.get("/download/chart.csv")
    def points() -> Response:
        seen = _seen(store)
        series = charting.points_for_table(store, seen.meter, seen.window, seen.state.resolution, seen.shows)
        table = shown_table.chart_table(
            series,
            _chart_notes(seen, series),
            with_band=seen.shows.band and _has_usual(series),
            with_average=seen.shows.moving_average,
            with_anomalies=seen.shows.anomalies,
        )
        return _file(shown_table.as_csv(table), "csv", seen.file_name("chart", "csv"))

    @api.get("/download/anomalies.<any(csv, xlsx):form>")
    def anomalies(form: str) -> Response:
        state, meter = _asked(store)
        view = views.overview(store, state.query(meter.meter_id))
        sort, listed = _sort(), sent.listed(request.args.get("find"), request.args.get("expected") != "hide")
        shown = arrange_all(view.events, sort, listed, view.timezone)
        table = shown_table.events_table(meter, shown, _table_notes(view, shown, sort, listed))
        write = shown_table.as_csv if form == "csv" else shown_table.as_xlsx
        return _file(write(table), form, downloads.file_name(meter, "anomalies", view.start, view.end, form))


@dataclass(frozen=True)
class _Seen:
    """The chart that a person looks at."""

    state: ViewState
    meter: Meter
    window: Window
    shows: Shows

    def file_name(self, content: str, suffix: str) -> str:
        return downloads.file_name(self.meter, content, *self.window, suffix)


def _asked(store: Store) -> tuple[ViewState, Meter]:
    state = parse(request.query_string.decode("ascii", "replace"))
    if state.meter is None:
        abort(400, "Name a meter: ?meter=ID.")
    return state, store.meter(state.meter)


def _seen(store: Store) -> _Seen:
    state, meter = _asked(store)
    view = views.overview(store, state.query(meter.meter_id))
    selected = _selected(store, meter, state)
    marked = selected or worst(view.events)  # as on the page
    shows = _shows(marked.event_id if marked else "")
    return _Seen(state, meter, charting.first_window(state, selected, view, with_ahead=shows.forecast), shows)


def _selected(store: Store, meter: Meter, state: ViewState) -> AnomalyEvent | None:
    try:
        return store.event_now(meter.meter_id, state.event) if state.event else None
    except NotFoundError:
        return None


def _shows(marked: str) -> Shows:
    given = request.args.get("layers")
    on = {"anomalies", "band"} if given is None else set(given.split(","))
    return Shows(anomalies="anomalies" in on, band="band" in on, moving_average="average" in on, forecast="forecast" in on, selected=marked)


def _ahead_layers() -> tuple[bool, bool, bool]:
    """The 80 % and 95 % bands, and an earlier forecast; the bands where nothing is said."""
    given = request.args.get("layers")
    on = {"80", "95"} if given is None else set(given.split(","))
    return "80" in on, "95" in on, "earlier" in on


def _sort() -> dict[str, Any]:
    """How the table is sorted; as at first where no known column is named."""
    return sent.order({"column": request.args.get("sort"), "descending": request.args.get("order") != "asc"})


def _refuse_other_sites() -> None:
    """A picture costs seconds of this machine: a page of another site may not ask for it in its visitor's name."""
    if request.headers.get("Sec-Fetch-Site", "none") not in OWN_PAGES:
        abort(403, "This request comes from another site.")


def _chart_notes(seen: _Seen, series: SeriesView) -> list[tuple[str, str]]:
    clocks = [f"{timegrid.to_wall(moment, seen.meter.timezone):%Y-%m-%d %H:%M}" for moment in seen.window]
    on = [LAYER_WORDS[name] for name, is_on in zip(LAYERS, _layers(seen.shows, series), strict=True) if is_on]
    unit = "kW, mean power of each interval" if series.unit == "kW" else "kWh, energy of each day"
    ahead = [("Forecast", "the rows after the readings; 80 of 100 are expected between its two bounds")] if series.ahead else []
    drawn = f"{series.shown:,} points for {series.total:,} readings" + (", every extreme among them" if series.shown < series.total else "")
    return [
        ("Meter", seen.meter.name),
        ("Range", f"{clocks[0]} to {clocks[1]}"),
        ("Time zone", f"{seen.meter.timezone}, local time"),
        ("Units", unit),
        ("Resolution", f"{series.resolution.value}: {drawn}"),
        ("Layers", ", ".join(on) or "measured only"),
        *ahead,
    ]


def _layers(shows: Shows, series: SeriesView) -> tuple[bool, bool, bool, bool]:
    """Which of `LAYERS` are switched on and there: the band and the forecast may have nothing in the window."""
    return shows.anomalies, shows.band and _has_usual(series), shows.moving_average, series.ahead is not None


def _has_usual(series: SeriesView) -> bool:
    return any(value is not None for value in series.lower)


def _table_notes(view: OverviewView, shown: list[AnomalyEvent], sort: dict[str, Any], listed: Listed) -> list[tuple[str, str]]:
    filters = [*([f"mentions “{listed.needle.strip()}”"] if listed.needle.strip() else []), *([] if listed.expected else ["not expected"])]
    order = ORDER_WORDS.get(sort["column"], ("highest first", "lowest first"))[0 if sort["descending"] else 1]
    return [
        ("Meter", view.meter_name),
        ("Range", words.date_range(view.start, view.end, view.timezone)),
        ("Time zone", f"{view.timezone}, local time"),
        ("Units", f"energy in kWh, cost in {view.currency}"),
        ("Filter", " and ".join(filters) or "none"),
        ("Shown", f"{len(shown):,} of {len(view.events):,}"),
        ("Sorted by", f"{sort['column']}, {order}"),
    ]


def _file(content: Any, form: str, name: str) -> Response:
    response = Response(content, mimetype=MIME[form])
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
