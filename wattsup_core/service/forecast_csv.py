"""A forecast as ``forecast.csv``: columns that other programs depend on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from wattsup_core.frames import FORECAST_COLUMNS
from wattsup_core.service.downloads import ENERGY_DECIMALS, guard_formula
from wattsup_core.service.result_csv import Cell, write_csv
from wattsup_core.timegrid import stamp_text, to_epoch_seconds
from wattsup_core.types import Forecast, Meter

if TYPE_CHECKING:
    from collections.abc import Sequence

FORECAST_HEADER = ("timestamp", *FORECAST_COLUMNS)


def write_forecast_csv(forecasts: Sequence[tuple[Meter, Forecast]], path: Path) -> None:
    """Write one line for each interval ahead, with its offset; a file of several meters gets a last column `meter`.

    Raises
    ------
    BadRequestError
        When the file cannot be written.
    """
    several = len(forecasts) > 1
    header = (*FORECAST_HEADER, "meter") if several else FORECAST_HEADER
    lines = (line + ((guard_formula(meter.name),) if several else ()) for meter, forecast in forecasts for line in forecast_lines(forecast))
    write_csv(path, header, lines)


def forecast_pieces(forecast: Forecast) -> Iterator[str]:
    """One forecast as the text of ``forecast.csv``, line by line."""
    for line in (FORECAST_HEADER, *forecast_lines(forecast)):
        yield ",".join(str(cell) for cell in line) + "\n"


def forecast_lines(forecast: Forecast) -> Iterator[tuple[Cell, ...]]:
    """The cells of each interval ahead, under `FORECAST_HEADER`."""
    stamps = stamp_text(to_epoch_seconds(pd.DatetimeIndex(forecast.rows.index)), forecast.timezone)
    columns = [forecast.rows[name].round(ENERGY_DECIMALS).tolist() for name in FORECAST_COLUMNS]
    return zip(stamps, *columns, strict=True)
