"""What reading a file gives."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from wattsup_core.types import Channel, QualityReport


@dataclass(frozen=True)
class MeterReadings:
    """The readings of one meter and channel of a file.

    Attributes
    ----------
    label
        The name in the file's meter column, "" when the file has one unnamed meter. Energy sent to the grid has the label
        of its meter and the channel ``EXPORT``.
    readings
        READINGS (see :mod:`wattsup_core.frames`), sorted and unique by time.
    interval_minutes
        The commonest interval [min].
    channel
        Direction of the energy.
    """

    label: str
    readings: pd.DataFrame
    interval_minutes: float
    channel: Channel


@dataclass(frozen=True)
class FileReadings:
    """A file as it was understood.

    Attributes
    ----------
    format_name
        For people: ``"CSV, semicolon, decimal comma"``, ``"Excel"``, ``"JSON list"``.
    unit
        The unit found: ``"kWh"``, ``"Wh"``, ``"MWh"``, ``"kW"``, ``"W"``, …
    timezone
        The zone of stamps without an offset, and for display.
    timezone_source
        ``"setting"``, ``"file"`` or ``"default"``.
    date_order
        ``"DMY"``, ``"MDY"``, ``"YMD"``, or `None` when the file writes no dates (epoch seconds, Excel days).
    stamp
        Whether the file's stamps mark the ``"start"`` or the ``"end"`` of an interval; readings are always labelled by the start.
    is_register
        Whether the values were readings of a running register, and were differenced.
    meters
        One for each meter and channel with a reading.
    report
        Of the whole file: ``read == stored + rejected``, counted in rows of the file. Its `rejected_rows` are the first
        :data:`~wattsup_core.readers.rows.assembly.MAX_LISTED`; `rows` has all of them.
    rows
        One row for each data row in the file's order: ``line`` int, ``meter`` category, ``ts`` UTC or NaT, ``kwh`` float (of the
        main channel; NaN when rejected, and for a register's opening reading), ``stored`` bool, ``code`` category: the reason
        of a rejection, ``"register_opening"``, or "".
    """

    format_name: str
    unit: str
    timezone: str
    timezone_source: str
    date_order: str | None
    stamp: str
    is_register: bool
    meters: tuple[MeterReadings, ...]
    report: QualityReport
    rows: pd.DataFrame
