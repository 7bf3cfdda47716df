"""The scoring job: looks at fresh rows of all meters, then has their whole histories analysed, then forecasts those that are due.

Beside that it sends the alerts that wait in the outbox, in a thread of their own, and stays while there are any.

One works at a time on an installation, by a lease on the board that it renews while it lives. The store is the queue: what waits is a
comparison of versions there, so a scorer that is killed loses nothing, and one that was stopped and wakes up after another has taken
over finds its looks refused.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from wattsup_core.board import Board
from wattsup_core.errors import WattsUpError
from wattsup_core.processes import new_holder
from wattsup_core.service import room
from wattsup_core.service.live.arrivals import arrived_at
from wattsup_core.service.live.looking import FirstLook
from wattsup_core.service.live.notices import LEASE, LEASE_SECONDS, STARTING, MeterNotice, forget_the_dead, tell_all
from wattsup_core.service.live.pace import Pace
from wattsup_core.service.live.settling import Settling
from wattsup_core.service.live.standing import tell_standing
from wattsup_core.service.schedule import due_meter, forecast_anew
from wattsup_core.service.scoring import score_meter
from wattsup_core.service.turns import OwnTurns

if TYPE_CHECKING:
    from wattsup_core.service.alerts.sender import Sender
    from wattsup_core.store import Store
    from wattsup_core.store.looks import FreshMeter

LOG = logging.getLogger(__name__)

ROWS_AT_ONCE = 20_000
BUSY_SECONDS, IDLE_SECONDS = 0.1, 0.2
WAITING_EVERY_SECONDS = 2.0
STAY_SECONDS = 300.0
SCHEDULE_EVERY_SECONDS = 60.0
RENEW_SECONDS = 1.5
LONGEST_STEP_SECONDS = 180.0
AFTER_FAILURE_SECONDS = 600.0
AFTER_FAILED_ROUND_SECONDS = 2.0
MOST_FAILURES = 30
AFTER_REFUSAL_SECONDS = 21_600.0
MOST_PACES = 20_000
SENDING_ENDS_SECONDS = 200.0


@dataclass(frozen=True)
class Clocks:
    """The clocks a scorer goes by; tests bring their own."""

    monotonic: Callable[[], float] = time.monotonic
    wall: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep


class Scorer:
    """Works for `store` while it holds the lease on `board`.

    Parameters
    ----------
    jobs_folder : Path
        Where heavy work takes turns (see :mod:`wattsup_core.service.turns`).
    stay_seconds : float
        How long it stays when nothing comes.
    sender : Sender, optional
        Sends alerts meanwhile; without it they wait for a scorer that has one.
    makes_room : bool
        Whether it leaves when another process needs its room in memory; it is started again when there is some.
    """

    def __init__(
        self,
        store: Store,
        board: Board,
        jobs_folder: Path,
        stay_seconds: float = STAY_SECONDS,
        clocks: Clocks = Clocks(),
        sender: Sender | None = None,
        makes_room: bool = False,
    ) -> None:
        self._store, self._board, self._jobs_folder = store, board, jobs_folder
        self._stay_seconds, self._clocks, self._sender, self._makes_room = stay_seconds, clocks, sender, makes_room
        self._holder = new_holder()
        self._turns = OwnTurns(jobs_folder)
        self._looks = FirstLook(store)
        self._settling = Settling()
        self._paces: OrderedDict[str, Pace] = OrderedDict()
        self._settler: threading.Thread | None = None
        self._asked_at = self._scheduled_at = float("-inf")
        self._refused: dict[str, float] = {}
        self._busy_at = self._stepped_at = clocks.monotonic()
        self._failures = 0
        self._telling = threading.Lock()
        self._leasing = threading.Lock()
        self._has_lease = threading.Event()
        self._has_lease.set()

    def run(self) -> None:
        """Work until nothing has come for a while, or another scorer holds the lease."""
        if not self._take_lease():
            return
        threading.Thread(target=self._keep_lease, daemon=True).start()
        stopped, sending = self._begin_sending()
        try:
            while self._has_lease.is_set():
                self._stepped_at = self._clocks.monotonic()
                if not self._try_step() and self._stepped_at - self._busy_at > self._stay_seconds:
                    break
                if self._is_in_the_way():
                    break
            if self._settler is not None:
                self._settler.join(LEASE_SECONDS)
        finally:
            stopped.set()
            try:
                self._leave_lease()
            finally:
                if sending is not None:
                    sending.join(SENDING_ENDS_SECONDS)  # what is being handed over is not left in doubt

    def _is_in_the_way(self) -> bool:
        """Whether another needs the room; not while an analysis of our own has the turn."""
        return self._makes_room and self._turns.unless_ours(lambda: room.is_needed(self._jobs_folder))

    def _begin_sending(self) -> tuple[threading.Event, threading.Thread | None]:
        """Send alerts beside the looks; what ends that, and the thread."""
        stopped = threading.Event()
        if self._sender is None:
            return stopped, None
        sending = threading.Thread(target=self._sender.run, args=(stopped,), daemon=True)
        sending.start()
        return stopped, sending

    def _try_step(self) -> bool:
        """A round; a store that is busy or gone for a moment is asked again, and given up after a while."""
        try:
            is_busy = self.step()
        except Exception:
            self._failures += 1
            if self._failures >= MOST_FAILURES:
                raise
            LOG.exception("A round of scoring failed")
            self._clocks.sleep(AFTER_FAILED_ROUND_SECONDS)
            return False
        self._failures = 0
        return is_busy

    def _take_lease(self) -> bool:
        """Take the lease; from a process that is gone at once, from one that has fallen silent when its lease runs out."""
        until = self._clocks.monotonic() + LEASE_SECONDS + RENEW_SECONDS
        while not self._board.claim(LEASE, self._holder, LEASE_SECONDS):
            if forget_the_dead(self._board):
                continue
            if self._clocks.monotonic() > until:
                return False
            self._clocks.sleep(IDLE_SECONDS)
        self._board.take(STARTING)  # should we be killed, the next start need not wait for ours
        return True

    def _keep_lease(self) -> None:
        """Renew the lease while the work goes on: one round may take longer than the lease lasts, but not for ever.

        Where it cannot be renewed it is taken for lost: another scorer may have it by and by.
        """
        try:
            while self._has_lease.is_set() and self._clocks.monotonic() - self._stepped_at < LONGEST_STEP_SECONDS:
                if not self._renew_lease():
                    break
                time.sleep(RENEW_SECONDS)
        except Exception:
            LOG.exception("The lease could not be renewed")
        finally:
            self._has_lease.clear()

    def _renew_lease(self) -> bool:
        with self._leasing:
            return self._has_lease.is_set() and self._board.claim(LEASE, self._holder, LEASE_SECONDS)

    def _leave_lease(self) -> None:
        """Give the lease back, which is not renewed after it."""
        with self._leasing:
            self._has_lease.clear()
            self._board.release(LEASE, self._holder)

    def step(self) -> bool:
        """One round: look at what is fresh, begin an analysis that is due, rest a little. Whether anything was done."""
        is_busy = self.look()
        self._ask_who_waits()
        is_busy |= self._begin_settling() or self._begin_forecast(is_busy=is_busy)
        if is_busy or self._settler is not None or (self._sender is not None and self._sender.has_waiting):
            self._busy_at = self._clocks.monotonic()
        self._clocks.sleep(BUSY_SECONDS if is_busy else IDLE_SECONDS)
        return is_busy

    def look(self) -> bool:
        """Look at the fresh rows of all meters; whether there were any."""
        fresh = self._store.fresh(ROWS_AT_ONCE)
        if not fresh:
            return False
        saved = set(self._store.save_looks(self._looks.look(fresh)))
        now = self._clocks.monotonic()
        for one in fresh:
            if one.meter.meter_id in saved:
                first, last = (int(one.ts[0]), int(one.ts[-1])) if len(one.ts) else (None, None)
                self._settling.arrived(one.meter.meter_id, first, last, now)
            else:
                self._looks.forget(one.meter.meter_id)
        notices = {one.meter.meter_id: self._looked(one) for one in fresh if one.meter.meter_id in saved}
        with self._telling:
            tell_all(self._board, notices)
        return True

    def settle(self, meter_id: str) -> None:
        """Have the whole history of a meter analysed and its pages told."""
        with self._turns.turn():
            if self._store.state(meter_id).is_pending:
                score_meter(self._store, meter_id)
        self.tell_settled(meter_id)

    def tell_settled(self, meter_id: str) -> None:
        """Tell pages how far a meter is, as the store has it."""
        with self._telling:
            tell_standing(self._store, self._board, meter_id, self._clocks.wall())

    def _looked(self, fresh: FreshMeter) -> MeterNotice:
        """The notice of a meter whose fresh rows have had their look."""
        last_ts = int(fresh.ts[-1]) if len(fresh.ts) else None
        meter_id, now = fresh.meter.meter_id, self._clocks.wall()
        pace = self._pace(meter_id)
        pace.add(now, len(fresh.ts))
        interval_s = fresh.meter.interval_minutes * 60
        last_end = None if last_ts is None else last_ts + interval_s
        arrival = arrived_at(self._board, meter_id, fresh.last_seq)
        return MeterNotice(
            cursor=f"{fresh.last_seq}.look",
            last_ts=last_ts,
            told_at=now,
            is_settled=False,
            looked_at=now,
            gap_seconds=pace.gap_of(interval_s, last_end, now),
            rows_per_second=pace.rows_per_second,
            lag_seconds=None if arrival is None else max(now - arrival, 0.0),
        )

    def _pace(self, meter_id: str) -> Pace:
        pace = self._paces.pop(meter_id, None) or Pace()
        self._paces[meter_id] = pace
        if len(self._paces) > MOST_PACES:
            self._paces.popitem(last=False)
        return pace

    def _ask_who_waits(self) -> None:
        """Now and then ask the store for meters that wait without our knowing: from before we were there, or imported."""
        now = self._clocks.monotonic()
        if now - self._asked_at < WAITING_EVERY_SECONDS:
            return
        self._asked_at = now
        for meter_id in self._store.waiting():
            if not self._settling.knows(meter_id):
                self._settling.arrived(meter_id, None, None, now)

    def _begin_settling(self) -> bool:
        """Begin the analysis that is due, beside the looks."""
        if self._settler is not None and self._settler.is_alive():
            return False
        self._settler = None
        meter_id = self._settling.due(self._clocks.monotonic())
        if meter_id is None:
            return False
        self._settling.taken(meter_id)
        self._settler = threading.Thread(target=self._settle_and_time, args=(meter_id,), daemon=True)
        self._settler.start()
        return True

    def _begin_forecast(self, *, is_busy: bool) -> bool:
        """Begin a daily forecast that is due, when there is nothing else to do."""
        now = self._clocks.monotonic()
        if is_busy or self._settler is not None or now - self._scheduled_at < SCHEDULE_EVERY_SECONDS:
            return False
        self._refused = {meter_id: until for meter_id, until in self._refused.items() if until > now}
        meter_id = due_meter(self._store, datetime.fromtimestamp(self._clocks.wall(), UTC), self._refused)
        if meter_id is None:
            self._scheduled_at = now
            return False
        self._settler = threading.Thread(target=self._forecast, args=(meter_id,), daemon=True)
        self._settler.start()
        return True

    def _forecast(self, meter_id: str) -> None:
        """Forecast a meter in its turn; one that gives no forecast is left alone for a while."""
        try:
            with self._turns.turn():
                forecast_anew(self._store, meter_id)
        except WattsUpError as error:
            LOG.warning("Meter %s was not forecast: %s", meter_id, error)
            self._refused[meter_id] = self._clocks.monotonic() + AFTER_REFUSAL_SECONDS
        except Exception:
            LOG.exception("The forecast of meter %s failed", meter_id)
            self._refused[meter_id] = self._clocks.monotonic() + AFTER_REFUSAL_SECONDS

    def _settle_and_time(self, meter_id: str) -> None:
        began = self._clocks.monotonic()
        try:
            self.settle(meter_id)
        except Exception:
            LOG.exception("The analysis of meter %s failed", meter_id)
            self._settling.postpone(meter_id, began + AFTER_FAILURE_SECONDS)
        now = self._clocks.monotonic()
        self._settling.done(now - began, now)
