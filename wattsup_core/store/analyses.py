"""What an analysis found: scores by row and events, saved together or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from wattsup_core.frames import BAND_COLUMNS, check_scored
from wattsup_core.store.bulk import read_rows, write_rows
from wattsup_core.store.events import replace_events
from wattsup_core.store.meters import find_state, key_of, mark_scored
from wattsup_core.store.readings import span_seconds
from wattsup_core.store.tables import model_versions
from wattsup_core.timegrid import from_epoch_seconds, to_epoch_seconds

if TYPE_CHECKING:
    from wattsup_core.analysis.pipeline import Analysis

NUMBERS = ("expected_kwh", *BAND_COLUMNS, "score", "forest_score", "severity")
CURRENT = (*NUMBERS, "event_id", "model_key")


def save_analysis(connection: Connection, meter_id: str, seq: int, analysis: Analysis, shown_at: int) -> bool:
    """Save `analysis`, which has seen the meter's writes up to `seq`.

    Parameters
    ----------
    shown_at
        The instant a score or an event new to the store is first shown [s].

    Returns
    -------
    bool
        False when the store holds an analysis of a later write: then nothing is saved.
    """
    meter_key = key_of(connection, meter_id)
    is_first = find_state(connection, meter_id).scored_seq == 0
    last_seq = mark_scored(connection, meter_id, seq, analysis.model_version, analysis.notes)
    if last_seq is None:
        return False
    write_scores(connection, [(meter_key, check_scored(analysis.scored))], shown_at)
    replace_events(connection, meter_key, analysis.events, shown_at, is_history=is_first)
    if last_seq != seq:
        remove_orphans(connection, meter_key)
    return True


def remove_orphans(connection: Connection, meter_key: int) -> None:
    """Remove scores whose reading is gone: its upload was undone."""
    connection.exec_driver_sql(
        "DELETE FROM scores WHERE meter_key = ? AND NOT EXISTS "
        "(SELECT 1 FROM readings WHERE readings.meter_key = scores.meter_key AND readings.ts = scores.ts)",
        (meter_key,),
    )


def read_scored(connection: Connection, meter_key: int, start: datetime | None, end: datetime | None) -> pd.DataFrame:
    """The SCORED of ``[start, end)``: a row for each reading; one without a score has NaN there and is no anomaly."""
    sql = f"""
        SELECT r.ts, r.kwh, {", ".join(f"s.{name}" for name in NUMBERS)}, coalesce(s.event_id, ''), coalesce(s.model_key, 0)
        FROM readings AS r LEFT JOIN scores AS s ON s.meter_key = r.meter_key AND s.ts = r.ts
        WHERE r.meter_key = ? AND r.ts BETWEEN ? AND ? ORDER BY r.ts
    """  # noqa: S608  # names of this module only
    dtype = [("ts", "i8"), ("kwh", "f8"), *((name, "f8") for name in NUMBERS), ("event_id", "O"), ("model_key", "i8")]
    rows = read_rows(connection, sql, (meter_key, *span_seconds(start, end)), dtype)
    numbers = {name: rows[name] for name in NUMBERS}
    frame = pd.DataFrame({"kwh": rows["kwh"], **numbers}, index=from_epoch_seconds(rows["ts"]))
    frame.insert(2 + len(BAND_COLUMNS), "residual_kwh", rows["kwh"] - rows["expected_kwh"])
    frame["is_anomaly"] = rows["event_id"] != ""
    frame["event_id"] = pd.array(rows["event_id"], dtype="str")
    frame["model_version"] = _model_names(connection, rows["model_key"])
    return frame


def write_scores(connection: Connection, parts: Sequence[tuple[int, pd.DataFrame]], shown_at: int) -> None:
    """Write SCORED rows of meters, by key; a row's first score and the instant it was shown [s] stay as they were."""
    if not parts:
        return
    scored = pd.concat([part for _, part in parts]) if len(parts) > 1 else parts[0][1]
    meter_key = np.repeat([key for key, _ in parts], [len(part) for _, part in parts])
    event_id = scored["event_id"].to_numpy(object, copy=True)
    event_id[event_id == ""] = None
    model_key = _model_key(connection, scored)
    newer = ", ".join(f"{name} = excluded.{name}" for name in CURRENT)
    differs = f"({', '.join(CURRENT)}) IS NOT ({', '.join(f'excluded.{name}' for name in CURRENT)})"
    numbers = [scored[name].to_numpy(float) for name in NUMBERS]
    write_rows(
        connection,
        f"INSERT INTO scores (meter_key, ts, {', '.join(CURRENT)}, first_score, first_shown_at)",
        f"(?, ?, {'?, ' * len(CURRENT)}?, {shown_at:d})",
        [
            meter_key,
            to_epoch_seconds(pd.DatetimeIndex(scored.index)),
            *numbers,
            event_id,
            model_key,
            scored["score"].to_numpy(float),
        ],
        f"ON CONFLICT (meter_key, ts) DO UPDATE SET {newer} WHERE {differs}",
    )


def _model_key(connection: Connection, scored: pd.DataFrame) -> np.ndarray:
    """The key of each row's model version, shape (n,); unknown versions get one."""
    codes, names = pd.factorize(scored["model_version"].to_numpy(object))
    keys = []
    for name in names:
        connection.execute(insert(model_versions).values(name=name).on_conflict_do_nothing())
        keys.append(connection.scalars(select(model_versions.c.model_key).where(model_versions.c.name == name)).one())
    return np.asarray(keys, dtype="int64")[codes]


def _model_names(connection: Connection, model_key: np.ndarray) -> Any:
    """The names of the model versions `model_key`, shape (n,); "" for 0, a row without a score."""
    names = {0: ""} | {row.model_key: row.name for row in connection.execute(select(model_versions))}
    known = np.full(max(names) + 1, "", dtype=object)
    known[list(names)] = list(names.values())
    return pd.array(known[model_key], dtype="str")
