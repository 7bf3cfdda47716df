"""When rows arrive, as the door they come through tells it: how long they wait for their score, and which were the newest."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from wattsup_core.board import Board

MOST_KEPT = 20


def note_arrival(board: Board, meter_id: str, seq: int, at: float | None = None) -> None:
    """Note that the write `seq` of a meter is on the disk, now or at the wall clock `at` [s since 1970]."""
    kept = [*_arrivals(board, meter_id), [seq, time.time() if at is None else at]]
    board.put(_name(meter_id), kept[-MOST_KEPT:])


def note_arrivals(board: Board, written: Mapping[str, int]) -> None:
    """Note that the write of each meter is on the disk now; of many only the newest write is kept, which spares reading the rest."""
    now = time.time()
    board.put_all({_name(meter_id): [[seq, now]] for meter_id, seq in written.items()})


def arrived_at(board: Board, meter_id: str, seq: int) -> float | None:
    """The wall clock at which the newest write up to `seq` arrived; `None` when nobody has noted it."""
    return max((at for noted, at in _arrivals(board, meter_id) if noted <= seq), default=None)


def newest_arrival(board: Board, meter_id: str) -> int:
    """The newest write whose arrival was noted; 0 when none was of late."""
    return max((seq for seq, _ in _arrivals(board, meter_id)), default=0)


def seq_of(cursor: str) -> int:
    """The version of the newest rows that a notice's cursor tells of."""
    first = cursor.partition(".")[0]
    return int(first) if first.isdecimal() else 0


def _name(meter_id: str) -> str:
    return f"arrived-{meter_id}"


def _arrivals(board: Board, meter_id: str) -> list[tuple[int, float]]:
    value: Any = board.get(_name(meter_id))
    if not isinstance(value, list):
        return []
    return [(int(seq), float(at)) for seq, at in value]
