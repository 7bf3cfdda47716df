"""The demo stream: one for all, told on the board, over when it is stopped."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.factories import make_readings, make_upload
from wattsup_core.board import Board
from wattsup_core.service.live import demo, senders
from wattsup_core.service.live.demo import METER_ID, Demo, status_of, stop
from wattsup_core.settings import Settings
from wattsup_core.simulate import Spike
from wattsup_core.store import Store, open_store
from wattsup_core.types import Meter

PATIENCE_SECONDS = 60.0


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(f"sqlite:///{tmp_path}/w.db", f"diskcache://{tmp_path}/jobs")


@pytest.fixture
def store(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A store in which the demo household has its history already."""
    monkeypatch.setattr(senders, "ensure_scorer", lambda *_: None)
    store = open_store(settings.database_url)
    store.migrate()
    start = (datetime.now(UTC) - timedelta(days=30)).replace(hour=0, minute=0, second=0, microsecond=0)
    readings = make_readings(days=1, interval_minutes=demo.INTERVAL_MINUTES, start=start)
    meter = Meter(METER_ID, demo.NAME, demo.TIMEZONE, demo.INTERVAL_MINUTES, is_sample=True)
    store.save_upload(make_upload(meter_ids=(METER_ID,)), [(METER_ID, readings)], new_meters=[meter])
    return store


class _Process:
    def wait(self) -> int:
        return 0


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_it_plays_until_it_is_stopped_and_goes_on_where_it_ended(settings: Settings, store: Store) -> None:
    board = Board(settings.board_folder)
    assert status_of(board).phase == demo.OFF
    rows = store.state(METER_ID).rows
    for _ in range(2):
        sent: list[int] = []
        thread = threading.Thread(target=lambda sent=sent: sent.append(Demo(settings, store, board, speed=15_000.0).run()))
        thread.start()
        until(lambda before=rows: status_of(board).phase == demo.ON and store.state(METER_ID).rows > before + 60)
        assert Demo(settings, store, board).run() == 0  # one for all
        stop(board)
        assert status_of(board).phase == demo.OFF
        thread.join(PATIENCE_SECONDS)
        assert not thread.is_alive()
        rows += sent[0]
        state = store.state(METER_ID)
        assert state.rows == rows
        assert (state.last_ts - state.first_ts) / timedelta(minutes=demo.INTERVAL_MINUTES) == rows - 1  # type: ignore[operator]


def test_what_it_puts_in_is_told_when_it_begins(settings: Settings, store: Store) -> None:
    board = Board(settings.board_folder)
    thread = threading.Thread(target=Demo(settings, store, board, speed=15_000.0).run)
    thread.start()
    until(lambda: status_of(board).label is not None)
    label = status_of(board).label
    stop(board)
    thread.join(PATIENCE_SECONDS)
    assert label is not None
    assert label["kind"] in {"SPIKE", "NIGHT_USE"}
    assert label["detail"].endswith("kW")


def test_it_ends_with_its_time_and_before_the_present(settings: Settings, store: Store) -> None:
    board = Board(settings.board_folder)
    assert Demo(settings, store, board, speed=60.0).run(longest_seconds=0.0) == 0
    store.append_readings([(METER_ID, make_readings([0.01], interval_minutes=1, start=datetime.now(UTC).replace(second=0, microsecond=0)))])
    assert Demo(settings, store, board, speed=60.0).run() == 0
    assert status_of(board).phase == demo.OFF


def test_a_stop_while_it_starts_is_heard(settings: Settings, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    board = Board(settings.board_folder)
    rows = store.state(METER_ID).rows
    monkeypatch.setattr(demo.subprocess, "Popen", lambda *_, **__: _Process())
    assert demo.start(settings, board)
    assert status_of(board).phase == demo.PREPARING
    stop(board)
    assert status_of(board).phase == demo.OFF
    assert Demo(settings, store, board, speed=15_000.0).run(longest_seconds=1.0, with_parent=True) == 0
    assert status_of(board).phase == demo.OFF
    assert store.state(METER_ID).rows == rows
    assert demo.start(settings, board)  # and it can be started again
    assert Demo(settings, store, board, speed=15_000.0).run(longest_seconds=1.0, with_parent=True) > 0


def test_its_meter_knows_its_country(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    store = open_store(settings.database_url)
    store.migrate()
    monkeypatch.setattr(Demo, "_import_history", lambda *_: None)
    assert Demo(settings, store, Board(settings.board_folder)).run() == 0
    assert store.meter(METER_ID).country == "GB"


def test_a_label_has_local_times() -> None:
    begin = datetime(2026, 7, 1, 13, 22, tzinfo=UTC)
    label = demo.label_of(Spike(start=begin, end=begin + timedelta(minutes=48), added_kw=3.4))
    assert label == {"kind": "SPIKE", "detail": "+3.4 kW", "start": "14:22", "end": "15:10"}
