"""A meter in a store in memory, with readings, scores and events as a test wants them."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd

from wattsup_core.analysis.model_version import MODEL_VERSION
from wattsup_core.analysis.pipeline import Analysis
from wattsup_core.store import Store, UploadRecord, open_store
from wattsup_core.timegrid import to_epoch_seconds
from wattsup_core.types import AnomalyEvent, Direction, EventClass, EventKind, Explanation, Meter, QualityReport

LONDON = Meter("home", "Home", "Europe/London", 30.0, price_per_kwh=0.25)
START = datetime(2026, 1, 5, tzinfo=UTC)


def readings_of(kwh: Sequence[float] | np.ndarray, start: datetime = START, interval_minutes: float = 30.0) -> pd.DataFrame:
    """READINGS without gaps from `start` on; drop rows of it to make gaps."""
    index = pd.date_range(start, periods=len(kwh), freq=pd.Timedelta(minutes=interval_minutes), name="ts")
    return pd.DataFrame({"kwh": np.asarray(kwh, float), "quality": "actual"}, index=index)


def event_of(start: datetime, hours: float, event_id: str = "e1", **changes: object) -> AnomalyEvent:
    """A costly spike of 2 kWh above 1 kWh expected, changed as asked."""
    event = AnomalyEvent(
        event_id=event_id,
        meter_id="home",
        start=start,
        end=start + timedelta(hours=hours),
        kind=EventKind.SPIKE,
        event_class=EventClass.WASTE,
        direction=Direction.HIGH,
        severity=80,
        actual_kwh=3.0,
        expected_kwh=1.0,
        excess_kwh=2.0,
        cost=0.5,
        title="Evening spike",
        cause="Three times a usual evening.",
        explanation=Explanation("3 kWh in an hour, where 1 kWh is usual."),
    )
    return dataclasses.replace(event, **changes)  # type: ignore[arg-type]


def scored_of(
    readings: pd.DataFrame, events: Sequence[AnomalyEvent], expected_kwh: float | np.ndarray = 0.5, model_version: str = MODEL_VERSION
) -> pd.DataFrame:
    """SCORED with a 95 % band of half to double the expectation; rows inside events carry their id."""
    kwh = readings["kwh"].to_numpy(float)
    expected = np.broadcast_to(np.asarray(expected_kwh, float), kwh.shape)
    event_id = np.full(len(kwh), "", dtype=object)
    for event in events:
        event_id[(readings.index >= event.start) & (readings.index < event.end)] = event.event_id
    return pd.DataFrame(
        {
            "kwh": kwh,
            "expected_kwh": expected,
            "lower_80_kwh": expected * 0.75,
            "upper_80_kwh": expected * 1.5,
            "lower_95_kwh": expected * 0.5,
            "upper_95_kwh": expected * 2.0,
            "residual_kwh": kwh - expected,
            "score": 0.125,
            "forest_score": 0.5,
            "severity": 7.0,
            "is_anomaly": event_id != "",
            "event_id": pd.array(event_id, dtype="str"),
            "model_version": model_version,
        },
        index=readings.index,
    )


def store_of(
    readings: pd.DataFrame,
    events: Sequence[AnomalyEvent] = (),
    meter: Meter = LONDON,
    *,
    expected_kwh: float | np.ndarray = 0.5,
    notes: tuple[str, ...] = (),
    is_scored: bool = True,
    model_version: str = MODEL_VERSION,
    url: str = "sqlite://",
) -> Store:
    """A migrated store that holds one meter, and its analysis unless told otherwise."""
    store = open_store(url)
    store.migrate()
    send(store, readings, meter)
    if is_scored:
        analysis = Analysis(scored_of(readings, events, expected_kwh, model_version), tuple(events), model_version, notes)
        assert store.save_analysis(meter.meter_id, store.state(meter.meter_id).last_seq, analysis)
    return store


def send(store: Store, readings: pd.DataFrame, meter: Meter = LONDON, upload_id: str = "u1", **changes: object) -> UploadRecord:
    """Store `readings` as an upload; adds the meter when it is new."""
    first, last = readings.index[0].to_pydatetime(), readings.index[-1].to_pydatetime()
    record = UploadRecord(
        upload_id=upload_id,
        file_name="home.csv",
        received_at=last,
        format_name="CSV",
        unit="kWh",
        timezone=meter.timezone,
        timezone_source="setting",
        date_order="YMD",
        stamp="start",
        is_register=False,
        report=QualityReport(len(readings), len(readings), 0),
        meter_ids=(meter.meter_id,),
        new_rows=0,
        changed_rows=0,
        kwh_total=float(readings["kwh"].sum()),
        first=first,
        last=last,
        interval_minutes=meter.interval_minutes,
    )
    return store.save_upload(dataclasses.replace(record, **changes), [(meter.meter_id, readings)], new_meters=[meter])  # type: ignore[arg-type]


def rows_between(readings: pd.DataFrame, start: datetime, end: datetime) -> np.ndarray:
    """Mask of the readings that start in ``[start, end)``."""
    seconds = to_epoch_seconds(pd.DatetimeIndex(readings.index))
    return (seconds >= start.timestamp()) & (seconds < end.timestamp())
