"""The meters, and how far each of them is."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, case, func, select, update
from sqlalchemy.dialects.sqlite import insert

from wattsup_core.analysis.model_version import MODEL_VERSION
from wattsup_core.errors import NotFoundError
from wattsup_core.forecast_rhythm import ForecastRhythm
from wattsup_core.store.bulk import driver_of
from wattsup_core.store.records import MeterState
from wattsup_core.store.tables import meters, readings
from wattsup_core.timegrid import datetime_from_epoch
from wattsup_core.types import Channel, Meter

IDS_PER_QUERY = 500


def add_meter(connection: Connection, meter: Meter) -> bool:
    """Add `meter` unless its id is there; returns whether it was added."""
    columns = _columns(meter) | {
        "last_seq": 0,
        "scored_seq": 0,
        "looked_seq": 0,
        "row_count": 0,
        "model_version": "",
        "notes_json": "[]",
        "forecast_rhythm": meter.forecast_rhythm.value,
    }
    statement = insert(meters).values(meter_id=meter.meter_id, **columns).on_conflict_do_nothing(index_elements=["meter_id"])
    return connection.execute(statement).rowcount == 1


def update_meter(connection: Connection, meter: Meter) -> None:
    """Give the meter of this id what a file tells of `meter`; its rhythm of forecasts, which a person chose, stays."""
    if not connection.execute(update(meters).where(meters.c.meter_id == meter.meter_id).values(**_columns(meter))).rowcount:
        raise _unknown()


def take_meters(connection: Connection, new: Iterable[Meter], corrected: Iterable[Meter]) -> None:
    """Add those of the `new` meters that are not there, and give the `corrected` ones what a file tells of them."""
    for meter in new:
        add_meter(connection, meter)
    for meter in corrected:
        update_meter(connection, meter)


def set_forecast_rhythm(connection: Connection, meter_id: str, rhythm: ForecastRhythm) -> None:
    """Have the meter of this id forecast in this rhythm from now on."""
    if not connection.execute(update(meters).where(meters.c.meter_id == meter_id).values(forecast_rhythm=rhythm.value)).rowcount:
        raise _unknown()


def find_meter(connection: Connection, meter_id: str) -> Meter:
    """The meter of this id."""
    return _meter(_row(connection, meter_id))


def find_meters(connection: Connection, meter_ids: Collection[str]) -> dict[str, Meter]:
    """Those of the meters that are there, by id."""
    wanted = sorted(meter_ids)
    parts = (wanted[first : first + IDS_PER_QUERY] for first in range(0, len(wanted), IDS_PER_QUERY))
    rows = (connection.execute(select(meters).where(meters.c.meter_id.in_(part))).mappings() for part in parts)
    return {row["meter_id"]: _meter(row) for part in rows for row in part}


def list_meters(connection: Connection) -> list[Meter]:
    """All meters, in the order they were added."""
    return [_meter(row) for row in connection.execute(select(meters).order_by(meters.c.meter_key)).mappings()]


def count_meters(connection: Connection) -> int:
    """How many meters there are."""
    return int(connection.execute(select(func.count()).select_from(meters)).scalar_one())


def list_names(connection: Connection, most: int | None = None) -> list[tuple[str, str, bool]]:
    """Id, name and whether it is the sample of each meter, in the order they were added, the sample last; the first `most` of them."""
    sql = "SELECT meter_id, name, is_sample FROM meters ORDER BY is_sample, meter_key LIMIT ?"
    rows = driver_of(connection).execute(sql, (-1 if most is None else most,))
    return [(meter_id, name, bool(is_sample)) for meter_id, name, is_sample in rows]


def find_opening(connection: Connection) -> tuple[str, str, bool] | None:
    """Id, name and whether it is the sample of the first meter, one with readings where any has some; `None` without meters."""
    sql = "SELECT meter_id, name, is_sample FROM meters ORDER BY last_seq = 0, is_sample, meter_key LIMIT 1"
    row = driver_of(connection).execute(sql).fetchone()
    return None if row is None else (row[0], row[1], bool(row[2]))


def list_waiting(connection: Connection) -> list[tuple[int, Meter, int, int, int]]:
    """Key, meter, `looked_seq`, `last_seq` and number of readings of each meter with rows that wait for a first look."""
    waits = (meters.c.last_seq > meters.c.looked_seq) & meters.c.fresh_ts.is_not(None)
    rows = connection.execute(select(meters).where(waits).order_by(meters.c.meter_key)).mappings()
    return [(row["meter_key"], _meter(row), row["looked_seq"], row["last_seq"], row["row_count"]) for row in rows]


def list_pending(connection: Connection) -> list[str]:
    """The ids of the meters with rows that the whole analysis of this version has not seen."""
    is_outdated = (meters.c.scored_seq > 0) & (meters.c.model_version != MODEL_VERSION)
    chosen = select(meters.c.meter_id).where((meters.c.last_seq > meters.c.scored_seq) | is_outdated)
    return list(connection.scalars(chosen.order_by(meters.c.meter_key)))


def key_of(connection: Connection, meter_id: str) -> int:
    """The key that stands for the meter inside the database."""
    return int(_row(connection, meter_id)["meter_key"])


def find_state(connection: Connection, meter_id: str) -> MeterState:
    """How far the meter of this id is."""
    row = connection.execute(_STATES.where(meters.c.meter_id == meter_id)).mappings().one_or_none()
    if row is None:
        raise _unknown()
    return _state(row)


def list_states(connection: Connection) -> list[MeterState]:
    """How far each meter is, in the order they were added."""
    return [_state(row) for row in connection.execute(_STATES.order_by(meters.c.meter_key)).mappings()]


def _edge(found: Callable[[ColumnElement[int]], ColumnElement[int]], name: str) -> ColumnElement[int]:
    """The first or last instant: one step down the key, where min and max in one query would read all rows."""
    return select(found(readings.c.ts)).where(readings.c.meter_key == meters.c.meter_key).correlate(meters).scalar_subquery().label(name)


_STATES = select(meters, _edge(func.min, "first_ts"), _edge(func.max, "last_ts"))


def _state(row: RowMapping) -> MeterState:
    return MeterState(
        meter_id=row["meter_id"],
        last_seq=row["last_seq"],
        scored_seq=row["scored_seq"],
        rows=row["row_count"],
        first_ts=None if row["first_ts"] is None else datetime_from_epoch(row["first_ts"]),
        last_ts=None if row["last_ts"] is None else datetime_from_epoch(row["last_ts"]),
        model_version=row["model_version"],
        notes=tuple(json.loads(row["notes_json"])),
        looked_seq=row["looked_seq"],
    )


def next_seq(connection: Connection, meter_key: int) -> int:
    """Count the meter's version up and return it; commits in order, because the write holds the lock."""
    statement = update(meters).where(meters.c.meter_key == meter_key).values(last_seq=meters.c.last_seq + 1).returning(meters.c.last_seq)
    return int(connection.execute(statement).scalar_one())


def count_rows(connection: Connection, meter_key: int, more: int) -> None:
    """Note that the meter has `more` readings than before."""
    connection.execute(update(meters).where(meters.c.meter_key == meter_key).values(row_count=meters.c.row_count + more))


def mark_fresh(connection: Connection, meter_key: int, first_ts: int) -> None:
    """Note that rows from the interval `first_ts` [s] on have just arrived and wait for a first look."""
    earliest = func.min(func.coalesce(meters.c.fresh_ts, first_ts), first_ts)
    connection.execute(update(meters).where(meters.c.meter_key == meter_key).values(fresh_ts=earliest))


def mark_looked(connection: Connection, meter_key: int, from_seq: int, to_seq: int) -> bool:
    """Note that the rows up to the write `to_seq` have had a first look; False when another look has come in between."""
    sql = (
        "UPDATE meters SET looked_seq = ?, fresh_ts = CASE WHEN last_seq = ? THEN NULL ELSE fresh_ts END "
        "WHERE meter_key = ? AND looked_seq = ?"
    )
    return bool(driver_of(connection).execute(sql, (to_seq, to_seq, meter_key, from_seq)).rowcount == 1)


def mark_scored(connection: Connection, meter_id: str, seq: int, model_version: str, notes: tuple[str, ...]) -> int | None:
    """Note that the scores have seen the write `seq`; `None` when they have seen a later one, else the meter's `last_seq`."""
    statement = (
        update(meters)
        .where(meters.c.meter_id == meter_id, meters.c.scored_seq <= seq)
        .values(
            scored_seq=seq,
            looked_seq=func.max(meters.c.looked_seq, seq),
            fresh_ts=case((meters.c.last_seq == seq, None), else_=meters.c.fresh_ts),
            model_version=model_version,
            notes_json=json.dumps(notes, ensure_ascii=False),
        )
        .returning(meters.c.last_seq)
    )
    return connection.execute(statement).scalar_one_or_none()


def _row(connection: Connection, meter_id: str) -> RowMapping:
    row = connection.execute(select(meters).where(meters.c.meter_id == meter_id)).mappings().one_or_none()
    if row is None:
        raise _unknown()
    return row


def _unknown() -> NotFoundError:
    return NotFoundError("This meter is not here.", "It may have been deleted: choose another one.")


def _columns(meter: Meter) -> dict[str, Any]:
    return {
        "owner": meter.owner,
        "name": meter.name,
        "timezone": meter.timezone,
        "country": meter.country,
        "interval_minutes": meter.interval_minutes,
        "channel": meter.channel.value,
        "currency": meter.currency,
        "price_per_kwh": meter.price_per_kwh,
        "is_sample": meter.is_sample,
    }


def _meter(row: RowMapping) -> Meter:
    return Meter(
        meter_id=row["meter_id"],
        name=row["name"],
        timezone=row["timezone"],
        interval_minutes=row["interval_minutes"],
        channel=Channel(row["channel"]),
        currency=row["currency"],
        price_per_kwh=row["price_per_kwh"],
        owner=row["owner"],
        is_sample=row["is_sample"],
        country=row["country"],
        forecast_rhythm=ForecastRhythm(row["forecast_rhythm"]),
    )
