"""What a person says of an anomaly, and what of it holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Answer(StrEnum):
    """What a person says of an event. `MENDED` is a problem that is over with; `ALERT` asks to be told of the next one like it."""

    PROBLEM = "problem"
    MENDED = "mended"
    EXPECTED = "expected"
    ALERT = "alert"


@dataclass(frozen=True)
class EventAnswer:
    """What holds of an event by what a person has said (see :mod:`wattsup_core.analysis.answers`).

    `start` is that of the event the person spoke of: of this one when `is_own`, else of a like one before. `holds` is false of one that
    was said to be expected and has grown larger since.
    """

    answer: Answer
    given_at: datetime
    start: datetime
    is_own: bool = True
    holds: bool = True


class Answered:
    """Something that may have an `answer`."""

    answer: EventAnswer | None

    @property
    def is_expected(self) -> bool:
        """Whether a person has said that it, or one like it before, was expected: it is shown, but counts for nothing."""
        return self.answer is not None and self.answer.answer is Answer.EXPECTED and self.answer.holds

    @property
    def is_problem(self) -> bool:
        """Whether a person has said that it is a problem, and not that it is mended."""
        return self.answer is not None and self.answer.answer is Answer.PROBLEM

    @property
    def is_alert(self) -> bool:
        """Whether a person who saw one like it asked to be told of it, and has not said anything of it yet."""
        return self.answer is not None and self.answer.answer is Answer.ALERT and not self.answer.is_own
