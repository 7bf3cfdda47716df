"""The demo stream: one for all, told on the board, over when it is stopped."""

from __future__ import annotations

import logging
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.factories import make_readings, make_upload
from wattsup_core.board import Board
from wattsup_core.processes import ProcessMark
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


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """The processes that would have been started."""
    begun: list[object] = []
    monkeypatch.setattr(demo.subprocess, "Popen", lambda *given, **_: begun.append(given) or _Process())
    return begun


class _Process:
    def wait(self) -> int:
        return 0


class Preparing:
    """Demos that prepare until they are let go on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.go_on = threading.Event()
        prepared = Demo._prepared
        monkeypatch.setattr(Demo, "_prepared", lambda one: self.go_on.wait(PATIENCE_SECONDS) and prepared(one))


@pytest.fixture
def preparing(monkeypatch: pytest.MonkeyPatch) -> Preparing:
    return Preparing(monkeypatch)


@contextmanager
def playing(one: Demo, *, with_parent: bool = False) -> Iterator[threading.Thread]:
    """A demo that runs beside the test, and has ended by itself after it."""
    thread = threading.Thread(target=lambda: one.run(with_parent=with_parent), daemon=True)
    thread.start()
    yield thread
    thread.join(PATIENCE_SECONDS)
    assert not thread.is_alive()


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


def test_a_stop_while_it_starts_is_heard(settings: Settings, store: Store, started: list[object]) -> None:
    board = Board(settings.board_folder)
    rows = store.state(METER_ID).rows
    assert demo.start(settings, board)
    assert status_of(board).phase == demo.PREPARING
    stop(board)
    assert status_of(board).phase == demo.OFF
    assert Demo(settings, store, board, speed=15_000.0).run(longest_seconds=1.0, with_parent=True) == 0
    assert status_of(board).phase == demo.OFF
    assert store.state(METER_ID).rows == rows
    assert demo.start(settings, board)  # and it can be started again
    assert Demo(settings, store, board, speed=15_000.0).run(longest_seconds=1.0, with_parent=True) > 0


def test_a_start_after_a_stop_while_it_prepares_is_heard(
    settings: Settings, store: Store, started: list[object], preparing: Preparing
) -> None:
    board = Board(settings.board_folder)
    rows = store.state(METER_ID).rows
    with playing(Demo(settings, store, board, speed=15_000.0)):
        until(lambda: status_of(board).phase == demo.PREPARING)
        stop(board)
        assert status_of(board).phase == demo.OFF
        demo.start(settings, board)
        assert status_of(board).phase == demo.PREPARING
        assert started == [], "the one that prepares goes on"
        preparing.go_on.set()
        until(lambda: status_of(board).phase == demo.ON and store.state(METER_ID).rows > rows + 60)
        stop(board)
    assert status_of(board).phase == demo.OFF


def test_a_stop_while_it_prepares_is_heard(settings: Settings, store: Store, preparing: Preparing) -> None:
    board = Board(settings.board_folder)
    rows = store.state(METER_ID).rows
    with playing(Demo(settings, store, board, speed=15_000.0)):
        until(lambda: status_of(board).phase == demo.PREPARING)
        stop(board)
        preparing.go_on.set()
    assert store.state(METER_ID).rows == rows
    assert board.get(demo.LEASE) is None


def test_a_start_while_the_one_before_ends_waits_for_it(settings: Settings, store: Store, started: list[object]) -> None:
    board = Board(settings.board_folder)
    board.put(demo.STATUS, {"phase": demo.OFF, "step": "", "speed": 60.0, "label": None})
    assert board.claim(demo.LEASE, "before", 30.0)
    assert demo.start(settings, board)
    assert len(started) == 1
    assert status_of(board).phase == demo.PREPARING
    with playing(Demo(settings, store, board, speed=15_000.0), with_parent=True):
        time.sleep(3 * demo.LOOK_SECONDS)
        board.release(demo.LEASE, "before")
        until(lambda: status_of(board).phase == demo.ON)
        assert board.get(demo.STARTING) is None
        stop(board)


def test_of_two_that_were_started_one_plays_and_the_other_leaves(settings: Settings, store: Store, preparing: Preparing) -> None:
    board = Board(settings.board_folder)
    assert board.claim(demo.STARTING, "a", 20.0)
    with playing(Demo(settings, store, board), with_parent=True):
        until(lambda: status_of(board).phase == demo.PREPARING and board.get(demo.STARTING) is None)
        assert Demo(settings, store, board).run(with_parent=True) == 0
        stop(board)
        preparing.go_on.set()


def test_the_end_of_one_leaves_the_start_of_the_next(settings: Settings, store: Store, preparing: Preparing) -> None:
    board = Board(settings.board_folder)
    with playing(Demo(settings, store, board)):
        until(lambda: status_of(board).phase == demo.PREPARING)
        stop(board)
        assert board.claim(demo.STARTING, "next", 20.0)
        preparing.go_on.set()
    assert board.get(demo.STARTING) == "next"


def test_a_start_that_takes_the_stop_back_wins_over_the_demo_that_has_just_seen_it(settings: Settings, store: Store) -> None:
    board = Board(settings.board_folder)
    one = Demo(settings, store, board)
    assert one._take_lease(is_started=False)
    one._tell(demo.ON)
    stop(board)
    told = one._tell
    one._tell = lambda phase, step="": (told(phase, step), demo.start(settings, board))  # type: ignore[method-assign, assignment]
    assert one._goes_on(()), "between its look at the note and its taking it"
    assert status_of(board).phase == demo.ON
    one._tell = told  # type: ignore[method-assign]
    stop(board)
    assert not one._goes_on(())
    assert not one._goes_on(()), "and it stays so"
    assert status_of(board).phase == demo.OFF


def test_the_lease_of_a_demo_that_was_killed_is_forgotten(settings: Settings, store: Store, started: list[object]) -> None:
    board = Board(settings.board_folder)
    assert board.claim(demo.LEASE, str(replace(ProcessMark.of(os.getpid()), pid=4_000_000)), 60.0)
    board.put(demo.STATUS, {"phase": demo.ON, "step": "", "speed": 60.0, "label": None})
    stop(board)
    assert demo.start(settings, board)
    assert len(started) == 1
    assert status_of(board).phase == demo.PREPARING


def test_one_that_loses_its_lease_while_it_prepares_ends(
    settings: Settings, store: Store, preparing: Preparing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo, "RENEW_SECONDS", 0.02)
    board = Board(settings.board_folder)
    one = Demo(settings, store, board, speed=15_000.0)
    rows = store.state(METER_ID).rows
    told = {"phase": demo.ON, "step": "", "speed": 1.0, "label": None}
    with playing(one):
        until(lambda: status_of(board).phase == demo.PREPARING)
        board.put(demo.LEASE, "another")
        until(lambda: not one._has_lease.is_set())
        board.put(demo.STATUS, told)
        preparing.go_on.set()
    assert store.state(METER_ID).rows == rows
    assert (board.get(demo.LEASE), board.get(demo.STATUS)) == ("another", told)


def test_one_whose_lease_cannot_be_renewed_ends(
    settings: Settings, store: Store, preparing: Preparing, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    monkeypatch.setattr(demo, "RENEW_SECONDS", 0.02)
    board = Board(settings.board_folder)
    one = Demo(settings, store, board, speed=15_000.0)

    def refuse(*_: object) -> bool:
        raise sqlite3.OperationalError("database or disk is full")

    with playing(one):
        until(lambda: status_of(board).phase == demo.PREPARING)
        monkeypatch.setattr(board, "claim", refuse)
        until(lambda: not one._has_lease.is_set())
        preparing.go_on.set()


def test_what_it_does_is_told_again_on_a_board_that_began_anew(
    settings: Settings, store: Store, preparing: Preparing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo, "RENEW_SECONDS", 0.02)
    board = Board(settings.board_folder)
    with playing(Demo(settings, store, board)):
        until(lambda: status_of(board).phase == demo.PREPARING)
        settings.board_folder.rename(settings.board_folder.with_name("gone"))
        until(lambda: status_of(board).phase == demo.PREPARING)
        stop(board)
        preparing.go_on.set()


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
