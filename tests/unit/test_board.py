from __future__ import annotations

import logging
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import diskcache
import pytest

from wattsup_core.board import Board
from wattsup_core.settings import ROOT

ANOTHER_PROCESS = """
import sys
from pathlib import Path
from wattsup_core.board import Board

board = Board(Path(sys.argv[1]))
print(board.get("a"), flush=True)
sys.stdin.readline()
print(board.get("a"), board.claim("scorer", "B", 30), flush=True)
board.put("b", 2)
"""


@pytest.fixture
def board(tmp_path: Path) -> Board:
    return Board(tmp_path / "board")


def test_a_value_is_read_until_it_is_taken(board: Board) -> None:
    board.put("progress", ["learning", 0.4])
    assert board.get("progress") == ["learning", 0.4]
    assert board.take("progress") == ["learning", 0.4]
    assert board.take("progress") is None
    assert board.get("progress") is None


def test_two_boards_of_one_folder_share_their_values(board: Board, tmp_path: Path) -> None:
    Board(tmp_path / "board").put("result", {"value": 1})
    assert board.get("result") == {"value": 1}


def test_the_first_value_stays(board: Board, tmp_path: Path) -> None:
    assert board.first("secret", "one") == "one"
    assert Board(tmp_path / "board").first("secret", "two") == "one"


def test_only_the_owner_may_enter_the_folder(board: Board, tmp_path: Path) -> None:
    assert stat.S_IMODE((tmp_path / "board").stat().st_mode) == 0o700


def test_nothing_but_json_text_is_kept(board: Board) -> None:
    with pytest.raises(TypeError):
        board.put("object", object())


def test_a_value_that_came_back_short_is_none(board: Board) -> None:
    board._opened.cache.set("progress", '["learn')
    board._opened.cache.set("foreign", {"a": 1})
    assert board.get("progress") is None
    assert board.get("foreign") is None


def test_a_folder_that_is_broken_at_the_start_begins_anew(tmp_path: Path) -> None:
    folder = tmp_path / "board"
    folder.mkdir()
    (folder / "cache.db").write_bytes(b"no database at all" * 1000)
    board = Board(folder)
    board.put("a", 1)
    assert board.get("a") == 1


def test_a_folder_that_breaks_begins_anew(board: Board, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    board.put("a", 1)
    board._opened.cache.close()
    for path in (tmp_path / "board").glob("cache.db*"):
        path.write_bytes(b"no database at all" * 1000)
    with caplog.at_level(logging.CRITICAL):
        assert board.get("a") is None
    board.put("b", 2)
    assert board.get("b") == 2
    assert [path.name for path in tmp_path.iterdir()] == ["board"]


def breaks(board: Board) -> None:
    """One call finds the board's database broken."""
    left = ["database disk image is malformed"]

    def act(_: diskcache.Cache) -> None:
        if left:
            raise sqlite3.DatabaseError(left.pop())

    board._try(act)


@pytest.fixture
def quiet(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL)


@pytest.mark.usefixtures("quiet")
def test_two_boards_hold_one_lease_after_one_of_them_began_anew(board: Board, tmp_path: Path) -> None:
    other = Board(tmp_path / "board")
    assert other.claim("scorer", "B", 30)
    assert not board.claim("scorer", "A", 30)
    breaks(board)
    assert board.claim("scorer", "A", 30)
    assert not other.claim("scorer", "B", 30)
    other.put("told", 1)
    assert board.get("told") == 1


@pytest.mark.usefixtures("quiet")
def test_each_thread_of_a_board_follows_and_leaves_the_new_one_whole(board: Board, tmp_path: Path) -> None:
    other, barrier = Board(tmp_path / "board"), threading.Barrier(4)

    def ask(name: str) -> object:
        barrier.wait(10)  # a thread each
        return board.get(name)

    with ThreadPoolExecutor(4) as threads:
        other.put("a", 1)
        assert list(threads.map(ask, "aaaa")) == [1] * 4
        breaks(other)
        other.put("b", 2)
        log = (tmp_path / "board" / "cache.db-wal").stat()
        assert list(threads.map(ask, "bbbb")) == [2] * 4
    assert (tmp_path / "board" / "cache.db-wal").stat().st_ino == log.st_ino, "the old connections have taken the new log with them"
    assert Board(tmp_path / "board").get("b") == 2


@pytest.mark.usefixtures("quiet")
def test_two_processes_hold_one_lease_after_one_of_them_began_anew(board: Board, tmp_path: Path) -> None:
    board.put("a", 1)
    command = [sys.executable, "-c", ANOTHER_PROCESS, str(tmp_path / "board")]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdin is not None
        assert other.stdout is not None
        assert other.stdout.readline() == "1\n"
        breaks(board)
        assert board.claim("scorer", "A", 30)
        other.stdin.write("go on\n")
        other.stdin.flush()
        assert other.stdout.readline() == "None False\n"
    assert other.returncode == 0
    assert board.get("b") == 2


@pytest.mark.usefixtures("quiet")
def test_a_board_that_others_began_anew_is_not_moved_aside_again(board: Board, tmp_path: Path) -> None:
    other, first = Board(tmp_path / "board"), board._opened.cache

    def act(cache: diskcache.Cache) -> None:
        if cache is first:
            cache.get("a")
            breaks(other)
            assert other.claim("scorer", "B", 30)
            raise sqlite3.DatabaseError("database disk image is malformed")

    board._try(act)
    assert not board.claim("scorer", "A", 30)


def test_a_board_whose_folder_was_deleted_is_made_again(board: Board, tmp_path: Path) -> None:
    board.put("a", 1)
    (tmp_path / "board").rename(tmp_path / "elsewhere")
    assert board.get("a") is None
    board.put("a", 2)
    assert Board(tmp_path / "board").get("a") == 2


@pytest.mark.parametrize(
    "call",
    [
        lambda board: board.claim("other", "A" * 20_000, 30),
        lambda board: board.put("other", "A" * 20_000),
        lambda board: board.put_all({"other": "A" * 20_000}),
    ],
)
def test_a_full_disk_takes_nothing_off_the_board(board: Board, tmp_path: Path, call: Callable[[Board], object]) -> None:
    assert Board(tmp_path / "board").claim("scorer", "B", 30)
    board._opened.cache._sql("PRAGMA max_page_count = 1").fetchall()  # no page more: what a full disk comes to
    with pytest.raises(sqlite3.Error, match="full"):
        call(board)
    assert board.get("scorer") == "B"
    assert not board.claim("scorer", "A", 30)


@pytest.mark.usefixtures("quiet")
def test_a_board_that_could_not_begin_anew_is_there_again_once_it_can(board: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise sqlite3.OperationalError("unable to open database file")

    with monkeypatch.context() as patched:
        patched.setattr(diskcache, "Cache", refuse)
        with pytest.raises(sqlite3.Error):
            breaks(board)
    board.put("a", 1)
    assert board.get("a") == 1


@pytest.mark.usefixtures("quiet")
def test_a_process_that_was_stopped_while_it_wrote_holds_nobody_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wattsup_core.board.WAIT_SECONDS", 0.1)
    board, stopped = Board(tmp_path / "board"), Board(tmp_path / "board")
    with stopped._opened.cache.transact():
        assert board.claim("scorer", "A", 30)
    assert not stopped.claim("scorer", "B", 30)
