"""An empty store starts with the sample household; another one is left alone."""

from __future__ import annotations

from dataclasses import replace

from tests.factories import make_meter
from wattsup_core.service.sample import load_sample
from wattsup_core.settings import Settings
from wattsup_core.store import Store

SETTINGS = replace(Settings(), price_per_kwh=0.31, currency="EUR")


def test_sample_is_loaded_once_and_analysed(store: Store) -> None:
    load_sample(store, SETTINGS)
    load_sample(store, SETTINGS)
    (meter,) = store.meters()
    assert (meter.name, meter.is_sample, meter.timezone) == ("Home · sample household", True, "Europe/London")
    assert (meter.price_per_kwh, meter.currency) == (0.31, "EUR")
    state = store.state(meter.meter_id)
    assert not state.is_pending
    assert state.rows == 35_040
    assert len(store.uploads(meter.meter_id)) == 1
    assert store.events(meter.meter_id)


def test_store_with_a_meter_gets_no_sample(store: Store) -> None:
    store.add_meter(make_meter())
    load_sample(store, SETTINGS)
    assert [meter.meter_id for meter in store.meters()] == ["m-home"]
