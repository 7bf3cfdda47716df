"""The Live page over HTTP: the news of a meter, and the callback that draws it and adds to it."""

from __future__ import annotations

import json
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from dashboard import ids, jobs
from dashboard import live as live_routes
from dashboard.callbacks import live as live_callbacks
from dashboard.factory import create_app
from tests.factories import make_meter, make_readings, make_upload
from tests.http.conftest import METER, OTHER, Browser
from wattsup_core.board import Board
from wattsup_core.errors import BusyError
from wattsup_core.progress import no_progress
from wattsup_core.service.live import demo
from wattsup_core.service.live.arrivals import note_arrival
from wattsup_core.service.live.looking import FirstLook
from wattsup_core.service.live.notices import LEASE, MeterNotice, pinned_notice, tell
from wattsup_core.service.scoring import score_meter
from wattsup_core.settings import Settings
from wattsup_core.store import Store, open_store

LIVE = {"path": "/live", "live_anomalies": True, "live_band": True, "theme": "light"}


@pytest.fixture
def board(settings: Settings) -> Board:
    return Board(settings.board_folder)


@pytest.fixture(autouse=True)
def woken(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What has asked for a scorer; none is started."""
    calls: list[Any] = []
    for module in (live_routes, live_callbacks):
        monkeypatch.setattr(module, "ensure_scorer", lambda *given: calls.append(given))
    return calls


@pytest.fixture
def own_store(tmp_path: Path) -> Store:
    """A store of this test alone, with the flat."""
    store = open_store(f"sqlite:///{tmp_path}/w.db")
    store.migrate()
    readings = make_readings(days=14)
    store.save_upload(make_upload(meter_ids=(OTHER,)), [(OTHER, readings)], new_meters=[make_meter(OTHER, name="Flat")])
    score_meter(store, OTHER)
    return store


@pytest.fixture
def own(tmp_path: Path, own_store: Store) -> Browser:
    app = create_app(Settings(database_url=own_store.url, jobs_url=f"diskcache://{tmp_path}/jobs", sample=False))
    return Browser(app, app.server.test_client())


def append(store: Store, kwh: float) -> None:
    """One more reading of the flat."""
    last = store.state(OTHER).last_ts
    assert last is not None
    store.append_readings([(OTHER, make_readings([kwh], start=last + timedelta(minutes=30)))])


def draw(browser: Browser, search: str, **values: Any) -> dict[str, Any]:
    response = browser.send(f"{ids.LIVE_DRAWN}.data", **({"live_view": search, "url": search} | LIVE | values))
    assert response.status_code == 200, response.text
    return dict(json.loads(response.text)["response"])


def said(part: Any) -> str:
    """The texts of what was answered, one after the other."""
    if isinstance(part, dict):
        return said(part.get("props", {}).get("children"))
    return " ".join(said(one) for one in part) if isinstance(part, list) else str(part or "")


def test_news_are_told_once(client: FlaskClient, board: Board, woken: list[Any]) -> None:
    tell(board, METER, MeterNotice("7.look", 1000, 5.0, False, looked_at=1.0, lag_seconds=0.4))
    board.claim(LEASE, "somebody", 60)
    first = client.get(f"/live/news?meter={METER}")
    told = first.get_json()
    assert (told["state"], told["last_ts"], told["is_settled"], told["told_at"], told["lag"]) == ("7.look", 1000, False, 5.0, 0.4)
    again = client.get(f"/live/news?meter={METER}&cursor={told['cursor']}")
    assert (again.status_code, again.data) == (204, b"")
    tell(board, METER, MeterNotice("7.7", 1000, 6.0, True))
    assert client.get(f"/live/news?meter={METER}&cursor={told['cursor']}").get_json()["state"] == "7.7"
    board.release(LEASE, "somebody")
    assert woken == []


def test_rows_that_wait_wake_a_scorer(own: Browser, own_store: Store, tmp_path: Path, woken: list[Any]) -> None:
    client, board = own.client, Board(tmp_path / "jobs" / "board")
    tell(board, OTHER, MeterNotice("1.1", 1000, 5.0, True))
    append(own_store, 0.4)
    note_arrival(board, OTHER, 2)
    told = client.get(f"/live/news?meter={OTHER}").get_json()
    assert (told["is_waiting"], len(woken)) == (True, 1)
    assert client.get(f"/live/news?meter={OTHER}&cursor={told['cursor']}").status_code == 204
    tell(board, OTHER, MeterNotice("2.look", 1000, 6.0, False))
    assert client.get(f"/live/news?meter={OTHER}&cursor={told['cursor']}").get_json()["is_waiting"] is False


def test_rows_that_somebody_has_scored_untold_are_news_and_wake_nobody(
    own: Browser, own_store: Store, tmp_path: Path, woken: list[Any]
) -> None:
    append(own_store, 0.4)
    note_arrival(Board(tmp_path / "jobs" / "board"), OTHER, 2)
    score_meter(own_store, OTHER)
    told = own.client.get(f"/live/news?meter={OTHER}&cursor=1.1|00|off|").get_json()
    assert (told["state"], told["is_waiting"], told["is_settled"], woken) == ("2.2", False, True, [])


def test_what_a_job_has_scored_is_news(settings: Settings, own_store: Store, tmp_path: Path) -> None:
    own = Settings(database_url=own_store.url, jobs_url=f"diskcache://{tmp_path}/jobs", sample=False)
    append(own_store, 0.4)
    jobs.catch_up(own, no_progress, {"meters": [OTHER]})
    notice = pinned_notice(Board(own.board_folder), OTHER)
    assert notice is not None
    assert (notice.cursor, notice.is_settled) == ("2.2", True)


def test_an_analysis_that_its_scorer_left_undone_wakes_another(client: FlaskClient, board: Board, woken: list[Any]) -> None:
    tell(board, "m-left", MeterNotice("2.look", 1000, 5.0, False))
    board.claim(LEASE, "somebody", 10)
    client.get("/live/news?meter=m-left")
    assert woken == []
    board.release(LEASE, "somebody")
    client.get("/live/news?meter=m-left")
    assert len(woken) == 1
    tell(board, "m-left", MeterNotice("2.2", 1000, 5.0, True))
    client.get("/live/news?meter=m-left")
    assert len(woken) == 1


@pytest.mark.parametrize("query", ["", "?meter=", "?meter=%00", "?meter=nobody", "?meter=../x&cursor=" + "9" * 500])
def test_any_question_gets_an_answer(client: FlaskClient, query: str, woken: list[Any]) -> None:
    told = client.get(f"/live/news{query}").get_json()
    assert (told["state"], told["looked_ago"], told["demo"]["phase"]) == ("", None, "off")


def test_the_news_ask_no_database(client: FlaskClient, store: Store, monkeypatch: pytest.MonkeyPatch, woken: list[Any]) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("the database was asked")

    for name in ("reading", "writing"):
        monkeypatch.setattr("wattsup_core.store.connection.Database." + name, refuse)
    assert client.get(f"/live/news?meter={METER}").status_code == 200


def test_the_demo_is_started_and_stopped(client: FlaskClient, board: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[Any] = []
    monkeypatch.setattr(demo.subprocess, "Popen", lambda *given, **_: started.append(given) or _Process())
    told = client.post("/live/demo?action=start").get_json()
    assert (told["phase"], len(started)) == ("preparing", 1)
    assert client.post("/live/demo?action=start").get_json()["phase"] == "preparing"
    assert len(started) == 1  # it is shared
    board.claim(demo.LEASE, "holder", 10)
    label = {"kind": "SPIKE", "detail": "+3.4 kW", "start": "14:22", "end": "15:10"}
    board.put(demo.STATUS, {"phase": "on", "step": "", "speed": 60.0, "label": label})
    news = client.get("/live/news?meter=demo-live").get_json()["demo"]
    assert news["note"].endswith("60 times faster than life. Put in: spike +3.4 kW, 14:22–15:10.")
    assert client.post("/live/demo?action=stop").get_json()["phase"] == "off"
    assert client.post("/live/demo").status_code == 400
    assert client.post("/live/demo?action=start", headers={"Origin": "https://elsewhere.example"}).status_code == 403
    board.release(demo.LEASE, "holder")
    board.take(demo.STARTING)


def test_a_busy_database_is_told_as_such(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*_: object) -> None:
        raise BusyError("The database is busy.", "Ask again.")

    monkeypatch.setattr(Store, "alerts", busy)
    answer = client.get(f"/live/alert?meter={METER}")
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (503, "busy")


class _Process:
    def wait(self) -> int:
        return 0


def test_the_page_is_drawn_for_the_meter_of_the_address(browser: Browser) -> None:
    page = draw(browser, f"?meter={METER}")
    assert page[ids.LIVE_DRAWN]["data"]["meter"] == METER
    assert page[ids.LIVE_HEADING]["children"] == "Last 24 hours"  # an hourly meter
    assert [option["disabled"] for option in page[ids.LIVE_SPAN]["options"]] == [True, False, False]
    names = [trace["name"] for trace in page[ids.LIVE_CHART]["figure"]["data"]]
    assert names == ["lower", "upper", "measured", "anomaly", "anomalies", "newest"]
    assert "Last reading" in said(page[ids.LIVE_FIGURES]["children"])
    assert page[ids.METER_PICKER]["value"] == METER
    assert draw(browser, f"?meter={METER}&span=6h")[ids.LIVE_HEADING]["children"] == "Last 6 hours"


def look(store: Store) -> None:
    """The first look at what has come."""
    store.save_looks(FirstLook(store).look(store.fresh(100)))


def test_rows_that_come_are_added_to_what_is_drawn(own: Browser, own_store: Store, woken: list[Any]) -> None:
    held = draw(own, f"?meter={OTHER}")[ids.LIVE_DRAWN]["data"]
    append(own_store, 0.1)
    waiting = draw(own, f"?meter={OTHER}", live_drawn=held, live_news={"n": 1})
    assert {step["operation"] for step in waiting[ids.LIVE_CHART]["figure"]["operations"]} == {"Assign"}
    assert len(woken) == 1
    look(own_store)
    page = draw(own, f"?meter={OTHER}", live_drawn=waiting[ids.LIVE_DRAWN]["data"], live_news={"n": 2})
    steps = page[ids.LIVE_CHART]["figure"]["operations"]
    assert {step["operation"] for step in steps} == {"Extend", "Delete", "Assign"}
    assert [step["params"]["value"] for step in steps if step["location"] == ["data", 2, "y"] and step["operation"] == "Extend"] == [[0.2]]
    append(own_store, 0.1)
    look(own_store)
    again = draw(own, f"?meter={OTHER}", live_drawn=page[ids.LIVE_DRAWN]["data"], live_news={"n": 3})
    assert (ids.LIVE_TABLE in again) is (page[ids.LIVE_DRAWN]["data"]["table"] != again[ids.LIVE_DRAWN]["data"]["table"])
    assert ids.LIVE_TABLE not in waiting  # no row of the table has changed


@pytest.mark.parametrize(("gap_seconds", "told"), [(2.0, "Last reading"), (60.0, "Right now")])
def test_a_replay_is_over_when_nothing_comes_for_a_few_of_its_gaps(
    own: Browser, tmp_path: Path, gap_seconds: float, told: str, woken: list[Any]
) -> None:
    looked_at = time.time() - 60
    tell(Board(tmp_path / "jobs" / "board"), OTHER, MeterNotice("7.look", 1000, 5.0, False, looked_at=looked_at, gap_seconds=gap_seconds))
    assert told in said(draw(own, f"?meter={OTHER}")[ids.LIVE_FIGURES]["children"])


@pytest.mark.parametrize("is_playing", [True, False])
def test_the_demo_is_of_the_past_once_it_was_stopped(
    own: Browser, own_store: Store, tmp_path: Path, is_playing: bool, woken: list[Any]
) -> None:
    board = Board(tmp_path / "jobs" / "board")
    own_store.save_upload(
        make_upload("demo", meter_ids=(demo.METER_ID,)), [(demo.METER_ID, make_readings(days=3))], new_meters=[make_meter(demo.METER_ID)]
    )
    tell(board, demo.METER_ID, MeterNotice("7.look", 1000, 5.0, False, looked_at=time.time(), gap_seconds=2.0))
    if is_playing:
        board.claim(demo.LEASE, "holder", 30)
        board.put(demo.STATUS, {"phase": demo.ON, "step": "", "speed": 60.0, "label": None})
    figures = said(draw(own, f"?meter={demo.METER_ID}")[ids.LIVE_FIGURES]["children"])
    assert ("Right now" in figures) == is_playing


def test_another_meter_gets_none_of_the_rows(browser: Browser) -> None:
    held = draw(browser, f"?meter={OTHER}")[ids.LIVE_DRAWN]["data"]
    page = draw(browser, f"?meter={METER}", live_drawn=held)
    anew = draw(browser, f"?meter={METER}")
    assert page[ids.LIVE_CHART] == anew[ids.LIVE_CHART]


def test_each_page_leaves_the_other_alone(browser: Browser) -> None:
    search = f"?meter={METER}"
    asked = {"live_view": search, "url": search} | LIVE
    assert browser.send(f"{ids.LIVE_DRAWN}.data", **(asked | {"path": "/"})).status_code == 204
    assert browser.send(f"{ids.LIVE_DRAWN}.data", **(asked | {"live_view": None})).status_code == 204
    assert browser.send("page-state.children", view=search, url=search, path="/live").status_code == 204


@pytest.mark.parametrize("junk", [5, "x", [], {"meter": METER, "since": 1}, {"shows": {}, "since": "x", "last": None}])
def test_junk_in_what_the_browser_keeps_draws_the_page_anew(browser: Browser, junk: Any) -> None:
    assert "data" in draw(browser, f"?meter={METER}", live_drawn=junk)[ids.LIVE_CHART]["figure"]


def test_a_meter_without_readings_says_so(own: Browser, own_store: Store) -> None:
    own_store.add_meter(make_meter("m-new", name="New one"))
    page = draw(own, "?meter=m-new")
    assert "New one has no readings yet." in said(page[ids.PAGE_STATE]["children"])
    assert page[ids.LIVE_DRAWN]["data"] == {"meter": "m-new", "name": "New one", "state": "", "has": False}


def test_an_empty_store_asks_for_the_sample(empty_browser: Browser) -> None:
    assert draw(empty_browser, "?")[ids.PENDING]["data"] == {"meters": []}


def test_a_meter_that_a_scorer_looks_after_is_not_scored_by_the_page(own: Browser, own_store: Store, tmp_path: Path) -> None:
    append(own_store, 0.3)
    assert own.draw(f"?meter={OTHER}")[ids.PENDING]["data"] == {"meters": [OTHER]}
    Board(tmp_path / "jobs" / "board").claim(LEASE, "holder", 30)
    assert ids.PENDING not in own.draw(f"?meter={OTHER}")


def test_both_pages_are_served(client: FlaskClient) -> None:
    assert [client.get(path).status_code for path in ("/", "/live", "/life")] == [200, 200, 404]
