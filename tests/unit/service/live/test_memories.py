"""The memories of the meters that are sending: kept, let go of when there are too many, and built when they are not there."""

from __future__ import annotations

import numpy as np
import pytest

from tests.factories import make_meter, make_readings, make_upload
from wattsup_core.service.live import memories
from wattsup_core.service.live.memories import Memories
from wattsup_core.store import open_store
from wattsup_core.store.looks import FreshMeter
from wattsup_core.timegrid import to_epoch_seconds

NAMES = ("m-0", "m-1", "m-2")


def test_of_too_many_the_longest_unused_goes_and_is_built_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memories, "MOST_METERS", 2)
    store = open_store("sqlite://")
    store.migrate()
    readings = make_readings(days=40)
    for name in NAMES:
        store.add_meter(make_meter(name))
        store.save_upload(make_upload(f"u-{name}", (name,)), [(name, readings)])
    next_ts = int(to_epoch_seconds(readings.index)[-1]) + 1800  # type: ignore[arg-type]
    held, rows = Memories(store), (np.array([next_ts]), np.array([0.3]))
    fresh = [FreshMeter(key, store.meter(name), 1, 2, len(readings), *rows) for key, name in enumerate(NAMES, start=1)]

    def recall(*meters: FreshMeter) -> list[bool]:
        """Whether the memory of each was built just now, all of them asked for at once."""
        held.prepare([(one, next_ts) for one in meters])
        found = [held.recall(one, next_ts) for one in meters]
        assert all(memory is not None and memory.is_ready for memory, _ in found)
        return [bool(sights) for _, sights in found]

    assert recall(fresh[0], fresh[1]) == [True, True]
    assert recall(fresh[2], fresh[0]) == [True, False]  # room for one more is made only when all are recalled
    assert recall(fresh[2], fresh[0]) == [False, False]
    assert recall(fresh[1]) == [True]
