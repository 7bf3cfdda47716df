"""Draws of the page for an address."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from unittest.mock import ANY

import pytest

from dashboard import ids
from dashboard.factory import create_app
from tests.factories import make_meter, make_readings, make_upload
from tests.http.conftest import METER, OTHER, SWITCHES, Browser
from wattsup_core.service.scoring import score_meter
from wattsup_core.settings import Settings
from wattsup_core.store import open_store


def traces(page: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {trace["name"]: trace for trace in page[ids.CHART]["figure"]["data"]}


def test_the_page_shows_the_meter_of_the_address(browser: Browser) -> None:
    page = browser.draw(f"?meter={OTHER}&range=7d")
    assert page[ids.METER_PICKER]["options"][:2] == [{"label": "Home", "value": METER}, {"label": "Flat", "value": OTHER}]
    assert page[ids.METER_PICKER]["value"] == OTHER
    assert page[ids.RANGE_PRESET]["value"] == "7d"
    assert page[ids.DATE_RANGE]["start_date"] == "2026-01-12"
    assert page[ids.DATE_RANGE]["end_date"] == "2026-01-18"
    assert page[ids.DATE_RANGE]["min_date_allowed"] == "2026-01-05"
    assert page[ids.DATE_RANGE]["max_date_allowed"] == "2026-01-18"
    assert page[ids.DOWNLOAD_READINGS]["href"] == f"/download/readings.csv?meter={OTHER}&range=7d"
    assert page[ids.PAGE_STATE]["children"] is None
    assert "Europe/London" in json.dumps(page[ids.FACTS])


def test_without_an_address_the_first_meter_is_shown(browser: Browser) -> None:
    page = browser.draw("")
    assert page[ids.METER_PICKER]["value"] == METER
    assert page[ids.RANGE_PRESET]["value"] == "30d"
    assert ids.TOASTS not in page


@pytest.mark.parametrize(
    "search",
    [
        "?meter=nobody",
        "?range=5w&from=x&to=y",
        "?zoom=2026-13-01T00:00,2026-14-01T00:00",
        "?event=nothing&res=minute",
        "?meter=%00&zoom=,",
        "?from=1999-01-01&to=1999-02-01",
        "?zoom=1970-01-01T00:00,2199-01-01T00:00",
        "?from=1970-01-01&to=2200-01-01&res=raw",
    ],
)
def test_a_bad_address_still_gives_a_page(browser: Browser, search: str) -> None:
    page = browser.draw(search)
    assert page[ids.PAGE_STATE]["children"] is None
    assert traces(page)["measured"]["x"]


def test_a_meter_that_is_not_here_is_told(browser: Browser) -> None:
    response = browser.send("page-state.children", view="?meter=nobody", url="?meter=nobody", **SWITCHES)
    assert "names a meter that is not here" in json.dumps(response.json["sideUpdate"][ids.TOASTS])


def test_days_of_the_address_are_the_range(browser: Browser) -> None:
    page = browser.draw(f"?meter={METER}&from=2023-03-10&to=2023-03-12")
    assert page[ids.RANGE_PRESET]["value"] is None
    assert page[ids.HOME]["data"]["range"] == ["2023-03-10T00:00", "2023-03-13T00:00"]
    assert page[ids.HOME]["data"]["days"] == ["2023-03-10", "2023-03-12"]
    assert page[ids.DOWNLOAD_EVENTS]["href"].endswith("from=2023-03-10&to=2023-03-12")


def test_a_zoom_of_the_address_is_drawn_with_a_margin(browser: Browser) -> None:
    page = browser.draw(f"?meter={METER}&range=all&zoom=2023-02-10T00:00,2023-02-12T00:00")
    assert page[ids.HOME]["data"]["drawn"] == ["2023-02-10T00:00", "2023-02-12T00:00"]
    assert page[ids.CHART]["figure"]["layout"]["xaxis"]["range"] == [ANY, ANY]
    measured = traces(page)["measured"]["x"]
    assert (measured[0][:16], measured[-1][:16]) == ("2023-02-09T00:00", "2023-02-12T23:00")


def test_an_event_of_the_address_is_in_the_middle(browser: Browser, event_id: str) -> None:
    page = browser.draw(f"?meter={METER}&range=all&event={event_id}")
    home = page[ids.HOME]["data"]
    assert home["drawn"] == home["events"][event_id]
    assert home["drawn"][0] > home["range"][0]
    assert "is-selected" in json.dumps(page[ids.EVENTS])


def test_an_event_outside_the_range_is_found(browser: Browser, event_id: str) -> None:
    page = browser.draw(f"?meter={METER}&from=2023-03-10&to=2023-03-12&event={event_id}")
    assert page[ids.HOME]["data"]["drawn"] == page[ids.HOME]["data"]["events"][event_id]


def test_what_is_drawn_is_sent_as_lists_that_can_be_patched(browser: Browser) -> None:
    for trace in traces(browser.draw(f"?meter={METER}")).values():
        assert isinstance(trace["x"], list)
        assert isinstance(trace["y"], list)


def test_layers_that_are_off_are_not_sent(browser: Browser) -> None:
    shown = traces(browser.draw(f"?meter={METER}", switch_band=False, switch_average=True, switch_anomalies=False))
    assert set(shown) == {"measured", "moving average"}


@pytest.mark.parametrize(("theme", "colour"), [("light", "#2f6fed"), ("dark", "#6ea0ff"), ("neon", "#2f6fed"), (5, "#2f6fed")])
def test_the_figure_has_the_colours_of_the_browsers_theme(browser: Browser, theme: Any, colour: str) -> None:
    assert traces(browser.draw(f"?meter={METER}", theme=theme))["measured"]["line"]["color"] == colour


@pytest.mark.parametrize("junk", [5, [], {"column": "x"}, {"column": ["severity"]}, "text", {"column": None, "descending": 5}])
def test_junk_in_what_the_browser_keeps_changes_nothing(browser: Browser, junk: Any) -> None:
    plain = browser.draw(f"?meter={METER}&range=all")
    odd = browser.draw(f"?meter={METER}&range=all", events_sort=junk, events_filter=junk if junk != "text" else None, switch_band=True)
    assert odd[ids.EVENTS] == plain[ids.EVENTS]


def test_nothing_is_drawn_before_the_address_is_read(browser: Browser) -> None:
    assert browser.send("page-state.children", view=None, url="").status_code == 204


def test_an_empty_store_asks_for_the_sample(empty_browser: Browser) -> None:
    assert empty_browser.draw("") == {ids.PENDING: {"data": {"meters": []}}}


def test_an_empty_store_without_sample_asks_for_a_file(tmp_path: Path) -> None:
    settings = Settings(database_url=f"sqlite:///{tmp_path}/w.db", jobs_url=f"diskcache://{tmp_path}/jobs", sample=False)
    app = create_app(settings)
    page = Browser(app, app.server.test_client()).draw("")
    assert set(page) == {ids.PAGE_STATE}
    assert "No readings yet" in json.dumps(page)


def test_rows_without_scores_are_asked_for(empty_browser: Browser, tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/w.db")
    store.save_upload(make_upload(), [("m-home", make_readings(days=14))], new_meters=[make_meter()])
    page = empty_browser.draw("")
    assert page[ids.PENDING]["data"] == {"meters": ["m-home"]}
    assert traces(page)["measured"]["x"]
    score_meter(store, "m-home")
    assert ids.PENDING not in empty_browser.draw("")


def test_a_meter_without_readings_can_be_left(empty_browser: Browser, tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/w.db")
    store.add_meter(make_meter("m-bare", name="Bare"))
    page = empty_browser.draw("")
    assert set(page) == {ids.PAGE_STATE, ids.METER_PICKER, ids.METERS_MANY, ids.HOME}
    assert "Bare has no readings yet" in json.dumps(page[ids.PAGE_STATE])
    assert page[ids.METER_PICKER]["value"] == "m-bare"
    assert empty_browser.send("why.children", selected="", home=page[ids.HOME]["data"]).status_code == 200
    window = ["2026-01-05T00:00", "2026-01-06T00:00"]
    assert empty_browser.send("chart.figure@", chart_window=window, home=page[ids.HOME]["data"], url="", **SWITCHES).status_code == 200


def test_a_page_that_cannot_be_drawn_says_so(browser: Browser, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    def broken(*_: Any) -> Any:
        raise ZeroDivisionError("no such luck")

    monkeypatch.setattr("dashboard.callbacks.overview.views.overview", broken)
    response = browser.send("page-state.children", view="?", url="?", **SWITCHES)
    shown = json.dumps(response.json["sideUpdate"][ids.PAGE_STATE])
    incident = caplog.records[-1].getMessage().removeprefix("Incident ")
    assert response.status_code == 200
    assert f"Something went wrong (id {incident})" in shown
    assert "no such luck" not in response.text
