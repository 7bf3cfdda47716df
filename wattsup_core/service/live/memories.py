"""The memories of the meters that are sending, most recently used, built from the store when they are not there."""

from __future__ import annotations

import zlib
from collections import OrderedDict
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from wattsup_core.analysis.grid import DAY_SECONDS
from wattsup_core.analysis.live.memory import MeterMemory, Sight
from wattsup_core.timegrid import from_epoch_seconds
from wattsup_core.types import Meter

if TYPE_CHECKING:
    from wattsup_core.store import Store
    from wattsup_core.store.looks import FreshMeter

REMEMBERED_SECONDS = 35 * DAY_SECONDS
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
        self._read: dict[int, np.ndarray] = {}
        self._built = 0

    def prepare(self, wanted: Sequence[tuple[FreshMeter, int]]) -> None:
        """Read, at once, the weeks before each meter's `first_ts` [s] that a memory has to be built from, until the next call."""
        while len(self._held) > MOST_METERS:
            self._held.popitem(last=False)  # only here: one that is held is still held when it is recalled
        lacking = [(fresh, first_ts) for fresh, first_ts in wanted if not self._is_held(fresh.meter, first_ts)]
        spans = [(fresh.meter_key, first_ts - REMEMBERED_SECONDS, first_ts - 1) for fresh, first_ts in lacking]
        self._read = {fresh.meter_key: rows for (fresh, _), rows in zip(lacking, self._store.energies(spans), strict=True)}

    def recall(self, fresh: FreshMeter, first_ts: int) -> tuple[MeterMemory | None, list[Sight]]:
        """The memory of a meter that was prepared, up to just before `first_ts` [s]; `None` when nothing was read before.

        Returns
        -------
        tuple
            The memory, and sights of its last readings for a forest to learn from when it was built just now.
        """
        meter = fresh.meter
        memory = self._held.get(meter.meter_id)
        if memory is not None and self._is_held(meter, first_ts):
            self._held.move_to_end(meter.meter_id)
            return memory, []
        is_late = memory is not None and first_ts <= memory.last_ts
        memory, sights = self._build(meter, self._read.pop(fresh.meter_key), first_ts)
        if is_late:
            self._held.pop(meter.meter_id, None)  # it would lack what came between: the next row builds it anew
        elif memory is not None:
            self._held[meter.meter_id] = memory
            self._held.move_to_end(meter.meter_id)
        return memory, sights

    def forget(self, meter_id: str) -> None:
        """Drop what is remembered of a meter."""
        self._held.pop(meter_id, None)

    def _is_held(self, meter: Meter, first_ts: int) -> bool:
        """Whether the memory is of today, and of nothing as late as `first_ts`."""
        memory = self._held.get(meter.meter_id)
        return memory is not None and first_ts > memory.last_ts and _day_of(memory, meter, first_ts) == memory.learned_day

    def _build(self, meter: Meter, rows: np.ndarray, first_ts: int) -> tuple[MeterMemory | None, list[Sight]]:
        """A memory of the weeks before `first_ts`, whose last rows are seen one by one."""
        if not len(rows):
            return None, []
        self._built += 1
        rehearsed = min(REHEARSED_ROWS, len(rows) // REHEARSED_SHARE, REHEARSED_ROWS_OF_ALL // self._built)
        learned, last = np.split(rows, [len(rows) - rehearsed])
        memory = MeterMemory(pd.DataFrame({"kwh": learned["kwh"]}, index=from_epoch_seconds(learned["ts"])), meter)
        sights = [memory.see(ts, kwh) for ts, kwh in zip(last["ts"].tolist(), last["kwh"].tolist(), strict=True)]
        memory.learned_day = _day_of(memory, meter, first_ts)
        return memory, sights if memory.is_ready else []


def _day_of(memory: MeterMemory, meter: Meter, ts: int) -> int:
    """The day of an instant [s], which begins at an hour of the meter's own."""
    return memory.day_of(ts + zlib.crc32(meter.meter_id.encode()) % DAY_SECONDS)
