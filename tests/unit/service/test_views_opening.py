"""A meter opens where its anomalies are to be seen."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from tests.unit.service.stored_meter import START, event_of, readings_of, store_of
from wattsup_core.service.views import opening_preset

DAYS = 500


@pytest.mark.parametrize(("days_ago", "preset"), [(5, "30d"), (60, "90d"), (300, "1y"), (450, "all")])
def test_the_range_reaches_to_the_last_anomaly(days_ago: int, preset: str) -> None:
    start = START + timedelta(days=DAYS - days_ago)
    store = store_of(readings_of(np.ones(DAYS * 24), interval_minutes=60), [event_of(START, 2, "first"), event_of(start, 2, "last")])
    assert opening_preset(store, "home") == preset


def test_a_meter_without_any_opens_as_usual() -> None:
    assert opening_preset(store_of(readings_of(np.ones(60 * 48))), "home") == "30d"
