"""READINGS of each meter, and the account of every row, from cleaned rows."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from wattsup_core.analysis.cadence import row_steps, step_seconds
from wattsup_core.analysis.quality import RowCode, Rows
from wattsup_core.frames import CovariateRole, check_readings, covariate_column
from wattsup_core.readers.columns.beside import BesideColumn
from wattsup_core.readers.columns.plan import ColumnPlan
from wattsup_core.readers.columns.vocabulary import header_words, words_of
from wattsup_core.readers.result import MeterReadings
from wattsup_core.readers.rows.series import RowSeries
from wattsup_core.readers.table.cells import Table, TextColumn, tidy
from wattsup_core.readers.values.row_values import read_values
from wattsup_core.readers.values.units import KWH, unit_named, unit_within
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


def covariates(plan: ColumnPlan, table: Table, columns: dict[int, TextColumn], rows: Rows, *, is_register: bool) -> dict[str, np.ndarray]:
    """What is kept beside each row, by its column of READINGS, NaN where there is none: temperatures [°C], energies [kWh], people.

    Beside readings of a register energies are likely to be registers too, and are left out.
    """
    found: dict[str, np.ndarray] = {}
    for each in plan.beside:
        if each.is_energy and is_register:
            continue
        unit = each.column.unit or KWH
        text = columns[each.column.place]
        values = read_values([text], unit, None, comma_separated=table.comma_separated, typed=table.is_typed).total
        if each.is_fahrenheit and each.role is CovariateRole.TEMPERATURE:
            values = (values - 32) / 1.8
        elif each.is_energy and unit.is_power:
            values = _energy_of(values, rows)
        name = covariate_column(_name_of(each), each.role)
        found[covariate_column(each.column.name.strip(), each.role) if name in found else name] = values
    return {name: np.where(np.isfinite(values), values, np.nan) for name, values in found.items()}


def _name_of(beside: BesideColumn) -> str:
    """A column's name as the file writes it, without its unit: ``Water heater [W]`` is ``Water heater``."""
    name = beside.column.name
    bracket = r"[(\[]([^()\[\]]*)[)\]]"
    bare = re.sub(bracket, lambda match: "" if unit_within(f"x ({match[1]})") else match[0], name)
    words = [word for word in re.split(r"[\s_]+", bare.strip()) if unit_named(word) is None]
    return ("_" if "_" in bare.strip() else " ").join(word for word in words if word) or name.strip() or "part"


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
