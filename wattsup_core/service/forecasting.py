"""The days ahead of a stored meter or of a file, and how earlier forecasts did."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from wattsup_core.analysis.forecasting.forecast import make_forecast
from wattsup_core.analysis.forecasting.history import MOST_DAYS
from wattsup_core.analysis.forecasting.outcome import days_that_came
from wattsup_core.errors import BadRequestError
from wattsup_core.progress import Progress, no_progress, part_of
from wattsup_core.service.files import analyse_file
from wattsup_core.types import AnomalyEvent, BacktestDay, EventClass, Forecast, ForecastConfig, Meter, ReadOptions, Tariff

if TYPE_CHECKING:
    from wattsup_core.readers.result import FileReadings
    from wattsup_core.store import ForecastRecord, Store

NOT_MEASURED = frozenset({EventClass.METER_FAULT, EventClass.DATA_GAP})
ANALYSED_AT = 0.6  # share of the whole work
SAVING_FROM = 0.98


@dataclass(frozen=True)
class MaskedMeter:
    """A meter of a file, its READINGS, and which of them are anomalous or made by a fault, each of shape (rows,), bool."""

    meter: Meter
    readings: pd.DataFrame
    is_odd: np.ndarray
    is_fault: np.ndarray


@dataclass(frozen=True)
class MaskedFile:
    """A file as it was read, but for the `rows` that only a table of scores needs, and its meters in the file's order."""

    file: FileReadings
    meters: tuple[MaskedMeter, ...]


@dataclass(frozen=True)
class FileForecast:
    """A file as it was read, the forecast of each of its meters, in the file's order, and for those without one the reason."""

    file: FileReadings
    forecasts: tuple[tuple[Meter, Forecast], ...]
    refused: tuple[tuple[Meter, str], ...] = ()


def forecast_meter(
    store: Store, meter_id: str, config: ForecastConfig = ForecastConfig(), progress: Progress = no_progress
) -> ForecastRecord:
    """Forecast a stored meter and keep the forecast.

    What was found anomalous is not learned from, unless a person said that it was expected; what a fault of the meter made does not count
    at all.

    Parameters
    ----------
    progress
        Told the step and its share of the work, 0 to 1; may raise to stop it, then nothing is kept.

    Raises
    ------
    NotFoundError
        When there is no such meter.
    BadRequestError
        When its readings are too few or too coarse, or what is asked makes no sense.
    """
    meter = store.meter(meter_id)
    # The version is read before the rows: a forecast may know more than its version says, never less.
    state = store.state(meter_id)
    start = None if state.last_ts is None else state.last_ts - timedelta(days=MOST_DAYS + 1)
    readings, scored = store.readings(meter_id, start), store.scored(meter_id, start)
    events = store.events(meter_id, start)
    expected = [event.event_id for event in events if event.is_expected]
    is_anomaly = scored["is_anomaly"] & ~scored["event_id"].isin(expected)
    is_odd = is_anomaly.reindex(readings.index, fill_value=False).to_numpy(bool)
    is_fault = _rows_of_faults(readings, events)
    tariff = Tariff(meter.price_per_kwh, meter.currency)
    forecast = make_forecast(readings, meter, tariff, config, is_odd, is_fault, part_of(progress, 0.0, SAVING_FROM))
    progress("saving", SAVING_FROM)
    return store.save_forecast(meter_id, state.last_seq, forecast)


def held_against_actual(store: Store, meter_id: str, forecast_id: int | None = None) -> tuple[BacktestDay, ...]:
    """The days of a kept forecast that have come since, with what was read; of the newest forecast without an id.

    Only whole days that were read whole are told; their `origin` is the day the forecast began.

    Raises
    ------
    NotFoundError
        When there is no such meter or forecast.
    """
    record = store.newest_forecast(meter_id) if forecast_id is None else store.forecast(meter_id, forecast_id)
    if record is None:
        return ()
    forecast = record.forecast
    readings = store.readings(meter_id, forecast.start, forecast.end + timedelta(days=1))
    return days_that_came(forecast, readings, store.meter(meter_id))


def forecast_file(
    path: Path,
    name: str,
    options: ReadOptions = ReadOptions(),
    tariff: Tariff = Tariff(Meter.price_per_kwh),
    config: ForecastConfig = ForecastConfig(),
    progress: Progress = no_progress,
) -> FileForecast:
    """Read a file, find its anomalies, and forecast each of its meters: :func:`mask_file`, then :func:`forecast_masked`.

    Raises
    ------
    FileRefusedError
        When the file holds no readings.
    BadRequestError
        When the readings of every meter are too few or too coarse, or what is asked makes no sense.
    """
    masked = mask_file(path, name, options, tariff, config.country, part_of(progress, 0.0, ANALYSED_AT))
    return forecast_masked(masked, tariff, config, part_of(progress, ANALYSED_AT, 1.0))


def mask_file(
    path: Path, name: str, options: ReadOptions, tariff: Tariff, country: str | None = None, progress: Progress = no_progress
) -> MaskedFile:
    """Read a file and find what a forecast must not learn from.

    Parameters
    ----------
    path
        Where the bytes are.
    name
        The file's name: untrusted text, for display and for naming the meter.
    country
        Where the meters are, as ISO 3166 alpha-2; `None` for the country of the file's time zone.

    Raises
    ------
    FileRefusedError
        When the file holds no readings.
    """
    found = analyse_file(path, name, options, tariff, progress=progress, country=country)
    meters = tuple(
        MaskedMeter(
            meter=mine.meter,
            readings=mine.readings,
            is_odd=mine.analysis.scored["is_anomaly"].to_numpy(bool),
            is_fault=_rows_of_faults(mine.readings, mine.analysis.events),
        )
        for mine in found.meters
    )
    return MaskedFile(replace(found.file, rows=found.file.rows.iloc[:0]), meters)


def forecast_masked(
    masked: MaskedFile,
    tariff: Tariff = Tariff(Meter.price_per_kwh),
    config: ForecastConfig = ForecastConfig(),
    progress: Progress = no_progress,
) -> FileForecast:
    """Forecast each meter of a file that was read and masked.

    Raises
    ------
    BadRequestError
        When the readings of every meter are too few or too coarse, or what is asked makes no sense.
    """
    forecasts: list[tuple[Meter, Forecast]] = []
    refused: list[tuple[Meter, BadRequestError]] = []
    for number, mine in enumerate(masked.meters):
        told = part_of(progress, number / len(masked.meters), (number + 1) / len(masked.meters))
        try:
            made = make_forecast(mine.readings, mine.meter, tariff, config, mine.is_odd, mine.is_fault, told)
            forecasts.append((mine.meter, made))
        except BadRequestError as problem:
            refused.append((mine.meter, problem))
    if not forecasts:
        raise refused[0][1]
    return FileForecast(masked.file, tuple(forecasts), tuple((meter, problem.sentence) for meter, problem in refused))


def _rows_of_faults(readings: pd.DataFrame, events: Sequence[AnomalyEvent]) -> np.ndarray:
    """The readings inside events that are faults of the meter or its data, shape (rows,), bool."""
    mask = np.zeros(len(readings), dtype=bool)
    for event in events:
        if event.event_class in NOT_MEASURED:
            first, last = readings.index.searchsorted(pd.DatetimeIndex([event.start, event.end]))
            mask[first:last] = True
    return mask
