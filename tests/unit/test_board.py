from __future__ import annotations

import logging
import stat
from pathlib import Path

import pytest

from wattsup_core.board import Board


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
    board._cache.set("progress", '["learn')
    board._cache.set("foreign", {"a": 1})
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
    board._cache.close()
    for path in (tmp_path / "board").glob("cache.db*"):
        path.write_bytes(b"no database at all" * 1000)
    with caplog.at_level(logging.CRITICAL):
        assert board.get("a") is None
    board.put("b", 2)
    assert board.get("b") == 2
    assert [path.name for path in tmp_path.iterdir()] == ["board"]
