"""What the scorer tells pages and other processes on the board: signs of life, and how far each meter is."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from wattsup_core.board import Board
from wattsup_core.processes import ProcessMark, has_ended

LEASE, STARTING = "scorer", "scorer-starting"
LEASE_SECONDS = 8.0
LEAST_QUIET_SECONDS, USUAL_QUIET_SECONDS, MOST_QUIET_SECONDS = 20.0, 3_000.0, 10_800.0
GAPS_TO_QUIET = 3.0


@dataclass(frozen=True)
class MeterNotice:
    """How far a meter is.

    `cursor` changes with everything a page could show, and begins with the version of the newest rows; `last_ts` is the newest interval
    [s]; `told_at` the wall clock when it was written [s since 1970]; `is_settled` whether the whole analysis has seen every row.

    `looked_at` is the wall clock of the last look at new rows, `gap_seconds` until the next at the usual pace, `rows_per_second` how
    many rows they bring, `lag_seconds` from the arrival of the newest row to its score; each `None` while it is not known.
    """

    cursor: str
    last_ts: int | None
    told_at: float
    is_settled: bool
    looked_at: float | None = None
    gap_seconds: float | None = None
    rows_per_second: float | None = None
    lag_seconds: float | None = None


def tell(board: Board, meter_id: str, notice: MeterNotice) -> None:
    """Pin a meter's notice to the board."""
    tell_all(board, {meter_id: notice})


def tell_all(board: Board, notices: Mapping[str, MeterNotice]) -> None:
    """Pin the notices of meters to the board."""
    board.put_all({f"live-{meter_id}": asdict(notice) for meter_id, notice in notices.items()})


def pinned_notice(board: Board, meter_id: str) -> MeterNotice | None:
    """The notice of a meter as it was told; `None` when none is there."""
    value: Any = board.get(f"live-{meter_id}")
    try:
        return MeterNotice(**value)
    except TypeError:
        return None


def notice_of(board: Board, meter_id: str) -> MeterNotice | None:
    """The notice of a meter for pages, its cursor another one since each answer to an anomaly; `None` when none is there."""
    notice, mark = pinned_notice(board, meter_id), answers_mark(board, meter_id)
    return replace(notice, cursor=f"{notice.cursor}~{mark}") if notice and mark else notice


def tell_answered(board: Board, meter_id: str) -> None:
    """Tell pages that a person has said something of an anomaly of this meter."""
    board.put(f"answered-{meter_id}", uuid.uuid4().hex[:8])


def answers_mark(board: Board, meter_id: str) -> str:
    """A short text that changes with each answer; "" when there was none of late."""
    mark = board.get(f"answered-{meter_id}")
    return mark if isinstance(mark, str) else ""


def quiet_after(notice: MeterNotice | None) -> float:
    """How long after a look a meter still counts as live [s]: a few of the gaps between its looks, where those are known."""
    if notice is None or notice.gap_seconds is None:
        return USUAL_QUIET_SECONDS
    return min(max(GAPS_TO_QUIET * notice.gap_seconds, LEAST_QUIET_SECONDS), MOST_QUIET_SECONDS)


def holding_process(board: Board, lease: str = LEASE) -> int | None:
    """The number, where it runs, of the process that holds a lease by :func:`~wattsup_core.processes.new_holder`; `None` when none does."""
    mark = ProcessMark.read(board.get(lease))
    return mark.pid if mark else None


def forget_the_dead(board: Board, lease: str = LEASE) -> bool:
    """Let go of a lease whose holder is known to have ended, which would hold it for some seconds more; whether nobody holds it now."""
    holder = board.get(lease)
    if holder is not None and has_ended(holder):
        board.release(lease, holder)  # no other's that has come between
        holder = board.get(lease)
    return holder is None


def is_awake(board: Board) -> bool:
    """Whether a scorer gives signs of life; not one that is known to have ended, though its lease still runs."""
    holder = board.get(LEASE)
    return holder is not None and not has_ended(holder)
