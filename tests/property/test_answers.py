"""An answer is of its event however often, in whatever order and parcels, the readings are looked at anew."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.factories import START, make_event, make_meter, make_readings, make_scored, make_upload
from wattsup_core.analysis.answers import GivenAnswer, with_answers
from wattsup_core.analysis.events import event_id_of
from wattsup_core.analysis.model_version import MODEL_VERSION
from wattsup_core.analysis.pipeline import Analysis
from wattsup_core.answered import Answer
from wattsup_core.store import Store, open_store
from wattsup_core.store.events import add_provisional
from wattsup_core.timegrid import epoch_of
from wattsup_core.types import AnomalyEvent, EventKind

QUARTER, HOUR = timedelta(minutes=15), timedelta(hours=1)
ROWS = make_readings(days=14)
numbers = count(1)
kinds = st.sampled_from([EventKind.SPIKE, EventKind.SUSTAINED_HIGH, EventKind.DROP, EventKind.GAP])
nudges = st.tuples(st.integers(-3, 3), st.integers(-3, 3))  # quarters of an hour, of an event of four hours
said = st.sampled_from(list(Answer))


@pytest.fixture(scope="module")
def store() -> Store:
    opened = open_store("sqlite://")
    opened.migrate()
    return opened


def event_of(meter_id: str, day: int, kind: EventKind, nudge: tuple[int, int] = (0, 0)) -> AnomalyEvent:
    """Four hours of a day, its edges moved by quarters of an hour; the id is that of what is found."""
    start: datetime = START + timedelta(days=day) + 18 * HOUR + nudge[0] * QUARTER
    end = START + timedelta(days=day) + 22 * HOUR + nudge[1] * QUARTER
    return make_event(event_id_of(meter_id, epoch_of(start), kind), meter_id, start=start, hours=(end - start) / HOUR, kind=kind)


looks = st.lists(st.tuples(st.dictionaries(st.integers(0, 5), nudges), st.booleans()), max_size=6)


@settings(max_examples=60, deadline=None)
@given(
    kind=kinds,
    answered=st.dictionaries(st.integers(0, 5), said, min_size=1),
    between=looks,
    last=st.dictionaries(st.integers(0, 5), nudges),
)
def test_answers_outlive_every_look(
    store: Store,
    kind: EventKind,
    answered: dict[int, Answer],
    between: list[tuple[dict[int, tuple[int, int]], bool]],
    last: dict[int, tuple[int, int]],
) -> None:
    number = next(numbers)
    meter_id = f"m-{number}"
    store.add_meter(make_meter(meter_id))
    store.save_upload(make_upload(f"u-{number}", (meter_id,)), [(meter_id, ROWS)])

    def find(days: dict[int, tuple[int, int]], *, is_first_look: bool = False) -> None:
        found = tuple(event_of(meter_id, day, kind, nudge) for day, nudge in sorted(days.items()))
        if is_first_look:
            with store._database.writing() as connection:
                add_provisional(connection, number, found, 0, 0)
        else:
            store.save_analysis(meter_id, 1, Analysis(make_scored(ROWS), found, MODEL_VERSION, ()))

    find(dict.fromkeys(range(6), (0, 0)))
    for day, answer in answered.items():
        store.answer_event(meter_id, event_of(meter_id, day, kind).event_id, answer)
    for days, is_first_look in between:
        find(days, is_first_look=is_first_look)
    find(dict.fromkeys(range(6), (0, 0)) | last)
    own = {
        (event.start + 3 * HOUR - START).days: event.answer.answer
        for event in store.events(meter_id)
        if event.answer and event.answer.is_own
    }
    assert own == answered


@settings(max_examples=100, deadline=None)
@given(
    spoken=st.lists(st.tuples(st.integers(0, 30), kinds, said, st.integers(0, 50)), max_size=6, unique_by=lambda one: one[3]),
    days=st.lists(st.tuples(st.integers(0, 30), kinds), max_size=8),
    shuffled=st.randoms(use_true_random=False),
    cut=st.integers(0, 8),
)
def test_order_and_parcels_do_not_matter(
    spoken: list[tuple[int, EventKind, Answer, int]], days: list[tuple[int, EventKind]], shuffled: object, cut: int
) -> None:
    answers = []
    for day, kind, answer, at in spoken:
        event = event_of("m", day, kind)
        answers.append(GivenAnswer(answer, START + timedelta(days=60, hours=at), event.start, event.end, kind, event.excess_kwh, event.end))
    events = [event_of("m", day, kind) for day, kind in days]
    whole = with_answers(events, answers, "Europe/London")
    shuffled.shuffle(answers)  # type: ignore[attr-defined]
    parts = [*with_answers(events[:cut], answers, "Europe/London"), *with_answers(events[cut:], answers, "Europe/London")]
    assert [event.answer for event in parts] == [event.answer for event in whole]
    assert all(event.answer.answer in {Answer.EXPECTED, Answer.ALERT} for event in whole if event.answer and not event.answer.is_own)
