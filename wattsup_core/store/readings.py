"""Readings and their covariates: written once however often they are sent, read as READINGS frames."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from wattsup_core.errors import FrameContractError
from wattsup_core.frames import check_readings, covariate_columns
from wattsup_core.store import versioned
from wattsup_core.store.bulk import read_rows, run_many
from wattsup_core.store.intervals import FilePlaces
from wattsup_core.store.meters import count_rows, mark_fresh, next_seq
from wattsup_core.store.tables import covariate_series
from wattsup_core.timegrid import datetime_from_epoch, epoch_of, from_epoch_seconds, to_epoch_seconds
from wattsup_core.types import Quality

QUALITIES = tuple(quality.value for quality in Quality)  # a stored code is the place in here: append, never reorder
EVER = (-(2**62), 2**62)


@dataclass(frozen=True)
class Written:
    """What a write did to one meter; `seq` is `None` when nothing changed, `across_rows` lie across intervals of other writes."""

    seq: int | None
    new_rows: int
    changed_rows: int
    across_rows: int = 0


@dataclass(frozen=True)
class _Batch:
    """One frame as columns: instants [s], kWh, quality codes, and the covariates that are given."""

    ts: np.ndarray
    values: list[np.ndarray]
    covariates: dict[str, tuple[np.ndarray, np.ndarray]]


def write_readings(
    connection: Connection,
    meter_key: int,
    frame: pd.DataFrame,
    seq: int | None = None,
    *,
    is_live: bool = False,
    places: FilePlaces | None = None,
) -> Written:
    """Store the rows of a READINGS `frame` that are new or differ, as one write.

    Parameters
    ----------
    seq
        The version this write belongs to; taken from the meter when first needed, if not given.
    is_live
        Whether somebody waits for a first look at these rows.
    places
        How they come to lie among the stored ones; `None` for rows that are in their places.

    Returns
    -------
    Written
        The version, and exact counts of new and of changed rows. A row whose covariate alone changed is changed.

    Raises
    ------
    BadRequestError
        When they cannot lie among the stored ones.
    """
    if frame.empty:
        return Written(seq, 0, 0)
    batch = _columns(frame)
    reach_s = 0 if places is None else places.intervals.reach_s
    stored = versioned.window(connection, versioned.READINGS, meter_key, int(batch.ts[0]) - reach_s, int(batch.ts[-1]) + reach_s)
    across = 0
    if places is not None:
        placed, across = places.place(batch.ts, stored["ts"])
        batch = batch if placed is batch.ts else _columns(frame.set_axis(from_epoch_seconds(placed)))
    difference = versioned.difference_to(versioned.READINGS, stored, batch.ts, batch.values)
    series = {name: _series_key(connection, meter_key, name) for name in batch.covariates}
    extra = {
        name: versioned.compare(connection, versioned.COVARIATES, series[name], ts, [values])
        for name, (ts, values) in batch.covariates.items()
    }
    if difference.is_empty and all(each.is_empty for each in extra.values()):
        return Written(seq, 0, 0, across)
    seq = next_seq(connection, meter_key) if seq is None else seq
    versioned.write(connection, versioned.READINGS, meter_key, batch.ts, batch.values, difference, seq)
    touched = difference.new | difference.changed
    for name, (ts, values) in batch.covariates.items():
        versioned.write(connection, versioned.COVARIATES, series[name], ts, [values], extra[name], seq)
        touched |= np.isin(batch.ts, ts[extra[name].new | extra[name].changed], assume_unique=True)
    only_covariate = touched & ~difference.new & ~difference.changed
    stamp = f"UPDATE readings SET seq = {seq:d} WHERE meter_key = {meter_key:d} AND ts = ?"  # noqa: S608  # integers
    run_many(connection, stamp, [batch.ts[only_covariate]])
    new_rows = int(difference.new.sum())
    count_rows(connection, meter_key, new_rows)
    if is_live:
        mark_fresh(connection, meter_key, int(batch.ts[touched][0]))
    return Written(seq, new_rows, int(touched.sum()) - new_rows, across)


def undo_write(connection: Connection, meter_key: int, gone_seq: int) -> int:
    """Take what the write `gone_seq` brought out of the meter again; returns the version of this undoing."""
    seq = next_seq(connection, meter_key)
    for series_key in _series(connection, meter_key).values():
        stamp = (
            "UPDATE readings SET seq = ? WHERE meter_key = ? AND ts IN (SELECT ts FROM covariates WHERE series_key = ? AND source_seq = ?)"
        )
        connection.exec_driver_sql(stamp, (seq, meter_key, series_key, gone_seq))
        versioned.undo(connection, versioned.COVARIATES, series_key, gone_seq, seq)
    count_rows(connection, meter_key, -versioned.undo(connection, versioned.READINGS, meter_key, gone_seq, seq))
    return seq


def read_readings(connection: Connection, meter_key: int, start: datetime | None, end: datetime | None) -> pd.DataFrame:
    """The READINGS of ``[start, end)``, with every covariate the meter has."""
    first, last = span_seconds(start, end)
    rows = versioned.window(connection, versioned.READINGS, meter_key, first, last)
    columns: dict[str, object] = {"kwh": rows["kwh"], "quality": quality_names(rows["quality"])}
    for name, series_key in _series(connection, meter_key).items():
        values = np.full(len(rows), np.nan)
        extra = versioned.window(connection, versioned.COVARIATES, series_key, first, last)
        place = np.searchsorted(rows["ts"], extra["ts"])
        place[place == len(rows)] = 0
        hit = rows["ts"][place] == extra["ts"] if len(rows) else np.zeros(len(extra), bool)
        values[place[hit]] = extra["value"][hit]
        columns[name] = values
    return pd.DataFrame(columns, index=from_epoch_seconds(rows["ts"]))


def read_energies(connection: Connection, meter_key: int, first: int, last: int) -> np.ndarray:
    """The known energies from `first` to `last` inclusive [s], by ts: a structured array of ``ts`` [s] and ``kwh``."""
    sql = "SELECT ts, kwh FROM readings WHERE meter_key = ? AND ts BETWEEN ? AND ? AND kwh IS NOT NULL ORDER BY ts"
    return read_rows(connection, sql, (meter_key, first, last), (("ts", "i8"), ("kwh", "f8")))


def end_of_page(connection: Connection, meter_key: int, start: datetime | None, end: datetime | None, limit: int) -> datetime | None:
    """The instant of the first reading of ``[start, end)`` after `limit` others, `None` where there are no more."""
    sql = "SELECT ts FROM readings WHERE meter_key = ? AND ts BETWEEN ? AND ? ORDER BY ts LIMIT 1 OFFSET ?"
    ts = connection.exec_driver_sql(sql, (meter_key, *span_seconds(start, end), limit)).scalar_one_or_none()
    return None if ts is None else datetime_from_epoch(ts)


HIGHEST_BLOCK = """
    SELECT max(kwh) FROM (
        SELECT sum(kwh) AS kwh FROM readings WHERE meter_key = ? AND ts BETWEEN ? AND ? GROUP BY ts / ? HAVING count(kwh) >= ?
    )
"""


def highest_block(
    connection: Connection, meter_key: int, start: datetime, end: datetime, block_seconds: int, least_rows: int
) -> float | None:
    """The most energy [kWh] of a block of `block_seconds` in ``[start, end)`` that has `least_rows`; `None` when none has."""
    first, last = span_seconds(start, end)
    row = connection.exec_driver_sql(HIGHEST_BLOCK, (meter_key, first, last, block_seconds, least_rows)).one()
    return None if row[0] is None else float(row[0])


def span_seconds(start: datetime | None, end: datetime | None) -> tuple[int, int]:
    """The first and the last whole second of ``[start, end)``; an open side is `None`.

    Raises
    ------
    ValueError
        When an instant has no zone.
    """
    if any(moment is not None and moment.tzinfo is None for moment in (start, end)):
        raise ValueError("a window is bounded by aware instants")
    first = EVER[0] if start is None else epoch_of(start) + (start.microsecond > 0)
    last = EVER[1] if end is None else epoch_of(end) - (end.microsecond == 0)
    return first, last


def quality_names(codes: np.ndarray) -> Any:
    """Stored quality codes, shape (n,), as the words of the READINGS contract."""
    return pd.array(np.asarray(QUALITIES, dtype=object)[codes], dtype="str")


def _columns(frame: pd.DataFrame) -> _Batch:
    ts = to_epoch_seconds(pd.DatetimeIndex(check_readings(frame).index))
    if (np.diff(ts) <= 0).any():
        raise FrameContractError("READINGS: two rows lie within one second.")
    codes = pd.Index(QUALITIES).get_indexer(pd.Index(frame["quality"]))
    if (codes < 0).any():
        raise FrameContractError("READINGS: quality has a word that is not one of the contract.")
    covariates = {}
    for name in covariate_columns(frame):
        values = frame[name].to_numpy(float)
        given = np.isfinite(values)
        if given.any():
            covariates[name] = (ts[given], values[given])
    return _Batch(ts, [frame["kwh"].to_numpy(float), codes], covariates)


def _series(connection: Connection, meter_key: int) -> dict[str, int]:
    known = select(covariate_series.c.name, covariate_series.c.series_key).where(covariate_series.c.meter_key == meter_key)
    return {row.name: row.series_key for row in connection.execute(known.order_by(covariate_series.c.series_key))}


def _series_key(connection: Connection, meter_key: int, name: str) -> int:
    connection.execute(insert(covariate_series).values(meter_key=meter_key, name=name).on_conflict_do_nothing())
    return _series(connection, meter_key)[name]
