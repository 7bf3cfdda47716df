"""Alerts in the store: which events are queued, in which transaction, once; and what becomes of them."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.factories import START, Clock, make_event, make_meter, make_readings, make_scored, make_upload
from wattsup_core.alerting import AlertRule, AlertTopic, MessageState
from wattsup_core.analysis.model_version import MODEL_VERSION
from wattsup_core.analysis.pipeline import Analysis
from wattsup_core.answered import Answer
from wattsup_core.errors import NotFoundError
from wattsup_core.store import AlertChannel, ClaimedMessage, Store, Words
from wattsup_core.store.alerts import MOST_AN_HOUR
from wattsup_core.store.events import add_provisional
from wattsup_core.store.outbox import KEEP_SECONDS
from wattsup_core.types import AnomalyEvent, EventClass, EventKind

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
METER = "m-home"
ROWS = make_readings(days=30)
END = START + 30 * DAY
LAST_NIGHT = END - 20 * HOUR
WORDS = Words("subject", "text", {"type": "anomaly"})


@pytest.fixture
def clock() -> Clock:
    return Clock(END + HOUR)


@pytest.fixture(params=["file", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path, clock: Clock) -> Store:
    """A meter whose history was analysed, with one channel for all meters."""
    opened = Store(f"sqlite:///{tmp_path / 'store.db'}" if request.param == "file" else "sqlite://", clock)
    opened.migrate()
    opened.add_meter(make_meter())
    opened.save_upload(make_upload("u-1", (METER,)), [(METER, ROWS)])
    find(opened)
    add_channel(opened)
    return opened


def add_channel(store: Store, channel_id: str = "c-1", meter_id: str | None = None, rule: AlertRule = AlertRule()) -> None:
    store.outbox.add_channel(AlertChannel(channel_id, meter_id, f"https://example.com/{channel_id}", f"label {channel_id}", rule, END), 99)


def find(store: Store, *events: AnomalyEvent, meter_id: str = METER) -> None:
    """A whole analysis has found these events."""
    store.save_analysis(meter_id, 1, Analysis(make_scored(ROWS, model_version=MODEL_VERSION), events, MODEL_VERSION, ()))


def keep(store: Store, message: ClaimedMessage, holder: str) -> bool:
    """Keep what a message says of all its events; whether `holder` may send it."""
    said = [(message, WORDS, store.outbox.told_events(message))]
    return store.outbox.keep_all(holder, said, 60) == {message.message_key}


def look(store: Store, *events: AnomalyEvent, from_ts: datetime = START) -> None:
    """A first look has found these events."""
    with store._database.writing() as connection:
        add_provisional(connection, 1, events, int(from_ts.timestamp()), int(store._now().timestamp()))


def event(event_id: str = "a", start: datetime = LAST_NIGHT, **changes: object) -> AnomalyEvent:
    return make_event(event_id, start=start, **changes)  # type: ignore[arg-type]


def told(store: Store) -> list[list[str]]:
    """The ids of the events of each message that waits, in the order they were queued."""
    waiting = [each for each in store.outbox.messages(100) if each.state is MessageState.WAITING]
    claims = claim_at(store, store._now() + 2 * HOUR)  # type: ignore[arg-type]
    assert len(claims) == len(waiting)
    return [[each.event.event_id for each in store.outbox.told_events(message)] for message in claims]


def claim_at(store: Store, moment: datetime) -> list[ClaimedMessage]:
    clock = store.outbox._now
    assert isinstance(clock, Clock)
    before, clock.now = clock.now, moment
    claims = store.outbox.claim("looker", 100, 0)
    clock.now = before
    return sorted(claims, key=lambda each: each.message_key)


def test_an_event_that_grows_through_looks_and_analyses_is_one_alert(store: Store) -> None:
    look(store, event(hours=1))
    look(store, event(hours=2, severity=80))
    find(store, event(hours=3, severity=85))
    find(store, event(hours=4, severity=90))
    assert told(store) == [["a"]]


def test_what_takes_the_place_of_a_told_event_is_not_told_again(store: Store) -> None:
    look(store, event("a", hours=2))
    find(store, event("b", start=LAST_NIGHT - HOUR, hours=3))
    assert told(store) == [["b"]]
    find(store, event("b", start=LAST_NIGHT - HOUR, hours=3), event("c", start=LAST_NIGHT + 5 * HOUR))
    assert told(store) == [["b"], ["c"]]


def test_a_look_waits_for_the_whole_analysis_for_a_minute(store: Store, clock: Clock) -> None:
    look(store, event())
    assert store.outbox.next_due() == clock.now + timedelta(minutes=1)
    assert store.outbox.claim("s", 8, 60) == []
    find(store, event())
    assert store.outbox.next_due() == clock.now
    assert len(store.outbox.claim("s", 8, 60)) == 1


def test_a_look_that_was_taken_back_tells_of_nothing(store: Store, clock: Clock) -> None:
    look(store, event())
    find(store)
    clock.now += timedelta(minutes=2)
    (message,) = store.outbox.claim("s", 8, 60)
    assert store.outbox.told_events(message) == []
    store.outbox.withdraw(message, "s", "gone")
    assert [(each.state, each.reason) for each in store.outbox.messages(5)] == [(MessageState.WITHDRAWN, "gone")]
    find(store, event())  # it has come back
    assert told(store) == [["a"]]


@pytest.mark.parametrize("late", [47 * HOUR, 49 * HOUR])
def test_only_what_is_recent_by_the_clock_is_told(store: Store, clock: Clock, late: timedelta) -> None:
    clock.now = LAST_NIGHT + 2 * HOUR + late
    find(store, event())
    assert told(store) == ([["a"]] if late < 48 * HOUR else [])


def test_only_what_reaches_into_the_last_days_of_the_readings_is_told(store: Store, clock: Clock) -> None:
    clock.now = START + 20 * DAY  # a clock that is behind the readings
    find(store, event("old", start=START + 20 * DAY), event("new", start=END - 3 * HOUR))
    assert told(store) == [["new"]]


def test_the_first_analysis_of_a_meter_is_history(store: Store) -> None:
    store.add_meter(make_meter("m-new"))
    store.save_upload(make_upload("u-2", ("m-new",)), [("m-new", ROWS)])
    find(store, event(meter_id="m-new"), meter_id="m-new")
    assert told(store) == []
    find(store, event(meter_id="m-new"), event("b", start=LAST_NIGHT + 4 * HOUR, meter_id="m-new"), meter_id="m-new")
    assert told(store) == [["b"]]


def test_what_was_there_before_the_channel_is_not_told(store: Store) -> None:
    find(store, event())
    add_channel(store, "c-2")
    find(store, event(), event("b", start=LAST_NIGHT + 4 * HOUR))
    assert sorted(told(store)) == [["a"], ["b"], ["b"]]
    assert [each.channel_label for each in store.outbox.messages(9)].count("label c-2") == 1


def test_a_channel_is_told_of_its_meter_from_its_severity_and_on_its_topic(store: Store) -> None:
    store.add_meter(make_meter("m-other"))
    store.outbox.remove_channel("c-1")
    add_channel(store, "c-other", "m-other")
    add_channel(store, "c-high", METER, AlertRule(80))
    add_channel(store, "c-data", METER, AlertRule(0, AlertTopic.DATA))
    add_channel(store, "c-use", METER, AlertRule(0, AlertTopic.USE))
    fault = event("fault", start=LAST_NIGHT + 6 * HOUR, kind=EventKind.OUTAGE, event_class=EventClass.METER_FAULT, severity=90)
    find(store, event("small", severity=79), event("large", start=LAST_NIGHT + 3 * HOUR, severity=80), fault)
    labels = sorted((each.channel_label, message) for each, message in zip(store.outbox.messages(9)[::-1], told(store), strict=True))
    assert labels == [
        ("label c-data", ["fault"]),
        ("label c-high", ["fault"]),
        ("label c-high", ["large"]),
        ("label c-use", ["large"]),
        ("label c-use", ["small"]),
    ]


def test_a_sample_is_told_to_those_who_asked_for_it_alone(store: Store) -> None:
    store.add_meter(make_meter("m-sample", is_sample=True))
    store.save_upload(make_upload("u-2", ("m-sample",)), [("m-sample", ROWS)])
    find(store, meter_id="m-sample")
    add_channel(store, "c-sample", "m-sample")
    find(store, event(meter_id="m-sample"), meter_id="m-sample")
    assert [each.channel_label for each in store.outbox.messages(9)] == ["label c-sample"]


def test_what_a_person_has_spoken_of_is_not_told(store: Store, clock: Clock) -> None:
    week_before = event("before", start=LAST_NIGHT - 7 * DAY)
    find(store, week_before)
    store.answer_event(METER, "before", Answer.EXPECTED)
    find(store, week_before, event("like"))
    assert told(store) == []
    find(store, week_before, event("like", excess_kwh=9.0, severity=90))  # three times as much is not like it
    assert told(store) == [["like"]]


def test_what_a_person_asked_to_be_told_of_is_told_whatever_its_severity(store: Store) -> None:
    store.outbox.remove_channel("c-1")
    add_channel(store, "c-high", None, AlertRule(95))
    before = event("before", start=LAST_NIGHT - 7 * DAY)
    find(store, before)
    store.answer_event(METER, "before", Answer.ALERT)
    find(store, before, event("next", start=END - 30 * HOUR + HOUR * 10, severity=10, hours=21))
    assert told(store) == [["next"]]


def test_ten_an_hour_and_the_rest_in_one(store: Store, clock: Clock) -> None:
    events = [event(f"e{n:02}", start=LAST_NIGHT + n * HOUR / 2, hours=0.4) for n in range(MOST_AN_HOUR + 5)]
    for count in range(1, len(events) + 1):
        find(store, *events[:count])
    messages = store.outbox.messages(99)
    assert sorted(each.events for each in messages) == [1] * MOST_AN_HOUR + [5]
    (summing_up,) = (each for each in messages if each.events == 5)
    assert summing_up.due_at == clock.now + HOUR
    clock.now += HOUR
    assert len(store.outbox.claim("s", 99, 60)) == MOST_AN_HOUR + 1
    clock.now += HOUR
    find(store, *events, event("later", start=END - HOUR))
    assert [each.events for each in store.outbox.messages(99)].count(1) == MOST_AN_HOUR + 1


def test_a_claim_keeps_others_off_until_it_ends(store: Store, clock: Clock) -> None:
    find(store, event())
    (first,) = store.outbox.claim("one", 8, 60)
    assert store.outbox.claim("two", 8, 60) == []
    assert store.outbox.next_due() == clock.now + timedelta(seconds=60)
    clock.now += timedelta(seconds=60)
    assert not keep(store, first, "one")
    (second,) = store.outbox.claim("two", 8, 60)
    assert (first.message_id, second.tries) == (second.message_id, 2)
    assert not keep(store, first, "one")
    assert keep(store, second, "two")
    store.outbox.mark_failed(first, "one", "late", clock.now)
    assert store.outbox.messages(1)[0].reason == ""
    store.outbox.mark_sent(first)  # it was accepted, whoever holds it now
    assert store.outbox.messages(1)[0].state is MessageState.SENT
    assert not keep(store, second, "two")
    store.outbox.mark_failed(second, "two", "late", clock.now)
    assert store.outbox.messages(1)[0].state is MessageState.SENT


def test_of_many_who_claim_at_once_each_message_goes_to_one(store: Store) -> None:
    find(store, *(event(f"e{n}", start=LAST_NIGHT + n * HOUR, hours=0.5) for n in range(8)))
    claimed: list[int] = []
    threads = [
        threading.Thread(target=lambda name=name: claimed.extend(each.message_key for each in store.outbox.claim(name, 3, 60)))  # type: ignore[misc]
        for name in "abcd"
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(claimed) == sorted(set(claimed))
    assert len(claimed) == 8


def test_words_stay_as_they_were_first_said(store: Store, clock: Clock) -> None:
    find(store, event())
    (message,) = store.outbox.claim("s", 8, 60)
    assert message.words is None
    assert keep(store, message, "s")
    store.outbox.mark_failed(message, "s", "busy", clock.now + HOUR)
    assert [(each.state, each.reason, each.subject, each.due_at) for each in store.outbox.messages(5)] == [
        (MessageState.WAITING, "busy", "subject", clock.now + HOUR)
    ]
    assert store.outbox.claim("s", 8, 60) == []
    clock.now += HOUR
    (again,) = store.outbox.claim("s", 8, 60)
    assert (again.words, again.tries, again.message_id) == (WORDS, 2, message.message_id)
    store.outbox.mark_failed(again, "s", "still busy", None)
    assert [(each.state, each.reason, each.ended_at) for each in store.outbox.messages(5)] == [
        (MessageState.GIVEN_UP, "still busy", clock.now)
    ]
    assert store.outbox.next_due() is None


def test_a_removed_channel_takes_its_messages_along(store: Store) -> None:
    find(store, event())
    (message,) = store.outbox.claim("s", 8, 60)
    store.outbox.remove_channel("c-1")
    assert (store.outbox.messages(5), store.outbox.channels(), store.outbox.next_due()) == ([], [], None)
    assert not keep(store, message, "s")
    store.outbox.mark_sent(message)
    with pytest.raises(NotFoundError):
        store.outbox.remove_channel("c-1")
    with pytest.raises(NotFoundError):
        store.outbox.channel("c-1")


def test_a_channel_of_a_meter_that_is_not_there_is_not_added(store: Store) -> None:
    with pytest.raises(NotFoundError):
        add_channel(store, "c-2", "m-none")


def test_old_messages_are_forgotten(store: Store, clock: Clock) -> None:
    find(store, event())
    (message,) = store.outbox.claim("s", 8, 60)
    store.outbox.mark_sent(message)
    clock.now += timedelta(seconds=KEEP_SECONDS + 1)
    store.outbox.claim("s", 8, 60)
    assert store.outbox.messages(5) == []


def test_an_analysis_that_is_not_saved_queues_nothing(store: Store) -> None:
    def be_killed() -> None:
        with store._database.writing() as connection:
            add_provisional(connection, 1, (event(),), 0, int(store._now().timestamp()))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        be_killed()
    assert (store.outbox.messages(5), store.events(METER)) == ([], [])
