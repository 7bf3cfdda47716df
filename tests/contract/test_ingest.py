"""Live readings: each kept once, registers differenced whatever the order they come in, answers given again."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from tests.factories import START, make_event, make_meter, make_readings, make_scored
from wattsup_core.analysis.pipeline import Analysis
from wattsup_core.errors import BusyError, KeyReusedError, NotFoundError
from wattsup_core.service.refusals import reason_of
from wattsup_core.store import Delivery, Outcome, Receipt, Refusal, SentReading, SentRegister, Store, open_store
from wattsup_core.store.registers import KEPT_INTERVALS
from wattsup_core.timegrid import epoch_of
from wattsup_core.types import Quality, Scope

T0 = epoch_of(START)
QUARTER = 900


@pytest.fixture(params=["file", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    opened = open_store(f"sqlite:///{tmp_path / 'store.db'}" if request.param == "file" else "sqlite://")
    opened.migrate()
    opened.add_meter(make_meter(interval_minutes=15.0))
    return opened


def send(store: Store, *rows: tuple[int, float], meter_id: str = "m-home", receipt: Receipt | None = None) -> Outcome:
    readings = tuple(SentReading(index, T0 + seconds, kwh) for index, (seconds, kwh) in enumerate(rows))
    return store.append([Delivery(meter_id, readings)], receipt)[0]


def read_register(store: Store, *rows: tuple[int, float], counter: str = "r") -> Outcome:
    registers = tuple(SentRegister(index, T0 + seconds, kwh, counter) for index, (seconds, kwh) in enumerate(rows))
    return store.append([Delivery("m-home", (), registers)])[0]


def held(store: Store) -> dict[int, float]:
    frame = store.readings("m-home")
    return {int(ts.timestamp()) - T0: round(kwh, 6) for ts, kwh in zip(frame.index, frame["kwh"], strict=True)}


def codes(outcome: Outcome) -> list[tuple[int, str]]:
    return [(refusal.index, refusal.code) for refusal in outcome.refused]


def test_a_reading_is_kept_once_and_counted(store: Store) -> None:
    assert send(store, (0, 0.5), (QUARTER, 0.25)) == Outcome("m-home", 1, 2, ())
    assert send(store, (QUARTER, 0.25)) == Outcome("m-home", 1, 1, ())
    assert send(store, (QUARTER, 0.75)).seq == 2
    assert held(store) == {0: 0.5, QUARTER: 0.75}
    assert (store.state("m-home").rows, store.state("m-home").last_seq) == (2, 2)


@pytest.mark.parametrize("count", [3, 300])
def test_few_and_many_rows_are_stored_alike(store: Store, count: int) -> None:
    send(store, *((place * QUARTER, 1.0) for place in range(count)))
    outcome = send(store, *((place * QUARTER, 1.0 if place else 2.0) for place in range(count + 1)))
    assert (outcome.seq, outcome.stored) == (2, count + 1)
    assert held(store) == {place * QUARTER: 1.0 if place else 2.0 for place in range(count + 1)}
    assert store.state("m-home").rows == count + 1


def test_quality_and_temperature_are_kept(store: Store) -> None:
    readings = (SentReading(0, T0, 0.5, Quality.ESTIMATED), SentReading(1, T0 + QUARTER, 0.5, covariates={"temperature_c": -3.5}))
    store.append([Delivery("m-home", readings)])
    frame = store.readings("m-home")
    assert frame["quality"].tolist() == ["estimated", "actual"]
    assert np.array_equal(frame["temperature_c"], [np.nan, -3.5], equal_nan=True)


def test_of_two_values_for_one_time_the_later_counts_and_the_other_is_told(store: Store) -> None:
    outcome = send(store, (0, 0.5), (0, 0.75), (QUARTER, 1.0), (QUARTER, 1.0))
    assert (outcome.stored, codes(outcome)) == (3, [(0, "conflicting_duplicates")])
    assert held(store) == {0: 0.75, QUARTER: 1.0}


def test_unknown_meter_stores_nothing(store: Store) -> None:
    with pytest.raises(NotFoundError):
        store.append([Delivery("m-home", (SentReading(0, T0, 1.0),)), Delivery("nobody", (SentReading(0, T0, 1.0),))])
    assert held(store) == {}


# registers


def test_a_register_is_differenced_against_the_one_before(store: Store) -> None:
    assert read_register(store, (0, 1000.0)).stored == 1
    assert held(store) == {}
    read_register(store, (QUARTER, 1000.4))
    outcome = read_register(store, (2 * QUARTER, 1001.0), (3 * QUARTER, 1001.0))
    assert (outcome.stored, outcome.seq) == (2, 2)
    assert held(store) == {0: 0.4, QUARTER: 0.6, 2 * QUARTER: 0.0}


def test_the_same_register_again_changes_nothing_and_another_value_is_told(store: Store) -> None:
    read_register(store, (0, 10.0), (QUARTER, 11.0))
    assert read_register(store, (0, 10.0), (QUARTER, 11.0)) == Outcome("m-home", 1, 2, ())
    assert codes(read_register(store, (QUARTER, 11.5))) == [(0, "register_conflict")]
    assert held(store) == {0: 1.0}


def test_a_register_that_comes_late_splits_the_energy_of_its_gap(store: Store) -> None:
    read_register(store, (0, 10.0), (4 * QUARTER, 14.0))
    assert held(store) == {3 * QUARTER: 4.0}
    assert read_register(store, (2 * QUARTER, 11.0)).refused == ()
    assert held(store) == {QUARTER: 1.0, 3 * QUARTER: 3.0}


def test_a_register_that_fits_nowhere_is_told(store: Store) -> None:
    read_register(store, (0, 10.0), (2 * QUARTER, 12.0))
    assert codes(read_register(store, (QUARTER, 13.0))) == [(0, "register_out_of_order")]
    assert codes(read_register(store, (QUARTER, 9.0))) == [(0, "register_out_of_order")]
    assert held(store) == {QUARTER: 2.0}


def test_a_reset_is_told_and_no_energy_is_made_up(store: Store) -> None:
    read_register(store, (0, 5000.0), (QUARTER, 5000.5))
    outcome = read_register(store, (2 * QUARTER, 3.0), (3 * QUARTER, 3.25))
    assert (outcome.stored, codes(outcome)) == (1, [(0, "register_reset")])
    assert held(store) == {0: 0.5, 2 * QUARTER: 0.25}


def test_a_register_that_starts_again_at_zero_goes_on(store: Store) -> None:
    read_register(store, *((place * QUARTER, 99_998.5 + place / 2) for place in range(3)))
    assert read_register(store, (3 * QUARTER, 0.0)).refused == ()
    assert held(store)[2 * QUARTER] == 0.5


def test_another_counter_is_refused_until_it_is_named(store: Store) -> None:
    read_register(store, (0, 10.0), counter="switch:0")
    assert codes(read_register(store, (QUARTER, 999.0), counter="switch:1")) == [(0, "other_counter")]
    assert read_register(store, (QUARTER, 999.0), counter="=switch:1").refused == ()
    read_register(store, (2 * QUARTER, 999.5), counter="switch:1")
    assert held(store) == {QUARTER: 0.5}


@pytest.mark.parametrize("period", [10, 60, 300, 420])
@pytest.mark.parametrize("phase", [0, 7, 133])
def test_readings_at_any_rhythm_fill_the_meters_intervals(store: Store, period: int, phase: int) -> None:
    count = 7200 // period
    for first in range(0, count, 50):
        places = range(first, min(count, first + 50))
        read_register(store, *((phase + place * period, 100 + place * period / 3600) for place in places))
    filled = held(store)
    assert set(filled) >= {place * QUARTER for place in range(1, 6)}
    assert all(abs(kwh - 0.25) <= 0.051 for at, kwh in filled.items() if at)
    edges = sorted(filled)
    assert sum(filled.values()) == pytest.approx((edges[-1] + QUARTER - edges[0]) / 3600, abs=0.06)


def test_the_order_of_registers_does_not_matter(store: Store) -> None:
    rng = np.random.default_rng(7)
    seconds = np.unique(rng.integers(0, 6 * 3600, 80))
    rows = [(int(at), float(kwh)) for at, kwh in zip(seconds, np.cumsum(rng.random(len(seconds))), strict=True)]
    read_register(store, *rows)
    in_order = held(store)
    store.add_meter(make_meter("m-other", interval_minutes=15.0))
    for place in rng.permutation(len(rows)):
        store.append([Delivery("m-other", (), (SentRegister(0, T0 + rows[place][0], rows[place][1], "r"),))])
    frame = store.readings("m-other")
    shuffled = {int(ts.timestamp()) - T0: kwh for ts, kwh in zip(frame.index, frame["kwh"], strict=True)}
    assert sum(shuffled.values()) <= rows[-1][1] + 1e-6
    assert {at: shuffled[at] for at in in_order} == pytest.approx(in_order, abs=1e-6)


def test_a_register_that_is_too_old_is_told_as_it_is(store: Store) -> None:
    store.add_meter(make_meter("m-day", interval_minutes=1440.0))
    days = [(8.0, ""), (0.5, ""), (-0.5, "register_too_late")]
    for day, code in days:
        register = SentRegister(0, T0 + round(day * 86_400), 100 + day, "r")
        assert codes(store.append([Delivery("m-day", (), (register,))])[0]) == ([(0, code)] if code else [])
    assert f"{KEPT_INTERVALS} intervals" in reason_of("register_too_late")


def without_clock(store: Store, *rows: tuple[int, float], meter_id: str = "m-home") -> list[tuple[int, str]]:
    """Each reading as a delivery of its own, as messages of a device that tells no time come."""
    deliveries = [Delivery(meter_id, (), (SentRegister(0, T0 + at, kwh, "r", is_clockless=True),)) for at, kwh in rows]
    return [code for outcome in store.append(deliveries) for code in codes(outcome)]


@pytest.mark.parametrize("parcels", [1, 2, 480])
def test_a_backlog_without_times_counts_up_to_its_last_reading(store: Store, parcels: int) -> None:
    without_clock(store, (0, 99.5), (QUARTER, 100.0))
    back = 33 * QUARTER
    backlog = [(back, round(100 + place / 100, 2)) for place in range(1, 480)]
    for first in range(0, len(backlog), 480 // parcels):
        assert without_clock(store, *backlog[first : first + 480 // parcels]) == []
    assert without_clock(store, (back + QUARTER, 105.0)) == []
    assert held(store) == {0: 0.5, 32 * QUARTER: 4.79, 33 * QUARTER: 0.21}


def test_of_two_registers_for_one_time_in_a_body_the_later_counts_and_the_other_is_told(store: Store) -> None:
    outcome = read_register(store, (0, 10.0), (QUARTER, 11.0), (QUARTER, 11.5), (QUARTER, 11.5))
    assert (outcome.stored, codes(outcome)) == (3, [(1, "conflicting_duplicates")])
    assert held(store) == {0: 1.5}


# receipts


def test_a_request_that_comes_again_is_answered_as_the_first_time(tmp_path: Path) -> None:
    moment = [START]
    store = Store(f"sqlite:///{tmp_path / 's.db'}", now=lambda: moment[0])
    store.migrate()
    store.add_meter(make_meter())
    store.add_token("t-1", "digest", Scope.WRITE, None)
    token = store.token("digest")
    assert token is not None
    receipt = Receipt(token.token_key, "key", "body")
    delivery = Delivery("m-home", (SentReading(0, T0, 0.5),), refused=(Refusal(1, "bad_number"),))
    first = store.append([delivery], receipt)
    send(store, (0, 0.75))
    assert store.append([delivery], receipt) == first
    assert held(store) == {0: 0.75}
    with pytest.raises(KeyReusedError):
        store.append([delivery], Receipt(token.token_key, "key", "other"))
    moment[0] = START + timedelta(days=1, seconds=1)
    assert store.append([delivery], receipt)[0].seq == 3
    assert held(store) == {0: 0.5}


# many at once


def test_threads_that_post_at_once_lose_and_double_nothing(tmp_path: Path) -> None:
    stores = [open_store(f"sqlite:///{tmp_path / 's.db'}") for _ in range(4)]
    stores[0].migrate()
    stores[0].add_meter(make_meter(interval_minutes=15.0))

    def post(place: int) -> int:
        return send(stores[place % 4], (place * QUARTER, float(place))).seq

    with ThreadPoolExecutor(8) as pool:
        seqs = list(pool.map(post, range(80)))
    assert sorted(seqs) == list(range(1, 81))
    assert held(stores[0]) == {place * QUARTER: float(place) for place in range(80)}


def test_a_database_that_is_written_to_for_too_long_is_busy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from wattsup_core.store import connection

    monkeypatch.setattr(connection, "PRAGMAS", ("PRAGMA busy_timeout = 50",))
    store = open_store(f"sqlite:///{tmp_path / 's.db'}")
    store.migrate()
    store.add_meter(make_meter())
    with store._database.writing(), pytest.raises(BusyError):
        send(store, (0, 0.5))
    assert held(store) == {}


def test_a_commit_is_on_the_disk_before_it_is_acknowledged(store: Store) -> None:
    with store._database.writing() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar_one() == 2


# events that change


def test_a_cursor_tells_what_has_changed_since(store: Store) -> None:
    frame = make_readings()
    send(store, *((place * 1800, 0.1) for place in range(48)))

    def analysed(*events: object) -> None:
        assert store.save_analysis("m-home", 1, Analysis(make_scored(frame), events, "v", ()))  # type: ignore[arg-type]

    analysed(make_event("e-1"), make_event("e-2"))
    first = store.event_changes("m-home", cursor=0)
    assert [change.event.event_id for change in first.changed] == ["e-1", "e-2"]
    analysed(make_event("e-1"), make_event("e-2"))
    assert store.event_changes("m-home", first.cursor).changed == ()
    analysed(make_event("e-1", severity=90))
    second = store.event_changes("m-home", first.cursor)
    assert [change.event.event_id for change in second.changed] == ["e-1"]
    assert [event_id for event_id, _ in second.withdrawn] == ["e-2"]
    analysed(make_event("e-1", severity=90), make_event("e-2"))
    third = store.event_changes("m-home", second.cursor)
    assert ([change.event.event_id for change in third.changed], third.withdrawn) == (["e-2"], ())
    assert store.event_changes("m-home", since=datetime.now(UTC) - timedelta(minutes=5)).changed != ()
    assert store.event_changes("m-home", since=datetime.now(UTC) + timedelta(minutes=5)).changed == ()


# energies and the meter's intervals


@pytest.mark.parametrize("one_by_one", [False, True])
def test_energies_between_the_intervals_are_refused(store: Store, one_by_one: bool) -> None:
    rows = [(minute * 60, 0.25) for minute in range(120)]
    outcomes = [send(store, row) for row in rows] if one_by_one else [send(store, *rows)]
    assert held(store) == dict.fromkeys(range(0, 7200, QUARTER), 0.25)
    refusals = [refusal.code for outcome in outcomes for refusal in outcome.refused]
    assert refusals == ["off_interval"] * 112
    assert sum(outcome.stored for outcome in outcomes) == 8


def test_a_clock_that_wanders_adds_no_rows(store: Store) -> None:
    send(store, *((place * QUARTER + place % 3, 0.25) for place in range(8)))
    send(store, *((place * QUARTER, 0.25) for place in range(8)))
    assert send(store, (8 * QUARTER - 59, 0.5), (9 * QUARTER + 59, 0.5), (10 * QUARTER + 60, 0.5)).stored == 2
    assert held(store) == dict.fromkeys(range(0, 8 * QUARTER, QUARTER), 0.25) | {8 * QUARTER: 0.5, 9 * QUARTER: 0.5}


def test_a_meter_whose_rows_begin_between_goes_on_there(store: Store) -> None:
    store.append_readings([("m-home", make_readings([0.1, 0.2], interval_minutes=15, start=START + timedelta(minutes=7)))])
    assert send(store, (7 * 60 + 2 * QUARTER + 3, 0.3)).refused == ()
    assert codes(send(store, (12 * 60 + 3 * QUARTER, 0.3))) == [(0, "off_interval")]
    assert list(held(store)) == [420 + place * QUARTER for place in range(3)]


@pytest.mark.parametrize(("minutes", "step", "phase"), [(7.0, 420, 111), (1440.0, 86_400, 6 * 3600), (44_640.0, 30 * 86_400, 0)])
def test_intervals_that_fit_no_hour_begin_where_the_first_reading_does(store: Store, minutes: float, step: int, phase: int) -> None:
    store.add_meter(make_meter("m-odd", interval_minutes=minutes))
    times = [phase + place * step for place in range(4)]
    assert all(send(store, (at, 1.0), meter_id="m-odd").refused == () for at in times)
    restart = times[-1] + step + step // 3
    assert send(store, (restart, 1.0), meter_id="m-odd").refused == ()
    assert len(store.readings("m-odd")) == 5


def test_a_day_of_23_hours_does_not_break_the_rhythm(store: Store) -> None:
    store.add_meter(make_meter("m-day", interval_minutes=1440.0, timezone="Europe/London"))
    gas_days = [datetime(2026, 3, day, 6 - (day > 28), tzinfo=UTC) for day in range(26, 32)]
    for day in gas_days:
        assert send(store, (epoch_of(day) - T0, 1.0), meter_id="m-day").refused == ()
    assert codes(send(store, (epoch_of(gas_days[-1]) - T0 + 3 * 3600, 1.0), meter_id="m-day")) == [(0, "off_interval")]
