"""Answers in the store: kept by stretch and kind, through whatever becomes of the events."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.contract.test_store import insert_meter_of_before
from tests.factories import START, Clock, make_event, make_meter, make_readings, make_scored, make_upload
from wattsup_core.analysis.model_version import MODEL_VERSION
from wattsup_core.analysis.pipeline import Analysis
from wattsup_core.answered import Answer
from wattsup_core.errors import BusyError, NotFoundError
from wattsup_core.store import Store, connection, open_store
from wattsup_core.store.events import add_provisional
from wattsup_core.store.migrations import migrate
from wattsup_core.store.store import Database
from wattsup_core.types import AnomalyEvent, EventKind

HOUR, WEEK = timedelta(hours=1), timedelta(days=7)
EVENING = START + 18 * HOUR
METER = "m-home"
ROWS = make_readings(days=30)


@pytest.fixture
def clock() -> Clock:
    return Clock(START + timedelta(days=40))


@pytest.fixture(params=["file", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path, clock: Clock) -> Store:
    opened = Store(f"sqlite:///{tmp_path / 'store.db'}" if request.param == "file" else "sqlite://", clock)
    opened.migrate()
    opened.add_meter(make_meter())
    opened.save_upload(make_upload("u-1", (METER,)), [(METER, ROWS)])
    return opened


def find(store: Store, *events: AnomalyEvent) -> None:
    """A whole analysis has found these events."""
    store.save_analysis(METER, 1, Analysis(make_scored(ROWS, model_version=MODEL_VERSION), events, MODEL_VERSION, ()))


def answers(store: Store) -> dict[str, Answer | None]:
    return {event.event_id: event.answer.answer if event.answer else None for event in store.events(METER)}


def test_an_answer_is_kept_with_the_instant_it_was_given_at(store: Store, clock: Clock) -> None:
    find(store, make_event("a", start=EVENING), make_event("b", start=EVENING + 50 * HOUR, kind=EventKind.SPIKE))
    given = store.answer_event(METER, "a", Answer.PROBLEM).answer
    assert given is not None
    assert (given.answer, given.given_at, given.start, given.is_own) == (Answer.PROBLEM, clock.now, EVENING, True)
    assert answers(store) == {"a": Answer.PROBLEM, "b": None}
    assert store.event(METER, "a").answer == given
    assert store.event_now(METER, "a").answer == given
    assert [change.event.answer for change in store.event_changes(METER).changed] == [given, None]


def test_the_same_answer_again_changes_nothing_and_another_takes_its_place(store: Store, clock: Clock) -> None:
    find(store, make_event("a", start=EVENING))
    first = store.answer_event(METER, "a", Answer.PROBLEM)
    cursor = store.event_changes(METER).cursor
    clock.now += HOUR
    assert store.answer_event(METER, "a", Answer.PROBLEM).answer == first.answer
    assert store.event_changes(METER).cursor == cursor
    other = store.answer_event(METER, "a", Answer.EXPECTED)
    assert other.answer is not None
    assert (other.answer.answer, other.answer.given_at) == (Answer.EXPECTED, clock.now)
    assert store.answer_event(METER, "a", None).answer is None
    assert store.answer_event(METER, "a", None).answer is None
    assert answers(store) == {"a": None}


def test_an_answer_outlives_the_id_the_edges_and_the_event(store: Store) -> None:
    find(store, make_event("a", start=EVENING))
    store.answer_event(METER, "a", Answer.PROBLEM)
    find(store, make_event("a2", start=EVENING - 0.5 * HOUR, hours=2.5))
    assert answers(store) == {"a2": Answer.PROBLEM}
    find(store)  # an analysis that does not find it
    find(store, make_event("a3", start=EVENING + 0.5 * HOUR))
    assert answers(store) == {"a3": Answer.PROBLEM}
    assert store.answer_event(METER, "a3", None).answer is None
    find(store, make_event("a", start=EVENING))
    assert answers(store) == {"a": None}  # taken back for good


def test_an_answer_to_a_first_look_holds_after_the_whole_analysis(store: Store, clock: Clock) -> None:
    first = make_event("first", start=EVENING, hours=1, kind=EventKind.SPIKE)
    with store._database.writing() as connection:
        add_provisional(connection, 1, (first,), 0, 0)
    assert store.event(METER, "first").is_provisional
    store.answer_event(METER, "first", Answer.ALERT)
    find(store, make_event("whole", start=EVENING, hours=3))
    assert answers(store) == {"whole": Answer.ALERT}


def test_those_who_ask_for_changes_are_told_of_answers_and_of_likes(store: Store) -> None:
    find(store, make_event("a", start=EVENING), make_event("again", start=EVENING + WEEK), make_event("other", start=EVENING + 9 * HOUR))
    cursor = store.event_changes(METER).cursor
    store.answer_event(METER, "a", Answer.EXPECTED)
    changes = store.event_changes(METER, cursor)
    assert [(change.event.event_id, change.event.is_expected) for change in changes.changed] == [("a", True), ("again", True)]
    assert store.event_changes(METER, changes.cursor).changed == ()
    store.answer_event(METER, "a", None)
    assert [change.event.event_id for change in store.event_changes(METER, changes.cursor).changed] == ["a", "again"]


def test_alerts_are_those_that_came_after_and_are_not_answered(store: Store) -> None:
    find(store, make_event("a", start=EVENING), make_event("known", start=EVENING + WEEK))
    assert store.alerts(METER) == []
    store.answer_event(METER, "a", Answer.ALERT)
    assert store.alerts(METER) == []
    store.save_upload(make_upload("u-2", (METER,)), [(METER, make_readings(days=20, start=START + timedelta(days=30)))])
    next_time = make_event("next", start=EVENING + 5 * WEEK)
    find(store, make_event("a", start=EVENING), make_event("known", start=EVENING + WEEK), next_time)
    assert [event.event_id for event in store.alerts(METER)] == ["next"]
    store.answer_event(METER, "next", Answer.MENDED)
    assert store.alerts(METER) == []


def test_an_answer_goes_with_its_meter(store: Store) -> None:
    store.add_meter(make_meter("m-other"))
    with store._database.writing() as connection:
        add_provisional(connection, 2, (make_event("x", "m-other", start=EVENING),), 0, 0)
    store.answer_event("m-other", "x", Answer.EXPECTED)
    with store._database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM events WHERE meter_key = 2")
        assert connection.exec_driver_sql("SELECT count(*) FROM answers").scalar() == 1
        connection.exec_driver_sql("DELETE FROM meters WHERE meter_key = 2")
        assert connection.exec_driver_sql("SELECT count(*) FROM answers").scalar() == 0


def test_an_old_id_finds_what_came_in_its_place_its_kind_first(store: Store) -> None:
    find(store, make_event("old", start=EVENING, hours=4))
    find(
        store,
        make_event("kin", start=EVENING, hours=4, kind=EventKind.SPIKE),
        make_event("near", start=EVENING + 3 * HOUR, hours=3),
        make_event("more", start=EVENING + HOUR, hours=2),
    )
    assert store.event_now(METER, "old").event_id == "more"
    find(store, make_event("kin", start=EVENING, hours=4, kind=EventKind.SPIKE))
    assert store.event_now(METER, "old").event_id == "kin"
    with pytest.raises(NotFoundError):
        store.answer_event(METER, "old", Answer.PROBLEM)  # it would be of something else
    find(store, make_event("far", start=EVENING + 4 * HOUR))
    for event_id in ("old", "never"):
        with pytest.raises(NotFoundError):
            store.event_now(METER, event_id)
    find(store, make_event("old", start=EVENING, hours=4))
    assert store.event_now(METER, "old").event_id == "old"


def test_an_old_id_is_answered_as_what_it_is_now(store: Store) -> None:
    find(store, make_event("old", start=EVENING))
    find(store, make_event("new", start=EVENING + 0.5 * HOUR))
    assert store.answer_event(METER, "old", Answer.PROBLEM).event_id == "new"
    assert answers(store) == {"new": Answer.PROBLEM}


def test_a_database_of_before_has_no_answers_and_takes_them(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'old.db'}"
    migrate(Database(url), "0007")
    store = open_store(url)
    with store._database.writing() as connection:
        insert_meter_of_before(connection, 1, METER, "Europe/London")
        connection.exec_driver_sql("INSERT INTO withdrawn_events (meter_key, event_id, change_seq, withdrawn_at) VALUES (1, 'gone', 1, 1)")
    store.migrate()
    with pytest.raises(NotFoundError):
        store.event_now(METER, "gone")
    store.save_upload(make_upload("u-1", (METER,)), [(METER, ROWS)])
    find(store, make_event("a", start=EVENING))
    assert store.answer_event(METER, "a", Answer.EXPECTED).is_expected


def test_a_database_that_is_written_to_for_too_long_is_busy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "PRAGMAS", ("PRAGMA busy_timeout = 50",))
    store = open_store(f"sqlite:///{tmp_path / 'store.db'}")
    store.migrate()
    store.add_meter(make_meter())
    store.save_upload(make_upload("u-1", (METER,)), [(METER, ROWS)])
    find(store, make_event("a", start=EVENING))
    with store._database.writing(), pytest.raises(BusyError):
        store.answer_event(METER, "a", Answer.PROBLEM)
    assert answers(store) == {"a": None}


def test_what_has_outgrown_an_answer_may_be_answered_anew(store: Store) -> None:
    event = make_event("a", start=EVENING)
    find(store, event)
    store.answer_event(METER, "a", Answer.EXPECTED)
    find(store, replace(event, excess_kwh=30.0))
    assert not store.event(METER, "a").is_expected
    assert store.answer_event(METER, "a", Answer.EXPECTED).is_expected
