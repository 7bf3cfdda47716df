"""Bodies of requests that bring readings: JSON, CSV and telegrams of meters, found by their bytes."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from wattsup_core.errors import BadRequestError, FileRefusedError
from wattsup_core.frames import covariate_columns
from wattsup_core.readers import delimited
from wattsup_core.readers.encoding import to_utf8
from wattsup_core.readers.unpacking import Payload
from wattsup_core.service.placement import MeterTerms, place
from wattsup_core.service.sent_readings import FIELDS
from wattsup_core.store import Delivery, Note, Refusal, SentReading
from wattsup_core.timegrid import to_epoch_seconds
from wattsup_core.types import Channel, Meter, Quality, ReadOptions

if TYPE_CHECKING:
    from wattsup_core.readers.result import MeterReadings

HINT = 'Send {"timestamp": "2026-01-31T14:30:00Z", "kwh": 0.25}, a list of such objects, or {"readings": [...]}.'


def json_items(body: bytes) -> list[Any]:
    """The objects of a JSON body: one, a list of them, or a list under ``readings``.

    Raises
    ------
    BadRequestError
        When it is no JSON, or another value.
    """
    try:
        parsed = json.loads(body)
    except (ValueError, RecursionError):
        raise BadRequestError("The body is not valid JSON.", HINT) from None
    if isinstance(parsed, dict) and "readings" in parsed:
        parsed = parsed["readings"]
        if not isinstance(parsed, list):
            raise BadRequestError("“readings” is not a list.", HINT)
    if isinstance(parsed, dict):
        return [parsed]
    if not isinstance(parsed, list):
        raise BadRequestError("The body is a single value, no reading.", HINT)
    return parsed


def csv_items(body: bytes) -> list[Any] | None:
    """The rows of a CSV whose columns are named as the fields of a reading, as objects; `None` for any other CSV."""
    text = to_utf8(body).data.decode("utf-8", "replace").removeprefix("\ufeff")
    try:
        rows = [row for row in csv.reader(io.StringIO(text, newline="")) if row]
    except csv.Error:
        return None
    header = [name.strip().lower() for name in rows[0]] if rows else []
    if "timestamp" not in header or not set(header) <= set(FIELDS) or len(set(header)) < len(header):
        return None
    return [dict(zip(header, row, strict=True)) if len(row) == len(header) else None for row in rows[1:]]


def deliver_file(body: bytes, meter: Meter) -> Delivery:
    """What a CSV of any other form brings for `meter`, read as an uploaded file is.

    Raises
    ------
    BadRequestError
        When it holds no readings, or cannot go to the meter.
    """
    try:
        file = delimited.read(Payload(body, "readings.csv"), ReadOptions(fallback_timezone=meter.timezone))
    except FileRefusedError as error:
        raise BadRequestError(error.message, error.hint) from None
    placements = place(file, "readings.csv", [], MeterTerms(), meter)
    placed = next(each.readings for each in placements if each.meter == meter)
    others = [each.readings for each in placements if each.meter != meter]
    codes = file.rows["code"].astype(str).to_numpy()
    refused = tuple(Refusal(int(row), codes[row]) for row in np.flatnonzero(~file.rows["stored"].to_numpy(bool)))
    notes = [Note(issue.code, issue.count, issue.message) for issue in file.report.issues]
    return Delivery(
        meter.meter_id,
        _sent_readings(placed.readings, file.rows),
        refused=refused,
        notes=(*notes, *_other_direction(others, meter)),
        is_series=True,
    )


def _sent_readings(frame: pd.DataFrame, rows: pd.DataFrame) -> tuple[SentReading, ...]:
    """READINGS with all that is known beside them, each with its row in the file."""
    beside = {name: frame[name].to_numpy(float) for name in covariate_columns(frame)}
    seconds = to_epoch_seconds(pd.DatetimeIndex(frame.index))
    return tuple(
        SentReading(row, at, kwh, Quality(quality), {name: value for name, value in zip(beside, values, strict=True) if np.isfinite(value)})
        for row, at, kwh, quality, *values in zip(
            _row_of_each(seconds, rows).tolist(),
            seconds.tolist(),
            frame["kwh"].tolist(),
            frame["quality"],
            *(values.tolist() for values in beside.values()),
            strict=True,
        )
    )


def _row_of_each(seconds: np.ndarray, rows: pd.DataFrame) -> np.ndarray:
    """The row of the file [0 is the first] that each instant [epoch s] is of, shape (n,)."""
    stored = np.flatnonzero(rows["stored"].to_numpy(bool))
    times = to_epoch_seconds(pd.DatetimeIndex(rows["ts"]))[stored]
    order = np.argsort(times, kind="stable")
    found: np.ndarray = stored[order][np.minimum(np.searchsorted(times[order], seconds), len(order) - 1)]
    return found


def _other_direction(others: Sequence[MeterReadings], meter: Meter) -> list[Note]:
    """That energies of the file do not belong to `meter`, for it counts those of the other direction."""
    if not others:
        return []
    ways = ("sent to the grid", "taken from the grid")
    other, own = ways if meter.channel is Channel.IMPORT else reversed(ways)
    message = f"Energy {other} is left out: “{meter.name}” counts energy {own}. Send it to a meter of its own."
    return [Note("other_direction", sum(len(each.readings) for each in others), message)]
