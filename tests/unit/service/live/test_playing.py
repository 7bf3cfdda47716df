"""A simulated household that goes on where a meter's readings end, and the ways its readings are handed over."""

from __future__ import annotations

import json
import socketserver
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import islice, pairwise
from pathlib import Path
from typing import Any, ClassVar

import pytest

from tests.factories import make_meter
from wattsup_core.board import Board
from wattsup_core.errors import BadRequestError
from wattsup_core.service.live import senders
from wattsup_core.service.live.arrivals import newest_arrival
from wattsup_core.service.live.mischief import anomalies_from
from wattsup_core.service.live.playing import DAYS_AHEAD, Household, household_of, play
from wattsup_core.service.live.senders import HttpSender, Reading, StoreSender
from wattsup_core.settings import Settings
from wattsup_core.simulate import Spike, simulate
from wattsup_core.store import open_store
from wattsup_core.timegrid import datetime_from_epoch, epoch_of, to_epoch_seconds

METER = make_meter(interval_minutes=15, timezone="Europe/London")
DAY = date(2026, 3, 2)


def test_it_goes_on_where_the_readings_end_however_far_that_is() -> None:
    whole = simulate(DAYS_AHEAD * 2 + 3, 15, "household", 7, DAY, "Europe/London", anomalies=False).readings
    seconds = to_epoch_seconds(whole.index).tolist()  # type: ignore[arg-type]
    played = list(islice(Household(METER, DAY).readings_after(seconds[100]), len(seconds) - 101))
    assert [ts for ts, _ in played] == seconds[101:]
    assert [kwh for _, kwh in played] == whole["kwh"].tolist()[101:]


def test_what_is_put_in_is_played() -> None:
    begin = datetime(2026, 3, 3, 12, tzinfo=UTC)
    spike = Spike(start=begin, end=begin + timedelta(hours=1), added_kw=4.0)
    plain, odd = (dict(islice(Household(METER, DAY, 7, given).readings_after(epoch_of(begin) - 1), 8)) for given in ((), (spike,)))
    assert [round(odd[ts] - plain[ts], 3) for ts in plain] == [1.0] * 4 + [0.0] * 4


def test_a_meter_without_readings_begins_with_its_midnight() -> None:
    household, after = household_of(METER, None)
    assert next(household.readings_after(after))[0] == after + 1
    last = datetime(2026, 7, 1, 10, 15, tzinfo=UTC)
    household, after = household_of(METER, last)
    assert (household.first_day, after) == (date(2026, 7, 1), epoch_of(last))


def test_anomalies_come_apart_and_the_same_each_time() -> None:
    last = datetime(2026, 3, 2, 16, 30, tzinfo=UTC)
    found = list(anomalies_from(last, "Europe/London", 1))
    assert found == list(anomalies_from(last, "Europe/London", 1))
    assert all(earlier.end < later.start for earlier, later in pairwise(found))
    assert len({anomaly.kind for anomaly in found}) > 1


class Heard:
    def __init__(self) -> None:
        self.batches: list[list[Reading]] = []

    def send(self, readings: Sequence[Reading]) -> None:
        self.batches.append(list(readings))


def test_a_fast_stream_is_sent_several_at_a_time() -> None:
    heard = Heard()
    rows = iter([(60 * number, 0.1) for number in range(1000)])
    sent = play(rows, heard, 1.0, 6000.0, lambda batch: not batch or batch[0][0] < 6000, sleep=lambda _: None)
    assert sent == sum(map(len, heard.batches)) == 100
    assert {len(batch) for batch in heard.batches} == {20}


def test_the_store_tells_that_rows_have_arrived(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    woken: list[object] = []
    monkeypatch.setattr(senders, "ensure_scorer", lambda *given: woken.append(given))
    settings = Settings(f"sqlite:///{tmp_path}/w.db", f"diskcache://{tmp_path}/jobs")
    store, board = open_store(settings.database_url), Board(settings.board_folder)
    store.migrate()
    store.add_meter(METER)
    sender = StoreSender(settings, store, board, METER.meter_id)
    sender.send([(900, 0.1), (1800, 0.2)])
    assert store.readings(METER.meter_id)["kwh"].tolist() == [0.1, 0.2]
    assert newest_arrival(board, METER.meter_id) == store.state(METER.meter_id).last_seq == 1
    assert len(woken) == 1


class Door(BaseHTTPRequestHandler):
    """A server that is busy, then without room on its disk, before it takes anything."""

    busy = 2
    got: ClassVar[list[tuple[str, Any, str]]] = []

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if Door.busy:
            Door.busy -= 1
            self._answer(503 if Door.busy else 507, {})
        elif self.headers["Authorization"] != "Bearer right":
            self._answer(401, {"error": {"message": "This token is not valid."}})
        else:
            Door.got.append((self.path, body, self.headers["Content-Type"]))
            self._answer(202, {"seq": 1, "stored": 1, "rejected": []})

    def do_GET(self) -> None:
        meter = {"meter_id": "m 1", "name": "Home", "timezone": "Europe/London", "interval_minutes": 15.0, "channel": "IMPORT"}
        self._answer(200, {"meters": [meter | {"currency": "GBP", "last": "2026-03-02T10:00:00+00:00"}]})

    def _answer(self, status: int, body: dict[str, Any]) -> None:
        sent = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(sent)))
        self.end_headers()
        self.wfile.write(sent)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def door() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_a_device_tries_again_until_its_readings_are_taken(door: str) -> None:
    Door.busy, Door.got = 2, []
    waits: list[float] = []
    HttpSender(door, "right", "m 1", sleep=waits.append).send([(900, 0.25)])
    assert waits == [0.5, 1.0]
    body = {"readings": [{"timestamp": datetime_from_epoch(900).isoformat(), "kwh": 0.25}]}
    assert Door.got == [("/api/v1/meters/m%201/readings", body, "application/json")]


def test_a_refusal_is_told_in_the_servers_words(door: str) -> None:
    Door.busy = 0
    with pytest.raises(BadRequestError, match="This token is not valid"):
        HttpSender(door, "wrong", "m 1", sleep=lambda _: None).send([(900, 0.25)])


@contextmanager
def other_server(status: int, body: bytes = b"", location: str = "") -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """A server that gives one answer to everything, and what it was asked: method and token."""
    asked: list[tuple[str, str]] = []

    class Other(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append((self.command, self.headers.get("Authorization", "")))
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.send_response(status)
            if location:
                self.send_header("Location", location)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Other) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_readings_and_token_are_not_sent_on_to_another_server(status: int) -> None:
    taken = json.dumps({"seq": 1}).encode()
    with (
        other_server(200, taken) as (goal, asked),
        other_server(status, location=f"{goal}/api/v1/meters/m/readings?key=x") as (door, _),
        pytest.raises(BadRequestError, match=f"^{door} sends us on to {goal}.$"),
    ):
        HttpSender(door, "right", "m", sleep=lambda _: None).send([(900, 0.25)])
    assert asked == []


def test_a_redirect_to_no_address_is_a_refusal() -> None:
    for location in ("http://[", ""):
        with other_server(302, location=location) as (door, _), pytest.raises(BadRequestError, match="sends us on to"):
            HttpSender(door, "right", "m", sleep=lambda _: None).meter()


@pytest.mark.parametrize("body", [b"<html></html>", b"\xff", b"[1]", b"5", b"[" * 100_000])
def test_a_server_that_is_none_of_ours_is_told(body: bytes) -> None:
    with other_server(200, body) as (door, _), pytest.raises(BadRequestError, match=f"What answers at {door} is not WattsUp"):
        HttpSender(door, "right", "m").send([(900, 0.25)])


def test_what_does_not_speak_http_is_told() -> None:
    with socketserver.TCPServer(("127.0.0.1", 0), _Mumbler) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        with pytest.raises(BadRequestError, match="does not answer"):
            HttpSender(f"http://127.0.0.1:{server.server_address[1]}", "right", "m", sleep=lambda _: None).meter()
        server.shutdown()


class _Mumbler(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        self.request.recv(4096)
        self.request.sendall(b"220 mail.example.com\r\n")


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost:80a",
        "http://localhost:0",
        "http://",
        "http://[",
        "http://local host",
        "http://localhost/a b",
        "http://localhost/?meter=m",
        "http://me:secret@localhost",
        f"http://{'a' * 70}.example",
    ],
)
def test_what_is_no_address_of_a_server_is_refused_at_once(url: str) -> None:
    with pytest.raises(BadRequestError, match="is not the address of a server"):
        HttpSender(url, "right", "m")


@pytest.mark.parametrize("token", ["wu_€", "wu_x\r\nX-Other: 1"])
def test_a_token_that_no_header_can_bear_is_refused_at_once(token: str) -> None:
    with pytest.raises(BadRequestError, match="This is no token"):
        HttpSender("http://localhost", token, "m")


def test_the_meter_is_the_servers(door: str) -> None:
    meter, last = HttpSender(door, "right", "m 1").meter()
    assert (meter.name, meter.interval_minutes, last) == ("Home", 15.0, datetime(2026, 3, 2, 10, tzinfo=UTC))
    with pytest.raises(BadRequestError, match="has no meter m-2"):
        HttpSender(door, "right", "m-2").meter()


def test_a_server_that_is_not_there_is_told() -> None:
    with pytest.raises(BadRequestError, match="does not answer"):
        HttpSender("http://127.0.0.1:9", "x", "m", sleep=lambda _: None).meter()
    with pytest.raises(BadRequestError, match="not the address of a server"):
        HttpSender("file:///etc", "x", "m")
