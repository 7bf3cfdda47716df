"""Register readings that come one by one: kept, so that each is differenced against its neighbours, whatever the order they come in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from sqlalchemy import Connection

from wattsup_core.analysis.overlaps import Intervals
from wattsup_core.analysis.quality import MAX_KWH_PER_INTERVAL
from wattsup_core.analysis.register_slots import energy_of_slots
from wattsup_core.store.bulk import driver_of, read_rows
from wattsup_core.store.readings import EVER
from wattsup_core.store.records import SentRegister
from wattsup_core.timegrid import SECONDS_PER_HOUR, slot_starts

KEPT_S = 7 * 86_400
KEPT_INTERVALS = 8
NEIGHBOURS = 4
KEPT = "FROM register_readings WHERE meter_key = ?"
DECIMALS = 9
"""Differences of decimals end in noise beyond these."""


@dataclass
class Booked:
    """What register readings brought: energies by start of the interval [epoch s, kWh], and the reason of each reading not taken.

    A reading at which the register fell is kept as the new beginning, and has a reason all the same: the energy up to it is unknown.
    """

    ts: list[int] = field(default_factory=list)
    kwh: list[float] = field(default_factory=list)
    reasons: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Stored:
    """Stored readings round those that come, shape (k,), and the instants of the nearest ones before and after them, if any.

    `settled` is what the readings before it are no longer needed for: the energy up to there is booked. `None` when none is.
    """

    seconds: np.ndarray
    kwh: np.ndarray
    before: int | None
    after: int | None
    newest: int | None
    settled: int | None


def book(connection: Connection, meter_key: int, intervals: Intervals, counter: str, readings: Sequence[SentRegister]) -> Booked:
    """Keep the readings of a register, and find the energy of the intervals they complete.

    Parameters
    ----------
    counter
        Which counter of a device it is. A meter follows one; a name that begins with "=" changes to another.
    readings
        What that counter showed, in the order it came.
    """
    booked, interval_s, timezone = Booked(), intervals.length_s, intervals.timezone
    if not _follows(connection, meter_key, counter):
        booked.reasons = dict.fromkeys(range(len(readings)), "other_counter")
        return booked
    newest = _newest_of_each(readings, booked)
    order = sorted(newest.values(), key=lambda place: readings[place].seconds)
    _forget_overtaken(connection, meter_key, [readings[place] for place in order])
    stored = _load(connection, meter_key, interval_s, readings[order[0]].seconds, readings[order[-1]].seconds)
    accepted = _accept(stored, [(place, readings[place].seconds, readings[place].kwh) for place in order], interval_s, booked)
    if accepted:
        driver_of(connection).executemany(
            "INSERT INTO register_readings (meter_key, ts, kwh) VALUES (?, ?, ?)",
            [(meter_key, seconds, kwh) for seconds, (kwh, _) in accepted.items()],
        )
        before = max(*accepted, stored.newest or min(accepted)) - _kept_s(interval_s)
        _forget(connection, meter_key, before if stored.settled is None else min(before, stored.settled))
        if _completes(stored, accepted, interval_s, timezone):
            _find_energy(stored, accepted, interval_s, timezone, booked)
    return booked


def _newest_of_each(readings: Sequence[SentRegister], booked: Booked) -> dict[int, int]:
    """The place of the last reading of each instant; an earlier one with another value is told, unless its device has no clock."""
    newest: dict[int, int] = {}
    for place, reading in enumerate(readings):
        earlier = newest.get(reading.seconds)
        if earlier is not None and readings[earlier].kwh != reading.kwh and not reading.is_clockless:
            booked.reasons[earlier] = "conflicting_duplicates"
        newest[reading.seconds] = place
    return newest


def _forget_overtaken(connection: Connection, meter_key: int, readings: Sequence[SentRegister]) -> None:
    """Drop what a device without a clock showed earlier within the second of a newer message of it."""
    overtaken = [(meter_key, each.seconds, each.kwh) for each in readings if each.is_clockless]
    if overtaken:
        driver_of(connection).executemany("DELETE FROM register_readings WHERE meter_key = ? AND ts = ? AND kwh <> ?", overtaken)


def _follows(connection: Connection, meter_key: int, counter: str) -> bool:
    """Whether the meter follows this counter from now on; its first one is taken, and one that is named on purpose."""
    name = counter.removeprefix("=")
    row = driver_of(connection).execute("SELECT counter FROM registers WHERE meter_key = ?", (meter_key,)).fetchone()
    known = None if row is None else row[0]
    if known == name:
        return True
    if known is not None and name == counter:
        return False
    driver_of(connection).execute("INSERT OR REPLACE INTO registers (meter_key, counter) VALUES (?, ?)", (meter_key, name))
    driver_of(connection).execute("DELETE FROM register_readings WHERE meter_key = ?", (meter_key,))
    return True


def _load(connection: Connection, meter_key: int, interval_s: int, first: int, last: int) -> _Stored:
    """The readings from `first` to `last`, those back to the last booked edge, and those up to the next that is known."""

    def ask(sql: str, *given: int) -> int | None:
        found: int | None = driver_of(connection).execute(f"SELECT {sql}", (meter_key, *given)).fetchone()[0]
        return found

    newest = ask(f"max(ts) {KEPT}")
    before = ask(f"max(ts) {KEPT} AND ts < ?", first)
    after = ask(f"min(ts) {KEPT} AND ts > ?", last) if newest is not None and newest > last else None
    low, high = first, last
    settled = None
    if before is not None:
        # whose end lies before `before`, also on a day that is longer by an hour
        booked = ask("max(ts) FROM readings WHERE meter_key = ? AND ts <= ?", before - interval_s - min(interval_s, SECONDS_PER_HOUR))
        settled = None if booked is None else booked - interval_s
        few = ask(f"min(ts) FROM (SELECT ts {KEPT} AND ts <= ? ORDER BY ts DESC LIMIT {NEIGHBOURS})", before) or before
        low = EVER[0] if settled is None else min(settled, few)
    if after is not None:
        # the edge after `after` is known by a reading beyond it, however long none came
        beyond = ask(f"min(ts) {KEPT} AND ts >= ?", after + 2 * interval_s)
        few = ask(f"max(ts) FROM (SELECT ts {KEPT} AND ts >= ? ORDER BY ts LIMIT {NEIGHBOURS})", after) or after
        high = max(few, newest or after if beyond is None else beyond)
    sql = f"SELECT ts, kwh {KEPT} AND ts BETWEEN ? AND ? ORDER BY ts"
    rows = read_rows(connection, sql, (meter_key, low, high), (("ts", "i8"), ("kwh", "f8")))
    return _Stored(rows["ts"], rows["kwh"], before, after, newest, settled)


def _accept(stored: _Stored, readings: list[tuple[int, int, float]], interval_s: int, booked: Booked) -> dict[int, tuple[float, int]]:
    """The readings that are new and fit, as instant: (register, place), by instant; the others get their reason, repeats none."""
    known = dict(zip(stored.seconds.tolist(), stored.kwh.tolist(), strict=True))
    accepted: dict[int, tuple[float, int]] = {}
    latest: int | None = None
    for place, seconds, kwh in readings:
        held = known.get(seconds, accepted.get(seconds, (None, 0))[0])
        if held is not None:
            reason = "" if held == kwh else "register_conflict"
        else:
            reason = _misfit(stored, _previous(stored, accepted, latest, seconds), seconds, kwh, interval_s)
        if reason:
            booked.reasons[place] = reason
        elif held is None:
            accepted[seconds] = (kwh, place)
            latest = seconds
    return accepted


def _previous(stored: _Stored, accepted: dict[int, tuple[float, int]], latest: int | None, seconds: int) -> float | None:
    """The register before an instant, of the stored readings and the latest accepted one."""
    at = int(np.searchsorted(stored.seconds, seconds)) - 1
    if latest is not None and (at < 0 or latest > stored.seconds[at]):
        return accepted[latest][0]
    return float(stored.kwh[at]) if at >= 0 else None


def _misfit(stored: _Stored, previous: float | None, seconds: int, kwh: float, interval_s: int) -> str:
    """Why a reading cannot stand between its neighbours, or ""."""
    if previous is not None and kwh - previous > MAX_KWH_PER_INTERVAL:
        return "implausible_value"
    if stored.newest is None or seconds > stored.newest:
        return ""
    if seconds < stored.newest - _kept_s(interval_s):
        return "register_too_late"
    later = float(stored.kwh[np.searchsorted(stored.seconds, seconds)])
    return "" if _stands_between(previous, kwh, later) else "register_out_of_order"


def _stands_between(previous: float | None, kwh: float, later: float) -> bool:
    """Whether a late reading fits: where the register fell it belongs to either side; before the first one, perhaps to an older meter."""
    if previous is None:
        return True
    return previous <= kwh <= later or (later < previous and (kwh >= previous or kwh <= later))


def _completes(stored: _Stored, accepted: dict[int, tuple[float, int]], interval_s: int, timezone: str) -> bool:
    """Whether the readings can tell anything new: a single one that rises within the interval of the one before cannot."""
    if len(accepted) > 1 or stored.before is None or stored.after is not None:
        return True
    seconds, (kwh, _) = next(iter(accepted.items()))
    return bool(kwh < stored.kwh[-1] or slot_starts(np.array([seconds]), interval_s, timezone)[0] > stored.before)


def _find_energy(stored: _Stored, accepted: dict[int, tuple[float, int]], interval_s: int, timezone: str, booked: Booked) -> None:
    seconds = np.concatenate([stored.seconds, np.array(list(accepted), dtype=np.int64)])
    kwh = np.concatenate([stored.kwh, [register for register, _ in accepted.values()]])
    order = np.argsort(seconds)
    seconds, kwh = seconds[order], kwh[order]
    found = energy_of_slots(kwh, seconds, interval_s, timezone)
    for instant in seconds[found.is_reset].tolist():
        if instant in accepted:
            booked.reasons[accepted[instant][1]] = "register_reset"
    touched = found.end > (stored.before if stored.before is not None else found.end.min(initial=0) - 1)
    if stored.after is not None:
        beyond = found.end[found.end > stored.after]
        touched &= found.end <= (beyond[0] if beyond.size else found.end.max(initial=0))
    booked.ts = found.start[touched].tolist()
    booked.kwh = np.round(found.kwh[touched], DECIMALS).tolist()


def _kept_s(interval_s: int) -> int:
    return max(KEPT_S, KEPT_INTERVALS * interval_s)


def _forget(connection: Connection, meter_key: int, before: int) -> None:
    """Leave the register of long ago: its energy is booked."""
    driver_of(connection).execute("DELETE FROM register_readings WHERE meter_key = ? AND ts < ?", (meter_key, before))
