"""What is said of anomalies: over the interface for programs, on the page, and told to those who look at the meter."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from dashboard import format as words
from dashboard import ids
from dashboard.api.live import MOST_BODY_MB
from dashboard.exporting import Exporter
from dashboard.factory import create_app
from tests.factories import make_event
from tests.http.conftest import METER, OTHER, Browser, fill
from wattsup_core.answered import Answer
from wattsup_core.errors import BusyError
from wattsup_core.service.access import issue_token
from wattsup_core.service.downloads import events_csv
from wattsup_core.settings import Settings
from wattsup_core.store import Store, open_store
from wattsup_core.store.events import add_provisional
from wattsup_core.timegrid import epoch_of
from wattsup_core.types import AnomalyEvent, Scope

ALL = f"?meter={METER}&range=all"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> tuple[Store, Browser]:
    """A dashboard of these tests alone: they say things of its anomalies."""
    folder: Path = tmp_path_factory.mktemp("answers")
    settings = Settings(database_url=f"sqlite:///{folder}/w.db", jobs_url=f"diskcache://{folder}/jobs", sample=False)
    store = open_store(settings.database_url)
    fill(store)
    app = create_app(settings)
    return store, Browser(app, app.server.test_client())


@pytest.fixture
def store(place: tuple[Store, Browser]) -> Iterator[Store]:
    """Its store; what was said is taken back afterwards."""
    yield place[0]
    for event in place[0].events(METER):
        place[0].answer_event(METER, event.event_id, None)


@pytest.fixture
def browser(place: tuple[Store, Browser]) -> Browser:
    return place[1]


@pytest.fixture
def client(browser: Browser) -> FlaskClient:
    return browser.client


@pytest.fixture
def worst(store: Store) -> AnomalyEvent:
    return max(store.events(METER), key=lambda event: (event.severity, event.start))


def headers(store: Store, meter_id: str | None = METER, scope: Scope = Scope.WRITE) -> dict[str, str]:
    return {"Authorization": f"Bearer {issue_token(store, meter_id, scope)[1]}"}


def url(event_id: str, meter_id: str = METER) -> str:
    return f"/api/v1/meters/{meter_id}/events/{event_id}/answer"


# for programs


def test_a_program_answers_and_takes_it_back(client: FlaskClient, store: Store, worst: AnomalyEvent) -> None:
    may = headers(store)
    said = client.put(url(worst.event_id), json={"answer": "expected"}, headers=may)
    assert said.status_code == 200
    assert (said.json["event_id"], said.json["is_expected"], said.json["answer"]["says"]) == (worst.event_id, True, "expected")
    assert (said.json["answer"]["is_own"], said.json["answer"]["holds"]) == (True, True)
    assert client.put(url(worst.event_id), json={"answer": "expected"}, headers=may).json == said.json
    (told,) = (each for each in events(client, may) if each["event_id"] == worst.event_id)
    assert (told["answer"], told["is_expected"]) == (said.json["answer"], True)
    assert client.delete(url(worst.event_id), headers=may).json == {"event_id": worst.event_id, "is_expected": False, "answer": None}
    assert client.delete(url(worst.event_id), headers=may).status_code == 200
    assert all(each["answer"] is None and each["is_expected"] is False for each in events(client, may))


def events(client: FlaskClient, may: dict[str, str], since: str = "") -> list[dict[str, Any]]:
    found = client.get(f"/api/v1/meters/{METER}/events", query_string={"since": since} if since else {}, headers=may).json["events"]
    return list(found)


def test_who_follows_the_events_hears_of_answers(client: FlaskClient, store: Store, worst: AnomalyEvent) -> None:
    may = headers(store, scope=Scope.READ)
    cursor = str(client.get(f"/api/v1/meters/{METER}/events", headers=may).json["cursor"])
    client.put(url(worst.event_id), json={"answer": "problem"}, headers=headers(store))
    assert [each["event_id"] for each in events(client, may, cursor)] == [worst.event_id]


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_who_may_answer(client: FlaskClient, store: Store, worst: AnomalyEvent, method: str) -> None:
    def status(event_id: str = worst.event_id, meter_id: str = METER, **given: Any) -> int:
        return client.open(url(event_id, meter_id), method=method, json={"answer": "alert"}, **given).status_code

    assert status() == 401
    assert status(headers=headers(store, scope=Scope.READ)) == 403
    assert status(headers=headers(store, OTHER)) == 403
    assert status("nothing", headers=headers(store)) == 404
    assert status(meter_id="nobody", headers=headers(store, None)) == 404
    assert status(headers=headers(store, None)) == 200


@pytest.mark.parametrize(
    "body", [b"", b"{", b"null", b"5", b"[]", b"{}", b'{"answer": null}', b'{"answer": "maybe"}', b'{"answer": ["alert"]}', b"[" * 5000]
)
def test_a_body_without_an_answer_is_refused_in_words(client: FlaskClient, store: Store, worst: AnomalyEvent, body: bytes) -> None:
    refused = client.put(url(worst.event_id), data=body, headers=headers(store))
    assert (refused.status_code, refused.json["error"]["code"]) == (400, "bad_request")
    assert store.event(METER, worst.event_id).answer is None


def test_a_body_that_is_too_large_is_refused(client: FlaskClient, store: Store, worst: AnomalyEvent) -> None:
    large = b" " * (MOST_BODY_MB * 1024 * 1024 + 1)
    assert client.put(url(worst.event_id), data=large, headers=headers(store)).status_code == 413


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_a_busy_database_asks_for_the_answer_again(
    client: FlaskClient, store: Store, worst: AnomalyEvent, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    def refuse(*_: object) -> None:
        raise BusyError("The database is busy.", "Send it again.")

    monkeypatch.setattr(Store, "answer_event", refuse)
    response = client.open(url(worst.event_id), method=method, json={"answer": "alert"}, headers=headers(store))
    assert (response.status_code, response.json["error"]["code"]) == (503, "busy")
    assert int(response.headers["Retry-After"]) > 0
    (operation,) = [told for path, told in client.get("/api/v1/openapi.json").json["paths"].items() if path.endswith("/answer")]
    assert "503" in operation[method.lower()]["responses"]


# on the page


def press(browser: Browser, event_id: Any, answer: Any) -> dict[str, Any]:
    response = browser.send(f"{ids.ANSWERS}.children", answer_press={"event": event_id, "answer": answer, "n": 3}, home={"meter": METER})
    assert response.status_code == 200, response.text
    return dict(json.loads(response.text)["response"])


def test_a_press_is_kept_and_the_page_is_drawn_anew(browser: Browser, store: Store, worst: AnomalyEvent) -> None:
    pressed = press(browser, worst.event_id, "expected")
    assert pressed[ids.ANSWER_KEPT]["data"] == {"value": 3}
    assert "It no longer counts" in json.dumps(pressed[ids.ANSWERS]["children"])
    assert store.event(METER, worst.event_id).is_expected
    assert "Your answer is kept" in json.dumps(press(browser, worst.event_id, "")[ids.ANSWERS]["children"])
    assert store.event(METER, worst.event_id).answer is None


def test_what_was_expected_is_listed_last_and_counts_for_nothing(browser: Browser, store: Store, worst: AnomalyEvent) -> None:
    before = browser.draw(ALL)
    press(browser, worst.event_id, "expected")
    page = browser.draw(ALL)
    count = len(store.events(METER))
    assert (before[ids.HOME]["data"]["top"], page[ids.HOME]["data"]["top"] != worst.event_id) == (worst.event_id, True)
    assert f"{count - 1}" in json.dumps(page[ids.FIGURES]["children"])
    assert "+ 1 expected" in json.dumps(page[ids.FIGURES]["children"])
    assert json.dumps(page[ids.EVENTS]["children"]).count('"event-row is-expected"') == 1
    assert page[ids.EVENTS_COUNT]["children"] == f"{count} in range"
    without = browser.draw(ALL, events_expected=False)
    assert without[ids.EVENTS_COUNT]["children"] == f"{count - 1} of {count}"
    assert "is-expected" not in json.dumps(without[ids.EVENTS]["children"])


def test_a_problem_is_explained_first_until_it_is_mended(browser: Browser, store: Store) -> None:
    mild = min(store.events(METER), key=lambda event: (event.severity, event.start))
    press(browser, mild.event_id, "problem")
    assert browser.draw(ALL)[ids.HOME]["data"]["top"] == mild.event_id
    press(browser, mild.event_id, "mended")
    assert browser.draw(ALL)[ids.HOME]["data"]["top"] != mild.event_id


@pytest.mark.parametrize(
    ("event_id", "answer"), [(5, "problem"), (None, ""), ("../x", ""), ("e", "maybe"), ("e", None), ("e", ["problem"])]
)
def test_junk_is_no_press(browser: Browser, store: Store, event_id: Any, answer: Any) -> None:
    given = {"answer_press": {"event": event_id, "answer": answer, "n": 1}, "home": {"meter": METER}}
    assert browser.send(f"{ids.ANSWERS}.children", **given).status_code == 204


def test_a_press_on_what_is_gone_draws_the_page_anew_and_says_so(browser: Browser, store: Store) -> None:
    pressed = press(browser, "gone", "problem")
    assert pressed[ids.ANSWER_KEPT]["data"] == {"value": 3}
    assert ids.ANSWERS not in pressed


def test_the_table_as_a_file_leaves_out_what_the_table_does(client: FlaskClient, store: Store, worst: AnomalyEvent) -> None:
    store.answer_event(METER, worst.event_id, Answer.EXPECTED)
    count = len(store.events(METER))
    whole, some = (client.get(f"/download/anomalies.csv{ALL}{words}").text for words in ("", "&expected=hide"))
    assert f"{count} of {count}" in whole
    assert f"{count - 1} of {count}" in some
    assert "not expected" in some
    assert worst.event_id in whole
    assert worst.event_id not in some
    marked = ',expected,"expected, not counted"\r'
    assert [line.count(marked) for line in "".join(events_csv(store, METER)).splitlines(keepends=True)].count(1) == 1


def test_the_report_tells_what_was_said(client: FlaskClient, store: Store, worst: AnomalyEvent, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Exporter, "draw", lambda *_: b"<svg/>")
    store.answer_event(METER, worst.event_id, Answer.EXPECTED)
    page = client.get(f"/download/report.html{ALL}").text
    assert page.count("Your answer: “That was expected”; it counts for nothing.") == 1
    assert "1 expected, not counted" in page


# an address that has outlived its event


def test_an_address_follows_its_event_to_its_new_id(browser: Browser, store: Store, worst: AnomalyEvent) -> None:
    old = make_event("old-id", METER, start=worst.start, hours=1, kind=worst.kind)
    with store._database.writing() as connection:
        add_provisional(connection, 1, (old,), epoch_of(store.state(METER).last_ts), 0)  # type: ignore[arg-type]
        add_provisional(connection, 1, (), epoch_of(worst.start), 0)
    assert "old-id" not in {event.event_id for event in store.events(METER)}
    page = browser.draw(f"{ALL}&event=old-id")
    assert page[ids.HOME]["data"]["moved"] == ["old-id", worst.event_id]
    assert browser.draw(f"{ALL}&event={worst.event_id}")[ids.HOME]["data"]["moved"] is None
    panel = browser.send(f"{ids.WHY}.children", selected="old-id", home=page[ids.HOME]["data"], theme="light").text
    assert json.dumps(words.unbroken(worst.explanation.summary)) in panel
    assert "no longer there" not in panel


# told to those who look


def test_an_answer_is_news_and_an_alert_is_told_until_it_is_answered(browser: Browser, store: Store, worst: AnomalyEvent) -> None:
    client = browser.client
    before = client.get(f"/live/news?meter={METER}").json["cursor"]
    assert client.get(f"/live/news?meter={METER}&cursor={before}").status_code == 204
    press(browser, worst.event_id, "alert")
    assert client.get(f"/live/news?meter={METER}&cursor={before}").json["cursor"] != before
    assert client.get(f"/live/alert?meter={METER}").json == {"alert": None}
    last = store.state(METER).last_ts
    assert last is not None
    again = make_event("again", METER, start=last, hours=3, kind=worst.kind, excess_kwh=worst.excess_kwh, title="Once more")
    if worst.kind in {"SPIKE", "NIGHT_USE", "SUSTAINED_HIGH", "DROP", "SUSTAINED_LOW"}:
        pytest.fail("the worst anomaly of this household is a fault, of which any next one is told")
    with store._database.writing() as connection:
        add_provisional(connection, 1, (again,), epoch_of(last), 0)
    told = client.get(f"/live/alert?meter={METER}").json["alert"]
    assert told["event"] == "again"
    assert told["text"].startswith("Once more, ")
    assert "you asked to be told of one like that of" in told["text"]
    press(browser, "again", "expected")
    assert client.get(f"/live/alert?meter={METER}").json == {"alert": None}
    with store._database.writing() as connection:
        add_provisional(connection, 1, (), epoch_of(last), 0)


@pytest.mark.parametrize("query", ["", "?meter=", "?meter=nobody", "?meter=../x"])
def test_no_meter_has_no_alert(client: FlaskClient, query: str) -> None:
    assert client.get(f"/live/alert{query}").json == {"alert": None}
