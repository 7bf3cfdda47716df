"""Small builders of readings, meters, events, analyses and uploads, for everyone's tests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd

from wattsup_core.analysis.model_version import MODEL_VERSION
from wattsup_core.analysis.pipeline import Analysis
from wattsup_core.frames import check_forecast, check_readings, check_scored
from wattsup_core.readers.result import FileReadings, MeterReadings
from wattsup_core.store import Store, UploadRecord
from wattsup_core.types import (
    AnomalyEvent,
    Backtest,
    BacktestDay,
    Channel,
    DayForecast,
    Direction,
    Driver,
    EventClass,
    EventKind,
    Explanation,
    Forecast,
    ForecastComponent,
    ForecastMethod,
    Meter,
    MethodScore,
    MonthForecast,
    QualityReport,
    Range,
)

START = datetime(2026, 1, 5, tzinfo=UTC)  # a Monday


@dataclass
class Clock:
    """A clock that a test sets."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now


def make_meter(meter_id: str = "m-home", **changes: Any) -> Meter:
    """A half-hourly household in London."""
    given: dict[str, Any] = {"name": "Home", "timezone": "Europe/London", "interval_minutes": 30.0} | changes
    return Meter(meter_id=meter_id, **given)


def make_readings(
    kwh: list[float] | np.ndarray | None = None,
    *,
    days: float = 1,
    interval_minutes: float = 30,
    start: datetime = START,
    quality: str = "actual",
    **covariates: Any,
) -> pd.DataFrame:
    """READINGS on a regular grid: the given `kwh`, or `days` of a plain daily curve without noise [kWh]."""
    values = daily_curve(days, interval_minutes) if kwh is None else np.asarray(kwh, dtype=float)
    index = pd.date_range(start, periods=len(values), freq=pd.Timedelta(minutes=interval_minutes), name="ts").as_unit("us")
    index.freq = None
    columns = {"kwh": values, "quality": pd.array([quality] * len(values), dtype="str")}
    return check_readings(pd.DataFrame(columns | {name: np.asarray(value, dtype=float) for name, value in covariates.items()}, index=index))


def daily_curve(days: float, interval_minutes: float) -> np.ndarray:
    """A household's day, repeated: 0.2 kW at night, 1 kW in the evening; energies [kWh], shape (n,)."""
    hours = np.arange(round(days * 24 * 60 / interval_minutes)) * interval_minutes / 60 % 24
    kw = 0.2 + 0.3 * np.exp(-(((hours - 7.5) / 1.5) ** 2)) + 0.8 * np.exp(-(((hours - 19) / 2.0) ** 2))
    return kw * interval_minutes / 60


def make_scored(readings: pd.DataFrame, *, score: float | np.ndarray = 0.1, model_version: str = MODEL_VERSION) -> pd.DataFrame:
    """SCORED for `readings`: the expectation a tenth below the reading, one score for all rows or one each, no event."""
    kwh = readings["kwh"].to_numpy(float)
    scores = np.broadcast_to(np.asarray(score, dtype=float), kwh.shape).copy()
    columns = {
        "kwh": kwh,
        "expected_kwh": kwh * 0.9,
        "lower_80_kwh": kwh * 0.7,
        "upper_80_kwh": kwh * 1.2,
        "lower_95_kwh": kwh * 0.5,
        "upper_95_kwh": kwh * 1.5,
        "residual_kwh": kwh - kwh * 0.9,
        "score": scores,
        "forest_score": scores / 2,
        "severity": np.round(scores * 100),
        "is_anomaly": np.zeros(len(kwh), dtype=bool),
        "event_id": pd.array([""] * len(kwh), dtype="str"),
        "model_version": pd.array([model_version] * len(kwh), dtype="str"),
    }
    return check_scored(pd.DataFrame(columns, index=readings.index))


def make_event(
    event_id: str = "e-1", meter_id: str = "m-home", *, start: datetime = START, hours: float = 2, **changes: Any
) -> AnomalyEvent:
    """An evening that took 3 kWh more than usual."""
    given: dict[str, Any] = {
        "kind": EventKind.SUSTAINED_HIGH,
        "event_class": EventClass.WASTE,
        "direction": Direction.HIGH,
        "severity": 71,
        "actual_kwh": 5.0,
        "expected_kwh": 2.0,
        "excess_kwh": 3.0,
        "cost": 0.84,
        "title": "High evening use",
        "cause": "Two and a half times the usual use of a Monday evening.",
        "explanation": Explanation(
            summary="5.0 kWh instead of 2.0 kWh.",
            comparison="The four Mondays before took 2.0 kWh.",
            drivers=(Driver("Level against the usual", 80.0), Driver("Hour of the day", 20.0)),
            check_first=("Electric heater",),
        ),
    } | changes
    return AnomalyEvent(event_id=event_id, meter_id=meter_id, start=start, end=start + timedelta(hours=hours), **given)


def make_upload(upload_id: str = "u-1", meter_ids: tuple[str, ...] = ("m-home",), **changes: Any) -> UploadRecord:
    """The ledger's line for a plain file of 48 half-hours."""
    given: dict[str, Any] = {
        "file_name": "home.csv",
        "received_at": START,
        "format_name": "CSV, comma",
        "unit": "kWh",
        "timezone": "Europe/London",
        "timezone_source": "setting",
        "date_order": None,
        "stamp": "start",
        "is_register": False,
        "report": QualityReport(read=48, stored=48, rejected=0),
        "new_rows": 0,
        "changed_rows": 0,
        "kwh_total": 9.5,
        "first": START,
        "last": START + timedelta(hours=23.5),
        "interval_minutes": 30.0,
    } | changes
    return UploadRecord(upload_id=upload_id, meter_ids=meter_ids, **given)


def make_part(label: str = "", readings: pd.DataFrame | None = None, channel: Channel = Channel.IMPORT, **grid: Any) -> MeterReadings:
    """One meter of a file; `grid` goes to :func:`make_readings` when no `readings` are given."""
    frame = make_readings(**grid) if readings is None else readings
    return MeterReadings(label, frame, float(grid.get("interval_minutes", 30)), channel)


def make_file(*parts: MeterReadings, **changes: Any) -> FileReadings:
    """A plain file of these parts, each row of theirs a row of the file, one part after the other."""
    held = parts or (make_part(),)
    rows = pd.concat([part.readings[["kwh"]].rename_axis("ts").reset_index().assign(meter=part.label) for part in held], ignore_index=True)
    given: dict[str, Any] = {
        "format_name": "CSV, comma",
        "unit": "kWh",
        "timezone": "Europe/London",
        "timezone_source": "setting",
        "date_order": None,
        "stamp": "start",
        "is_register": False,
        "meters": held,
        "report": QualityReport(read=len(rows), stored=len(rows), rejected=0),
        "rows": rows.assign(line=range(2, len(rows) + 2), stored=True, code=""),
    } | changes
    return FileReadings(**given)


def make_forecast_of(meter_id: str = "m-home", *, start: datetime = START, days: int = 2, **changes: Any) -> Forecast:
    """A forecast of whole UTC days, an hour of 1 kWh after the other, with every part that a forecast can have."""
    index = pd.date_range(start, periods=24 * days, freq="h", name="ts").as_unit("us")
    index.freq = None
    bounds = {"lower_80_kwh": 0.5, "upper_80_kwh": 2.0, "lower_95_kwh": 0.25, "upper_95_kwh": 3.0}
    day = Range(24.0, 12.0, 48.0, 6.0, 72.0)
    dates = [(start + timedelta(days=number)).date() for number in range(days)]
    tested = tuple(BacktestDay(date(2025, 12, 1), date(2025, 12, 1 + number), day, 20.0 + number) for number in range(7))
    score = MethodScore(ForecastMethod.COMBINED, 1.5, 6.1, 0.8, 0.9)
    given: dict[str, Any] = {
        "end": start + timedelta(days=days),
        "timezone": "UTC",
        "interval_minutes": 60.0,
        "method": ForecastMethod.COMBINED,
        "chosen_method": ForecastMethod.PROPHET,
        "rows": check_forecast(pd.DataFrame({"kwh": 1.0} | bounds, index=index)),
        "days": tuple(DayForecast(each, 1.0, day, "Epiphany" if each == date(2026, 1, 6) else "") for each in dates),
        "total": Range(24.0 * days, 40.0, 60.0, 30.0, 70.0),
        "cost": Range(12.0, 10.0, 15.0, 7.5, 17.5),
        "currency": "GBP",
        "months": (MonthForecast(date(2026, 1, 1), 96.0, day, None, False),),
        "components": (ForecastComponent("weekly", "Day of the week", ("Monday",), (0.5,)),),
        "backtest": Backtest((date(2025, 12, 1),), 7, date(2025, 12, 1), date(2025, 12, 7), (score,), 80.0, 95.0, tested),
        "trust": "On your last week it was off by 6 % a day.",
        "notes": ("A note.",),
    } | changes
    return Forecast(meter_id=meter_id, start=start, **given)


def fill_recent(store: Store, now: datetime) -> pd.DataFrame:
    """Put a meter into `store` that was analysed up to the hour before `now`, and had no anomaly; its SCORED."""
    meter = make_meter()
    store.migrate()
    store.add_meter(meter)
    rows = make_readings(days=2, start=now.replace(minute=0, second=0, microsecond=0) - timedelta(days=2))
    store.save_upload(make_upload("u-1", (meter.meter_id,)), [(meter.meter_id, rows)])
    scored = make_scored(rows)
    store.save_analysis(meter.meter_id, 1, Analysis(scored, (), MODEL_VERSION, ()))
    return scored
