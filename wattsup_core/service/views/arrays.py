"""A meter's readings and scores as plain arrays in memory, built once for each state of the meter.

Every chart window and every figure of a page is cut from these arrays, so a page of a meter with millions of readings costs
a binary search and a few additions instead of a query and a frame. See :mod:`wattsup_core.cache` for why they are kept in the
process.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import RLock
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import pandas as pd

from wattsup_core import timegrid
from wattsup_core.cache import ByteBoundedCache
from wattsup_core.service.views.window import data_span, split
from wattsup_core.types import Meter

if TYPE_CHECKING:
    from wattsup_core.store import MeterState, Store

MAX_CACHE_BYTES = 128 * 1024 * 1024
"""Room for two meters of 2,000,000 readings, or some hundred of a year in quarter hours."""

INTERVALS_PER_PIECE = 100_000
IN_MEMORY_URLS = frozenset({"sqlite://", "sqlite:///:memory:"})

MOST_DERIVED = 40

Derived = TypeVar("Derived")


@dataclass(eq=False, frozen=True)
class MeterArrays:
    """The readings of one meter by time; shapes are (n,).

    Attributes
    ----------
    seconds
        Interval starts, whole seconds since 1970 (UTC), strictly increasing, int64.
    kwh, expected_kwh, lower_kwh, upper_kwh
        Energy of the interval, what is usual and the edges of the usual, its 95 % band [kWh], float32; NaN where missing or not scored yet.
    is_anomaly
        Whether the reading lies inside an event.
    """

    seconds: np.ndarray
    kwh: np.ndarray
    expected_kwh: np.ndarray
    lower_kwh: np.ndarray
    upper_kwh: np.ndarray
    is_anomaly: np.ndarray
    _derived: OrderedDict[Hashable, Any] = field(init=False, default_factory=OrderedDict, repr=False)
    _lock: Any = field(init=False, default_factory=RLock, repr=False)

    def __len__(self) -> int:
        return len(self.seconds)

    @property
    def nbytes(self) -> int:
        """Bytes of the arrays and of the arrays derived from them."""
        own = (self.seconds, self.kwh, self.expected_kwh, self.lower_kwh, self.upper_kwh, self.is_anomaly)
        with self._lock:
            return sum(array.nbytes for array in own) + sum(getattr(value, "nbytes", 0) for value in self._derived.values())

    def rows(self, start: datetime, end: datetime) -> slice:
        """The readings whose interval starts in ``[start, end)``."""
        first, last = np.searchsorted(self.seconds, [timegrid.epoch_of(start), timegrid.epoch_of(end)])
        return slice(int(first), int(last))

    def derived(self, key: Hashable, build: Callable[[], Derived]) -> Derived:
        """What `build` makes of these arrays, made once for each `key`; the last forty are kept."""
        with self._lock:
            if key not in self._derived:
                self._derived[key] = build()
            self._derived.move_to_end(key)
            while len(self._derived) > MOST_DERIVED:
                self._derived.popitem(last=False)
            value: Derived = self._derived[key]
            return value


_cache: ByteBoundedCache[MeterArrays] = ByteBoundedCache(MAX_CACHE_BYTES)


def arrays_of(store: Store, meter: Meter, state: MeterState) -> MeterArrays:
    """The arrays of a meter in `state`; built from the store when that state was not asked for before.

    Those of a store in memory are not kept: all such stores have the same URL, and none outlives its one use.

    Raises
    ------
    NotFoundError
        When the meter has no readings.
    """

    def build() -> MeterArrays:
        span = data_span(meter, state)
        piece = timedelta(minutes=meter.interval_minutes) * INTERVALS_PER_PIECE
        return _join([_columns(store.scored(meter.meter_id, *window)) for window in split(span.start, span.end, piece)])

    if store.url in IN_MEMORY_URLS:
        return build()
    version = (state.last_seq, state.looked_seq, state.scored_seq, state.model_version)
    return _cache.get((store.url, meter.meter_id), version, build)


def forget_arrays() -> None:
    """Drop every meter's arrays."""
    _cache.clear()


def _columns(scored: pd.DataFrame) -> tuple[np.ndarray, ...]:
    energies = (scored[name].to_numpy(np.float32) for name in ("kwh", "expected_kwh", "lower_95_kwh", "upper_95_kwh"))
    return timegrid.to_epoch_seconds(pd.DatetimeIndex(scored.index)), *energies, scored["is_anomaly"].to_numpy(bool)


def _join(pieces: list[tuple[np.ndarray, ...]]) -> MeterArrays:
    return MeterArrays(*(np.concatenate(parts) for parts in zip(*pieces, strict=True)))
