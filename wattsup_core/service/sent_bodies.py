"""Bodies of requests that bring readings: JSON, CSV and telegrams of meters, found by their bytes."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import numpy as np
import pandas as pd

from wattsup_core.errors import BadRequestError, FileRefusedError
from wattsup_core.readers import delimited
from wattsup_core.readers.encoding import to_utf8
from wattsup_core.readers.unpacking import Payload
from wattsup_core.service.placement import MeterTerms, place
from wattsup_core.service.sent_readings import FIELDS
from wattsup_core.store import Delivery, Refusal, SentReading
from wattsup_core.timegrid import to_epoch_seconds
from wattsup_core.types import Meter, Quality, ReadOptions

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
    placed = next(each for each in place(file, "readings.csv", [], MeterTerms(), meter) if each.meter == meter)
    frame = placed.readings.readings
    temperature_c = frame["temperature_c"].to_numpy(float) if "temperature_c" in frame else np.full(len(frame), np.nan)
    readings = tuple(
        SentReading(-1, seconds, kwh, Quality(quality), None if np.isnan(degrees) else degrees)
        for seconds, kwh, quality, degrees in zip(
            to_epoch_seconds(pd.DatetimeIndex(frame.index)).tolist(),
            frame["kwh"].tolist(),
            frame["quality"],
            temperature_c.tolist(),
            strict=True,
        )
    )
    codes = file.rows["code"].astype(str).to_numpy()
    refused = tuple(Refusal(int(row), codes[row]) for row in np.flatnonzero(~file.rows["stored"].to_numpy(bool)))
    return Delivery(meter.meter_id, readings, refused=refused)
