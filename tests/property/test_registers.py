"""A register's energy is the same, however its readings are parcelled."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime
from itertools import accumulate, pairwise

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.factories import make_meter
from wattsup_core.store import Delivery, SentRegister, open_store
from wattsup_core.timegrid import slot_starts

T0 = int(datetime(2026, 10, 24, 20, tzinfo=UTC).timestamp())
"""The clocks go back in the following night."""
MINUTE_S, HOUR_S, DAY_S = 60, 3_600, 86_400
LONDON = "Europe/London"

steps = st.one_of(st.just(MINUTE_S), st.sampled_from([7, 300, 900, 907, 1_800, HOUR_S, 5_000]), st.integers(HOUR_S, 2 * DAY_S))
rows = st.lists(st.tuples(steps, st.integers(0, 400)), min_size=2, max_size=40)


def booked(
    interval_minutes: float, parcels: list[list[tuple[int, float]]], may_refuse: Collection[str] = (), zone: str = LONDON
) -> dict[int, float]:
    """Energy [kWh] by start of the interval [epoch s] once the parcels are in, of which none is refused for another reason."""
    store = open_store("sqlite://")
    store.migrate()
    store.add_meter(make_meter("m-1", interval_minutes=interval_minutes, timezone=zone))
    for parcel in parcels:
        registers = tuple(SentRegister(index, seconds, kwh, "r") for index, (seconds, kwh) in enumerate(parcel))
        refused = store.append([Delivery("m-1", (), registers)])[0].refused
        assert {refusal.code for refusal in refused} <= set(may_refuse)
    frame = store.readings("m-1")
    return {int(ts.timestamp()): kwh for ts, kwh in zip(frame.index, frame["kwh"], strict=True)}


@settings(deadline=None, max_examples=15)
@given(rows=rows, cuts=st.sets(st.integers(1, 39)), interval_minutes=st.sampled_from([1.0, 5.0, 15.0, 60.0, 1_440.0]))
def test_parcels_in_order_bring_what_one_body_does(rows: list[tuple[int, int]], cuts: set[int], interval_minutes: float) -> None:
    seconds, wh, sent = T0, 100_000, []
    for step, gain in rows:
        sent.append((seconds, wh / 1_000))
        seconds, wh = seconds + step, wh + gain
    edges = sorted({0, len(sent), *(cut for cut in cuts if cut < len(sent))})
    whole = booked(interval_minutes, [sent])
    assert booked(interval_minutes, [sent[low:high] for low, high in pairwise(edges)]) == pytest.approx(whole, abs=1e-6)
    assert booked(interval_minutes, [[row] for row in sent]) == pytest.approx(whole, abs=1e-6)


@settings(deadline=None, max_examples=15)
@given(
    old_wh=st.lists(st.integers(50, 400), min_size=2, max_size=8),
    new_wh=st.lists(st.integers(50, 400), min_size=2, max_size=8),
    data=st.data(),
)
def test_a_meter_that_was_replaced_is_the_same_in_any_order(old_wh: list[int], new_wh: list[int], data: st.DataObject) -> None:
    registers = [5_000 + kwh for kwh in accumulate(wh / 1_000 for wh in old_wh)] + [
        3 + kwh for kwh in accumulate(wh / 1_000 for wh in new_wh)
    ]
    sent = [(T0 + place * 15 * MINUTE_S, round(kwh, 3)) for place, kwh in enumerate(registers)]
    shuffled = data.draw(st.permutations(sent))
    in_order = booked(15.0, [[row] for row in sent], may_refuse={"register_reset"})
    assert len(in_order) == len(sent) - 2
    assert booked(15.0, [[row] for row in shuffled], may_refuse={"register_reset"}) == pytest.approx(in_order, abs=1e-6)


@pytest.mark.parametrize("silent_minutes", [20, 40, 600, 12 * 1_440])
def test_the_energy_of_a_gap_is_booked_whatever_follows_it(silent_minutes: int) -> None:
    minutes = [*range(53), *range(52 + silent_minutes, 52 + silent_minutes + 91)]
    sent = [(T0 + minute * MINUTE_S, 100 + minute * 0.05) for minute in minutes]
    one_by_one = booked(15.0, [[row] for row in sent])
    assert one_by_one == pytest.approx(booked(15.0, [sent]), abs=1e-6)
    assert sum(one_by_one.values()) > 0.05 * (minutes[-1] - minutes[0]) - 1.5


irregular = st.lists(
    st.tuples(st.one_of(st.integers(30, 1_200), st.integers(1_200, 2 * HOUR_S), st.integers(HOUR_S, 16 * HOUR_S)), st.integers(1, 900)),
    min_size=4,
    max_size=14,
)


@settings(deadline=None, max_examples=40)
@example(
    minute=45,
    rows=[(5_400, 400), (3_300, 600), (600, 800), (900, 800), (900, 400), (6_000, 400), (0, 0)],
    late=1,
    place=6,
    interval_minutes=60.0,
)
@example(minute=5, rows=[(7_200, 600), (900, 900), (600, 500), (900, 700), (57_900, 4_300), (0, 0)], late=0, place=5, interval_minutes=60.0)
@given(
    minute=st.integers(0, 59),
    rows=irregular,
    late=st.integers(0, 13),
    place=st.integers(0, 13),
    interval_minutes=st.sampled_from([15.0, 30.0, 60.0]),
)
def test_a_reading_that_comes_late_brings_what_it_does_in_its_place(
    minute: int, rows: list[tuple[int, int]], late: int, place: int, interval_minutes: float
) -> None:
    seconds, wh, sent = T0 + minute * MINUTE_S, 100_000, []
    for step, gain in rows:
        sent.append((seconds, wh / 1_000))
        seconds, wh = seconds + step, wh + gain
    as_it_came = sent.copy()
    as_it_came.insert(place % len(sent), as_it_came.pop(late % len(sent)))
    in_order = booked(interval_minutes, [[row] for row in sent])
    assert booked(interval_minutes, [[row] for row in as_it_came]) == pytest.approx(in_order, abs=1e-6)


@pytest.mark.parametrize(
    "change", ["2025-03-30T01:00Z", "2025-10-26T01:00Z", "2025-04-24T22:00Z", "2025-04-05T15:00Z", "2025-10-04T15:30Z"]
)
@pytest.mark.parametrize("zone", ["Atlantic/Azores", "Africa/Cairo", "Europe/Berlin", "Australia/Lord_Howe"])
@pytest.mark.parametrize("interval_minutes", [20.0, 60.0, 120.0, 1_440.0])
def test_no_energy_is_lost_or_doubled_where_a_clock_is_set(change: str, zone: str, interval_minutes: float) -> None:
    at, span_s = round(datetime.fromisoformat(change).timestamp()), round(3 * 60 * interval_minutes)
    sent = [(seconds, 100 + (seconds - at + span_s) / HOUR_S) for seconds in range(at - span_s, at + span_s + 1, 600)]
    one_by_one = booked(interval_minutes, [[row] for row in sent], zone=zone)
    assert one_by_one == pytest.approx(booked(interval_minutes, [sent], zone=zone), abs=1e-6)
    bounds = [*one_by_one, int(slot_starts(np.array([sent[-1][0]]), round(60 * interval_minutes), zone)[0])]
    assert list(one_by_one.values()) == pytest.approx([(end - start) / HOUR_S for start, end in pairwise(bounds)], abs=1e-6)


def test_a_day_is_known_from_readings_at_its_edges_also_if_it_is_the_one_that_lacks_an_hour() -> None:
    late_evening = round(datetime.fromisoformat("2025-04-21T21:50Z").timestamp())  # in summer, ten to one
    sent = [(late_evening + day * DAY_S, 100 + 24 * day) for day in range(8)]
    assert list(booked(1_440.0, [[row] for row in sent], zone="Africa/Cairo").values()) == pytest.approx(
        [24, 24, 24, 23, 24, 24, 24], abs=0.2
    )
