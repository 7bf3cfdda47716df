"""Forecasts: kept as they were made, so that they can be held against what came."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pandas as pd
from sqlalchemy import ColumnElement, Connection, RowMapping, case, delete, func, insert, select

from wattsup_core.errors import NotFoundError
from wattsup_core.forecast_rhythm import ForecastRhythm
from wattsup_core.frames import FORECAST_COLUMNS, check_forecast
from wattsup_core.store.bulk import read_rows, write_rows
from wattsup_core.store.forecast_json import parts_from_json, parts_to_json
from wattsup_core.store.records import ForecastRecord, Overtaken
from wattsup_core.store.tables import forecast_rows, forecasts, meters
from wattsup_core.timegrid import datetime_from_epoch, epoch_of, from_epoch_seconds, to_epoch_seconds
from wattsup_core.types import Forecast, ForecastConfig, ForecastMethod

DAY_SECONDS, CLOCK_SECONDS = 86_400, 7_200
KEPT_FORECASTS = 100
"""Of each meter so many of the newest are kept: a daily forecast for three months."""


def save_forecast(connection: Connection, meter_key: int, seq: int, forecast: Forecast, made_at: int) -> int:
    """Save `forecast`, made at `made_at` [s] from the meter's writes up to `seq`; the key it is kept under."""
    check_forecast(forecast.rows)
    statement = insert(forecasts).values(
        meter_key=meter_key,
        made_at=made_at,
        seq=seq,
        method=forecast.method.value,
        chosen_method=forecast.chosen_method.value,
        start_ts=epoch_of(forecast.start),
        end_ts=epoch_of(forecast.end),
        timezone=forecast.timezone,
        interval_minutes=forecast.interval_minutes,
        currency=forecast.currency,
        trust=forecast.trust,
        details_json=parts_to_json(forecast),
    )
    key = int(connection.execute(statement.returning(forecasts.c.forecast_key)).scalar_one())
    write_rows(
        connection,
        f"INSERT INTO forecast_rows (forecast_key, ts, {', '.join(FORECAST_COLUMNS)})",
        f"({key:d}, ?{', ?' * len(FORECAST_COLUMNS)})",
        [to_epoch_seconds(pd.DatetimeIndex(forecast.rows.index)), *(forecast.rows[name].to_numpy(float) for name in FORECAST_COLUMNS)],
    )
    _forget_oldest(connection, meter_key)
    return key


def newest_forecast(connection: Connection, meter_key: int, meter_id: str, config: ForecastConfig | None) -> ForecastRecord | None:
    """The forecast made last; with `config` the last one that reaches as far, by the method asked. `None` without one."""
    newest = select(forecasts).where(forecasts.c.meter_key == meter_key)
    if config is not None:
        newest = newest.where(_as_asked(config))
    newest = newest.order_by(forecasts.c.made_at.desc(), forecasts.c.forecast_key.desc()).limit(1)
    row = connection.execute(newest).mappings().one_or_none()
    return None if row is None else _record(connection, row, meter_id)


def find_forecast(connection: Connection, meter_key: int, meter_id: str, forecast_id: int) -> ForecastRecord:
    """The forecast of this id."""
    chosen = select(forecasts).where(forecasts.c.meter_key == meter_key, forecasts.c.forecast_key == forecast_id)
    row = connection.execute(chosen).mappings().one_or_none()
    if row is None:
        raise NotFoundError("This forecast is not here any more.", "Make a new one.")
    return _record(connection, row, meter_id)


def list_forecasts(connection: Connection, meter_key: int, start: datetime | None, end: datetime | None) -> list[tuple[int, datetime]]:
    """The ids of the forecasts that touch ``[start, end)`` and when each was made, oldest first."""
    touching = forecasts.c.meter_key == meter_key
    if start is not None:
        touching &= forecasts.c.end_ts > epoch_of(start)
    if end is not None:
        touching &= forecasts.c.start_ts < epoch_of(end)
    chosen = select(forecasts.c.forecast_key, forecasts.c.made_at).where(touching)
    rows = connection.execute(chosen.order_by(forecasts.c.made_at, forecasts.c.forecast_key))
    return [(row.forecast_key, datetime_from_epoch(row.made_at)) for row in rows]


def list_overtaken(connection: Connection) -> list[Overtaken]:
    """The meters forecast by themselves that were written to since their usual, or else newest, forecast; the oldest forecast first."""
    made_at, seq = _of_usual(forecasts.c.made_at), _of_usual(forecasts.c.seq)
    found = select(meters.c.meter_id, meters.c.timezone, meters.c.forecast_rhythm, made_at)
    found = found.join(forecasts, forecasts.c.meter_key == meters.c.meter_key).where(meters.c.forecast_rhythm != ForecastRhythm.OFF.value)
    found = found.group_by(meters.c.meter_key).having(seq < meters.c.last_seq).order_by(made_at, meters.c.meter_key)
    return [
        Overtaken(meter_id, timezone, ForecastRhythm(rhythm), datetime_from_epoch(at))
        for meter_id, timezone, rhythm, at in connection.execute(found)
    ]


def _of_usual(column: ColumnElement[int]) -> ColumnElement[int]:
    """The highest value of a meter's usual forecasts, of all its forecasts where it has none."""
    return func.coalesce(func.max(case((_as_asked(ForecastConfig()), column))), func.max(column))


def _as_asked(config: ForecastConfig) -> ColumnElement[bool]:
    """Whether a forecast reaches as far as `config` asks, by its method."""
    # A day that the clock shortens or lengthens is a day all the same.
    off = forecasts.c.end_ts - forecasts.c.start_ts - config.days * DAY_SECONDS
    method = forecasts.c.chosen_method if config.method is ForecastMethod.AUTO else config.method.value
    return off.between(-CLOCK_SECONDS, CLOCK_SECONDS) & (forecasts.c.method == method)


def _forget_oldest(connection: Connection, meter_key: int) -> None:
    mine = select(forecasts.c.forecast_key).where(forecasts.c.meter_key == meter_key)
    if (connection.scalar(select(func.count()).select_from(mine.subquery())) or 0) <= KEPT_FORECASTS:
        return
    newest = mine.order_by(forecasts.c.made_at.desc(), forecasts.c.forecast_key.desc())
    gone = list(connection.scalars(newest.offset(KEPT_FORECASTS)))
    connection.execute(delete(forecast_rows).where(forecast_rows.c.forecast_key.in_(gone)))
    connection.execute(delete(forecasts).where(forecasts.c.forecast_key.in_(gone)))


def _record(connection: Connection, row: RowMapping, meter_id: str) -> ForecastRecord:
    forecast = Forecast(
        meter_id=meter_id,
        start=datetime_from_epoch(row["start_ts"]),
        end=datetime_from_epoch(row["end_ts"]),
        timezone=row["timezone"],
        interval_minutes=row["interval_minutes"],
        method=ForecastMethod(row["method"]),
        chosen_method=ForecastMethod(row["chosen_method"]),
        rows=_rows(connection, row["forecast_key"]),
        currency=row["currency"],
        trust=row["trust"],
        **parts_from_json(row["details_json"]),
    )
    return ForecastRecord(row["forecast_key"], datetime_from_epoch(row["made_at"]), row["seq"], forecast)


def _rows(connection: Connection, key: int) -> pd.DataFrame:
    sql = f"SELECT ts, {', '.join(FORECAST_COLUMNS)} FROM forecast_rows WHERE forecast_key = ? ORDER BY ts"  # noqa: S608  # own names
    found = read_rows(connection, sql, (key,), [("ts", "i8"), *((name, "f8") for name in FORECAST_COLUMNS)])
    return pd.DataFrame({name: np.array(found[name]) for name in FORECAST_COLUMNS}, index=from_epoch_seconds(found["ts"]))
