"""Meters of gas in a file: their exports tell each reading in cubic metres and again in kWh, which are no electricity all the same."""

from __future__ import annotations

import numpy as np

from wattsup_core.readers.rows.series import RowSeries
from wattsup_core.timegrid import NO_TIME

TWIN_SHARE = 0.5


def rows_of_gas(volume: np.ndarray, series: RowSeries, seconds: np.ndarray) -> np.ndarray:
    """The rows of meters that count gas.

    Parameters
    ----------
    volume
        Rows in cubic metres, bool, shape (n,).
    series
        Each row's meter; where the file names none, a reading in kWh may be another meter's than the one in cubic metres beside it.
    seconds
        Each row's time [epoch s], int64, shape (n,).

    Returns
    -------
    ndarray
        Bool, shape (n,): every row of a named meter most of whose energies have a volume at the same time.
    """
    found = np.zeros(len(volume), dtype=bool)
    timed = seconds != NO_TIME
    for code in np.unique(series.codes[volume & timed]).tolist():
        mine = series.codes == code
        energies, volumes = seconds[mine & timed & ~volume], seconds[mine & timed & volume]
        if series.labels[code] and len(energies) and np.isin(energies, volumes).mean() > TWIN_SHARE:
            found |= mine
    return found
