"""Whose whole analysis is due: a meter that has fallen quiet, or one whose readings have moved on by a day."""

from __future__ import annotations

from dataclasses import dataclass

QUIET_SECONDS = 6.0
DAY_SECONDS = 86_400
FEW_METERS = 4
MOST_PAUSE = 4.0


@dataclass
class _Waiting:
    first_arrival: float
    last_arrival: float
    first_ts: int | None
    last_ts: int | None
    not_before: float = 0.0


class Settling:
    """Keeps count of what has arrived since each meter's last whole analysis.

    Times are those of one monotonic clock [s], given with each call.
    """

    def __init__(self) -> None:
        self._waiting: dict[str, _Waiting] = {}
        self._not_before = 0.0

    def __len__(self) -> int:
        return len(self._waiting)

    def arrived(self, meter_id: str, first_ts: int | None, last_ts: int | None, now: float) -> None:
        """Rows of the intervals from `first_ts` to `last_ts` [s] have come; `None` when that is not known."""
        held = self._waiting.get(meter_id)
        if held is None:
            self._waiting[meter_id] = _Waiting(now, now, first_ts, last_ts)
            return
        held.last_arrival = max(held.last_arrival, now)
        if first_ts is not None and last_ts is not None:
            held.first_ts = first_ts if held.first_ts is None else min(held.first_ts, first_ts)
            held.last_ts = last_ts if held.last_ts is None else max(held.last_ts, last_ts)

    def knows(self, meter_id: str) -> bool:
        """Whether the meter is waiting."""
        return meter_id in self._waiting

    def due(self, now: float) -> str | None:
        """The meter whose analysis is due, the one that has waited longest; `None` when none is, or a pause is on."""
        if now < self._not_before:
            return None
        ripe = [(held.first_arrival, meter_id) for meter_id, held in self._waiting.items() if _is_ripe(held, now)]
        return min(ripe)[1] if ripe else None

    def taken(self, meter_id: str) -> None:
        """The analysis of a meter begins: what comes from now on is counted anew."""
        self._waiting.pop(meter_id, None)

    def postpone(self, meter_id: str, until: float) -> None:
        """Let a meter wait till `until` [s], whatever comes: its analysis has failed."""
        self._waiting[meter_id] = _Waiting(until, until, None, None, not_before=until)

    def done(self, cost_seconds: float, now: float) -> None:
        """An analysis is done. While many meters wait, most of the time is kept for first looks."""
        many = min(MOST_PAUSE, len(self._waiting) / FEW_METERS) if len(self._waiting) > FEW_METERS else 0.0
        self._not_before = now + cost_seconds * many


def _is_ripe(held: _Waiting, now: float) -> bool:
    if now < held.not_before:
        return False
    if now - held.last_arrival >= QUIET_SECONDS:
        return True
    return held.first_ts is not None and held.last_ts is not None and held.last_ts - held.first_ts >= DAY_SECONDS
