"""The nights when clocks change, from the address bar to the figures and files."""

from __future__ import annotations

import csv
import dataclasses
import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from flask import Flask
from flask.testing import FlaskClient

from dashboard import address, charting
from dashboard.api import files
from dashboard.exporting import Exporter
from tests.unit.service.stored_meter import LONDON, event_of, readings_of, store_of
from wattsup_core import timegrid
from wattsup_core.readers import read_file
from wattsup_core.service import views
from wattsup_core.settings import Settings
from wattsup_core.store import Store
from wattsup_core.types import ReadOptions
from wattsup_core.view_models import ViewQuery

QUARTERS = dataclasses.replace(LONDON, interval_minutes=15.0)
QUARTER = timedelta(minutes=15)
AUTUMN, SPRING = datetime(2026, 10, 25, tzinfo=UTC), datetime(2026, 3, 29, tzinfo=UTC)
"""London's clock goes back, and ahead, an hour after these."""
FIRST_PASS = AUTUMN, AUTUMN + 2 * QUARTER


def quarters(start: datetime, end: datetime) -> Store:
    """Readings of any size from `start` to `end`, with an anomaly of half an hour in the first pass of the hour that autumn repeats."""
    kwh = np.random.default_rng(7).lognormal(-1, 1, (end - start) // QUARTER).round(3)
    inside = start <= FIRST_PASS[0] < end
    return store_of(readings_of(kwh, start, 15.0), [event_of(FIRST_PASS[0], 0.5)] if inside else [], QUARTERS)


def client_of(store: Store) -> FlaskClient:
    settings = Settings(database_url="sqlite://", sample=False, browser_path="/nowhere")
    server = Flask("bare")
    server.register_blueprint(files.blueprint(settings, store, Exporter(settings)))
    return server.test_client()


def table(text: str) -> list[dict[str, str]]:
    return list(
        csv.DictReader(
            io.StringIO("".join(line for line in text.splitlines(keepends=True) if not line.startswith('"#') and line[0] != "#"))
        )
    )


def whole(store: Store) -> tuple[str, str]:
    """The range as the browser has it from the page and sends it back: by the wall clock, which knows no passes."""
    view = views.overview(store, ViewQuery("home", "all"))
    start, end = (timegrid.to_wall(moment, view.timezone).isoformat(timespec="minutes") for moment in charting.range_window(view))
    return start, end


@pytest.mark.parametrize("made_by", ["server", "browser"])
@pytest.mark.parametrize("last", range(-2, 11))
def test_all_that_is_stored_is_summed_up_and_written_wherever_it_ends_in_the_night(last: int, made_by: str, tmp_path: Path) -> None:
    store = quarters(AUTUMN - timedelta(days=5), AUTUMN + last * QUARTER)
    stored = store.readings("home")["kwh"]
    texts = whole(store)
    span = address.window(list(texts))
    assert span is not None
    window = charting.chosen(store, QUARTERS, span)
    if made_by == "server":
        window = charting.range_window(views.overview(store, ViewQuery("home", "all")))
    asked = views.window_sums(store, "home", *window).windows[0]
    assert (asked.kwh, asked.readings, asked.missing) == (pytest.approx(stored.sum()), len(stored), 0)
    zoom = f"&zoom={','.join(texts)}" if made_by == "browser" else ""
    path = tmp_path / "chart.csv"
    path.write_text(client_of(store).get(f"/download/chart.csv?meter=home&range=all&res=raw{zoom}").text, newline="")
    for options in (ReadOptions(), ReadOptions(timezone="Europe/London"), ReadOptions(timezone="Europe/Berlin")):
        (meter,) = read_file(path, options=options).meters
        assert meter.readings.index.equals(stored.index)
        np.testing.assert_allclose(meter.readings["kwh"], stored, rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize("last", range(2, 11))
def test_all_that_is_stored_is_summed_up_and_written_wherever_it_begins_in_the_night(last: int) -> None:
    store = quarters(AUTUMN + last * QUARTER, AUTUMN + timedelta(days=5))
    span = address.window(list(whole(store)))
    assert span is not None
    asked = views.window_sums(store, "home", *charting.chosen(store, QUARTERS, span)).windows[0]
    assert (asked.kwh, asked.missing) == (pytest.approx(store.readings("home")["kwh"].sum()), 0)
    assert len(table(client_of(store).get("/download/chart.csv?meter=home&range=all&res=raw").text)) == asked.readings


@pytest.mark.parametrize(
    ("texts", "hours"),
    [
        (("2026-10-25T00:00", "2026-10-25T01:00"), 1),
        (("2026-10-25T01:00", "2026-10-25T02:00"), 2),
        (("2026-10-25T01:15", "2026-10-25T01:30"), 1.25),  # from the first pass to the second
        (("2026-10-25T00:00", "2026-10-26T00:00"), 25),
        (("2026-03-29T00:00", "2026-03-30T00:00"), 23),
        (("2026-03-29T00:00", "2026-03-29T01:30"), 1),
        (("2026-03-29T01:30", "2026-03-29T03:00"), 1),
        (("2026-03-29T01:15", "2026-03-29T01:45"), 1 / 60),  # the clock shows nothing of it
    ],
)
def test_a_window_that_is_typed_holds_what_the_clock_showed(texts: tuple[str, str], hours: float) -> None:
    change = AUTUMN if texts[0] > "2026-06" else SPRING
    store = quarters(change - timedelta(days=2), change + timedelta(days=2))
    span = address.window(list(texts))
    assert span is not None
    start, end = charting.chosen(store, QUARTERS, span)
    assert (end - start) / timedelta(hours=1) == pytest.approx(hours)


@pytest.mark.parametrize("change", [AUTUMN, SPRING])
@pytest.mark.parametrize("resolution", ["raw", "hour", "day"])
def test_the_file_of_the_chart_is_read_back_as_the_same_energy(change: datetime, resolution: str, tmp_path: Path) -> None:
    store = quarters(
        change - timedelta(days=3, hours=1 if change is AUTUMN else 0), change + timedelta(days=3, hours=0 if change is AUTUMN else -1)
    )
    path = tmp_path / "chart.csv"
    path.write_text(client_of(store).get(f"/download/chart.csv?meter=home&range=all&res={resolution}").text, newline="")
    (meter,) = read_file(path, options=ReadOptions(timezone="Europe/London")).meters
    stored = store.readings("home")["kwh"]
    assert meter.readings["kwh"].sum() == pytest.approx(stored.sum(), rel=2e-3)
    assert meter.readings.index[0] == stored.index[0]


def test_only_the_pass_of_an_anomaly_is_marked_and_both_are_told_apart() -> None:
    rows = table(
        client_of(quarters(AUTUMN - timedelta(days=2), AUTUMN + timedelta(days=1))).get("/download/chart.csv?meter=home&res=raw").text
    )
    times = "Local time (Europe/London)"
    night = [(row[times][11:], row["Zone"], row["Anomaly"]) for row in rows if row[times].startswith("2026-10-25 01")]
    clocks = ("01:00", "01:15", "01:30", "01:45")
    first = [(clock, "UTC+01:00", "1" if clock < "01:30" else "0") for clock in clocks]
    assert night == [*first, *((clock, "UTC+00:00", "0") for clock in clocks)]
