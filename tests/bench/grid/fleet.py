"""The meters of the grid: their histories in the store, and what each sends next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pandas as pd

from tests.factories import make_meter, make_upload
from wattsup_core.simulate import simulate
from wattsup_core.store import Store
from wattsup_core.timegrid import to_epoch_seconds

INTERVAL_MINUTES = 15
ROWS_A_DAY = 24 * 60 // INTERVAL_MINUTES
HOUSEHOLDS = 40
METERS_AT_ONCE = 200


@dataclass(frozen=True)
class Fleet:
    """`meters` meters, each one of forty simulated households times a factor of its own, `days` of history before what is sent."""

    meters: int
    days: int
    sent_rows: int
    ends: date = field(default_factory=lambda: datetime.now(UTC).date())

    def fill(self, store: Store) -> None:
        """Add the meters with their histories to the store."""
        histories = [frame.iloc[: self.days * ROWS_A_DAY] for frame in self._households()]
        for first in range(0, self.meters, METERS_AT_ONCE):
            numbers = range(first, min(first + METERS_AT_ONCE, self.meters))
            meters = [make_meter(f"m-{number}", name=f"Home {number}", interval_minutes=INTERVAL_MINUTES) for number in numbers]
            batches = [(f"m-{number}", _times(histories[number % HOUSEHOLDS], factor_of(number))) for number in numbers]
            upload = make_upload(f"u-{first}", meter_ids=tuple(meter.meter_id for meter in meters))
            store.save_upload(upload, batches, new_meters=meters)

    def sent(self) -> tuple[np.ndarray, np.ndarray]:
        """Instants [s], shape (rows,), and the households' energy [kWh], shape (households, rows), of what is sent after the histories."""
        later = [frame.iloc[self.days * ROWS_A_DAY :][: self.sent_rows] for frame in self._households()]
        return to_epoch_seconds(pd.DatetimeIndex(later[0].index)), np.stack([frame["kwh"].to_numpy(float) for frame in later])

    def _households(self) -> Iterator[pd.DataFrame]:
        """Readings that end a little before the day `ends`, which stays the same when a midnight passes."""
        days = self.days + self.sent_rows // ROWS_A_DAY + 1
        first = self.ends - timedelta(days=days + 1)
        for seed in range(HOUSEHOLDS):
            yield simulate(days, INTERVAL_MINUTES, "household", seed, first, anomalies=False).readings[["kwh", "quality"]]


def factor_of(number: int) -> float:
    """How much larger a meter's home is than the household it is made from."""
    return 0.5 + (number * 7919 % 1000) / 1000


def _times(readings: pd.DataFrame, factor: float) -> pd.DataFrame:
    return readings.assign(kwh=(readings["kwh"] * factor).round(3))
