"""How far a meter is, told to pages by whoever has analysed it, and where somebody could not tell of what was done."""

from __future__ import annotations

import logging
from datetime import timedelta
from pathlib import Path

import pytest

from tests.factories import make_meter, make_readings, make_upload
from wattsup_core.board import Board
from wattsup_core.service.live.arrivals import note_arrival
from wattsup_core.service.live.looking import FirstLook
from wattsup_core.service.live.notices import MeterNotice, pinned_notice, tell
from wattsup_core.service.live.standing import is_waiting, tell_standing, teller
from wattsup_core.service.scoring import score_meter
from wattsup_core.store import Store, open_store

METER = "m-home"
ROWS = make_readings(days=14)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    opened = open_store(f"sqlite:///{tmp_path / 'w.db'}")
    opened.migrate()
    opened.save_upload(make_upload("u-1", (METER,)), [(METER, ROWS)], new_meters=[make_meter(METER)])
    score_meter(opened, METER)
    return opened


@pytest.fixture
def board(tmp_path: Path) -> Board:
    return Board(tmp_path / "board")


def arrive(store: Store, board: Board) -> int:
    """One more reading, noted as the interface for programs does; its write."""
    last = store.state(METER).last_ts
    assert last is not None
    store.append_readings([(METER, make_readings([0.4], start=last + timedelta(minutes=30)))])
    seq = store.state(METER).last_seq
    note_arrival(board, METER, seq)
    return seq


def test_rows_wait_until_somebody_has_looked_at_them(store: Store, board: Board) -> None:
    assert not is_waiting(store, board, METER)
    seq = arrive(store, board)
    assert is_waiting(store, board, METER)
    tell(board, METER, MeterNotice(f"{seq - 1}.look", 1, 1.0, False))
    assert is_waiting(store, board, METER)
    tell(board, METER, MeterNotice(f"{seq}.look", 1, 1.0, False))
    assert not is_waiting(store, board, METER)


def test_rows_that_a_job_has_scored_wait_no_more(store: Store, board: Board) -> None:
    """Nobody who looks for fresh rows finds any: what was noted of their arrival would have them wait for an hour."""
    seq = arrive(store, board)
    score_meter(store, METER)
    teller(store, board)(METER)
    last_ts = store.state(METER).last_ts
    assert last_ts is not None
    notice = pinned_notice(board, METER)
    assert notice is not None
    assert (notice.cursor, notice.last_ts, notice.is_settled) == (f"{seq}.{seq}", int(last_ts.timestamp()), True)
    assert not is_waiting(store, board, METER)


@pytest.mark.parametrize("is_whole", [True, False])
def test_what_was_done_by_somebody_who_could_not_tell_is_told(store: Store, board: Board, is_whole: bool) -> None:
    seq = arrive(store, board)
    if is_whole:
        score_meter(store, METER)
    else:
        assert store.save_looks(FirstLook(store).look(store.fresh(1000))) == [METER]
    assert not is_waiting(store, board, METER)
    notice = pinned_notice(board, METER)
    assert notice is not None
    assert (notice.cursor, notice.is_settled) == (f"{seq}.{seq if is_whole else 1}", is_whole)


def test_an_analysis_does_not_tell_of_rows_that_nobody_has_looked_at(store: Store, board: Board) -> None:
    arrive(store, board)
    tell_standing(store, board, METER, 5.0)
    notice = pinned_notice(board, METER)
    assert notice is not None
    assert (notice.cursor, notice.told_at, notice.is_settled) == ("1.1", 5.0, False)
    assert is_waiting(store, board, METER)


def test_rows_of_a_meter_that_is_gone_wait_for_nobody(store: Store, board: Board) -> None:
    note_arrival(board, "m-gone", 3)
    assert not is_waiting(store, board, "m-gone")


def test_work_that_is_done_is_not_undone_by_a_board_that_fails(
    store: Store, board: Board, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)

    def fail(*_: object) -> None:
        raise OSError("full")

    monkeypatch.setattr(board, "put_all", fail)
    teller(store, board)(METER)
    assert pinned_notice(board, METER) is None
