"""What was found in a file, as ``scores.csv`` and ``events.csv``: columns that other programs depend on."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from wattsup_core.errors import BadRequestError
from wattsup_core.service.downloads import COST_DECIMALS, ENERGY_DECIMALS, READINGS_HEADER, USUAL_BAND, guard_formula
from wattsup_core.service.views.usual import told
from wattsup_core.service.views.window import DataSpan
from wattsup_core.timegrid import epoch_of, stamp_text, to_epoch_seconds
from wattsup_core.types import AnomalyEvent

if TYPE_CHECKING:
    from wattsup_core.service.files import FileAnalysis

NUMBERS = (*((name, ENERGY_DECIMALS) for name in ("expected_kwh", *USUAL_BAND)), ("score", 6), ("severity", 0))
EVENTS_HEADER = (
    "event_id",
    "start",
    "end",
    "kind",
    "class",
    "direction",
    "severity",
    "actual_kwh",
    "expected_kwh",
    "excess_kwh",
    "cost",
    "cause",
)
ROWS_PER_CHUNK = 100_000

Cell = str | float | int


def write_scores_csv(found: FileAnalysis, path: Path) -> None:
    """Write one line for each row of the file, in the file's order.

    A row that was not stored keeps its line: its time and value as far as they could be read, and no score. Where events overlap a
    row names the most severe. A file of several meters gets a last column `meter`.

    Raises
    ------
    BadRequestError
        When the file cannot be written.
    """
    several = len(found.meters) > 1
    header = (*READINGS_HEADER, "meter") if several else READINGS_HEADER
    write_csv(path, header, _score_lines(_in_file_order(found), found.file.timezone, several=several))


def write_events_csv(found: FileAnalysis, path: Path) -> None:
    """Write one line for each event; `end` is exclusive, `cost` empty for faults of the meter and gaps in the data.

    A file of several meters gets a last column `meter`.

    Raises
    ------
    BadRequestError
        When the file cannot be written.
    """
    several = len(found.meters) > 1
    header = (*EVENTS_HEADER, "meter") if several else EVENTS_HEADER
    lines = (_event_cells(event, meter.timezone) + ((guard_formula(meter.name),) if several else ()) for meter, event in found.events)
    write_csv(path, header, lines)


@dataclass(frozen=True)
class _FileOrder:
    """The rows of a file beside what was found: every array has shape (rows,).

    `scored` holds the SCORED of all meters, one after the other; `place` is the row of it, -1 for a row without a score.
    """

    seconds: np.ndarray
    has_time: np.ndarray
    kwh: np.ndarray
    meter: np.ndarray
    place: np.ndarray
    scored: dict[str, np.ndarray]


def _in_file_order(found: FileAnalysis) -> _FileOrder:
    rows = found.file.rows
    has_time = rows["ts"].notna().to_numpy()
    seconds = np.zeros(len(rows), dtype="int64")
    seconds[has_time] = to_epoch_seconds(pd.DatetimeIndex(rows["ts"][has_time]))
    kwh = rows["kwh"].to_numpy(float, copy=True)
    waiting = rows["stored"].to_numpy(bool) & has_time
    place, meter = np.full(len(rows), -1, dtype="int64"), np.full(len(rows), "", dtype=object)
    parts_of_label = Counter(each.part.label for each in found.meters)
    before = 0
    for each in found.meters:
        scored = each.analysis.scored
        mine = (rows["meter"] == each.part.label).to_numpy(bool)
        asked = np.flatnonzero(mine & waiting)
        at = _places(to_epoch_seconds(pd.DatetimeIndex(scored.index)), seconds[asked])
        hit = at >= 0
        if parts_of_label[each.part.label] > 1:  # energy both ways: a row belongs to the channel whose value it has
            hit &= np.isclose(scored["kwh"].to_numpy(float)[at], kwh[asked], rtol=0, atol=1e-9, equal_nan=True)
        place[asked[hit]] = before + at[hit]
        waiting[asked[hit]] = False
        meter[asked[hit]] = each.meter.name
        meter[mine & (meter == "")] = each.meter.name
        before += len(scored)
    names = ("kwh", *(name for name, _ in NUMBERS), "event_id")
    frames = [_told(each.analysis.scored, each.meter.interval_minutes) for each in found.meters]
    columns = {name: np.concatenate([frame[name].to_numpy() for frame in frames]) for name in names}
    kwh[place >= 0] = columns["kwh"][place[place >= 0]]
    return _FileOrder(seconds, has_time, kwh, meter, place, columns)


def _told(scored: pd.DataFrame, interval_minutes: float) -> pd.DataFrame:
    """SCORED as pages tell it: without what is usual where the file is too short for it to be known."""
    if not len(scored):
        return scored
    first, last = scored.index[0], scored.index[-1]
    return told(scored, DataSpan.of(first.to_pydatetime(), last.to_pydatetime(), interval_minutes))


def _places(known: np.ndarray, asked: np.ndarray) -> np.ndarray:
    """Where each of `asked` stands in the increasing `known`, -1 where it does not; shape of `asked`."""
    if not len(known):
        return np.full(len(asked), -1, dtype="int64")
    at = np.minimum(np.searchsorted(known, asked), len(known) - 1)
    return np.where(known[at] == asked, at, -1)


def _score_lines(table: _FileOrder, timezone: str, *, several: bool) -> Iterator[tuple[Cell, ...]]:
    for start in range(0, len(table.place), ROWS_PER_CHUNK):
        chunk = slice(start, start + ROWS_PER_CHUNK)
        place = table.place[chunk]
        event_id = np.where(place >= 0, table.scored["event_id"][place], "").tolist()
        columns: list[list[Cell]] = [
            np.where(table.has_time[chunk], np.asarray(stamp_text(table.seconds[chunk], timezone), dtype=object), "").tolist(),
            _cells(table.kwh[chunk]),
            *(_cells(np.where(place >= 0, table.scored[name][place], np.nan), decimals) for name, decimals in NUMBERS),
            [1 if event else 0 for event in event_id],
            event_id,
        ]
        if several:
            columns.append([guard_formula(name) for name in table.meter[chunk].tolist()])
        yield from zip(*columns, strict=True)


def _cells(values: np.ndarray, decimals: int | None = None) -> list[Cell]:
    """Numbers as they are written: rounded, whole ones without a point when no decimals are asked, "" for NaN."""
    rounded = values if decimals is None else np.round(values, decimals)
    if decimals == 0:
        return ["" if value != value else int(value) for value in rounded.tolist()]
    return ["" if value != value else value for value in rounded.tolist()]


def _event_cells(event: AnomalyEvent, timezone: str) -> tuple[Cell, ...]:
    start, end = stamp_text(np.array([epoch_of(event.start), epoch_of(event.end)]), timezone)
    energies = (event.actual_kwh, event.expected_kwh, event.excess_kwh)
    return (
        event.event_id,
        start,
        end,
        event.kind.value,
        event.event_class.value,
        event.direction.value,
        event.severity,
        *_cells(np.array(energies), ENERGY_DECIMALS),
        "" if event.cost is None else round(event.cost, COST_DECIMALS),
        guard_formula(event.cause),
    )


def write_csv(path: Path, header: Iterable[str], lines: Iterable[tuple[Cell, ...]]) -> None:
    """Write a header and lines; :class:`~wattsup_core.errors.BadRequestError` when the file cannot be written."""
    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(header)
            writer.writerows(lines)
    except BrokenPipeError:
        raise
    except OSError as problem:
        raise BadRequestError(f"Cannot write {path}: {problem.strerror}.", "Choose a folder that exists and can be written.") from problem
