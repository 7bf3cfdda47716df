"""What a person's answers mean for events: which event an answer is of, and which later ones are like it.

**An answer is of an event** that is the one it was given of (:mod:`wattsup_core.analysis.same_event`), so that it outlives an analysis that
moves an edge or finds the event anew.

**Expected holds** while the event is no larger than what the person saw, by 30 %: by its energy; of one that was still going on, or that
lasts, by its mean power.

**Like an expected event** is a later one within a year: of the same kind, beginning at the same time of the week on the local clock,
give or take two hours, with the same energy away from the usual, give or take 30 %, and no higher mean power than that. Only stretches of
high or low use have likes: never a fault of the meter, a gap in the data, or a change that lasts. Where a like one was called a problem
since, none is expected.

**To be told of** is more: of what goes beyond the readings there were, each event of the kind; of stretches of use those at that time of
day on any day, at least 70 % as large.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from wattsup_core.analysis.findings import LASTING_KINDS
from wattsup_core.analysis.same_event import HIGH_USE, LOW_USE, is_same_event, likeness
from wattsup_core.analysis.tariff import UNPRICED_CLASSES
from wattsup_core.answered import Answer, EventAnswer
from wattsup_core.timegrid import to_wall
from wattsup_core.types import AnomalyEvent, EventKind

STRETCHES = HIGH_USE | LOW_USE
LARGER, SMALLER = 1.3, 0.7
NEAR_ON_CLOCK = timedelta(hours=2)
LASTS = timedelta(days=366)
DAY, WEEK = timedelta(days=1), timedelta(days=7)


@dataclass(frozen=True)
class GivenAnswer:
    """What a person has said, and of what: the event as it was then, its excess [kWh], and the end of the readings there were."""

    answer: Answer
    given_at: datetime
    start: datetime
    end: datetime
    kind: EventKind
    excess_kwh: float
    known_until: datetime

    @property
    def was_on(self) -> bool:
        """Whether the event was still going on then."""
        return self.end >= self.known_until


def with_answers(events: Iterable[AnomalyEvent], answers: Sequence[GivenAnswer], timezone: str) -> list[AnomalyEvent]:
    """The events, each with what holds of it; whatever their order, each is judged by the answers alone.

    Parameters
    ----------
    events
        Those that are asked about.
    answers
        All of the meter.
    timezone
        IANA zone of the meter, for times of day and week.
    """
    newest_first = sorted(answers, key=lambda given: (given.given_at, given.start, given.kind), reverse=True)
    heard = [_Heard(given, to_wall(given.start, timezone)) for given in newest_first]
    return [
        replace(event, answer=own_answer(event, newest_first) or _like_answer(event, to_wall(event.start, timezone), heard))
        for event in events
    ]


@dataclass(frozen=True)
class _Heard:
    """An answer, and when on the meter's local clock the event began that it was given of."""

    given: GivenAnswer
    clock: datetime


def own_answer(event: AnomalyEvent, answers: Iterable[GivenAnswer]) -> EventAnswer | None:
    """What a person has said of this very event: of its kind first, then what shares most of it, then the newest."""
    own = [given for given in answers if given.start < event.end and event.start < given.end and is_same_event(given, event)]
    if not own:
        return None
    given = max(own, key=lambda each: (likeness(each, event), each.given_at))
    holds = given.answer is not Answer.EXPECTED or not _has_outgrown(event, given)
    return EventAnswer(given.answer, given.given_at, given.start, holds=holds)


def _like_answer(event: AnomalyEvent, clock: datetime, newest_first: Iterable[_Heard]) -> EventAnswer | None:
    """What was said of a like event before: the newest word counts, and what is like a problem is not expected by an older one."""
    is_problem = False
    for heard in newest_first:
        given = heard.given
        if given.kind is not event.kind or not given.end <= event.start <= given.start + LASTS:
            continue
        if given.answer is Answer.ALERT:
            if _is_to_be_told(event, given, clock - heard.clock):
                return EventAnswer(given.answer, given.given_at, given.start, is_own=False)
        elif _is_like(event, given, clock - heard.clock):
            if given.answer is not Answer.EXPECTED:
                is_problem = True
            elif not is_problem:
                return EventAnswer(given.answer, given.given_at, given.start, is_own=False)
    return None


def _is_like(event: AnomalyEvent, given: GivenAnswer, later: timedelta) -> bool:
    """Whether an event is like the one an answer was given of, that much `later` on the local clock."""
    if not has_likes(event) or not given.excess_kwh or _apart_in(WEEK, later) > NEAR_ON_CLOCK:
        return False
    share = event.excess_kwh / given.excess_kwh
    return SMALLER <= share <= LARGER and _power_kw(event) <= LARGER * _power_kw(given)


def _is_to_be_told(event: AnomalyEvent, given: GivenAnswer, later: timedelta) -> bool:
    if event.end <= given.known_until:
        return False
    if not has_likes(event):
        return True
    return _apart_in(DAY, later) <= NEAR_ON_CLOCK and abs(event.excess_kwh) >= SMALLER * abs(given.excess_kwh)


def has_likes(event: AnomalyEvent) -> bool:
    """Whether it is a stretch of high or low use whose energy is known: only those can be like each other."""
    return event.kind in STRETCHES and event.event_class not in UNPRICED_CLASSES


def _has_outgrown(event: AnomalyEvent, given: GivenAnswer) -> bool:
    """Whether an event is larger now than what was said to be expected."""
    if given.was_on or event.kind in LASTING_KINDS:
        return _power_kw(event) > LARGER * _power_kw(given)
    return abs(event.excess_kwh) > LARGER * abs(given.excess_kwh)


def _power_kw(of: AnomalyEvent | GivenAnswer) -> float:
    """Mean power away from the usual [kW]."""
    return abs(of.excess_kwh) / ((of.end - of.start) / timedelta(hours=1))


def _apart_in(cycle: timedelta, later: timedelta) -> timedelta:
    """How far two times of a day or a week lie apart, either way round."""
    apart = later % cycle
    return min(apart, cycle - apart)
