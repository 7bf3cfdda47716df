"""The chart and the anomaly table as files."""

from __future__ import annotations

import csv
import dataclasses
import io
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook

from dashboard import charting, downloads
from dashboard.api import files
from dashboard.exporting import Exporter, ExporterBusyError, ExportFailedError, NoBrowserError
from tests.factories import make_forecast_of
from tests.http.conftest import METER, OTHER
from wattsup_core.readers import read_file
from wattsup_core.settings import Settings
from wattsup_core.store import Store
from wattsup_core.types import ForecastMethod, ReadOptions
from wattsup_core.view_models import Resolution, SeriesView

RANGE = "from=2023-03-10&to=2023-03-11"


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """What an exporter was asked to draw, instead of drawing it."""
    orders: list[tuple[Any, ...]] = []

    def draw(_: Exporter, *order: Any) -> bytes:
        orders.append(order)
        return b"made"

    monkeypatch.setattr(Exporter, "draw", draw)
    return orders


@pytest.mark.parametrize(("form", "mime", "scale"), [("png", "image/png", 2), ("svg", "image/svg+xml", 1), ("pdf", "application/pdf", 1)])
def test_the_chart_leaves_as_a_picture(client: FlaskClient, drawn: list[Any], form: str, mime: str, scale: float) -> None:
    response = client.get(f"/download/chart.{form}?meter={METER}&{RANGE}&theme=dark")
    assert (response.status_code, response.mimetype, response.data) == (200, mime, b"made")
    assert response.headers["Content-Disposition"] == f'attachment; filename="wattsup-home-chart-2023-03-10-to-2023-03-11.{form}"'
    figure, *how = drawn[0]
    assert how == [form, 1200, 600, scale]
    paper = figure["layout"]["template"]["layout"]["paper_bgcolor"]
    assert paper == ("#ffffff" if form == "pdf" else "#16191d")
    assert "10 Mar – 11 Mar 2023 · Europe/London time" in figure["layout"]["title"]["subtitle"]["text"]


@pytest.mark.parametrize(("form", "mime"), [("pdf", "application/pdf"), ("html", "text/html")])
def test_the_report_of_the_range_leaves(
    client: FlaskClient, drawn: list[Any], monkeypatch: pytest.MonkeyPatch, form: str, mime: str
) -> None:
    monkeypatch.setattr(Exporter, "print_page", lambda _, page: page.encode())
    response = client.get(f"/download/report.{form}?meter={METER}&range=all&theme=dark")
    assert (response.status_code, response.mimetype) == (200, mime)
    assert re.search(rf'filename="wattsup-home-report-[\d-]+-to-[\d-]+\.{form}"', response.headers["Content-Disposition"])
    assert "The others" in response.text
    assert {figure["layout"]["template"]["layout"]["paper_bgcolor"] for figure, *_ in drawn} == {"#ffffff"}


def test_the_forecast_leaves_as_a_picture(client: FlaskClient, store: Store, drawn: list[Any]) -> None:
    assert client.get(f"/download/forecast.png?meter={OTHER}&days=7").status_code == 404
    store.save_forecast(
        OTHER, store.state(OTHER).last_seq, make_forecast_of(OTHER, start=last_end(store), days=7, chosen_method=ForecastMethod.COMBINED)
    )
    response = client.get(f"/download/forecast.png?meter={OTHER}&days=7&theme=dark&layers=95")
    assert (response.status_code, response.mimetype, response.data) == (200, "image/png", b"made")
    figure, *how = drawn[0]
    assert how == ["png", 1200, 600, 2]
    assert figure["layout"]["template"]["layout"]["paper_bgcolor"] == "#16191d"
    assert "Daily energy and the next 7 days" in figure["layout"]["title"]["subtitle"]["text"]
    assert [trace["name"] for trace in figure["data"] if trace["showlegend"] and trace["visible"]] == [
        "95 % sure, the outer band",
        "Measured",
        "Forecast",
    ]


def last_end(store: Store) -> datetime:
    newest = store.state(OTHER).last_ts
    assert newest is not None
    return newest + timedelta(minutes=30)


def test_a_report_is_not_made_for_another_site(client: FlaskClient, drawn: list[Any]) -> None:
    response = client.get(f"/download/report.pdf?meter={METER}", headers={"Sec-Fetch-Site": "cross-site"})
    assert (response.status_code, drawn) == (403, [])


def test_a_picture_shows_the_window_and_layers_of_the_page(client: FlaskClient, drawn: list[Any]) -> None:
    client.get(f"/download/chart.png?meter={METER}&range=all&zoom=2023-03-10T06:00,2023-03-12T18:00&layers=average")
    figure = drawn[0][0]
    assert figure["layout"]["xaxis"]["range"] == ["2023-03-10T06:00:00", "2023-03-12T18:00:00"]
    assert [trace["name"] for trace in figure["data"]] == ["Measured", "Moving average"]


def test_a_picture_holds_nothing_that_loads_or_links(client: FlaskClient, drawn: list[Any]) -> None:
    client.get(f"/download/chart.svg?meter={METER}&range=all")
    figure = drawn[0][0]
    assert {trace["type"] for trace in figure["data"]} == {"scatter"}
    assert not {"images", "geo", "map", "mapbox"} & figure["layout"].keys()


def test_no_line_of_a_picture_is_longer_than_chrome_can_bear(store: Store) -> None:
    meter = store.meter(METER)
    days = (charting.DAY * 1, charting.DAY * 120)
    start = store.state(METER).first_ts
    assert start is not None
    for length in days:
        window = (start, start + length)
        series = charting.points_for_file(store, meter, window, Resolution.RAW, with_average=True)
        figure = charting.draw_for_file(store, meter, window, Resolution.RAW, charting.Shows(moving_average=True), "light")
        assert max(len(trace["x"]) for trace in figure["data"]) <= 2000
        values = [value for value in series.actual if value is not None]
        kwh = store.readings(METER).loc[series.start : series.end - charting.DAY / 1e6, "kwh"]
        assert (max(values), min(values)) == pytest.approx((kwh.max(), kwh.min()), rel=1e-3)


def test_the_points_of_the_chart_leave_as_csv(client: FlaskClient, store: Store) -> None:
    response = client.get(f"/download/chart.csv?meter={METER}&{RANGE}&layers=band")
    assert (response.status_code, response.mimetype) == (200, "text/csv")
    rows = list(csv.reader(io.StringIO(response.text)))
    notes = {row[0]: row[1] for row in rows[1:7]}
    assert notes["# Range"] == "2023-03-10 00:00 to 2023-03-12 00:00"
    assert notes["# Time zone"] == "Europe/London, local time"
    assert notes["# Layers"] == "usual range"
    assert rows[7] == ["Local time (Europe/London)", "Zone", "Measured (kW)", "Usual from (kW)", "Usual to (kW)"]
    assert len(rows[8:]) == 48
    assert rows[8][:2] == ["2023-03-10 00:00", "UTC+00:00"]
    assert float(rows[8][2]) == pytest.approx(store.readings(METER).loc["2023-03-10T00:00Z", "kwh"], rel=1e-3)


def test_a_layer_without_anything_to_show_is_not_told_of(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = f"/download/chart.csv?meter={METER}&{RANGE}"
    assert '# Layers,"anomalies, usual range"' in client.get(f"{asked}&layers=anomalies,band,forecast").text
    points = charting.points_for_table

    def unknown(*asked: Any) -> SeriesView:
        series = points(*asked)
        return dataclasses.replace(series, lower=[None] * len(series.x), upper=[None] * len(series.x))

    monkeypatch.setattr(charting, "points_for_table", unknown)
    text = client.get(f"{asked}&layers=band,forecast").text
    assert "# Layers,measured only" in text
    assert "Usual from" not in text


@pytest.mark.parametrize("days", [("2023-03-10", "2023-03-11"), ("2023-03-25", "2023-03-27")])
def test_the_points_of_the_chart_are_read_back_as_the_same_energy(
    client: FlaskClient, store: Store, tmp_path: Path, days: tuple[str, str]
) -> None:
    path = tmp_path / "chart.csv"
    path.write_text(client.get(f"/download/chart.csv?meter={METER}&from={days[0]}&to={days[1]}&res=raw").text, newline="")
    (meter,) = read_file(path, options=ReadOptions(timezone="Europe/London")).meters
    first, last = (datetime.fromisoformat(day).replace(tzinfo=ZoneInfo("Europe/London")) for day in days)
    stored = store.readings(METER).loc[first : last + timedelta(days=1) - timedelta(microseconds=1), "kwh"]
    assert meter.readings["kwh"].sum() == pytest.approx(stored.sum(), rel=2e-3)
    assert len(meter.readings) == len(stored)


def test_the_anomalies_leave_as_they_are_filtered_and_sorted(client: FlaskClient, store: Store) -> None:
    events = store.events(METER)
    word = events[0].title.split()[0]
    response = client.get(f"/download/anomalies.csv?meter={METER}&range=all&find={word}&sort=when&order=asc")
    rows = list(csv.reader(io.StringIO(response.text)))
    head = next(number for number, row in enumerate(rows) if not row[0].startswith("#"))
    notes = {row[0]: row[1] for row in rows[1:head]}
    assert notes["# Filter"] == f"mentions “{word}”"
    assert notes["# Sorted by"] == "when, earliest first"
    ids = [row[-1] for row in rows[head + 1 :]]
    wanted = [event.event_id for event in sorted(events, key=lambda event: event.start) if event.event_id in ids]
    assert ids == wanted
    assert 0 < len(ids) < len(events)
    assert notes["# Shown"] == f"{len(ids)} of {len(events)}"


def test_the_anomalies_leave_for_excel(client: FlaskClient, store: Store) -> None:
    response = client.get(f"/download/anomalies.xlsx?meter={METER}&range=all")
    assert response.headers["Content-Disposition"].endswith('.xlsx"')
    sheet = load_workbook(io.BytesIO(response.data))["Anomalies"]
    severities = [row[0].value for row in sheet.iter_rows(min_row=2)]
    assert severities == sorted((event.severity for event in store.events(METER)), reverse=True)


def test_a_meter_without_anomalies_gives_a_header(client: FlaskClient) -> None:
    sheet = load_workbook(io.BytesIO(client.get(f"/download/anomalies.xlsx?meter={OTHER}").data))["Anomalies"]
    assert sheet.max_row == 1


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/download/chart.png", 400),
        ("/download/chart.png?meter=nobody", 404),
        ("/download/chart.csv?meter=m-home&zoom=1,2&layers=%ff&theme=x&res=x", 200),
        ("/download/anomalies.csv?meter=m-home&sort=__class__&order=x&find=%00", 200),
        ("/download/anomalies.xlsx?meter=nobody", 404),
    ],
)
def test_whatever_the_address_says_the_answer_is_in_words(client: FlaskClient, path: str, status: int) -> None:
    response = client.get(path)
    assert response.status_code == status
    if status != 200:
        assert response.json["error"]["message"]


@pytest.mark.parametrize("error", [NoBrowserError, ExportFailedError, ExporterBusyError])
def test_a_file_that_cannot_be_made_is_told(client: FlaskClient, monkeypatch: pytest.MonkeyPatch, error: type[Exception]) -> None:
    def fail(*_: Any) -> bytes:
        raise error("It is so.", "Do that.")

    monkeypatch.setattr(Exporter, "draw", fail)
    response = client.get(f"/download/chart.png?meter={METER}")
    assert response.status_code == 503
    assert response.json["error"] == {"code": error.code, "message": "It is so.", "hint": "Do that."}
    assert ("Retry-After" in response.headers) is (error is ExporterBusyError)


def test_a_server_without_chrome_says_so(settings: Settings, store: Store, tmp_path: Path) -> None:
    bare = Settings(database_url=settings.database_url, jobs_url=f"diskcache://{tmp_path}/jobs", sample=False, browser_path="/nowhere")
    server = Flask("bare")  # not a second dashboard, whose jobs Dash would mix up with the first one's
    server.register_blueprint(files.blueprint(bare, store, Exporter(bare)))
    response = server.test_client().get(f"/download/chart.png?meter={METER}")
    assert response.status_code == 503
    assert response.json["error"]["message"] == "This server has no Chrome, which image and PDF files are made with."


def test_a_page_of_another_site_cannot_order_pictures(client: FlaskClient, drawn: list[Any]) -> None:
    response = client.get(f"/download/chart.png?meter={METER}", headers={"Sec-Fetch-Site": "cross-site"})
    assert (response.status_code, drawn) == (403, [])
    assert client.get(f"/download/chart.png?meter={METER}", headers={"Sec-Fetch-Site": "same-origin"}).status_code == 200


def test_layers_have_words_for_all() -> None:
    assert set(downloads.LAYERS) == set(downloads.LAYER_WORDS)
