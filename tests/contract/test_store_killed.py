"""A process killed at any moment leaves all of an upload or nothing of it, and nothing it was told is stored is lost."""

from __future__ import annotations

import multiprocessing
import sqlite3
import time
from datetime import timedelta
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np
import pytest

from tests.factories import START, make_meter, make_readings, make_upload
from wattsup_core.store import open_store

ROUNDS = 10
ROWS = 20_000


def import_for_ever(url: str, first: int, told: Connection) -> None:
    """Store upload after upload, and tell the number of each one that the store has acknowledged."""
    store = open_store(url)
    for number in count(first):
        days = timedelta(days=ROWS / 1440 * number)
        readings = make_readings(np.full(ROWS, float(number)), interval_minutes=1, start=START + days, temperature_c=np.ones(ROWS))
        told.send(("began", number))
        store.save_upload(make_upload(f"u-{number}"), [("m-home", readings)])
        told.send(("stored", number))


@pytest.fixture
def processes() -> multiprocessing.context.ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    return context


def test_killed_imports_leave_all_or_nothing(tmp_path: Path, processes: multiprocessing.context.ForkServerContext) -> None:
    path = tmp_path / "store.db"
    store = open_store(f"sqlite:///{path}")
    store.migrate()
    store.add_meter(make_meter())
    acknowledged: set[str] = set()
    began = 0
    for round_number in range(ROUNDS):
        stored, began = kill_while_importing(processes, store.url, began + 1, round_number % 3, 0.004 * (round_number + 1))
        acknowledged |= {f"u-{number}" for number in stored}
        check_whole(path)
    ledger = {upload.upload_id for upload in store.uploads("m-home")}
    assert acknowledged <= ledger
    assert len(acknowledged) >= ROUNDS - 1
    assert len(ledger) < began, "no import was cut short: the test has not tested anything"


def kill_while_importing(
    processes: multiprocessing.context.ForkServerContext, url: str, first: int, let_through: int, seconds: float
) -> tuple[list[int], int]:
    """Kill a child in the middle of an upload, `seconds` after it began it.

    Parameters
    ----------
    first
        The number of its first upload.
    let_through
        How many uploads it may finish before.

    Returns
    -------
    tuple
        The uploads it was told are stored, and the last it began.
    """
    receiver, sender = processes.Pipe(duplex=False)
    child = processes.Process(target=import_for_ever, args=(url, first, sender))
    child.start()
    sender.close()
    messages = [receiver.recv() for _ in range(2 * let_through + 1)]
    time.sleep(seconds)
    child.kill()
    child.join()
    try:
        while True:
            messages.append(receiver.recv())
    except EOFError:
        receiver.close()
    return [number for word, number in messages if word == "stored"], max(number for _, number in messages)


def check_whole(path: Path) -> None:
    """Every upload of the ledger has all its rows, there are no other rows, and SQLite finds its file in order."""
    with sqlite3.connect(path) as connection:
        ask = lambda sql: connection.execute(sql).fetchall()  # noqa: E731
        assert ask("PRAGMA integrity_check") == [("ok",)]
        assert ask("PRAGMA foreign_key_check") == []
        uploads = ask("SELECT count(*) FROM uploads")[0][0]
        assert ask("SELECT count(*) FROM upload_meters") == [(uploads,)]
        assert set(ask("SELECT count(*) FROM readings GROUP BY kwh")) <= {(ROWS,)}
        assert ask("SELECT count(*) FROM covariates") == [(uploads * ROWS,)]
        assert ask("SELECT row_count, last_seq FROM meters") == [(uploads * ROWS, uploads)]
        assert ask("SELECT count(*) FROM readings") == [(uploads * ROWS,)]
    connection.close()
