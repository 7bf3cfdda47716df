"""One alert an event and channel, in whatever order looks and analyses come, whoever sends meanwhile and whoever is killed."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories import START, make_event, make_meter, make_readings, make_scored, make_upload
from wattsup_core.alerting import AlertRule, MessageState
from wattsup_core.analysis.model_version import MODEL_VERSION
from wattsup_core.analysis.pipeline import Analysis
from wattsup_core.service.alerts.sender import RetryPolicy, Sender
from wattsup_core.service.alerts.undelivered import UndeliveredError
from wattsup_core.settings import Settings
from wattsup_core.store import AlertChannel, MessageContent, Store
from wattsup_core.store.events import add_provisional
from wattsup_core.types import AnomalyEvent, EventKind

METER = "m-home"
ROWS = make_readings(days=3)
SCORED = make_scored(ROWS, model_version=MODEL_VERSION)
END = START + timedelta(days=3)
SLOTS = 4  # places apart from each other where something may be found

KINDS = (EventKind.SPIKE, EventKind.SUSTAINED_HIGH)  # of the same beginning, so one event, under two ids
found_there = st.tuples(st.integers(1, 6), st.integers(20, 95), st.sampled_from(KINDS))  # half-hours it lasts, severity
findings = st.dictionaries(st.integers(0, SLOTS - 1), found_there, max_size=SLOTS)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("look"), findings),
        st.tuples(st.just("analysis"), findings),
        st.tuples(st.just("send"), st.sampled_from(["taken", "refused", "killed before", "killed after"])),
        st.tuples(st.just("wait"), st.sampled_from([1, 30, 90, 900])),
    ),
    max_size=25,
)


class KilledError(BaseException):
    """Stands for a process that is killed."""


def events_of(found: dict[int, tuple[int, int, EventKind]]) -> tuple[AnomalyEvent, ...]:
    """An event for each place: its beginning stays, its length and severity change, and its kind with its id."""
    return tuple(
        make_event(f"e{slot}-{kind}", start=END - timedelta(hours=6 * (slot + 1)), hours=length / 2, severity=severity, kind=kind)
        for slot, (length, severity, kind) in sorted(found.items())
    )


def place_of(event_id: str) -> str:
    return event_id.partition("-")[0]


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps=steps, least=st.integers(0, 90))
def test_each_event_is_accepted_once_by_each_channel(steps: list[tuple[str, object]], least: int) -> None:
    now = [END]
    store = Store("sqlite://", lambda: now[0])
    store.migrate()
    store.add_meter(make_meter())
    store.save_upload(make_upload("u-1", (METER,)), [(METER, ROWS)])
    store.save_analysis(METER, 1, Analysis(SCORED, (), MODEL_VERSION, ()))
    for name, severity in (("c-all", 0), ("c-some", least)):
        store.outbox.add_channel(AlertChannel(name, None, name, name, AlertRule(severity), now[0]), 2)
    accepted: Counter[tuple[str, str]] = Counter()
    keys: dict[tuple[str, str], set[str]] = {}
    highest: dict[str, int] = {}
    kills: list[str] = []
    fate = ["taken"]

    def hand_over(_: Settings, address: str, content: MessageContent, message_id: str, created_at: datetime) -> None:
        if fate[0] == "killed before":
            raise KilledError
        if fate[0] == "refused":
            raise UndeliveredError("Busy.")
        for place in {place_of(event["event_id"]) for event in content.payload["events"]}:
            accepted[address, place] += 1
            keys.setdefault((address, place), set()).add(message_id)
        if fate[0] == "killed after":
            fate[0] = "taken"
            kills.append(message_id)
            raise KilledError

    def send() -> None:
        sender, begun = Sender(store, Settings(), retry_policy=RetryPolicy(most_tries=99), hand_over=hand_over, now=lambda: now[0]), True
        while begun:
            with ThreadPoolExecutor(1) as pool:
                begun = bool(sender.begin_due(pool))

    for step, value in [*steps, ("wait", 900), ("send", "taken"), ("wait", 90_000), ("send", "taken"), ("send", "taken")]:
        if step in {"look", "analysis"}:
            found = events_of(value)  # type: ignore[arg-type]
            for event in found:
                place = place_of(event.event_id)
                highest[place] = max(highest.get(place, 0), event.severity)
            if step == "look":
                with store._database.writing() as connection:
                    add_provisional(connection, 1, found, 0, int(now[0].timestamp()))
            else:
                store.save_analysis(METER, 1, Analysis(SCORED, found, MODEL_VERSION, ()))
        elif step == "send":
            fate[0] = str(value)
            send()
        else:
            now[0] += timedelta(seconds=int(value))  # type: ignore[call-overload]
    twice = {key: count for key, count in accepted.items() if count > 1}
    again = {message_id for key in twice for message_id in keys[key]}
    assert again <= set(kills)  # only where the sender was killed after the other side's word
    assert all(len(each) == 1 for each in keys.values())  # and then under the same key
    assert all(severity >= least for place, severity in highest.items() if ("c-some", place) in accepted)
    assert all(each.state is not MessageState.WAITING for each in store.outbox.messages(99))
