"""What people say of the alerts they want, and what becomes of each."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


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
    """Which anomalies a channel is told of: from `least_severity` (0 to 100) on, of one topic."""

    least_severity: int = 0
    topic: AlertTopic = AlertTopic.ALL
