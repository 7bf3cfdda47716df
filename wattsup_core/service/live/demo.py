"""The demo stream: a simulated household of its own, some weeks of history and then a stream faster than life with anomalies in it.

It is a process of its own that all browsers share. It holds a lease on the board, and ends when its time is up, when somebody stops it, or
when the server that has started it is gone.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from datetime import time as time_of_day
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from wattsup_core import timegrid
from wattsup_core.board import Board
from wattsup_core.countries import country_of_zone
from wattsup_core.processes import new_holder
from wattsup_core.service.live.mischief import anomalies_from
from wattsup_core.service.live.notices import forget_the_dead
from wattsup_core.service.live.playing import Household, play
from wattsup_core.service.live.senders import Reading, StoreSender
from wattsup_core.service.live.standing import teller
from wattsup_core.service.turns import turn
from wattsup_core.settings import Settings, job_environment
from wattsup_core.types import Meter, ReadOptions

if TYPE_CHECKING:
    from wattsup_core.simulate import Anomaly
    from wattsup_core.store import Store

LOG = logging.getLogger(__name__)

METER_ID = "demo-live"
NAME = "Demo · live household"
TIMEZONE = "Europe/London"
INTERVAL_MINUTES = 5.0
SEED = 31
HISTORY_DAYS = 56
HISTORY_ENDS = time_of_day(16, 30)
"""On its last day: the stream begins before an evening, when a house is awake."""
ENDS_DAYS_AGO = 60
"""The history ends so long ago: a stream that is faster than life does not reach the present for many demos."""
SPEED = 150.0
LONGEST_SECONDS = 900.0

LEASE, STARTING, STATUS, STOP = "demo", "demo-starting", "demo-status", "demo-stop"
LEASE_SECONDS, STARTING_SECONDS, RENEW_SECONDS, LOOK_SECONDS = 10.0, 20.0, 2.0, 0.1
OFF, PREPARING, ON = "off", "preparing", "on"


@dataclass(frozen=True)
class Status:
    """What the demo is doing: `OFF`, `PREPARING` with a `step`, or `ON`; `label` is the anomaly that was put in last."""

    phase: str
    step: str = ""
    speed: float = SPEED
    label: dict[str, str] | None = None

    @property
    def mark(self) -> str:
        """Changes with everything a page shows of it."""
        return f"{self.phase}.{self.step}.{self.label['start'] if self.label else ''}"


def status_of(board: Board) -> Status:
    """What the demo is doing; one whose process is gone is off, and so is one that was asked to end, unless the next is starting."""
    holder = board.get(LEASE)
    if holder is not None and board.get(STOP) != holder:
        told: Any = board.get(STATUS)
        if isinstance(told, dict) and told["phase"] != OFF:
            return Status(**told)
    return Status(PREPARING) if board.get(STARTING) is not None else Status(OFF)


def start(settings: Settings, board: Board) -> bool:
    """Start the demo unless it is on already; whether this call has started it. It ends with the process that calls.

    One that was asked to end and has not heard it yet, as while it prepares its household, goes on instead.
    """
    forget_the_dead(board, LEASE)
    holder = board.get(LEASE)
    if holder is not None and board.take(STOP) == holder:
        return False
    if status_of(board).phase != OFF or not board.claim(STARTING, uuid.uuid4().hex, STARTING_SECONDS):
        return False
    process = subprocess.Popen(  # our own module, no argument comes from outside
        [sys.executable, "-P", "-m", "wattsup_core", "demo", "--with-parent"],
        env={
            **job_environment(),
            "DATABASE_URL": settings.database_url,
            "JOBS_URL": settings.jobs_url,
        },
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )
    threading.Thread(target=process.wait, daemon=True).start()  # no zombie stays
    return True


def stop(board: Board) -> None:
    """Ask the demo to end; one that is starting finds its note gone."""
    board.take(STARTING)
    board.put(STOP, board.get(LEASE))


class Demo:
    """Plays the demo household into `store` while it holds the lease on `board`."""

    def __init__(self, settings: Settings, store: Store, board: Board, speed: float = SPEED) -> None:
        self._settings, self._store, self._board, self._speed = settings, store, board, speed
        self._holder = new_holder()
        self._ends_at = float("inf")
        self._has_lease, self._ended = threading.Event(), threading.Event()
        self._parent: int | None = None
        self._labels: list[Anomaly] = []
        self._told: dict[str, Any] = {}

    def run(self, longest_seconds: float = LONGEST_SECONDS, *, with_parent: bool = False) -> int:
        """Prepare the household when it is not there, then stream; how many readings were sent.

        None when another demo is on, or when the one that :func:`start` has begun, `with_parent`, was stopped meanwhile.
        """
        self._parent = os.getppid() if with_parent else None
        if not self._take_lease(is_started=with_parent):
            return 0
        keeper = threading.Thread(target=self._keep_lease, daemon=True)
        keeper.start()
        try:
            meter = self._prepared()
            self._ends_at = time.monotonic() + longest_seconds
            return self._stream(meter)
        finally:
            self._ended.set()
            keeper.join()
            self._tell(OFF)
            self._board.release(LEASE, self._holder)

    def _take_lease(self, *, is_started: bool) -> bool:
        """Take the lease; one that :func:`start` has begun waits for it, as the one before may be about to end, while it is wanted."""
        while not self._board.claim(LEASE, self._holder, LEASE_SECONDS):
            if not is_started or self._board.get(STARTING) is None:
                return False
            time.sleep(LOOK_SECONDS)
        starting = self._board.get(STARTING)
        if is_started and starting is None:
            self._board.release(LEASE, self._holder)
            return False
        self._has_lease.set()
        self._tell(PREPARING)
        if starting is not None:
            self._board.release(STARTING, starting)  # what is begun from now on is another start
        return True

    def _keep_lease(self) -> None:
        """Renew the lease; where it cannot be renewed it is taken for lost, and the demo ends: another may be on by and by."""
        try:
            while not self._ended.wait(RENEW_SECONDS):
                if not self._board.claim(LEASE, self._holder, LEASE_SECONDS):
                    self._has_lease.clear()
                    return
                if self._board.get(STATUS) is None:  # the board has begun anew
                    self._board.put(STATUS, self._told)
        except Exception:
            LOG.exception("The lease could not be renewed")
            self._has_lease.clear()

    def _goes_on(self, batch: Sequence[Reading]) -> bool:
        """Whether the demo still runs; a reading that would lie in the future ends it."""
        if self._is_stopped():
            self._ends_at = 0.0
        is_wanted = self._has_lease.is_set() and time.monotonic() < self._ends_at
        is_alone = self._parent is not None and os.getppid() != self._parent
        return is_wanted and not is_alone and not (batch and batch[-1][0] > time.time())

    def _is_stopped(self) -> bool:
        """Whether somebody has asked for the end. Who takes that note off the board decides: this demo, or a start that came after it."""
        if self._board.get(STOP) != self._holder:
            return False
        told = self._told
        self._tell(OFF)  # a start that finds no note any more must not take this demo for one that plays
        if self._board.take(STOP) == self._holder:
            return True
        self._pin(told)
        return False

    def _tell(self, phase: str, step: str = "") -> None:
        self._pin({"phase": phase, "step": step, "speed": self._speed, "label": None})

    def _pin(self, told: dict[str, Any]) -> None:
        """Tell it unless it is told already, or another demo has the word."""
        if told != self._told and self._has_lease.is_set():
            self._told = told
            self._board.put(STATUS, told)

    def _prepared(self) -> Meter:
        """The demo meter with its history analysed; made when it is not there."""
        known = [meter for meter in self._store.meters() if meter.meter_id == METER_ID]
        if known and self._store.state(METER_ID).rows:
            return known[0]
        meter = known[0] if known else self._add_meter()
        with turn(self._settings.jobs_folder, lambda step, _: self._tell(PREPARING, step)):
            self._import_history(meter)
        return meter

    def _add_meter(self) -> Meter:
        price, currency = self._settings.price_per_kwh, self._settings.currency
        meter = Meter(
            METER_ID,
            NAME,
            TIMEZONE,
            INTERVAL_MINUTES,
            currency=currency,
            price_per_kwh=price,
            is_sample=True,
            country=country_of_zone(TIMEZONE),
        )
        self._store.add_meter(meter)
        return meter

    def _import_history(self, meter: Meter) -> None:
        """Some weeks of the household, without anomalies, through the same door as anybody's file."""
        from wattsup_core.service.imports import import_file
        from wattsup_core.simulate import simulate, write_readings_csv

        self._tell(PREPARING, "simulating")
        first_day = datetime.now(UTC).date() - timedelta(days=ENDS_DAYS_AGO + HISTORY_DAYS)
        history = simulate(HISTORY_DAYS, INTERVAL_MINUTES, "household", SEED, first_day, TIMEZONE, anomalies=False)
        last_day = first_day + timedelta(days=HISTORY_DAYS - 1)
        end = timegrid.from_wall(datetime.combine(last_day, HISTORY_ENDS), TIMEZONE)
        with TemporaryDirectory() as folder:
            path = Path(folder) / "demo.csv.gz"
            write_readings_csv(replace(history, readings=history.readings[history.readings.index < end]), path)
            options = ReadOptions(timezone=TIMEZONE)
            import_file(
                self._store,
                path,
                path.name,
                options,
                meter_id=meter.meter_id,
                progress=lambda step, _: self._tell(PREPARING, step),
                scored=teller(self._store, self._board),
            )

    def _stream(self, meter: Meter) -> int:
        state = self._store.state(METER_ID)
        if state.first_ts is None or state.last_ts is None:
            return 0
        self._labels = list(anomalies_from(state.last_ts, meter.timezone, SEED))
        first_day = timegrid.to_wall(state.first_ts, meter.timezone).date()
        household = Household(meter, first_day, SEED, tuple(self._labels))
        sender = _Announcing(StoreSender(self._settings, self._store, self._board, METER_ID), self._announce)
        self._tell(ON)
        return play(household.readings_after(timegrid.epoch_of(state.last_ts)), sender, meter.interval_minutes, self._speed, self._goes_on)

    def _announce(self, readings: Sequence[Reading]) -> None:
        """Tell which anomaly has begun."""
        now = timegrid.datetime_from_epoch(readings[-1][0])
        begun = [anomaly for anomaly in self._labels if anomaly.start <= now]
        label = label_of(begun[-1]) if begun else None
        self._pin({"phase": ON, "step": "", "speed": self._speed, "label": label})


@dataclass(frozen=True)
class _Announcing:
    """A sender that tells what it sends."""

    sender: StoreSender
    tell: Callable[[Sequence[Reading]], None]

    def send(self, readings: Sequence[Reading]) -> None:
        """Tell, then send: a page that sees the reading finds its label."""
        self.tell(readings)
        self.sender.send(readings)


def label_of(anomaly: Anomaly) -> dict[str, str]:
    """An anomaly as a label: kind, size, and its local times."""
    begin, end = (timegrid.to_wall(moment, TIMEZONE) for moment in (anomaly.start, anomaly.end))
    return {"kind": str(anomaly.kind), "detail": anomaly.detail, "start": f"{begin:%H:%M}", "end": f"{end:%H:%M}"}
