"""A scorer killed at any moment leaves nothing unscored, nothing scored twice, and is followed by another."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from tests.factories import make_meter, make_readings
from wattsup_core.board import Board
from wattsup_core.service.live.notices import holding_process
from wattsup_core.service.live.starting import ensure_scorer
from wattsup_core.settings import Settings, job_environment
from wattsup_core.store import Store, open_store

ROUNDS = 2  # tests.bench.soak_kills does hundreds
PATIENCE_SECONDS = 120.0
METERS = ("m-a", "m-b")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(database_url=f"sqlite:///{tmp_path / 'store.db'}", jobs_url=f"diskcache://{tmp_path / 'jobs'}", sample=False)


@pytest.fixture
def store(settings: Settings) -> Store:
    opened = open_store(settings.database_url)
    opened.migrate()
    for meter_id in METERS:
        opened.add_meter(make_meter(meter_id))
    return opened


def start_scorer(settings: Settings) -> subprocess.Popen[bytes]:
    environment = {**job_environment(), "DATABASE_URL": settings.database_url, "JOBS_URL": settings.jobs_url}
    return subprocess.Popen([sys.executable, "-m", "wattsup_core", "scorer"], env=environment, start_new_session=True)


def wait_until_scored(store: Store) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while store.waiting():
        assert time.monotonic() < until, "rows are left unscored"
        time.sleep(0.2)


def test_killed_scorers_leave_every_row_scored_once(settings: Settings, store: Store, tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    readings = make_readings(days=8)
    readings["kwh"] *= rng.lognormal(0, 0.2, len(readings))
    place = 300
    for meter_id in METERS:
        store.append_readings([(meter_id, readings.iloc[:place])])
    for _ in range(ROUNDS):
        scorer = start_scorer(settings)
        kill_at = time.monotonic() + float(rng.uniform(1.0, 6.0))
        while time.monotonic() < kill_at and place < len(readings):
            store.append_readings([(meter_id, readings.iloc[place : place + 1]) for meter_id in METERS])
            place += 1
            time.sleep(0.2)
        os.kill(scorer.pid, signal.SIGKILL)
        scorer.wait()
    last = start_scorer(settings)
    try:
        wait_until_scored(store)
    finally:
        last.kill()
        last.wait()
    with sqlite3.connect(tmp_path / "store.db") as connection:
        rows, scores = (connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in ("readings", "scores"))  # noqa: S608
    assert rows == scores == place * len(METERS)
    for meter_id in METERS:
        assert store.scored(meter_id)["score"].notna().all()


def test_a_scorer_is_started_once_and_again_when_it_is_gone(settings: Settings, store: Store) -> None:
    board = Board(settings.board_folder)
    assert ensure_scorer(settings, board)
    assert not ensure_scorer(settings, board), "one is about to be"
    until = time.monotonic() + PATIENCE_SECONDS
    while (first := holding_process(board)) is None:
        assert time.monotonic() < until
        time.sleep(0.1)
    try:
        store.append_readings([("m-a", make_readings(days=5))])
        wait_until_scored(store)
        assert not ensure_scorer(settings, board)
    finally:
        os.kill(first, signal.SIGKILL)
