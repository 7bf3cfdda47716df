"""What an answer is of, what is like it, and how long it holds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest

from tests.factories import START, make_event
from wattsup_core.analysis.answers import GivenAnswer, own_answer, with_answers
from wattsup_core.answered import Answer
from wattsup_core.types import AnomalyEvent, Direction, EventClass, EventKind

ZONE = "Europe/London"
HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(days=7)
EVENING = START + 18 * HOUR  # a Monday's
FAULT = {"kind": EventKind.GAP, "event_class": EventClass.DATA_GAP, "direction": Direction.FLAT}


def said(answer: Answer = Answer.EXPECTED, event: AnomalyEvent | None = None, days: float = 0, **changes: Any) -> GivenAnswer:
    """An answer to `event` (an evening of 3 kWh too much), given so many days after the first."""
    of = event or make_event(start=EVENING)
    given: dict[str, Any] = {"start": of.start, "end": of.end, "kind": of.kind, "excess_kwh": of.excess_kwh} | changes
    return GivenAnswer(answer, given_at=START + WEEK + days * DAY, known_until=given.pop("known_until", START + DAY), **given)


def judged(event: AnomalyEvent, *answers: GivenAnswer, zone: str = ZONE) -> AnomalyEvent:
    (found,) = with_answers([event], answers, zone)
    return found


def later(weeks: float = 1, **changes: Any) -> AnomalyEvent:
    """The same evening, so many weeks later."""
    return make_event("later", start=changes.pop("start", EVENING + weeks * WEEK), **changes)


# which event an answer is of


@pytest.mark.parametrize(
    ("moved", "hours", "is_its"),
    [(0, 2, True), (-0.5, 2, True), (0.5, 2.5, True), (1, 2, True), (1.5, 2, False), (2, 2, False), (0, 8, True), (-3, 3, False)],
)
def test_an_answer_is_of_what_shares_half_of_its_stretch(moved: float, hours: float, is_its: bool) -> None:
    event = make_event(start=EVENING + moved * HOUR, hours=hours)
    assert (own_answer(event, [said(Answer.PROBLEM)]) is not None) == is_its


def test_a_growing_event_may_change_its_kind_but_not_its_side() -> None:
    grown = make_event(start=EVENING, hours=5, kind=EventKind.SUSTAINED_HIGH)
    first = make_event(start=EVENING, hours=1, kind=EventKind.SPIKE)
    assert own_answer(grown, [said(Answer.ALERT, first)]) is not None
    assert own_answer(make_event(start=EVENING - 2 * HOUR, hours=9), [said(Answer.ALERT, first)]) is None  # it began before
    assert own_answer(make_event(start=EVENING, kind=EventKind.DROP), [said(Answer.ALERT, first)]) is None
    assert own_answer(make_event(start=EVENING, **FAULT), [said(Answer.ALERT, first)]) is None


def test_its_own_kind_comes_first_then_what_is_shared_then_the_newest() -> None:
    event = make_event(start=EVENING)
    kin = said(Answer.ALERT, kind=EventKind.SPIKE, days=9)
    near, far = said(Answer.PROBLEM), said(Answer.EXPECTED, start=EVENING + HOUR, end=EVENING + 3 * HOUR, days=8)
    for order in permutations([kin, near, far]):
        found = own_answer(event, order)
        assert found is not None
        assert found.answer is Answer.PROBLEM
    newer = own_answer(event, [near, said(Answer.MENDED, days=1)])
    assert newer is not None
    assert newer.answer is Answer.MENDED


def test_a_lasting_change_is_known_by_its_beginning() -> None:
    step = make_event(start=START, hours=24 * 60, kind=EventKind.BASELOAD_STEP)
    assert own_answer(make_event(start=START + DAY, hours=24 * 90, kind=EventKind.BASELOAD_STEP), [said(event=step)]) is not None
    assert own_answer(make_event(start=START + 20 * DAY, hours=24 * 30, kind=EventKind.BASELOAD_STEP), [said(event=step)]) is None


# how long it is expected


@pytest.mark.parametrize(("excess_kwh", "holds"), [(3.0, True), (3.9, True), (4.0, False), (0.5, True), (-4.0, False)])
def test_expected_holds_while_it_is_no_larger(excess_kwh: float, holds: bool) -> None:
    found = judged(make_event(start=EVENING, excess_kwh=excess_kwh), said())
    assert found.answer is not None
    assert (found.answer.holds, found.is_expected) == (holds, holds)


def test_what_was_still_on_may_last_but_not_draw_more() -> None:
    was_on = said(known_until=EVENING + 2 * HOUR)
    assert judged(make_event(start=EVENING, hours=8, excess_kwh=12.0), was_on).is_expected
    assert not judged(make_event(start=EVENING, hours=8, excess_kwh=16.0), was_on).is_expected
    assert not judged(make_event(start=EVENING, hours=8, excess_kwh=12.0), said()).is_expected


def test_a_problem_stays_one_however_it_grows() -> None:
    found = judged(make_event(start=EVENING, hours=3, excess_kwh=300.0), said(Answer.PROBLEM))
    assert found.is_problem
    assert not found.is_expected


# what is like it


@pytest.mark.parametrize(
    ("changes", "is_like"),
    [
        ({}, True),
        ({"start": EVENING + WEEK + 2 * HOUR}, True),
        ({"start": EVENING + WEEK - 2 * HOUR}, True),
        ({"start": EVENING + WEEK + 2.5 * HOUR}, False),
        ({"start": EVENING + WEEK + DAY}, False),  # another day of the week
        ({"weeks": 52}, True),
        ({"weeks": 53}, False),  # habits change
        ({"weeks": -1}, False),  # it came before
        ({"excess_kwh": 3.9}, True),
        ({"excess_kwh": 4.0}, False),
        ({"excess_kwh": 2.1}, True),
        ({"excess_kwh": 2.0}, False),
        ({"excess_kwh": -3.0}, False),
        ({"excess_kwh": float("nan")}, False),
        ({"hours": 1.5}, False),  # the same energy at a third more power
        ({"hours": 3}, True),
        ({"kind": EventKind.SPIKE}, False),
        ({"event_class": EventClass.METER_FAULT}, False),
    ],
)
def test_like_is_the_same_time_of_week_and_about_as_large(changes: dict[str, Any], is_like: bool) -> None:
    found = judged(later(**changes), said())
    assert found.is_expected == is_like
    if is_like:
        assert found.answer is not None
        assert (found.answer.is_own, found.answer.start) == (False, EVENING)


def test_the_clock_is_the_meters() -> None:
    summer = datetime(2026, 3, 30, 17, 0, tzinfo=UTC)  # a Monday at 18:00 British Summer Time
    assert judged(later(start=summer + 2 * HOUR), said()).is_expected
    assert not judged(later(start=summer + 2 * HOUR + timedelta(minutes=1)), said()).is_expected
    assert judged(later(start=summer - HOUR), said(), zone="UTC").is_expected


@pytest.mark.parametrize(
    "kind", [kind for kind in EventKind if kind not in {"SPIKE", "SUSTAINED_HIGH", "NIGHT_USE", "DROP", "SUSTAINED_LOW"}]
)
def test_faults_and_lasting_changes_are_never_expected_by_likeness(kind: EventKind) -> None:
    event = make_event(start=EVENING, kind=kind)
    assert not judged(later(kind=kind), said(event=event)).is_expected
    assert judged(event, said(event=event)).is_expected  # only by their own answer


def test_an_own_answer_wins_over_a_like_one() -> None:
    again = later()
    assert judged(again, said(), said(Answer.PROBLEM, again)).is_problem
    assert judged(again, said(Answer.PROBLEM), said(event=again)).is_expected


def test_the_newest_word_of_like_ones_counts() -> None:
    problem = said(Answer.PROBLEM, later(1), days=7)
    assert judged(later(2), said(), problem).answer is None
    again = judged(later(2), said(), problem, said(event=later(0.999), days=9))
    assert again.is_expected


# to be told of


@pytest.mark.parametrize(
    ("changes", "is_told"),
    [
        ({}, True),
        ({"start": EVENING + 3 * DAY}, True),  # any day
        ({"excess_kwh": 30.0}, True),  # and larger
        ({"excess_kwh": 2.0}, False),
        ({"start": EVENING + WEEK + 3 * HOUR}, False),
        ({"kind": EventKind.SPIKE}, False),
        ({"weeks": 60}, False),
    ],
)
def test_one_is_told_of_the_next_like_it(changes: dict[str, Any], is_told: bool) -> None:
    assert judged(later(**changes), said(Answer.ALERT)).is_alert == is_told


def test_what_was_known_then_is_not_the_next_time() -> None:
    assert not judged(later(), said(Answer.ALERT, known_until=later().end)).is_alert
    assert judged(later(hours=3), said(Answer.ALERT, known_until=later().end)).is_alert


def test_any_next_gap_is_told_of_and_an_answer_ends_the_alert() -> None:
    gap, again = make_event(start=EVENING, **FAULT), later(0.4, **FAULT)
    assert judged(again, said(Answer.ALERT, gap)).is_alert
    assert not judged(again, said(Answer.ALERT, gap), said(Answer.PROBLEM, again)).is_alert
    assert not judged(again, said(Answer.ALERT, gap), said(Answer.ALERT, again)).is_alert


def test_a_problem_does_not_end_an_alert_but_expected_does() -> None:
    alert = said(Answer.ALERT)
    assert judged(later(2), alert, said(Answer.PROBLEM, later(1), days=8)).is_alert
    assert judged(later(2), alert, said(Answer.EXPECTED, later(1), days=8)).is_expected
