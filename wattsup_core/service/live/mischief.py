"""The anomalies that a demo stream holds, drawn by where it begins."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import numpy as np

from wattsup_core.simulate import Anomaly, NightUse, Outage, Spike
from wattsup_core.timegrid import epoch_of, to_wall

FIRST_AFTER = timedelta(minutes=60)
APART_MINUTES = (750, 840)
HOW_MANY = 8
NIGHT_HOURS = range(5)
OUTAGE_EVERY = 3
SPIKE_KW, NIGHT_KW = (6.0, 8.5), (4.5, 6.5)
SPIKE_MINUTES, OUTAGE_MINUTES = (60, 100), (120, 170)


def anomalies_from(last: datetime, timezone: str, seed: int) -> Iterator[Anomaly]:
    """A few anomalies after `last`: the first soon, the others half a day apart, for of nearer ones only the stronger is told.

    At night they are what no sleeping house uses. Every third is an outage, the others add a load. The same beginning gives the same ones.
    """
    generator = np.random.default_rng([seed, epoch_of(last)])
    start = last + FIRST_AFTER
    for number in range(HOW_MANY):
        is_night = to_wall(start, timezone).hour in NIGHT_HOURS
        is_outage = number % OUTAGE_EVERY == OUTAGE_EVERY - 1
        length = timedelta(minutes=int(generator.integers(*(OUTAGE_MINUTES if is_outage else SPIKE_MINUTES))))
        added_kw = round(float(generator.uniform(*(NIGHT_KW if is_night else SPIKE_KW))), 1)
        if is_outage:
            yield Outage(start=start, end=start + length)
        else:
            kind = NightUse if is_night else Spike
            yield kind(start=start, end=start + length, added_kw=added_kw)
        start += length + timedelta(minutes=int(generator.integers(*APART_MINUTES)))
