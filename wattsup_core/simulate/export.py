"""Simulated readings and labels as CSV files; the only input and output of the simulation."""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Iterator
from pathlib import Path

import pandas as pd

from wattsup_core.errors import BadRequestError
from wattsup_core.frames import CovariateRole, covariate_name, role_of
from wattsup_core.simulate.register import decimals
from wattsup_core.simulate.simulation import Simulation
from wattsup_core.timegrid import stamp_text, to_epoch_seconds

ROWS_PER_CHUNK = 100_000


def write_readings_csv(simulation: Simulation, path: Path) -> None:
    """Write `timestamp,kwh,temperature_c`; compressed when the name ends in ``.gz``, the same bytes each time.

    `export_kwh` follows `kwh` where there is one, then what sub-meters count, what is made and how many people are in.
    Timestamps are of the simulation's zone, with their offset. Missing readings have no row.

    Raises
    ------
    BadRequestError
        When the file cannot be written.
    """
    _write(path, _readings_text(simulation))


def write_labels_csv(simulation: Simulation, path: Path) -> None:
    """Write `start,end,kind,detail`; `end` is exclusive. Timestamps as in :func:`write_readings_csv`.

    Raises
    ------
    BadRequestError
        When the file cannot be written.
    """
    labels = simulation.labels
    starts, ends = (stamp_text(to_epoch_seconds(pd.DatetimeIndex(labels[column])), simulation.timezone) for column in ("start", "end"))
    rows = zip(starts, ends, labels["kind"], labels["detail"], strict=True)
    _write(path, ["start,end,kind,detail\n", *(f"{start},{end},{kind},{detail}\n" for start, end, kind, detail in rows)])


def _readings_text(simulation: Simulation) -> Iterator[str]:
    energies = [column for column in simulation.readings.columns if column.endswith("kwh")]
    means = [column for column in simulation.readings.columns if role_of(column) in (CovariateRole.PEOPLE, CovariateRole.TEMPERATURE)]
    yield f"timestamp,{','.join(_header(column) for column in [*energies, *means])}\n"
    places = decimals(simulation.interval_minutes)
    for first in range(0, len(simulation.readings), ROWS_PER_CHUNK):
        chunk = simulation.readings.iloc[first : first + ROWS_PER_CHUNK].dropna(subset="kwh")
        stamps = stamp_text(to_epoch_seconds(pd.DatetimeIndex(chunk.index)), simulation.timezone)
        values = [[_energy_text(kwh, places) for kwh in chunk[column].tolist()] for column in energies]
        values += [[f"{mean:.1f}" for mean in chunk[column].tolist()] for column in means]
        yield "".join(",".join(row) + "\n" for row in zip(stamps, *values, strict=True))


def _header(column: str) -> str:
    """How a file names a column of READINGS."""
    role = role_of(column)
    if role is CovariateRole.PRODUCED or role is CovariateRole.PART:
        return f"{covariate_name(column)}_kwh"
    return covariate_name(column)


def _energy_text(kwh: float, places: int) -> str:
    """An energy as the meter shows it, with three decimals more where a wrong unit has made it small."""
    text = f"{kwh:.{places}f}"
    return text if float(text) == kwh else f"{kwh:.{places + 3}f}"


def _write(path: Path, texts: Iterable[str]) -> None:
    try:
        with path.open("wb") as file:
            if path.suffix.lower() != ".gz":
                file.writelines(text.encode() for text in texts)
                return
            # No name and no time in the header: the same readings give the same bytes.
            with gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0) as packed:
                packed.writelines(text.encode() for text in texts)
    except OSError as problem:
        raise BadRequestError(f"Cannot write {path}: {problem.strerror}.", "Choose a folder that exists and can be written.") from problem
