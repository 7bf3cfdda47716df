"""The meter picker of an installation with many meters: a page that does not grow with them, and the search."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dashboard import ids
from dashboard.factory import create_app
from tests.factories import make_meter, make_readings, make_upload
from tests.http.conftest import SWITCHES, Browser
from wattsup_core.service.scoring import score_meter
from wattsup_core.settings import Settings
from wattsup_core.store import Store, open_store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """One meter with readings."""
    store = open_store(f"sqlite:///{tmp_path}/w.db")
    store.migrate()
    store.save_upload(make_upload(), [("m-home", make_readings(days=14))], new_meters=[make_meter()])
    score_meter(store, "m-home")
    return store


@pytest.fixture
def browser(store: Store, tmp_path: Path) -> Browser:
    app = create_app(Settings(database_url=store.url, jobs_url=f"diskcache://{tmp_path}/jobs", sample=False))
    return Browser(app, app.server.test_client())


def add(store: Store, numbers: range) -> None:
    for number in numbers:
        store.add_meter(make_meter(f"m-{number:05}", name=f"Home {number:05}"))


def pages(browser: Browser) -> dict[str, dict[str, Any]]:
    """What each page answers when it is drawn whole."""
    asked = {"url": "?meter=m-home", "theme": "light"} | SWITCHES
    answers = {
        "/": browser.send("page-state.children", view="?", **asked),
        "/live": browser.send("live-drawn.data", live_view="?", path="/live", live_anomalies=True, live_band=True, **asked),
        "/forecast": browser.send("forecast-drawn.data", forecast_view="?", path="/forecast", **asked),
    }
    return {path: dict(json.loads(answer.text)["response"]) for path, answer in answers.items()}


def test_no_page_grows_with_the_number_of_meters(browser: Browser, store: Store) -> None:
    add(store, range(40))
    before = {path: len(json.dumps(page)) for path, page in pages(browser).items()}
    add(store, range(40, 400))
    after = {path: len(json.dumps(page)) for path, page in pages(browser).items()}
    assert all(abs(after[path] - before[path]) < 200 for path in before), (before, after)


def test_many_meters_have_a_field_in_place_of_the_list(browser: Browser, store: Store) -> None:
    assert {page[ids.METERS_MANY]["data"] for page in pages(browser).values()} == {None}
    add(store, range(40))
    for page in pages(browser).values():
        assert page[ids.METER_PICKER] == {"options": [], "value": None}
        assert page[ids.METERS_MANY]["data"] == {"meter": "m-home", "name": "Home", "count": 41}


def test_meters_are_found_by_what_is_typed(browser: Browser, store: Store) -> None:
    add(store, range(60))
    answer = browser.client.get("/meters/find?typed=home+0000")
    assert answer.json["meters"][0] == {"meter_id": "m-00000", "name": "Home 00000", "tells_id": False}
    assert len(answer.json["meters"]) == 10
    assert answer.json["more"] == 0
    assert browser.client.get("/meters/find").json["more"] == 11
    assert browser.client.get("/meters/find?typed=nowhere").json == {"meters": [], "more": 0}
    assert answer.headers["Cache-Control"] == "no-store"


def test_any_text_can_be_typed(browser: Browser, store: Store) -> None:
    for typed in ("%", "'; DROP TABLE meters", "<script>", "a" * 5_000, "%00", "\U0001f600", "ﬀ"):
        assert browser.client.get("/meters/find", query_string={"typed": typed}).json == {"meters": [], "more": 0}
    assert store.count_meters() == 1
