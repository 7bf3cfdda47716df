"""What people say of the alerts they want, and what becomes of each."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

LOWEST_SEVERITY, HIGHEST_SEVERITY = 0, 100
NO_SEVERITY = (f"A severity is a whole number from {LOWEST_SEVERITY} to {HIGHEST_SEVERITY}.", f"{LOWEST_SEVERITY} tells of every anomaly.")
"""What is said to whoever gives another one, and what to do about it."""


class AlertTopic(StrEnum):
    """What a channel is told of: everything, unusual use alone, or what is wrong with the meter and its data alone."""

    ALL = "all"
    USE = "use"
    DATA = "data"


class MessageState(StrEnum):
    """What has become of a message. `WITHDRAWN` is one whose anomaly was explained or answered before it was sent."""

    WAITING = "waiting"
    SENT = "sent"
    GIVEN_UP = "given up"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class AlertRule:
    """Which anomalies a channel is told of: from `least_severity` on, of one topic."""

    least_severity: int = LOWEST_SEVERITY
    topic: AlertTopic = AlertTopic.ALL
