"""A server killed under ingest: every reading it has acknowledged is there once, and each request sent again changes nothing."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path

import pytest

from tests.factories import START, make_meter
from wattsup_core.board import Board
from wattsup_core.service.access import issue_token
from wattsup_core.service.live.notices import holding_process
from wattsup_core.store import open_store
from wattsup_core.timegrid import epoch_of
from wattsup_core.types import Scope

ROOT = Path(__file__).resolve().parents[2]
ROUNDS, SENDERS, WORKERS = 3, 4, 2  # tests.bench.soak_kills does hundreds of rounds
ROWS = 3
T0 = epoch_of(START)


class Server:
    """gunicorn with several workers over one database; killed with all of them."""

    def __init__(self, folder: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        env = os.environ | {"DATABASE_URL": f"sqlite:///{folder / 'w.db'}", "JOBS_URL": f"diskcache://{folder / 'jobs'}"}
        command = [
            *(sys.executable, "-m", "gunicorn", "app:server", "--bind", f"127.0.0.1:{self.port}"),
            *("--config", "/dev/null", "--workers", str(WORKERS), "--threads", "4", "--no-control-socket", "--log-level", "error"),
        ]
        self.process = subprocess.Popen(command, cwd=ROOT, env=env, start_new_session=True)
        self._wait()

    def _wait(self) -> None:
        for _ in range(1200):
            with contextlib.suppress(OSError, http.client.HTTPException):
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
                connection.request("GET", "/healthz")
                if connection.getresponse().status == 200:
                    connection.close()
                    return
            time.sleep(0.1)
        raise AssertionError("the server did not start")

    def kill(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def post(port: int, token: str, key: str, rows: list[dict[str, float]]) -> tuple[int, dict[str, object]]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json", "Idempotency-Key": key}
    with contextlib.closing(connection):
        connection.request("POST", "/api/v1/meters/m-home/readings", json.dumps(rows), headers)
        response = connection.getresponse()
        return response.status, json.loads(response.read())


@pytest.mark.skipif(os.name == "nt", reason="gunicorn does not run here")
def test_nothing_acknowledged_is_lost_or_doubled(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'w.db'}")
    store.migrate()
    store.add_meter(make_meter(interval_minutes=15.0))
    _, token = issue_token(store, "m-home", Scope.WRITE)
    numbers = count()
    acknowledged: dict[int, dict[str, object]] = {}
    begun: set[int] = set()
    statuses: set[int] = set()

    def rows_of(number: int) -> list[dict[str, float]]:
        return [{"timestamp": T0 + 900 * (number * ROWS + place), "kwh": float(number)} for place in range(ROWS)]

    def send_until_it_dies(port: int) -> None:
        with contextlib.suppress(OSError, http.client.HTTPException, ValueError):
            for number in numbers:
                begun.add(number)
                status, answer = post(port, token, f"k-{number}", rows_of(number))
                statuses.add(status)
                acknowledged[number] = answer

    for round_number in range(ROUNDS):
        server = Server(tmp_path)
        with ThreadPoolExecutor(SENDERS) as pool:
            before = len(acknowledged)
            for _ in range(SENDERS):
                pool.submit(send_until_it_dies, server.port)
            while len(acknowledged) < before + 5:
                time.sleep(0.01)
            time.sleep(0.013 * round_number)
            server.kill()
        _check_whole(tmp_path / "w.db", set(acknowledged), begun)
    assert statuses == {202}
    assert len(begun) > len(acknowledged), "no request was cut short: the test has not tested anything"

    server = Server(tmp_path)
    try:
        seq = store.state("m-home").last_seq
        some = sorted(acknowledged)[-3:]
        assert [post(server.port, token, f"k-{number}", rows_of(number)) for number in some] == [(202, acknowledged[n]) for n in some]
        assert store.state("m-home").last_seq == seq
    finally:
        server.kill()
        scorer = holding_process(Board(tmp_path / "jobs" / "board"))  # a process of its own, which would stay for minutes
        if scorer is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(scorer, signal.SIGKILL)


def _check_whole(path: Path, acknowledged: set[int], begun: set[int]) -> None:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        stored = dict(connection.execute("SELECT kwh, count(*) FROM readings GROUP BY kwh").fetchall())
        counted = connection.execute("SELECT row_count, last_seq FROM meters").fetchone()
        doubled = connection.execute("SELECT count(*) FROM replaced_readings").fetchone()
        receipts = connection.execute("SELECT count(*) FROM receipts").fetchone()
    assert acknowledged <= {int(number) for number in stored} <= begun
    assert set(stored.values()) == {ROWS}
    assert counted == (ROWS * len(stored), len(stored))
    assert (doubled, receipts) == ((0,), (len(stored),))
