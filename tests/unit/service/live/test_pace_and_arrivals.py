"""How fast rows come, and how long they wait."""

from __future__ import annotations

from pathlib import Path

import pytest

from wattsup_core.board import Board
from wattsup_core.service.live.arrivals import MOST_KEPT, arrived_at, newest_arrival, note_arrival, seq_of
from wattsup_core.service.live.notices import MeterNotice, notice_of, quiet_after
from wattsup_core.service.live.pace import Pace


@pytest.fixture
def board(tmp_path: Path) -> Board:
    return Board(tmp_path / "board")


def test_an_arrival_is_found_by_its_version(board: Board) -> None:
    for seq in range(1, MOST_KEPT + 5):
        note_arrival(board, "m", seq, 100.0 + seq)
    assert arrived_at(board, "m", 10) == 110.0
    assert arrived_at(board, "m", 999) == 100.0 + MOST_KEPT + 4
    assert arrived_at(board, "m", 4) is None  # no longer kept
    assert arrived_at(board, "other", 10) is None


def test_the_newest_arrival_is_known(board: Board) -> None:
    assert newest_arrival(board, "m") == 0
    for seq in (7, 9, 8):  # two doors may note theirs the other way round
        note_arrival(board, "m", seq)
    assert newest_arrival(board, "m") == 9


@pytest.mark.parametrize(("cursor", "seq"), [("12.look", 12), ("12.11", 12), ("", 0), ("x.y", 0)])
def test_a_cursor_begins_with_the_version(cursor: str, seq: int) -> None:
    assert seq_of(cursor) == seq


def test_a_notice_of_an_older_version_is_read(board: Board) -> None:
    board.put("live-m", {"cursor": "1.1", "last_ts": None, "told_at": 2.0, "is_settled": True})
    assert notice_of(board, "m") == MeterNotice("1.1", None, 2.0, True)


def test_pace_is_known_after_three_looks() -> None:
    pace = Pace()
    for at, rows in ((0.0, 5), (2.0, 4)):
        pace.add(at, rows)
        assert (pace.gap_seconds, pace.rows_per_second) == (None, None)
    pace.add(4.0, 8)
    assert (pace.gap_seconds, pace.rows_per_second) == (2.0, 3.0)


@pytest.mark.parametrize(
    ("interval_minutes", "last_end", "gap_seconds"),
    [(15, 995.0, 900.0), (15, 1_600.0, 900.0), (15, -90_000.0, 2.0), (15, None, 2.0), (0.01, 1_000.0, 2.0)],
)
def test_after_a_backlog_the_next_reading_is_awaited_for_an_interval(
    interval_minutes: float, last_end: float | None, gap_seconds: float
) -> None:
    pace = Pace()
    for at in (996.0, 998.0, 1_000.0):
        pace.add(at, 40)
    assert pace.gap_of(60 * interval_minutes, last_end, 1_000.0) == gap_seconds


@pytest.mark.parametrize(
    ("gap_seconds", "quiet"), [(None, 3_000.0), (2.0, 20.0), (900.0, 2_700.0), (3_600.0, 10_800.0), (86_400.0, 10_800.0)]
)
def test_a_meter_is_quiet_after_a_few_gaps(gap_seconds: float | None, quiet: float) -> None:
    assert quiet_after(MeterNotice("1.look", None, 0.0, False, gap_seconds=gap_seconds)) == quiet
