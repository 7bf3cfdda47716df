"""The interface for programs: tokens, readings in and out, events, and a document that tells the truth."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from dashboard.api.live import MOST_BODY_MB
from dashboard.api.openapi import ROUTES
from dashboard.factory import create_app
from tests.factories import make_event, make_meter
from wattsup_core.errors import BusyError
from wattsup_core.service.access import issue_token
from wattsup_core.service.scoring import score_meter
from wattsup_core.settings import Settings
from wattsup_core.simulate import simulate
from wattsup_core.store import Delivery, SentReading, Store, open_store
from wattsup_core.store.events import add_provisional
from wattsup_core.timegrid import to_epoch_seconds
from wattsup_core.types import Scope

URL = "/api/v1/meters/home/readings"
STAMP = "2026-01-05T12:00:00Z"
Headers = dict[str, str]


class Woken:
    """Counts how often the scorer was asked for."""

    count = 0

    def __call__(self, written: Mapping[str, int]) -> None:
        assert all(seq > 0 for seq in written.values())
        self.count += 1


@pytest.fixture(scope="module")
def woken() -> Woken:
    return Woken()


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory, woken: Woken) -> tuple[Store, FlaskClient]:
    folder = tmp_path_factory.mktemp("live")
    settings = Settings(database_url=f"sqlite:///{folder}/w.db", jobs_url=f"diskcache://{folder}/jobs", sample=False)
    app = create_app(settings, woken)
    store = open_store(settings.database_url)
    for name in ("home", "flat"):
        store.add_meter(make_meter(name, interval_minutes=15.0))
    return store, app.server.test_client()


@pytest.fixture(scope="module")
def store(live: tuple[Store, FlaskClient]) -> Store:
    return live[0]


@pytest.fixture
def client(live: tuple[Store, FlaskClient]) -> FlaskClient:
    return live[1]


@pytest.fixture(scope="module")
def token(store: Store) -> Callable[..., Headers]:
    def make(meter_id: str | None = None, scope: Scope = Scope.WRITE) -> Headers:
        return {"Authorization": "Bearer " + issue_token(store, meter_id, scope)[1]}

    return make


@pytest.fixture(scope="module")
def writing(token: Callable[..., Headers]) -> Headers:
    return token("home")


def error_of(response: Any) -> tuple[int, str]:
    error = response.json["error"]
    assert set(error) == {"code", "message", "hint"}
    assert error["message"].endswith(".")
    return response.status_code, error["code"]


def test_readings_go_in_and_come_out(client: FlaskClient, writing: Headers, woken: Woken) -> None:
    before = woken.count
    body = {"readings": [{"timestamp": STAMP, "kwh": 0.25, "temperature_c": 4.5}, {"timestamp": "soon", "kwh": 1}]}
    response = client.post(URL, json=body, headers=writing)
    assert response.status_code == 202
    assert (response.json["stored"], [each["index"] for each in response.json["rejected"]]) == (1, [1])
    assert woken.count == before + 1
    read = client.get(f"{URL}?from={STAMP}&limit=1", headers=writing).json["readings"]
    assert [(row["timestamp"], row["kwh"], row["temperature_c"], row["score"]) for row in read] == [
        ("2026-01-05T12:00:00+00:00", 0.25, 4.5, None)
    ]


def test_pages_follow_each_other(client: FlaskClient, token: Callable[..., Headers]) -> None:
    headers = token("flat")
    client.post(URL.replace("home", "flat"), json=[{"timestamp": 1_780_000_200 + 900 * n, "kwh": n} for n in range(5)], headers=headers)
    seen, start = [], ""
    while start is not None:
        page = client.get(URL.replace("home", "flat"), query_string={"limit": "2", **({"from": start} if start else {})}, headers=headers)
        seen += [row["kwh"] for row in page.json["readings"]]
        start = page.json["next"]
    assert seen == [0, 1, 2, 3, 4]


def test_a_gateway_writes_many_meters(client: FlaskClient, token: Callable[..., Headers]) -> None:
    rows = [
        {"meter": "home", "timestamp": "2026-01-06T00:00Z", "kwh": 1},
        {"meter": "nobody", "timestamp": STAMP, "kwh": 1},
        {"meter": "flat", "timestamp": "2026-01-06T00:00Z", "kwh": "x"},
        {"meter": "\ud800", "timestamp": STAMP, "kwh": 1},
        7,
    ]
    response = client.post("/api/v1/readings", json=rows, headers=token())
    assert response.status_code == 202
    assert response.json["stored"] == 1
    assert set(response.json["seq"]) == {"home", "flat"}
    codes = [(each["index"], each["code"]) for each in response.json["rejected"]]
    assert codes == [(1, "unknown_meter"), (2, "bad_number"), (3, "unknown_meter"), (4, "not_an_object")]
    own = client.post("/api/v1/readings", json=[{"meter": "flat", "timestamp": STAMP, "kwh": 1}], headers=token("home"))
    assert own.json["rejected"][0]["code"] == "unknown_meter"
    csv = client.post("/api/v1/readings", data=f"meter,timestamp,wh\nhome,{STAMP},100\n", content_type="text/csv", headers=token())
    assert (csv.json["stored"], csv.json["rejected"]) == (1, [])


def test_a_busy_database_asks_for_the_request_again(client: FlaskClient, writing: Headers, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise BusyError("The database is busy.", "Send it again.")

    monkeypatch.setattr(Store, "append", refuse)
    response = client.post(URL, json={"timestamp": STAMP, "kwh": 0.25}, headers=writing)
    assert error_of(response) == (503, "busy")
    assert int(response.headers["Retry-After"]) > 0


def test_an_idempotency_key_gives_the_same_answer_again(client: FlaskClient, writing: Headers, store: Store) -> None:
    headers = writing | {"Idempotency-Key": "once"}
    first = client.post(URL, json={"timestamp": "2026-01-07T00:00Z", "kwh": 1}, headers=headers)
    client.post(URL, json={"timestamp": "2026-01-07T00:00Z", "kwh": 2}, headers=writing)
    seq = store.state("home").last_seq
    again = client.post(URL, json={"timestamp": "2026-01-07T00:00Z", "kwh": 1}, headers=headers)
    assert (again.status_code, again.json) == (202, first.json)
    assert store.state("home").last_seq == seq
    assert error_of(client.post(URL, json={"timestamp": "2026-01-07T00:00Z", "kwh": 3}, headers=headers)) == (422, "key_reused")
    assert error_of(client.post(URL, json=[], headers=writing | {"Idempotency-Key": "x" * 201})) == (400, "bad_request")


def test_who_may_what(client: FlaskClient, token: Callable[..., Headers], store: Store) -> None:
    body = {"timestamp": STAMP, "kwh": 1}
    token_id, secret = issue_token(store, None, Scope.WRITE)
    store.revoke_token(token_id)
    assert error_of(client.post(URL, json=body)) == (401, "unknown_token")
    assert error_of(client.post(URL, json=body, headers={"Authorization": f"Bearer {secret}"})) == (401, "unknown_token")
    assert error_of(client.post(URL, json=body, headers=token("home", Scope.READ))) == (403, "forbidden")
    assert error_of(client.post(URL, json=body, headers=token("flat"))) == (403, "forbidden")
    assert error_of(client.get(URL.replace("home", "nobody"), headers=token("flat"))) == (403, "forbidden")
    assert error_of(client.post(URL.replace("home", "nobody"), json=body, headers=token())) == (404, "not_found")
    assert client.get(URL, headers=token("home", Scope.READ)).status_code == 200
    assert [each["meter_id"] for each in client.get("/api/v1/meters", headers=token("flat")).json["meters"]] == ["flat"]
    assert [each["meter_id"] for each in client.get("/api/v1/meters", headers=token()).json["meters"]] == ["home", "flat"]


@pytest.mark.parametrize(("path", "method"), [(route.path.replace("{meter_id}", "home"), route.method) for route in ROUTES if route.errors])
def test_every_route_wants_a_token(client: FlaskClient, path: str, method: str) -> None:
    assert error_of(client.open(f"/api/v1{path}", method=method.upper())) == (401, "unknown_token")


def test_a_token_opens_where_another_origin_does_not(client: FlaskClient, writing: Headers) -> None:
    body = {"timestamp": STAMP, "kwh": 1}
    origin = {"Origin": "https://ha.example"}
    assert client.post(URL, json=body, headers=writing | origin).status_code == 202
    assert client.post(URL, json=body, headers=origin).status_code == 403
    assert client.post("/api/v1/uploads", data=b"x", headers=writing | origin).status_code == 403


@pytest.mark.parametrize("body", [b"", b"{", b"5", b'"x"', b"null", b'{"readings": 5}', b"[" * 100_000, b"\xff\xfe\x00", b"1" * 5000])
@pytest.mark.parametrize("path", [URL, "/api/v1/readings"])
def test_junk_is_a_bad_request(client: FlaskClient, token: Callable[..., Headers], path: str, body: bytes) -> None:
    assert error_of(client.post(path, data=body, content_type="application/json", headers=token())) == (400, "bad_request")


@pytest.mark.parametrize("body", [b"", b"\x00\x01", b"hello", b"<html></html>", b"/XX5\r\n\r\n1-0:1.8.1(", b"timestamp\n", b"a,b\n1,2\n"])
def test_other_junk_is_no_mistake_of_ours(client: FlaskClient, writing: Headers, body: bytes) -> None:
    response = client.post(URL, data=body, content_type="text/csv", headers=writing)
    assert response.status_code in {202, 400}
    assert response.status_code == 400 or response.json["stored"] == 0


def test_a_body_that_is_too_large_or_packed_is_refused(client: FlaskClient, writing: Headers) -> None:
    large = b" " * (MOST_BODY_MB * 1024 * 1024 + 1)
    assert error_of(client.post(URL, data=large, content_type="application/json", headers=writing)) == (413, "too_large")
    assert client.post(URL, data=b"x", headers=writing | {"Content-Encoding": "gzip"}).status_code == 415


@pytest.mark.parametrize(
    ("query", "first", "last"),
    [
        ("from=2026-03-29T01:30", "02:00:00+01:00", "22:45:00+01:00"),  # skipped
        ("to=2026-03-29T01:30", "00:00:00+00:00", "00:45:00+00:00"),
        ("from=2026-10-25T01:30&to=2026-10-25T01:45", "01:30:00+01:00", "01:30:00+00:00"),  # both passes
        ("from=2026-10-25T00:00&to=2026-10-25T01:00", "00:00:00+01:00", "00:45:00+01:00"),
        ("to=20261026", "00:00:00+01:00", "22:45:00+00:00"),
        ("to=1774742400", None, None),
        ("from=1774746000000&to=2026-03-29T03:00:00%2B01:00", "02:00:00+01:00", "02:45:00+01:00"),
    ],
)
def test_arguments_on_the_clock_of_the_meter(
    client: FlaskClient, store: Store, token: Callable[..., Headers], query: str, first: str | None, last: str | None
) -> None:
    is_spring = "-03-" in query or "1774" in query
    meter_id, start = ("spring", 1_774_742_400) if is_spring else ("autumn", 1_792_882_800)
    if meter_id not in {meter.meter_id for meter in store.meters()}:
        store.add_meter(make_meter(meter_id, interval_minutes=15.0, timezone="Europe/London"))
        rows = tuple(SentReading(place, start + 900 * place, 1.0) for place in range(4 * (22 if is_spring else 24)))
        store.append([Delivery(meter_id, rows)])
    read = client.get(f"/api/v1/meters/{meter_id}/readings?{query}", headers=token(meter_id, Scope.READ)).json["readings"]
    assert [row["timestamp"][11:] for row in (read[0], read[-1])] == [first, last] if read else first is None


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=x", "limit=1e9", "from=soon", "to=2026-02-30", "form=2026-01-01", "from=" + "9" * 30, "from=17800"]
)
def test_arguments_that_make_no_sense(client: FlaskClient, writing: Headers, query: str) -> None:
    assert error_of(client.get(f"{URL}?{query}", headers=writing)) == (400, "bad_request")


@pytest.mark.parametrize("since", ["soon", "-1", "999999999"])
def test_cursors_that_make_no_sense(client: FlaskClient, writing: Headers, since: str) -> None:
    assert error_of(client.get(f"/api/v1/meters/home/events?since={since}", headers=writing)) == (400, "bad_request")


@pytest.mark.parametrize(("method", "path", "status"), [("DELETE", URL, 405), ("GET", "/api/v1/readings", 404), ("GET", "/api/v2/x", 404)])
def test_what_is_not_there_is_told_in_json(client: FlaskClient, method: str, path: str, status: int) -> None:
    assert error_of(client.open(path, method=method))[0] == status


def test_events_come_once_and_by_cursor(client: FlaskClient, token: Callable[..., Headers], store: Store) -> None:
    store.add_meter(make_meter("noisy", interval_minutes=60.0))
    frame = simulate(days=60, interval_minutes=60).readings
    rows = tuple(
        SentReading(place, seconds, kwh)
        for place, (seconds, kwh) in enumerate(zip(to_epoch_seconds(frame.index).tolist(), frame["kwh"].tolist(), strict=True))  # type: ignore[arg-type]
    )
    store.append([Delivery("noisy", rows)])
    score_meter(store, "noisy")
    url, headers = "/api/v1/meters/noisy/events", token("noisy", Scope.READ)
    answer = client.get(url, headers=headers).json
    assert answer["events"]
    assert {"event_id", "start", "end", "kind", "severity", "first_shown_at", "updated_at"} <= answer["events"][0].keys()
    assert client.get(url, query_string={"since": answer["cursor"]}, headers=headers).json["events"] == []
    assert client.get(f"{url}?since=0", headers=headers).json["events"] == answer["events"]
    assert client.get(f"{url}?since=2020-01-01", headers=headers).json["events"] == answer["events"]
    assert client.get(f"{url}?since=2099-01-01T00:00:00Z", headers=headers).json["events"] == []
    scored = client.get("/api/v1/meters/noisy/readings?limit=500", headers=headers).json["readings"]
    assert any(row["event_id"] in {event["event_id"] for event in answer["events"]} for row in scored)


def test_a_token_is_not_logged(client: FlaskClient, writing: Headers, caplog: pytest.LogCaptureFixture) -> None:
    client.post(URL, data=b"{", content_type="application/json", headers=writing)
    client.post(URL, json={"timestamp": STAMP, "kwh": 1}, headers=writing)
    assert writing["Authorization"].removeprefix("Bearer ") not in caplog.text


# documents


def test_the_document_names_every_route_and_no_other(client: FlaskClient) -> None:
    document = client.get("/api/v1/openapi.json").json
    assert document["openapi"] == "3.1.0"
    told = {(method.upper(), path) for path, operations in document["paths"].items() for method in operations}
    rules = client.application.url_map.iter_rules()
    held = {
        (method, re.sub(r"<(\w+)>", r"{\1}", rule.rule))
        for rule in rules
        if rule.endpoint.startswith("live.")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert told == held
    references = set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(document)))
    assert references == set(document["components"]["schemas"])


def test_the_examples_of_the_document_work(client: FlaskClient, token: Callable[..., Headers], store: Store) -> None:
    text = (Path(__file__).parents[2] / "docs" / "api.md").read_text().replace("\\\n", " ")
    examples = re.findall(r"^curl .*$", text, re.MULTILINE)
    assert len(examples) >= 8
    secret = token()["Authorization"].removeprefix("Bearer ")
    with store._database.writing() as connection:
        add_provisional(connection, 1, (make_event("e-1", "home"),), 0, 0)
    for example in examples:
        response = _curl(client, example, {"$URL": "/api/v1", "$METER": "home", "$EVENT": "e-1", "$TOKEN": secret})
        assert response.status_code in {200, 202}, (example, response.text)
        if response.status_code == 202:
            assert (response.json["stored"] >= 1, response.json["rejected"]) == (True, []), example


def _curl(client: FlaskClient, line: str, names: dict[str, str]) -> Any:
    """Do what a curl command would."""
    line = re.sub(r"\$'([^']*)'", lambda found: shlex.quote(found[1].encode().decode("unicode_escape")), line)
    for name, value in names.items():
        line = line.replace(name, value)
    words = iter(shlex.split(line)[1:])
    method, url, headers, data = "GET", "", {}, None
    for word in words:
        if word == "-X":
            method = next(words)
        elif word == "-H":
            name, value = next(words).split(": ", 1)
            headers[name] = value
        elif word in {"-d", "--data-binary"}:
            data = next(words)
        else:
            url = word
    return client.open(url, method=method, headers=headers, data=data)
