"""READINGS of each meter, and the account of every row, from cleaned rows."""

from __future__ import annotations

import numpy as np
import pandas as pd

from wattsup_core.analysis.cadence import row_steps, step_seconds
from wattsup_core.analysis.quality import RowCode, Rows
from wattsup_core.frames import check_readings
from wattsup_core.readers.columns.plan import ColumnPlan
from wattsup_core.readers.columns.vocabulary import header_words, words_of
from wattsup_core.readers.result import MeterReadings
from wattsup_core.readers.rows.series import RowSeries
from wattsup_core.readers.table.cells import Table, TextColumn, tidy
from wattsup_core.readers.values.row_values import read_values
from wattsup_core.readers.values.units import KWH, Unit
from wattsup_core.timegrid import from_epoch_seconds
from wattsup_core.types import Channel, Quality

ACTUAL, ESTIMATED, SUSPECT = 0, 1, 2
_QUALITIES = np.array([Quality.ACTUAL.value, Quality.ESTIMATED.value, Quality.SUSPECT.value], dtype=object)
_ESTIMATED_WORDS = words_of(
    "e est estimated estimate estimado estimada geschat geschatzt s f sub substituted ersatzwert rechnerisch calculated"
)
_SUSPECT_WORDS = words_of("invalid bad error missing suspect fault faulty ungultig fehler")
_YES_WORDS = words_of("y yes j ja o oui s si sim 1 true t x")
_ESTIMATE_HEADERS = words_of("estimated geschat ersatzwert geschatzt estimate")
_UNIT_WORDS = words_of("kwh wh mwh gwh kw w mw kilowatt watt hours")


def row_qualities(count: int, quality: TextColumn | None, header: str) -> np.ndarray:
    """How each row came to be (0 actual, 1 estimated, 2 suspect), shape (n,), int8, by its quality cell."""
    if quality is None:
        return np.zeros(count, dtype=np.int8)
    asks = any(word in _ESTIMATE_HEADERS for word in header_words(header)) and "actual" not in header_words(header)
    return quality.spread(np.array([_quality_of(tidy(str(text)), asks) for text in quality.texts], dtype=np.int8))


def _quality_of(text: str, is_answer: bool) -> int:
    words = set(header_words(text))
    if is_answer and text.lower() in _YES_WORDS:
        return ESTIMATED
    if words & _ESTIMATED_WORDS and not words & {"not", "non"}:
        return ESTIMATED
    return SUSPECT if words & _SUSPECT_WORDS else ACTUAL


def covariates(plan: ColumnPlan, table: Table, columns: dict[int, TextColumn], rows: Rows) -> dict[str, np.ndarray]:
    """Temperature [°C] and sub-meters [kWh] of each row, NaN where there is none."""

    def values_of(place: int, unit: Unit) -> np.ndarray:
        return read_values([columns[place]], unit, None, comma_separated=table.comma_separated, typed=table.is_typed).total

    found: dict[str, np.ndarray] = {}
    if plan.temperature is not None:
        degrees = values_of(plan.temperature, KWH)
        found["temperature_c"] = (degrees - 32) / 1.8 if plan.temperature_is_fahrenheit else degrees
    for part in plan.submeters:
        if part.unit is not None:
            values = values_of(part.place, part.unit)
            found[_submeter_name(table.header[part.place])] = _energy_of(values, rows) if part.unit.is_power else values
    return {name: np.where(np.isfinite(values), values, np.nan) for name, values in found.items()}


def _submeter_name(header: str) -> str:
    words = [word for word in header_words(header) if word not in _UNIT_WORDS]
    return "_".join(words or ["part"]) + "_kwh"


def _energy_of(kw: np.ndarray, rows: Rows) -> np.ndarray:
    """Energies [kWh] of mean powers [kW] over the rows' intervals."""
    kwh = np.full(len(kw), np.nan)
    for places in rows.by_series(rows.is_kept).values():
        kwh[places] = kw[places] * row_steps(rows.seconds[places]) / 3_600
    return kwh


def build_meters(
    rows: Rows, series: RowSeries, qualities: np.ndarray, extra: dict[str, np.ndarray], channel: Channel | None = None
) -> list[MeterReadings]:
    """READINGS of each series that has a reading; `channel` overrides the series' own."""
    return [
        MeterReadings(
            label=series.labels[number],
            readings=_readings(rows, places, qualities, extra),
            interval_minutes=step_seconds(rows.seconds[places]) / 60,
            channel=channel or series.channels[number],
        )
        for number, places in rows.by_series(rows.is_kept).items()
    ]


def _readings(rows: Rows, places: np.ndarray, qualities: np.ndarray, extra: dict[str, np.ndarray]) -> pd.DataFrame:
    columns = {"kwh": rows.value[places], "quality": pd.array(_QUALITIES[qualities[places]], dtype="str")}
    columns |= {name: values[places] for name, values in extra.items() if np.isfinite(values[places]).any()}
    return check_readings(pd.DataFrame(columns, index=from_epoch_seconds(rows.seconds[places])))


def rows_frame(rows: Rows, lines: np.ndarray, series: RowSeries) -> pd.DataFrame:
    """The account of every row in the file's order (see :class:`~wattsup_core.readers.result.FileReadings`)."""
    labels = list(dict.fromkeys(series.labels))
    place = np.array([labels.index(label) for label in series.labels], dtype=np.int32)
    return pd.DataFrame(
        {
            "line": lines,
            "meter": pd.Categorical.from_codes(place[series.codes], categories=pd.Index(labels, dtype="str")),
            "ts": from_epoch_seconds(rows.seconds),
            "kwh": np.where(rows.is_kept, rows.value, np.nan),
            "stored": rows.is_stored,
            "code": pd.Categorical.from_codes(rows.code, categories=pd.Index([code.label for code in RowCode], dtype="str")),
        }
    )
