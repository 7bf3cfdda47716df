"""Exports of long intervals whose power column is a sum of one-minute means, not a mean: the mains voltage beside it gives it away."""

from __future__ import annotations

import numpy as np

from wattsup_core.readers.columns.facts import ColumnFacts
from wattsup_core.readers.values.numerals import read_number

MAINS_VOLTS = ((95.0, 130.0), (200.0, 260.0))


def minutes_summed(voltage: ColumnFacts | None, interval_s: int) -> bool:
    """Whether the rows are sums of one-minute values.

    A mean voltage is that of the mains. A sum over the interval's minutes is the minutes times that, which nothing else explains.

    Parameters
    ----------
    voltage : ColumnFacts or None
        The column of voltages, if the table has one.
    interval_s : int
        The interval of the rows [s].
    """
    minutes = interval_s / 60
    if voltage is None or minutes < 2:
        return False
    volts = [value for text in voltage.texts if (value := read_number(text, ".")[0]) is not None]
    if not volts:
        return False
    mean_volts = float(np.median(volts)) / minutes
    return any(low <= mean_volts <= high for low, high in MAINS_VOLTS)
