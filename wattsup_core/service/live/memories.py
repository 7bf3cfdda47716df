"""The memories of the meters that are sending, most recently used, built from the store when they are not there."""

from __future__ import annotations

import zlib
from collections import OrderedDict
from datetime import timedelta
from typing import TYPE_CHECKING

import pandas as pd

from wattsup_core.analysis.grid import DAY_SECONDS
from wattsup_core.analysis.live.memory import MeterMemory, Sight
from wattsup_core.timegrid import datetime_from_epoch, to_epoch_seconds
from wattsup_core.types import Meter

if TYPE_CHECKING:
    from wattsup_core.store import Store

REMEMBERED = timedelta(days=35)
MOST_METERS = 20_000
REHEARSED_ROWS = 300
REHEARSED_SHARE = 4
REHEARSED_ROWS_OF_ALL = 5_000
"""The n-th memory rehearses no more than an n-th of this: of thousands of meters a forest needs a few rows each, and each takes time."""


class Memories:
    """Memories of meters by id.

    A memory is renewed once a day, at an hour of each meter's own, so that it learns new habits and thousands do not at midnight; it is
    built anew when a row comes that is not later than all it has seen.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._held: OrderedDict[str, MeterMemory] = OrderedDict()
        self._built = 0

    def recall(self, meter: Meter, first_ts: int) -> tuple[MeterMemory | None, list[Sight]]:
        """The memory of a meter up to just before `first_ts` [s], `None` when nothing was read before.

        Returns
        -------
        tuple
            The memory, and sights of its last readings for a forest to learn from when it was built just now.
        """
        memory = self._held.get(meter.meter_id)
        if memory is not None and first_ts > memory.last_ts and _day_of(memory, meter, first_ts) == memory.learned_day:
            self._held.move_to_end(meter.meter_id)
            return memory, []
        is_late = memory is not None and first_ts <= memory.last_ts
        memory, sights = self._build(meter, first_ts)
        if is_late:
            self._held.pop(meter.meter_id, None)  # it would lack what came between: the next row builds it anew
        elif memory is not None:
            self._held[meter.meter_id] = memory
            self._held.move_to_end(meter.meter_id)
            if len(self._held) > MOST_METERS:
                self._held.popitem(last=False)
        return memory, sights

    def forget(self, meter_id: str) -> None:
        """Drop what is remembered of a meter."""
        self._held.pop(meter_id, None)

    def _build(self, meter: Meter, first_ts: int) -> tuple[MeterMemory | None, list[Sight]]:
        """A memory of the weeks before `first_ts`, whose last rows are seen one by one."""
        end = datetime_from_epoch(first_ts)
        readings = self._store.readings(meter.meter_id, end - REMEMBERED, end)
        readings = readings[readings["kwh"].notna()]
        if readings.empty:
            return None, []
        self._built += 1
        rehearsed = min(REHEARSED_ROWS, len(readings) // REHEARSED_SHARE, REHEARSED_ROWS_OF_ALL // self._built)
        memory = MeterMemory(readings.iloc[: len(readings) - rehearsed], meter)
        last = readings.iloc[len(readings) - rehearsed :]
        seconds = to_epoch_seconds(pd.DatetimeIndex(last.index)).tolist()
        sights = [memory.see(ts, kwh) for ts, kwh in zip(seconds, last["kwh"].tolist(), strict=True)]
        memory.learned_day = _day_of(memory, meter, first_ts)
        return memory, sights if memory.is_ready else []


def _day_of(memory: MeterMemory, meter: Meter, ts: int) -> int:
    """The day of an instant [s], which begins at an hour of the meter's own."""
    return memory.day_of(ts + zlib.crc32(meter.meter_id.encode()) % DAY_SECONDS)
