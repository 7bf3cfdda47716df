"""What the store tells of rows that have just arrived, and of what a first look has seen in them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.factories import START, make_event, make_meter, make_readings, make_scored, make_upload
from wattsup_core.analysis.pipeline import Analysis
from wattsup_core.store import open_store
from wattsup_core.store.looks import Look
from wattsup_core.store.store import Store
from wattsup_core.timegrid import epoch_of


@pytest.fixture
def store() -> Store:
    store = open_store("sqlite://")
    store.migrate()
    store.save_upload(make_upload(), [("m-home", make_readings(days=2))], new_meters=[make_meter()])
    return store


def test_when_nothing_has_arrived_there_is_nothing_fresh(store: Store) -> None:
    assert store.fresh(100) == []


def test_a_finding_of_a_first_look_is_provisional_until_the_whole_analysis_has_it(store: Store) -> None:
    readings = make_readings([2.0, 2.0], start=START + timedelta(days=2))
    store.append_readings([("m-home", readings)])
    (fresh,) = store.fresh(100)
    event = make_event(start=START + timedelta(days=2), hours=1, severity=71)
    store.save_looks([Look(fresh, make_scored(readings), (event,), epoch_of(event.start))])
    state = store.state("m-home")
    assert (state.looked_seq, state.last_seq, state.is_pending) == (2, 2, True)
    (seen,) = store.events("m-home")
    assert (seen.is_provisional, seen.first_severity) == (True, 71)
    scored = make_scored(store.readings("m-home"))
    store.save_analysis("m-home", 2, Analysis(scored, (replace(event, severity=64),), "test-1", ()))
    settled = store.event("m-home", seen.event_id)
    assert (settled.is_provisional, settled.first_severity, settled.severity) == (False, 71, 64)


def test_the_highest_whole_block_is_found(store: Store) -> None:
    kwh = [0.1, 0.1, 0.4, 0.5, 0.9]
    store.add_meter(make_meter("m-2", name="Two"))
    store.append_readings([("m-2", make_readings(kwh, start=START))])
    end = START + timedelta(days=1)
    assert store.highest_block("m-2", START, end, 3600, 2) == pytest.approx(0.9)
    assert store.highest_block("m-2", START, START + timedelta(hours=1), 3600, 2) == pytest.approx(0.2)
    assert store.highest_block("m-2", START, end, 3600, 3) is None
