from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest

from wattsup_core import timegrid


def test_epoch_seconds_and_back_whatever_the_unit_of_the_index() -> None:
    index = pd.date_range("2026-03-29", periods=5, freq="30min", tz="UTC", name="ts")
    for unit in ("s", "ms", "us", "ns"):
        seconds = timegrid.to_epoch_seconds(index.as_unit(unit))
        assert seconds[0] == 1774742400
        assert list(np.diff(seconds)) == [1800] * 4
        pd.testing.assert_index_equal(timegrid.from_epoch_seconds(seconds), index.as_unit("us"), check_freq=False)


def test_datetimes_and_epochs() -> None:
    moment = datetime(2026, 11, 22, 23, 45, tzinfo=UTC)
    assert timegrid.datetime_from_epoch(timegrid.epoch_of(moment)) == moment


def test_power_and_energy() -> None:
    assert timegrid.kwh_to_kw(np.array([0.5]), 15) == pytest.approx([2.0])
    assert timegrid.kw_to_kwh(np.array([2.0]), 15) == pytest.approx([0.5])


def test_the_interval_is_the_step_most_rows_have() -> None:
    index = pd.DatetimeIndex(["2026-01-01 00:00", "2026-01-01 00:10", "2026-01-01 00:11", "2026-01-01 00:21"], tz="UTC")
    assert timegrid.commonest_interval_minutes(index) == 10
    assert timegrid.commonest_interval_minutes(index[:1]) == 60
