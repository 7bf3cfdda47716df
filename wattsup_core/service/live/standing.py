"""How far a meter is by the store, told to pages: after an analysis, whoever made it, and where nobody told of what was done."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from wattsup_core.board import Board
from wattsup_core.errors import NotFoundError
from wattsup_core.service.live.arrivals import newest_arrival, seq_of
from wattsup_core.service.live.notices import MeterNotice, pinned_notice, tell

if TYPE_CHECKING:
    from wattsup_core.store import Store
    from wattsup_core.store.records import MeterState

LOG = logging.getLogger(__name__)


def tell_standing(store: Store, board: Board, meter_id: str, now: float | None = None) -> None:
    """Tell pages how far a meter is, as the store has it, at the wall clock `now` [s since 1970]."""
    _tell(board, store.state(meter_id), time.time() if now is None else now)


def teller(store: Store, board: Board) -> Callable[[str], None]:
    """:func:`tell_standing` for one whose work is done whether pages hear of it or not: what fails is in the log."""

    def told(meter_id: str) -> None:
        try:
            tell_standing(store, board, meter_id)
        except Exception:
            LOG.exception("Pages were not told how far meter %s is", meter_id)

    return told


def is_waiting(store: Store, board: Board, meter_id: str) -> bool:
    """Whether rows have arrived that nobody has looked at.

    The store is asked only where rows wait as far as the board knows. Whoever has scored them may have been killed before it told so: then
    pages are told now.
    """
    arrived, told = newest_arrival(board, meter_id), pinned_notice(board, meter_id)
    if arrived <= (0 if told is None else seq_of(told.cursor)):
        return False
    try:
        state = store.state(meter_id)
    except NotFoundError:
        return False
    if state.looked_seq < arrived:
        return True
    _tell(board, state, time.time())
    return False


def _tell(board: Board, state: MeterState, now: float) -> None:
    last_ts = None if state.last_ts is None else int(state.last_ts.timestamp())
    cursor, is_settled = f"{state.looked_seq}.{state.scored_seq}", not state.is_pending
    before = pinned_notice(board, state.meter_id) or MeterNotice(cursor, last_ts, now, False)
    if seq_of(before.cursor) > state.looked_seq:  # a look has told of newer rows meanwhile
        cursor, last_ts, is_settled = f"{seq_of(before.cursor)}.{state.scored_seq}", before.last_ts, False
    tell(board, state.meter_id, replace(before, cursor=cursor, last_ts=last_ts, told_at=now, is_settled=is_settled))
