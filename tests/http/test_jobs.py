"""Background callbacks as a browser asks for them: started, polled, cancelled; and what a forged request can do with them."""

from __future__ import annotations

import json
import re
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from sqlalchemy import event
from sqlalchemy.pool import Pool

from dashboard import ids
from tests.http.conftest import Browser
from wattsup_core.board import Board
from wattsup_core.settings import Settings
from wattsup_core.simulate import simulate
from wattsup_core.store import Store

IMPORT, CATCH_UP = f"{ids.UPLOAD_RESULT}.data", f"{ids.PENDING_RESULT}.data"
PATIENCE_SECONDS = 60.0


@pytest.fixture
def meter_file() -> bytes:
    readings = simulate(days=30, interval_minutes=60, seed=5, anomalies=False).readings
    lines = [f"{ts:%Y-%m-%dT%H:%M:%SZ},{kwh:.3f}" for ts, kwh in readings["kwh"].items()]
    return "\n".join(["timestamp,kwh", *lines]).encode()


@contextmanager
def held_back(settings: Settings) -> Iterator[None]:
    with FileLock(settings.jobs_folder / "turn.lock"):
        yield


def visit(browser: Browser) -> str:
    """The token of a page load."""
    found = re.search(r'"end_id":"([^"]+)"', browser.client.get("/").text)
    assert found is not None
    return found[1]


def start(browser: Browser, page: str, output: str = IMPORT, **values: Any) -> dict[str, str]:
    response = browser.send(output, query=f"?endId={page}", **values)
    assert response.status_code == 200, response.text
    return dict(response.json)


def poll(browser: Browser, page: str, job: dict[str, str], output: str = IMPORT) -> Any:
    return browser.send(output, query=f"?endId={page}&cacheKey={job['cacheKey']}&job={job['job']}")


def finish(browser: Browser, page: str, job: dict[str, str], output: str = IMPORT) -> tuple[dict[str, Any], list[Any]]:
    """The outcome of a job and all the progress that was shown on the way."""
    shown: list[Any] = []
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        response = poll(browser, page, job, output)
        assert response.status_code == 200, response.text
        if "progress" in response.json:
            shown.append(response.json["progress"])
        if "response" in response.json:
            return dict(response.json["response"][output.split(".", maxsplit=1)[0]]["data"]), shown
        time.sleep(0.1)
    raise AssertionError("the job never ended")


def send_file(browser: Browser, content: bytes, name: str) -> dict[str, Any]:
    upload = browser.client.post(f"/api/v1/uploads?name={name}", data=content).json["upload"]
    return {"upload": upload, "name": name, "options": {}}


def test_an_upload_becomes_a_meter(browser: Browser, meter_file: bytes, store: Store) -> None:
    page = visit(browser)
    outcome, shown = finish(browser, page, start(browser, page, upload_ticket=send_file(browser, meter_file, "new.csv")))
    value = outcome["value"]
    assert store.upload(value["upload"]).report.stored == 30 * 24
    assert store.meter(value["meters"][0]).price_per_kwh == 0.3
    assert not store.state(value["meters"][0]).is_pending
    assert {f"{ids.UPLOAD_STEP}.children", f"{ids.UPLOAD_PROGRESS}.value"} == set(shown[0])
    told = browser.send(f"{ids.UPLOAD_BODY}.children", upload_result=outcome, upload_dialog=True, upload_work_name="new.csv").json[
        "response"
    ]
    assert "was read completely" in json.dumps(told[ids.UPLOAD_BODY])
    assert told[ids.UPLOAD_PHASE]["data-phase"] == "result"
    assert ids.REFRESH in told


def test_a_correction_replaces_what_was_read(browser: Browser, meter_file: bytes, store: Store) -> None:
    page = visit(browser)
    ticket = send_file(browser, meter_file, "corrected.csv")
    first, _ = finish(browser, page, start(browser, page, upload_ticket=ticket))
    given = {"upload_again": 1, "upload_ticket": ticket, "upload_result": first, "upload_stamp": "end", "upload_register": False}
    given |= {"upload_unit": "Wh", "upload_name": "Typed", "upload_price": 0.5, "upload_currency": "CHF"}
    again = browser.send(f"{ids.UPLOAD_TICKET}.data", **given).json["response"]
    assert again[ids.UPLOAD_PHASE]["data-phase"] == "work"
    second, _ = finish(browser, page, start(browser, page, upload_ticket=again[ids.UPLOAD_TICKET]["data"]))
    assert store.upload(first["value"]["upload"]).replaced_by == second["value"]["upload"]
    assert (store.upload(second["value"]["upload"]).stamp, store.upload(second["value"]["upload"]).unit) == ("end", "Wh")
    told = browser.send(
        f"{ids.UPLOAD_BODY}.children", upload_result=second, upload_ticket=again[ids.UPLOAD_TICKET]["data"], upload_dialog=True
    )
    kept = {ids.UPLOAD_NAME: "Typed", ids.UPLOAD_PRICE: 0.5, ids.UPLOAD_CURRENCY: "CHF", ids.UPLOAD_UNIT: "Wh"}
    assert {name: value for name, value in _values(told.json) if name in kept} == kept
    assert store.meter(second["value"]["meters"][0]).name == "corrected"
    assert second["value"]["meters"] == first["value"]["meters"]


def test_a_known_file_sent_again_is_corrected_as_a_whole(browser: Browser, meter_file: bytes, store: Store) -> None:
    """Sent twice, then another zone is chosen in the second summary, which says what the browser compares the choice with."""
    page = visit(browser)
    ticket = send_file(browser, meter_file.replace(b"Z,", b","), "twice.csv")
    finish(browser, page, start(browser, page, upload_ticket=ticket))
    ticket = send_file(browser, meter_file.replace(b"Z,", b","), "twice.csv")
    known, _ = finish(browser, page, start(browser, page, upload_ticket=ticket))
    told = browser.send(f"{ids.UPLOAD_BODY}.children", upload_result=known, upload_ticket=ticket, upload_dialog=True).json
    shown = dict(_values(told))
    choices = {
        name: shown[name] for name in (ids.UPLOAD_ZONE, ids.UPLOAD_STAMP, ids.UPLOAD_DATE_ORDER, ids.UPLOAD_REGISTER, ids.UPLOAD_UNIT)
    }
    assert json.dumps(json.dumps(list(choices.values()))) in json.dumps(told)
    given = {name.replace("-", "_"): value for name, value in (choices | {ids.UPLOAD_ZONE: "Asia/Kolkata"}).items()}
    again = browser.send(f"{ids.UPLOAD_TICKET}.data", upload_again=1, upload_ticket=ticket, upload_result=known, **given).json["response"]
    right, _ = finish(browser, page, start(browser, page, upload_ticket=again[ids.UPLOAD_TICKET]["data"]))
    [meter_id] = right["value"]["meters"]
    assert (store.state(meter_id).rows, store.meter(meter_id).timezone) == (30 * 24, "Asia/Kolkata")
    assert [bool(upload.replaced_by) for upload in store.uploads(meter_id)] == [True, True, False]


def test_a_person_may_say_that_values_are_no_running_total(browser: Browser, store: Store) -> None:
    page = visit(browser)
    rows = "".join(f"2025-05-{hour // 24 + 1:02d} {hour % 24:02d}:00,{1_000 + 0.25 * hour}\n" for hour in range(120))
    ticket = send_file(browser, f"time,meter reading kWh\n{rows}".encode(), "total.csv")
    found, _ = finish(browser, page, start(browser, page, upload_ticket=ticket))
    assert store.upload(found["value"]["upload"]).is_register
    given = {"upload_again": 1, "upload_ticket": ticket, "upload_result": found, "upload_register": False}
    again = browser.send(f"{ids.UPLOAD_TICKET}.data", **given).json["response"]
    said, _ = finish(browser, page, start(browser, page, upload_ticket=again[ids.UPLOAD_TICKET]["data"]))
    upload = store.upload(said["value"]["upload"])
    assert (upload.is_register, upload.new_rows) == (False, 120)
    assert upload.kwh_total == pytest.approx(sum(1_000 + 0.25 * hour for hour in range(120)))


def test_the_meters_name_and_price_are_taken_when_it_is_shown(browser: Browser, meter_file: bytes, store: Store) -> None:
    page = visit(browser)
    outcome, _ = finish(browser, page, start(browser, page, upload_ticket=send_file(browser, meter_file, "named.csv")))
    [meter_id] = outcome["value"]["meters"]
    given = {"upload_show": 1, "upload_result": outcome, "upload_name": "  My   house ", "upload_price": 0.41, "upload_currency": "EUR"}
    shown = browser.send(f"{ids.URL}.search", **given).json["response"]
    assert shown[ids.URL]["search"] == f"?meter={meter_id}"
    assert shown[ids.UPLOAD_DIALOG]["is_open"] is False
    assert shown[ids.PENDING]["data"] == {"meters": [meter_id], "again": True}
    meter = store.meter(meter_id)
    assert (meter.name, meter.price_per_kwh, meter.currency) == ("My house", 0.41, "EUR")


def _values(part: Any) -> Iterator[tuple[str, Any]]:
    """Each component's id and value in what the server sent."""
    if isinstance(part, dict):
        if isinstance(part.get("id"), str) and "value" in part:
            yield part["id"], part["value"]
        for inner in part.values():
            yield from _values(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from _values(inner)


@pytest.mark.parametrize(
    ("name", "price", "problems"),
    [
        ("", 0.3, ("Give the meter a name.", "")),
        ("Home", -3, ("", "Give a price from 0 to 1,000.")),
        ("Home", None, ("", "Give a price from 0 to 1,000.")),
    ],
)
def test_what_is_no_name_or_price_is_refused_beside_its_field(browser: Browser, store: Store, name: str, price: Any, problems: Any) -> None:
    before = store.meter("m-flat")
    given = {"upload_show": 1, "upload_result": {"value": {"meters": ["m-flat"]}}, "upload_name": name, "upload_price": price}
    told = browser.send(f"{ids.URL}.search", **given).json["response"]
    assert (told[ids.UPLOAD_NAME_PROBLEM]["children"], told[ids.UPLOAD_PRICE_PROBLEM]["children"]) == problems
    assert (told[ids.UPLOAD_NAME]["invalid"], told[ids.UPLOAD_PRICE]["invalid"]) == tuple(map(bool, problems))
    assert ids.URL not in told
    assert store.meter("m-flat") == before


@pytest.fixture
def impatient() -> Iterator[None]:
    """No connection waits longer than a moment for a lock, also of those that are open."""
    listeners = {name: partial(_wait_for, milliseconds) for name, milliseconds in (("checkout", 50), ("checkin", 30_000))}
    for name, listener in listeners.items():
        event.listen(Pool, name, listener)
    yield
    for name, listener in listeners.items():
        event.remove(Pool, name, listener)


def _wait_for(milliseconds: int, lent: sqlite3.Connection, *_: object) -> None:
    lent.execute(f"PRAGMA busy_timeout = {milliseconds}")


@pytest.mark.usefixtures("impatient")
def test_a_busy_database_keeps_the_meters_name_and_says_so(browser: Browser, store: Store) -> None:
    given = {"upload_show": 1, "upload_result": {"value": {"meters": ["m-flat"]}}, "upload_name": "Renamed", "upload_price": 0.3}
    with store._database.writing():
        told = browser.send(f"{ids.URL}.search", **given)
    assert told.status_code == 200
    words = json.dumps(told.json["sideUpdate"][ids.TOASTS])
    assert all(each in words for each in ("The database is busy.", "Nothing was changed: try again in a few seconds."))
    assert "Traceback" not in told.text
    assert store.meter("m-flat").name == "Flat"


@pytest.mark.parametrize(
    "outcome", [None, 5, {}, {"value": None}, {"value": {"meters": []}}, {"value": {"meters": [None]}}, {"refused": {}}]
)
def test_nothing_is_shown_of_no_outcome(browser: Browser, outcome: Any) -> None:
    assert browser.send(f"{ids.URL}.search", upload_show=1, upload_result=outcome).status_code == 204


@pytest.mark.parametrize(("ticket", "clicks"), [(None, 1), ({"upload": "x"}, None), ("x", 1)])
def test_nothing_is_read_again_without_a_file(browser: Browser, ticket: Any, clicks: Any) -> None:
    given = {"upload_again": clicks, "upload_ticket": ticket, "upload_result": {"value": {"upload": "u"}}}
    assert browser.send(f"{ids.UPLOAD_TICKET}.data", **given).status_code == 204


@pytest.mark.parametrize("ticket", [{"upload": "../../etc/passwd"}, {"upload": None}, {}, {"upload": "0" * 32, "options": "x"}])
def test_a_ticket_of_no_upload_is_refused_in_words(browser: Browser, ticket: Any) -> None:
    page = visit(browser)
    outcome, _ = finish(browser, page, start(browser, page, upload_ticket=ticket))
    assert outcome == {"refused": {"message": "The uploaded file is no longer here.", "hint": "Choose it once more."}}


def test_a_file_without_readings_is_refused_in_words(browser: Browser) -> None:
    page = visit(browser)
    outcome, _ = finish(browser, page, start(browser, page, upload_ticket=send_file(browser, b"Dear customer,", "letter.csv")))
    assert outcome["refused"]["message"]


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        ({"refused": {"message": "There are no readings.", "hint": "Choose another."}}, "There are no readings."),
        ({"refused": {"message": "The database is busy.", "hint": "Try again."}}, "Nothing was stored."),
        ({"refused": {"message": "The database is busy.", "hint": "Try again."}, "stored": True}, "The readings are stored."),
        ({"cancelled": True, "stored": False}, "Nothing was stored."),
        ({"cancelled": True, "stored": True}, "The readings are stored."),
        ({"stopped": True, "stored": None}, "are not stored twice"),
        ({"incident": "ab12", "stored": False}, "(id ab12)"),
    ],
)
@pytest.mark.parametrize("is_open", [True, False])
def test_every_end_of_an_import_is_told(browser: Browser, outcome: Any, words: str, is_open: bool) -> None:
    given = {"upload_result": outcome, "upload_dialog": is_open, "upload_work_name": "a.csv"}
    told = browser.send(f"{ids.UPLOAD_BODY}.children", **given).json["response"]
    assert words in json.dumps(told[ids.UPLOAD_BODY])
    assert (ids.TOASTS in told) is not is_open
    assert (ids.REFRESH in told) is (outcome.get("stored", False) is not False)


@pytest.mark.parametrize("outcome", [None, 5, "x", []])
def test_no_outcome_is_not_told(browser: Browser, outcome: Any) -> None:
    assert browser.send(f"{ids.UPLOAD_BODY}.children", upload_result=outcome).status_code == 204
    assert browser.send(f"{ids.TOASTS}.children@", pending_result=outcome).status_code == 204


def test_rows_without_scores_are_scored_on_demand(browser: Browser, store: Store) -> None:
    page = visit(browser)
    job = start(browser, page, CATCH_UP, pending={"meters": ["m-flat"]})
    outcome, shown = finish(browser, page, job, CATCH_UP)
    assert outcome == {"value": {"meters": ["m-flat"]}}
    assert all(set(each) == {f"{ids.PENDING_NOTE}.children"} for each in shown)
    assert browser.send(f"{ids.TOASTS}.children@", pending_result=outcome).status_code == 204


def test_work_that_fails_is_told_and_the_page_left_alone(browser: Browser) -> None:
    for outcome in ({"refused": {"message": "No such meter.", "hint": ""}}, {"incident": "ab12"}, {"stopped": True}):
        told = browser.send(f"{ids.TOASTS}.children@", pending_result=outcome).json["response"]
        assert set(told) == {ids.TOASTS}


def test_two_pages_that_ask_the_same_do_not_see_each_others_result(browser: Browser, settings: Settings) -> None:
    one, other = visit(browser), visit(browser)
    with held_back(settings):
        first, second = (start(browser, page, CATCH_UP, pending={"meters": ["m-flat"]}) for page in (one, other))
    assert first["cacheKey"].split("~")[0] != second["cacheKey"].split("~")[0]
    for job in (first, second):
        _wait_for_outcome(settings, job)
    assert poll(browser, other, first, CATCH_UP).status_code == 204
    assert poll(browser, "", first, CATCH_UP).status_code == 204
    assert finish(browser, one, first, CATCH_UP)[0] == {"value": {"meters": ["m-flat"]}}
    assert finish(browser, other, second, CATCH_UP)[0] == {"value": {"meters": ["m-flat"]}}


def _wait_for_outcome(settings: Settings, job: dict[str, str]) -> None:
    board, key = Board(settings.board_folder), job["cacheKey"].split("~")[0]
    deadline = time.monotonic() + PATIENCE_SECONDS
    while board.get(key) is None:
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.fixture
def bystander() -> Iterator[subprocess.Popen[bytes]]:
    """A process that is none of ours."""
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(120)"])
    yield process
    process.kill()
    process.wait()


def test_a_forged_request_kills_nobody(browser: Browser, bystander: subprocess.Popen[bytes], settings: Settings) -> None:
    page, stranger = visit(browser), visit(browser)
    with held_back(settings):
        victim = start(browser, stranger, CATCH_UP, pending={"meters": ["m-flat"]})
        handles = [str(bystander.pid), f"{bystander.pid}~{'0' * 64}", victim["job"], victim["job"].split("~")[0], "", "~", "-1"]
        for name, output, more in (
            ("oldJob", IMPORT, ""),
            ("job", CATCH_UP, f"&cacheKey={victim['cacheKey']}"),
            ("cancelJob", f"{ids.UPLOAD_CANCEL}.id", ""),
        ):
            forged = "".join(f"&{name}={handle}" for handle in handles)
            assert browser.send(output, query=f"?endId={page}{forged}{more}", upload_ticket={}).status_code in {200, 204}
        assert bystander.poll() is None
        assert poll(browser, stranger, victim, CATCH_UP).status_code == 200
    assert finish(browser, stranger, victim, CATCH_UP)[0] == {"value": {"meters": ["m-flat"]}}


def test_a_page_cancels_its_own_job(browser: Browser, settings: Settings, meter_file: bytes, store: Store) -> None:
    page, before = visit(browser), len(store.meters())
    with held_back(settings):
        job = start(browser, page, upload_ticket=send_file(browser, meter_file, "cancelled.csv"))
        cancelled = browser.send(f"{ids.UPLOAD_CANCEL}.id", query=f"?endId={page}&cancelJob={job['job']}", upload_cancel=1)
        assert cancelled.status_code in {200, 204}
        assert finish(browser, page, job)[0] == {"cancelled": True, "stored": False}
    assert len(store.meters()) == before


def test_the_folder_of_jobs_is_its_owners_alone(settings: Settings, browser: Browser) -> None:
    folders: list[Path] = [settings.board_folder, settings.uploads_folder]
    assert [folder.stat().st_mode & 0o077 for folder in folders] == [0, 0]
