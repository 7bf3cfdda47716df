"""Which events are worth an alert.

**Recent, twice.** An event has to reach into the last two days of its meter's readings and of the wall clock: the history of a file that
was just imported is no news, nor is the newest day of a file from last year. Two days, because many suppliers hand a day's readings over on
the next.

**When it comes to deserve it.** Analyses find an event again and again with other figures. A channel is told when it is new, or when it
deserves by its rule what it did not deserve as it was before: not of what was there before the channel.

**Nothing that a person has spoken of.** What was said to be expected, or is like it, counts for nothing while that holds; whoever has
called it a problem knows of it. What a person asked to be told of is told whatever its severity.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from wattsup_core.alerting import AlertRule, AlertTopic
from wattsup_core.analysis.tariff import UNPRICED_CLASSES
from wattsup_core.types import AnomalyEvent

RECENT = timedelta(hours=48)


def is_recent(event: AnomalyEvent, data_end: datetime, now: datetime) -> bool:
    """Whether an event is news: held against the end of its meter's newest reading and against the clock."""
    return event.end >= max(data_end, now) - RECENT


def is_news(event: AnomalyEvent, before: AnomalyEvent | None, rule: AlertRule, data_end: datetime, now: datetime) -> bool:
    """Whether a recent event deserves what it did not deserve as it was `before`, `None` for one that is new."""
    was_told = before is not None and is_recent(before, data_end, now) and is_worth_telling(before, rule)
    return is_worth_telling(event, rule) and not was_told


def is_worth_telling(event: AnomalyEvent, rule: AlertRule) -> bool:
    """Whether a channel with this rule is told of an event, as far as its answer, severity and class say."""
    if event.is_alert:
        return True
    if event.is_expected or (event.answer is not None and event.answer.is_own and event.answer.holds):
        return False
    is_data = event.event_class in UNPRICED_CLASSES
    topic_fits = rule.topic is AlertTopic.ALL or is_data == (rule.topic is AlertTopic.DATA)
    return topic_fits and event.severity >= rule.least_severity
