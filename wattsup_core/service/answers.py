"""A person's answers to anomalies: kept in the store, and told to the pages that look at the meter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wattsup_core.answered import Answer
from wattsup_core.errors import BadRequestError
from wattsup_core.service.live.notices import tell_answered
from wattsup_core.service.views.api import answer_of
from wattsup_core.types import AnomalyEvent

if TYPE_CHECKING:
    from wattsup_core.board import Board
    from wattsup_core.store import Store


def answer_event(store: Store, board: Board, meter_id: str, event_id: str, answer: Answer | None) -> AnomalyEvent:
    """Keep what a person says of an event, `None` to take it back; the event with that.

    Raises
    ------
    NotFoundError
        When there is no such meter or event.
    BusyError
        When the database is written to by somebody else for too long.
    """
    event = store.answer_event(meter_id, event_id, answer)
    tell_answered(board, meter_id)
    return event


def receive_answer(store: Store, board: Board, meter_id: str, event_id: str, body: Any) -> dict[str, Any]:
    """Keep what a program says of an event, ``{"answer": "expected"}``; what holds of the event by that.

    Raises
    ------
    BadRequestError
        When the body names no answer.
    NotFoundError
        When there is no such meter or event.
    BusyError
        When the database is written to by somebody else for too long.
    """
    said = body.get("answer") if isinstance(body, dict) else None
    if not isinstance(said, str) or said not in list(Answer):
        raise BadRequestError("The body names no answer.", f'Send {{"answer": …}} with one of: {", ".join(Answer)}.')
    return _told(store, answer_event(store, board, meter_id, event_id, Answer(said)))


def withdraw_answer(store: Store, board: Board, meter_id: str, event_id: str) -> dict[str, Any]:
    """Take back what was said of an event; what holds of it now.

    Raises
    ------
    NotFoundError
        When there is no such meter or event.
    BusyError
        When the database is written to by somebody else for too long.
    """
    return _told(store, answer_event(store, board, meter_id, event_id, None))


def _told(store: Store, event: AnomalyEvent) -> dict[str, Any]:
    meter = store.meter(event.meter_id)
    return {"event_id": event.event_id, "is_expected": event.is_expected, "answer": answer_of(event, meter)}
