"""However readings arrive, the state after all of them is that of one import."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories import make_meter, make_readings
from wattsup_core.analysis.pipeline import analyse
from wattsup_core.board import Board
from wattsup_core.service.live.scorer import Scorer
from wattsup_core.store import open_store
from wattsup_core.types import Tariff

FAST = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
METER = make_meter(interval_minutes=60.0)


@st.composite
def arrivals(draw: st.DrawFn) -> tuple[pd.DataFrame, list[np.ndarray], list[bool]]:
    """Readings of some days with odd ones among them, their rows in parcels of any order, some sent twice, and when a look is taken."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    readings = make_readings(days=draw(st.sampled_from([1, 4, 16])), interval_minutes=60)
    readings["kwh"] *= rng.lognormal(0, 0.2, len(readings))
    for _ in range(draw(st.integers(0, 3))):
        place = int(rng.integers(0, len(readings)))
        readings.iloc[place : place + int(rng.integers(1, 8)), 0] = draw(st.sampled_from([0.0, -0.4, 9.0, 900.0]))
    order = np.arange(len(readings)) if draw(st.booleans()) else rng.permutation(len(readings))
    parcels = np.array_split(order, draw(st.sampled_from([1, 3, 20])))
    parcels += [parcels[number] for number in draw(st.lists(st.integers(0, len(parcels) - 1), max_size=3))]
    return readings, parcels, [draw(st.booleans()) for _ in parcels]


@FAST
@given(arrivals())
def test_chunks_order_and_repeats_do_not_matter(arrival: tuple[pd.DataFrame, list[np.ndarray], list[bool]]) -> None:
    readings, parcels, looks = arrival
    store = open_store("sqlite://")
    store.migrate()
    store.add_meter(METER)
    with tempfile.TemporaryDirectory() as folder:
        scorer = Scorer(store, Board(Path(folder) / "board"), Path(folder))
        for parcel, takes_look in zip(parcels, looks, strict=True):
            store.append_readings([(METER.meter_id, readings.iloc[np.sort(parcel)])])
            if takes_look:
                scorer.look()
        scorer.settle(METER.meter_id)
    whole = analyse(readings, METER, Tariff(METER.price_per_kwh, METER.currency))
    pd.testing.assert_frame_equal(store.scored(METER.meter_id), whole.scored, check_dtype=False)
    assert store.events(METER.meter_id) == list(whole.events)
    assert store.waiting() == []
