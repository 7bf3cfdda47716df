"""What people say of events: kept by the event's stretch and kind, so that it outlives the event's id and its analysis."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import Connection, RowMapping, delete, func, insert, select

from wattsup_core.analysis.answers import GivenAnswer, own_answer, with_answers
from wattsup_core.analysis.same_event import is_same_event
from wattsup_core.answered import Answer
from wattsup_core.store.tables import answers, meters, readings
from wattsup_core.timegrid import datetime_from_epoch, epoch_of
from wattsup_core.types import AnomalyEvent, EventKind


def answered(connection: Connection, meter_key: int, found: Iterable[AnomalyEvent]) -> list[AnomalyEvent]:
    """The events `found`, each with what holds of it by the meter's answers."""
    given = [each for _, each in _read(connection, meter_key)]
    if not given:
        return list(found)
    timezone = connection.scalars(select(meters.c.timezone).where(meters.c.meter_key == meter_key)).one()
    return with_answers(found, given, timezone)


def keep_answer(connection: Connection, meter_key: int, event: AnomalyEvent, answer: Answer | None, given_at: int) -> bool:
    """Make `answer` the one that was given of `event`, at `given_at` [epoch s]; `None` takes it back. Whether that changes anything."""
    of_it = [(key, given) for key, given in _read(connection, meter_key) if is_same_event(given, event)]
    held = own_answer(event, [given for _, given in of_it])
    if (held is None and answer is None) or (held is not None and held.answer is answer and held.holds):
        return False
    connection.execute(delete(answers).where(answers.c.answer_key.in_([key for key, _ in of_it])))
    if answer is not None:
        columns = {
            "meter_key": meter_key,
            "answer": answer.value,
            "given_at": given_at,
            "start_ts": epoch_of(event.start),
            "end_ts": epoch_of(event.end),
            "kind": event.kind.value,
            "excess_kwh": event.excess_kwh,
            "known_until_ts": epoch_of(data_end(connection, meter_key)),
        }
        connection.execute(insert(answers).values(**columns))
    return True


def has_alerts(connection: Connection, meter_key: int) -> bool:
    """Whether a person wants to be told of something on this meter."""
    asked = (answers.c.meter_key == meter_key) & (answers.c.answer == Answer.ALERT.value)
    return connection.scalars(select(answers.c.answer_key).where(asked).limit(1)).first() is not None


def _read(connection: Connection, meter_key: int) -> list[tuple[int, GivenAnswer]]:
    rows = connection.execute(select(answers).where(answers.c.meter_key == meter_key).order_by(answers.c.answer_key)).mappings()
    return [(row["answer_key"], _given(row)) for row in rows]


def _given(row: RowMapping) -> GivenAnswer:
    return GivenAnswer(
        answer=Answer(row["answer"]),
        given_at=datetime_from_epoch(row["given_at"]),
        start=datetime_from_epoch(row["start_ts"]),
        end=datetime_from_epoch(row["end_ts"]),
        kind=EventKind(row["kind"]),
        excess_kwh=row["excess_kwh"],
        known_until=datetime_from_epoch(row["known_until_ts"]),
    )


def data_end(connection: Connection, meter_key: int) -> datetime:
    """The end of the meter's newest interval; of one without readings the beginning of time."""
    last_ts = connection.scalars(select(func.max(readings.c.ts)).where(readings.c.meter_key == meter_key)).one()
    minutes = connection.scalars(select(meters.c.interval_minutes).where(meters.c.meter_key == meter_key)).one()
    return datetime_from_epoch(last_ts or 0) + timedelta(minutes=minutes)
