"""Whatever is sent, in whatever order and overlap: the store holds each row once, counts exactly, and can take any upload back."""

from __future__ import annotations

from datetime import timedelta
from itertools import count

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from tests.factories import START, make_meter, make_readings, make_upload
from wattsup_core.store import Store, open_store

SLOTS = 12
slots = st.sets(st.integers(0, SLOTS - 1), min_size=1)
numbers = count(1)
Rows = dict[int, tuple[float, float]]  # slot: kWh, temperature


@pytest.fixture(scope="module")
def store() -> Store:
    opened = open_store("sqlite://")
    opened.migrate()
    return opened


def new_meter(store: Store) -> str:
    meter_id = f"m-{next(numbers)}"
    store.add_meter(make_meter(meter_id))
    return meter_id


def frame_of(rows: Rows) -> pd.DataFrame:
    grid = make_readings(np.zeros(SLOTS), start=START)
    kept = grid.iloc[sorted(rows)].copy()
    kept["kwh"] = [rows[slot][0] for slot in sorted(rows)]
    kept["temperature_c"] = [rows[slot][1] for slot in sorted(rows)]
    return kept


def send(store: Store, meter_id: str, rows: Rows, replaces: str | None = None) -> tuple[str, int, int]:
    upload = make_upload(f"u-{next(numbers)}", (meter_id,))
    record = store.save_upload(upload, [(meter_id, frame_of(rows))] if rows else [], replaces=replaces)
    return record.upload_id, record.new_rows, record.changed_rows


def assert_holds(store: Store, meter_id: str, rows: Rows) -> None:
    stored = store.readings(meter_id)
    assert store.state(meter_id).rows == len(rows)
    if rows:
        assert_frame_equal(stored, frame_of(rows))
    else:
        assert stored.empty


small = st.integers(0, 2).map(float)
batches = st.lists(st.dictionaries(st.integers(0, SLOTS - 1), st.tuples(small, small), min_size=1), min_size=1, max_size=6)


@settings(max_examples=60, deadline=None)
@given(sent=batches)
def test_last_value_wins_and_counts_are_exact(store: Store, sent: list[Rows]) -> None:
    meter_id, held, seq = new_meter(store), dict[int, tuple[float, float]](), 0
    for rows in sent:
        new = len(rows.keys() - held.keys())
        changed = sum(slot in held and held[slot] != values for slot, values in rows.items())
        assert send(store, meter_id, rows)[1:] == (new, changed)
        held |= rows
        seq += bool(new or changed)
        assert store.state(meter_id).last_seq == seq
        assert_holds(store, meter_id, held)


@settings(max_examples=60, deadline=None)
@given(rows=batches.map(lambda found: found[0]), parts=st.lists(slots, max_size=6), seed=st.randoms(use_true_random=False))
def test_parts_in_any_order_and_overlap_are_the_whole(store: Store, rows: Rows, parts: list[set[int]], seed: object) -> None:
    pieces = [{slot: rows[slot] for slot in part if slot in rows} for part in [*parts, set(rows)]]
    seed.shuffle(pieces)  # type: ignore[attr-defined]
    meter_id = new_meter(store)
    total = sum(send(store, meter_id, piece)[1] for piece in pieces)
    assert total == len(rows)
    assert_holds(store, meter_id, rows)


@settings(max_examples=80, deadline=None)
@given(sent=st.lists(slots, min_size=1, max_size=5), data=st.data())
def test_taking_uploads_back_in_any_order_leaves_the_others(store: Store, sent: list[set[int]], data: st.DataObject) -> None:
    meter_id = new_meter(store)
    history: dict[str, Rows] = {}
    for number, part in enumerate(sent):
        rows = {slot: (number * 100.0 + slot, number * 10.0 + slot) for slot in part}
        history[send(store, meter_id, rows)[0]] = rows
    for upload_id in data.draw(st.permutations(list(history))):
        send(store, meter_id, {}, replaces=upload_id)
        del history[upload_id]
        left: Rows = {}
        for rows in history.values():
            left |= rows
        assert_holds(store, meter_id, left)


@settings(max_examples=40, deadline=None)
@given(sent=slots, first=st.integers(0, SLOTS), last=st.integers(0, SLOTS))
def test_windows_are_half_open(store: Store, sent: set[int], first: int, last: int) -> None:
    meter_id = new_meter(store)
    rows = {slot: (float(slot), 0.0) for slot in sent}
    send(store, meter_id, rows)
    half_hours = timedelta(minutes=30)
    window = store.readings(meter_id, START + first * half_hours, START + last * half_hours)
    assert list(window["kwh"]) == [float(slot) for slot in sorted(sent) if first <= slot < last]
