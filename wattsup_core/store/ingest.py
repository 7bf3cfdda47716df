"""Live readings: what requests bring, stored in one transaction, with the answer kept so that a request may come again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import astuple, dataclass, replace
from itertools import groupby
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import Connection

from wattsup_core.analysis.overlaps import Intervals
from wattsup_core.errors import KeyReusedError, NotFoundError
from wattsup_core.store.bulk import driver_of
from wattsup_core.store.intervals import free_of_rows, interval_starts
from wattsup_core.store.meters import IDS_PER_QUERY
from wattsup_core.store.readings import QUALITIES, write_readings
from wattsup_core.store.records import Delivery, Note, Outcome, Receipt, Refusal, SentReading, SentRegister
from wattsup_core.store.registers import Booked, book
from wattsup_core.timegrid import from_epoch_seconds

RECEIPT_S = 86_400
FEW = 200
"""Up to so many rows of a meter are looked up one by one; a frame costs a millisecond before its first row."""


@dataclass(frozen=True)
class _Target:
    key: int
    intervals: Intervals
    last_seq: int


def append(connection: Connection, deliveries: Sequence[Delivery], receipt: Receipt | None, now: int) -> tuple[Outcome, ...]:
    """Store what is new or differs; the outcomes in the order of `deliveries`.

    With a `receipt` whose request was answered less than a day before `now` [epoch s], that answer is given again and nothing stored.

    Raises
    ------
    KeyReusedError
        When the receipt's key belongs to another request.
    NotFoundError
        When a meter is not there.
    """
    if receipt is not None:
        former = _former_answer(connection, receipt, now)
        if former is not None:
            return former
    targets = _targets(connection, sorted({delivery.meter_id for delivery in deliveries}))
    outcomes = []
    for delivery in deliveries:
        outcome = _store(connection, targets[delivery.meter_id], delivery)
        targets[delivery.meter_id] = replace(targets[delivery.meter_id], last_seq=outcome.seq)
        outcomes.append(outcome)
    if receipt is not None:
        _keep_answer(connection, receipt, outcomes, now)
    return tuple(outcomes)


def _targets(connection: Connection, meter_ids: Sequence[str]) -> dict[str, _Target]:
    found: dict[str, _Target] = {}
    for first in range(0, len(meter_ids), IDS_PER_QUERY):
        some = tuple(meter_ids[first : first + IDS_PER_QUERY])
        marks = ", ".join("?" * len(some))
        sql = f"SELECT meter_id, meter_key, timezone, interval_minutes, last_seq FROM meters WHERE meter_id IN ({marks})"  # noqa: S608
        for meter_id, key, timezone, minutes, last_seq in connection.exec_driver_sql(sql, some):
            found[meter_id] = _Target(key, Intervals(max(1, round(minutes * 60)), timezone), last_seq)
    if len(found) < len(meter_ids):
        raise NotFoundError("This meter is not here.", "It may have been deleted: ask for the list of meters.")
    return found


def _store(connection: Connection, target: _Target, delivery: Delivery) -> Outcome:
    rows: dict[int, SentReading] = {}
    refused = list(delivery.refused)
    kept = len(delivery.readings) + len(delivery.registers)
    for counter, group in groupby(delivery.registers, lambda register: register.counter):
        sent = list(group)
        booked = book(connection, target.key, target.intervals, counter, sent)
        rows |= _booked_rows(connection, target, sent, booked)
        refused += [Refusal(sent[place].index, code) for place, code in booked.reasons.items()]
        kept -= len(booked.reasons)
    readings, off_interval = _settle(connection, target, delivery)
    refused += off_interval
    kept -= len(off_interval)
    for reading in readings:
        earlier = rows.get(reading.seconds)
        if earlier is not None and earlier.index >= 0 and replace(earlier, index=reading.index) != reading:
            refused.append(Refusal(earlier.index, "conflicting_duplicates"))
            kept -= 1
        rows[reading.seconds] = reading
    seq = _write(connection, target, [rows[ts] for ts in sorted(rows)])
    return Outcome(delivery.meter_id, seq, kept, tuple(sorted(refused, key=lambda each: each.index)), delivery.notes)


def _booked_rows(connection: Connection, target: _Target, sent: Sequence[SentRegister], booked: Booked) -> dict[int, SentReading]:
    """The energies of a register by instant [epoch s]; one that lies across a stored interval is left out, and its reading told."""
    if not booked.ts:
        return {}
    free = free_of_rows(connection, target.key, target.intervals, booked.ts)
    for ts, is_free in zip(booked.ts, free, strict=True):
        if not is_free:
            after = [place for place, each in enumerate(sent) if each.seconds >= ts + target.intervals.length_s]
            told = min(after, key=lambda place: sent[place].seconds, default=len(sent) - 1)
            booked.reasons.setdefault(told, "register_overlaps")
    return {ts: SentReading(-1, ts, kwh) for ts, kwh, is_free in zip(booked.ts, booked.kwh, free, strict=True) if is_free}


def _settle(connection: Connection, target: _Target, delivery: Delivery) -> tuple[list[SentReading], list[Refusal]]:
    """The energies with the start of the interval that each means, and those that mean none that is free."""
    sent = delivery.readings
    instants = [reading.seconds for reading in sent]
    starts = interval_starts(connection, target.key, target.intervals, instants, is_series=delivery.is_series)
    placed = [replace(reading, seconds=start) for reading, start in zip(sent, starts, strict=True) if start is not None]
    refused = [Refusal(reading.index, "off_interval") for reading, start in zip(sent, starts, strict=True) if start is None]
    return placed, refused


def _write(connection: Connection, target: _Target, rows: list[SentReading]) -> int:
    """Store rows by instant; the meter's version after it."""
    if not rows:
        return target.last_seq
    if len(rows) > FEW or any(row.covariates for row in rows):
        return write_readings(connection, target.key, _frame(rows), is_live=True).seq or target.last_seq
    return _write_few(connection, target, rows)


def _frame(rows: list[SentReading]) -> pd.DataFrame:
    columns: dict[str, Any] = {
        "kwh": np.array([row.kwh for row in rows]),
        "quality": pd.array([row.quality.value for row in rows], dtype="str"),
    }
    for name in dict.fromkeys(name for row in rows for name in row.covariates):
        columns[name] = np.array([row.covariates.get(name, np.nan) for row in rows])
    return pd.DataFrame(columns, index=from_epoch_seconds(np.array([row.seconds for row in rows])))


def _write_few(connection: Connection, target: _Target, rows: list[SentReading]) -> int:
    """What :func:`~wattsup_core.store.readings.write_readings` does, without frames, for thousands of meters with a row each."""
    driver = driver_of(connection)
    former: list[tuple[Any, ...]] = []
    touched: list[tuple[Any, ...]] = []
    for row in rows:
        stored = driver.execute(_FORMER, (target.key, row.seconds)).fetchone()
        code = QUALITIES.index(row.quality.value)
        if stored is None or stored[:2] != (row.kwh, code):
            touched.append((row.seconds, row.kwh, code))
            if stored is not None:
                former.append((row.seconds, *stored))
    if not touched:
        return target.last_seq
    first_ts = touched[0][0]
    (seq,) = driver.execute(_COUNT, (len(touched) - len(former), first_ts, first_ts, target.key)).fetchone()
    driver.executemany(_KEEP_FORMER, [(target.key, seq, *row) for row in former])
    driver.executemany(_UPSERT, [(target.key, *row, seq, seq) for row in touched])
    return int(seq)


_FORMER = "SELECT kwh, quality, source_seq FROM readings WHERE meter_key = ? AND ts = ?"
_COUNT = (
    "UPDATE meters SET last_seq = last_seq + 1, row_count = row_count + ?, fresh_ts = min(coalesce(fresh_ts, ?), ?) "
    "WHERE meter_key = ? RETURNING last_seq"
)
_KEEP_FORMER = "INSERT INTO replaced_readings (meter_key, by_seq, ts, kwh, quality, source_seq) VALUES (?, ?, ?, ?, ?, ?)"
_UPSERT = (
    "INSERT INTO readings (meter_key, ts, kwh, quality, seq, source_seq) VALUES (?, ?, ?, ?, ?, ?) "
    "ON CONFLICT (meter_key, ts) DO UPDATE SET "
    "kwh = excluded.kwh, quality = excluded.quality, seq = excluded.seq, source_seq = excluded.source_seq"
)


def _former_answer(connection: Connection, receipt: Receipt, now: int) -> tuple[Outcome, ...] | None:
    sql = "SELECT digest, outcomes_json FROM receipts WHERE token_key = ? AND idempotency_key = ? AND answered_at > ?"
    row = connection.exec_driver_sql(sql, (receipt.token_key, receipt.idempotency_key, now - RECEIPT_S)).one_or_none()
    if row is None:
        return None
    if row.digest != receipt.digest:
        raise KeyReusedError("This Idempotency-Key came before with another body.", "Give each request a key of its own.")
    return tuple(_outcome(*kept) for kept in json.loads(row.outcomes_json))


def _outcome(meter_id: str, seq: int, stored: int, refused: list[Any], notes: Sequence[Any] = ()) -> Outcome:
    """An outcome as it was kept; those of earlier versions have no notes."""
    return Outcome(meter_id, seq, stored, tuple(Refusal(*each) for each in refused), tuple(Note(*each) for each in notes))


def _keep_answer(connection: Connection, receipt: Receipt, outcomes: Sequence[Outcome], now: int) -> None:
    connection.exec_driver_sql("DELETE FROM receipts WHERE answered_at <= ?", (now - RECEIPT_S,))
    kept = [astuple(each) for each in outcomes]
    connection.exec_driver_sql(
        "INSERT INTO receipts (token_key, idempotency_key, digest, answered_at, outcomes_json) VALUES (?, ?, ?, ?, ?)",
        (receipt.token_key, receipt.idempotency_key, receipt.digest, now, json.dumps(kept)),
    )
