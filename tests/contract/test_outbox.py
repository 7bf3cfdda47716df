"""Alerts in the store: which events are queued, in which transaction, once; and what becomes of them."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.factories import START, Clock, make_event, make_meter, make_readings, make_scored, make_upload
from wattsup_core.alerting import AlertRule, AlertTopic, MessageState
from wattsup_core.analysis.model_version import MODEL_VERSION
from wattsup_core.analysis.pipeline import Analysis
from wattsup_core.answered import Answer
from wattsup_core.errors import NotFoundError
from wattsup_core.store import AlertChannel, ClaimedMessage, MessageContent, Store
from wattsup_core.store.alert_claims import KEEP_SECONDS
from wattsup_core.store.alerts import MOST_AN_HOUR
from wattsup_core.store.events import add_provisional
from wattsup_core.types import AnomalyEvent, EventClass, EventKind

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
METER = "m-home"
ROWS = make_readings(days=30)
END = START + 30 * DAY
LAST_NIGHT = END - 20 * HOUR
CONTENT = MessageContent("subject", "text", {"type": "anomaly"})


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


def event(event_id: str = "a", start: datetime = LAST_NIGHT, **changes: object) -> AnomalyEvent:
    return make_event(event_id, start=start, **changes)  # type: ignore[arg-type]


def keep(store: Store, message: ClaimedMessage, holder: str) -> bool:
    """Keep what a message says of all its events; whether `holder` may send it."""
    said = [(message, CONTENT, store.outbox.told_events(message))]
    return store.outbox.keep_all(holder, said, 60) == {message.message_key}


def look(store: Store, *events: AnomalyEvent, from_ts: datetime = START, meter_key: int = 1) -> None:
    """A first look has found these events."""
    with store._database.writing() as connection:
        add_provisional(connection, meter_key, events, int(from_ts.timestamp()), int(store._now().timestamp()))


def told(store: Store) -> list[list[str]]:
    """The ids of the events of each message that waits, in the order they were queued."""
    sql = (
        "SELECT m.message_key, e.event_id FROM alert_messages AS m LEFT JOIN alerts AS a USING (message_key) "
        "LEFT JOIN events AS e USING (meter_key, event_id) WHERE m.state = 'waiting' ORDER BY m.message_key, e.start_ts, e.event_id"
    )
    found: dict[int, list[str]] = {}
    with store._database.reading() as connection:
        for message_key, event_id in connection.exec_driver_sql(sql):
            found.setdefault(message_key, []).extend([event_id] if event_id else [])
    return list(found.values())


def claim_all(store: Store, holder: str = "s", seconds: int = 60) -> list[ClaimedMessage]:
    """Claim everything that is due, one message of a channel after the other."""
    claimed: list[ClaimedMessage] = []
    while more := store.outbox.claim(holder, 99, seconds):
        claimed += more
    return claimed


def send_all(store: Store) -> None:
    """Have everything sent that is due."""
    for message in claim_all(store):
        assert keep(store, message, "s")
        store.outbox.mark_sent(message)


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


@pytest.mark.parametrize(
    ("later", "is_same"),
    [
        (event("b", start=LAST_NIGHT + HOUR / 4), True),
        (event("b", kind=EventKind.NIGHT_USE, hours=8), True),  # it has grown, and is called otherwise by that
        (event("b", start=LAST_NIGHT + 1.9 * HOUR, hours=2), False),
        (event("b", start=LAST_NIGHT + 1.9 * HOUR, hours=2, kind=EventKind.NIGHT_USE), False),
        (event("b", kind=EventKind.DROP), False),
        (event("b", kind=EventKind.GAP, event_class=EventClass.DATA_GAP), False),
    ],
)
def test_a_sent_alert_is_of_what_is_the_same_event_alone(store: Store, later: AnomalyEvent, is_same: bool) -> None:
    find(store, event("a"))
    send_all(store)
    find(store, later)
    assert told(store) == ([] if is_same else [["b"]])


def test_of_two_that_were_told_the_one_that_is_most_like_it_counts(store: Store) -> None:
    find(store, event("early"), event("late", start=LAST_NIGHT + 3 * HOUR))
    assert told(store) == [["early"], ["late"]]
    find(store, event("b", start=LAST_NIGHT + HOUR, hours=4))
    assert told(store) == [[], ["b"]]


def test_a_look_that_calls_a_told_event_otherwise_tells_nothing_new(store: Store) -> None:
    add_history(store, event("old", hours=1, meter_id="m-new"))
    find(store, event("a", hours=1))
    send_all(store)
    look(store, event("b", hours=3, kind=EventKind.NIGHT_USE))  # "a" stays until the whole analysis has seen it
    look(store, event("new", hours=3, kind=EventKind.NIGHT_USE, meter_id="m-new"), meter_key=2)
    assert told(store) == []


def test_what_reached_nobody_is_told_when_it_is_found_anew(store: Store) -> None:
    find(store, event("a"))
    (message,) = claim_all(store)
    store.outbox.mark_failed(message, "s", "No such user.", None)
    find(store, event("b", start=LAST_NIGHT + HOUR / 2))
    assert told(store) == [["b"]]


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


def add_history(store: Store, *events: AnomalyEvent) -> None:
    """A second meter, whose first analysis has found these events."""
    store.add_meter(make_meter("m-new"))
    store.save_upload(make_upload("u-2", ("m-new",)), [("m-new", ROWS)])
    find(store, *events, meter_id="m-new")


def test_the_first_analysis_of_a_meter_is_history(store: Store) -> None:
    add_history(store, event(meter_id="m-new"))
    assert told(store) == []
    find(store, event(meter_id="m-new"), event("b", start=LAST_NIGHT + 4 * HOUR, meter_id="m-new"), meter_id="m-new")
    assert told(store) == [["b"]]


@pytest.mark.parametrize(
    "later",
    [
        event(expected_kwh=2.0 + 1e-7),
        event(hours=9, severity=99),
        event("moved", start=LAST_NIGHT - HOUR / 2, hours=3),
        event("grown", hours=9, kind=EventKind.NIGHT_USE),
    ],
    ids=["a rounding", "larger", "other edges", "another kind"],
)
@pytest.mark.parametrize("is_gone_between", [False, True])
def test_history_is_no_news_however_a_later_analysis_finds_it(store: Store, later: AnomalyEvent, is_gone_between: bool) -> None:
    add_history(store, event(meter_id="m-new"))
    if is_gone_between:
        find(store, meter_id="m-new")
    find(store, replace(later, meter_id="m-new"), meter_id="m-new")
    find(store, replace(later, meter_id="m-new", severity=100), meter_id="m-new")
    assert told(store) == []
    find(store, event("b", start=LAST_NIGHT + 12 * HOUR, meter_id="m-new"), meter_id="m-new")
    assert told(store) == [["b"]]


def test_what_a_look_has_seen_before_the_first_analysis_is_history_too(store: Store) -> None:
    store.add_meter(make_meter("m-new"))
    store.save_upload(make_upload("u-2", ("m-new",)), [("m-new", ROWS)])
    look(store, event(meter_id="m-new"), meter_key=2)
    find(store, event(meter_id="m-new", severity=80), meter_id="m-new")
    look(store, event(meter_id="m-new", severity=90), meter_key=2)
    assert told(store) == []


def test_what_was_there_before_the_channel_is_not_told(store: Store) -> None:
    find(store, event())
    add_channel(store, "c-2")
    find(store, event(expected_kwh=2.0 + 1e-7), event("b", start=LAST_NIGHT + 4 * HOUR))
    assert sorted(told(store)) == [["a"], ["b"], ["b"]]
    assert [each.channel_label for each in store.outbox.messages(9)].count("label c-2") == 1


def test_an_event_is_told_when_it_comes_to_deserve_it(store: Store) -> None:
    store.outbox.remove_channel("c-1")
    add_channel(store, "c-high", None, AlertRule(80))
    find(store, event(severity=79))
    find(store, event(severity=79, expected_kwh=2.1))
    assert told(store) == []
    find(store, event(severity=80))
    find(store, event(severity=90))
    assert told(store) == [["a"]]


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
    assert len(claim_all(store)) == MOST_AN_HOUR + 1
    clock.now += HOUR
    find(store, *events, event("later", start=END - HOUR))
    assert [each.events for each in store.outbox.messages(99)].count(1) == MOST_AN_HOUR + 1


def test_of_each_channel_one_is_claimed_and_of_busy_ones_none(store: Store, clock: Clock) -> None:
    add_channel(store, "c-2")
    find(store, event("a"))
    clock.now += HOUR / 60
    find(store, event("a"), event("b", start=LAST_NIGHT + 4 * HOUR))
    first = store.outbox.claim("s", 9, 60)
    assert [(each.channel.channel_id, each.created_at) for each in first] == [("c-1", END + HOUR), ("c-2", END + HOUR)]
    assert store.outbox.claim("s", 9, 60, busy={"c-1", "c-2"}) == []
    assert [each.channel.channel_id for each in store.outbox.claim("s", 9, 60, busy={"c-1"})] == ["c-2"]
    assert [each.channel.channel_id for each in store.outbox.claim("s", 9, 60)] == ["c-1"]


def test_a_claim_keeps_others_off_until_it_ends(store: Store, clock: Clock) -> None:
    find(store, event())
    (first,) = store.outbox.claim("one", 8, 60)
    assert store.outbox.claim("two", 8, 60) == []
    assert store.outbox.next_due() == clock.now + timedelta(seconds=60)
    clock.now += timedelta(seconds=60)
    assert not keep(store, first, "one")
    (second,) = store.outbox.claim("two", 8, 60)
    assert (first.message_id, second.tries) == (second.message_id, 1), "nothing was tried under the first claim"
    assert not keep(store, first, "one")
    assert keep(store, second, "two")
    assert store.outbox.messages(1)[0].tries == 1
    store.outbox.mark_failed(first, "one", "late", clock.now)
    assert store.outbox.messages(1)[0].reason == ""
    store.outbox.mark_sent(first)  # it was accepted, whoever holds it now
    assert store.outbox.messages(1)[0].state is MessageState.SENT
    assert not keep(store, second, "two")
    store.outbox.mark_failed(second, "two", "late", clock.now)
    assert store.outbox.messages(1)[0].state is MessageState.SENT


def test_claims_of_those_who_have_ended_are_given_back(store: Store, clock: Clock) -> None:
    add_channel(store, "c-2")
    find(store, event())
    ((dead,), (alive,)) = (store.outbox.claim(name, 1, 60) for name in ("dead", "alive"))
    store.outbox.mark_failed(alive, "alive", "busy", clock.now)
    store.outbox.claim("alive", 1, 60)
    assert store.outbox.release(lambda holder: holder == "dead") == 1
    assert not keep(store, dead, "dead")
    assert keep(store, alive, "alive")
    (again,) = store.outbox.claim("alive", 8, 60)
    assert (again.message_id, again.tries) == (dead.message_id, 1)
    assert store.outbox.release(lambda holder: holder == "dead") == 0


def test_of_many_who_claim_at_once_each_message_goes_to_one(store: Store) -> None:
    find(store, *(event(f"e{n}", start=LAST_NIGHT + n * HOUR, hours=0.5) for n in range(8)))
    claimed: list[int] = []
    threads = [
        threading.Thread(target=lambda name=name: claimed.extend(each.message_key for each in claim_all(store, name)))  # type: ignore[misc]
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
    assert message.content is None
    assert keep(store, message, "s")
    store.outbox.mark_failed(message, "s", "busy", clock.now + HOUR)
    assert [(each.state, each.reason, each.subject, each.due_at) for each in store.outbox.messages(5)] == [
        (MessageState.WAITING, "busy", "subject", clock.now + HOUR)
    ]
    assert store.outbox.claim("s", 8, 60) == []
    clock.now += HOUR
    (again,) = store.outbox.claim("s", 8, 60)
    assert (again.content, again.tries, again.message_id) == (CONTENT, 2, message.message_id)
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


def test_that_what_goes_on_was_told_is_not_forgotten(store: Store, clock: Clock) -> None:
    floor = {"kind": EventKind.BASELOAD_STEP, "start": END - 10 * DAY}
    find(store, event("a", hours=10 * 24, **floor))
    send_all(store)
    clock.now += timedelta(seconds=KEEP_SECONDS + 1)
    months = (clock.now - END + 10 * DAY) / HOUR
    find(store, event("a", hours=months, **floor))
    claim_all(store)
    find(store, event("b", hours=months, **floor | {"start": END - 10 * DAY + HOUR}))
    claim_all(store)  # it is gone, and what is in its place was told by the same message
    find(store, event("b", hours=months, severity=90, **floor | {"start": END - 10 * DAY + HOUR}))
    assert told(store) == []
    assert [each.state for each in store.outbox.messages(5)] == [MessageState.SENT]


def test_an_analysis_that_is_not_saved_queues_nothing(store: Store) -> None:
    def be_killed() -> None:
        with store._database.writing() as connection:
            add_provisional(connection, 1, (event(),), 0, int(store._now().timestamp()))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        be_killed()
    assert (store.outbox.messages(5), store.events(METER)) == ([], [])
