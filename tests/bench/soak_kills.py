"""Scorer and web process killed at random under ingest: ``python -m tests.bench.soak_kills [ROUNDS]``.

Three quarter-hourly meters are sent by devices of their own, each post with an Idempotency-Key and again until it is acknowledged; one in
ten posts corrects an earlier reading and one in ten comes twice. In each round the scorer, the web process or both get SIGKILL after a
random time; who comes next is theirs to see to, only the web process is started again. In the end every acknowledged reading must be
there once, with a score, and scores and events must be those of one import of the same readings.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import random
import sqlite3
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import psutil

from tests.e2e.conftest import Server, free_port
from tests.factories import make_meter, make_upload
from wattsup_core.board import Board
from wattsup_core.service.access import issue_token
from wattsup_core.service.live.notices import holding_process
from wattsup_core.service.live.starting import ensure_scorer
from wattsup_core.service.scoring import score_meter
from wattsup_core.simulate import simulate
from wattsup_core.store import Store, open_store
from wattsup_core.timegrid import from_epoch_seconds, to_epoch_seconds
from wattsup_core.types import Scope

ROUNDS, METERS, INTERVAL_MINUTES = 200, 3, 15
HISTORY_ROWS = 10 * 96
PAUSE_SECONDS = 0.15
MOST_WAIT_SECONDS = 300.0


@dataclass
class Device:
    """Sends the readings of one meter, in order, and keeps what was acknowledged."""

    meter_id: str
    port: int
    token: str
    seconds: list[int]
    kwh: list[float]
    dice: random.Random
    acknowledged: dict[int, float] = field(default_factory=dict)
    posts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def run(self, is_over: threading.Event) -> None:
        """Post until it is over or nothing is left."""
        place, number = HISTORY_ROWS, 0
        while not is_over.is_set() and place < len(self.seconds):
            number += 1
            count = self.dice.choice([1, 1, 1, 2, 3])
            rows = dict(zip(self.seconds[place : place + count], self.kwh[place : place + count], strict=True))
            place += count
            if self.dice.random() < 0.1:
                earlier = self.seconds[self.dice.randrange(max(HISTORY_ROWS, place - 40), place)]
                rows[earlier] = round(self.dice.uniform(0.05, 0.6), 3)
            answer = self._post(f"{self.meter_id}-{number}", rows)
            self.acknowledged |= rows
            if self.dice.random() < 0.1 and self._post(f"{self.meter_id}-{number}", rows) != answer:
                self.wrong.append(f"post {number} was answered otherwise the second time")
            time.sleep(PAUSE_SECONDS)

    def _post(self, key: str, rows: dict[int, float]) -> object:
        """Post until there is an answer; what it says."""
        body = json.dumps([{"timestamp": ts, "kwh": kwh} for ts, kwh in rows.items()])
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json", "Idempotency-Key": key}
        while True:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
            with contextlib.closing(connection):
                try:
                    connection.request("POST", f"/api/v1/meters/{self.meter_id}/readings", body, headers)
                    answer = connection.getresponse()
                    told = json.loads(answer.read())
                except (OSError, http.client.HTTPException, ValueError):
                    self.posts["cut short"] += 1
                    time.sleep(0.05)
                    continue
            self.posts[str(answer.status)] += 1
            if answer.status == 202:
                if told["rejected"]:
                    self.wrong.append(f"{key}: {told}")
                return told
            if answer.status != 503:
                self.wrong.append(f"{key}: {answer.status} {told}")
                return told


@dataclass
class Soak:
    """Kills, and starts what nobody else starts."""

    server: Server
    dice: random.Random
    kills: Counter[str] = field(default_factory=Counter)

    def run(self, rounds: int) -> None:
        for _ in range(rounds):
            time.sleep(self.dice.uniform(0.2, 3.0))
            victim = self.dice.choice(["scorer", "web", "both"])
            scorer = holding_process(Board(self.server.settings.board_folder))
            if victim != "web" and scorer is not None:
                with contextlib.suppress(psutil.NoSuchProcess):
                    psutil.Process(scorer).kill()
                    self.kills["scorer"] += 1
            if victim != "scorer":
                self._kill_web()
                self.kills["web"] += 1
                self.server.start()

    def _kill_web(self) -> None:
        assert self.server.process is not None
        web = psutil.Process(self.server.process.pid)
        for process in [web, *(each for each in web.children() if "gunicorn" in " ".join(each.cmdline()))]:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        self.server.process.wait()


def main(rounds: int = ROUNDS) -> int:
    """Soak, print what came of it; 1 when anything is not as it must be."""
    os.environ["WATTSUP_SAMPLE"] = "0"
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder), free_port())
        store = open_store(server.settings.database_url)
        store.migrate()
        _, token = issue_token(store, None, Scope.WRITE)
        devices = [_device(store, number, server.port, token) for number in range(METERS)]
        server.start()
        is_over = threading.Event()
        threads = [threading.Thread(target=device.run, args=(is_over,)) for device in devices]
        for thread in threads:
            thread.start()
        soak = Soak(server, random.Random(11))
        soak.run(rounds)
        is_over.set()
        for thread in threads:
            thread.join()
        took = _wait_until_scored(server, store)
        faults = [fault for device in devices for fault in (*device.wrong, *_faults(server.folder / "wattsup.db", store, device))]
        server.stop(at_once=True)
        scorer = holding_process(Board(server.settings.board_folder))
        if scorer is not None and psutil.pid_exists(scorer):
            psutil.Process(scorer).kill()
    rows = sum(len(device.acknowledged) for device in devices)
    posts = sum((device.posts for device in devices), Counter[str]())
    print("| rounds | scorer killed | web killed | readings acknowledged | posts cut short | all analysed after s | faults |")
    print("|--:|--:|--:|--:|--:|--:|--:|")
    print(f"| {rounds} | {soak.kills['scorer']} | {soak.kills['web']} | {rows} | {posts['cut short']} | {took:.0f} | {len(faults)} |")
    print(*faults[:20], sep="\n")
    return int(bool(faults))


def _device(store: Store, number: int, port: int, token: str) -> Device:
    """A meter with a short history in the store, and the device that sends the rest."""
    meter_id = f"m-{number}"
    readings = simulate(400, INTERVAL_MINUTES, "household", number, date(2025, 1, 1), anomalies=True).readings[["kwh", "quality"]]
    readings = readings[readings["kwh"].notna()]
    store.save_upload(
        make_upload(f"u-{number}", meter_ids=(meter_id,)),
        [(meter_id, readings.iloc[:HISTORY_ROWS])],
        new_meters=[make_meter(meter_id, interval_minutes=INTERVAL_MINUTES)],
    )
    seconds = to_epoch_seconds(pd.DatetimeIndex(readings.index)).tolist()
    device = Device(meter_id, port, token, seconds, readings["kwh"].round(3).tolist(), random.Random(number))
    device.acknowledged |= dict(zip(seconds[:HISTORY_ROWS], readings["kwh"].iloc[:HISTORY_ROWS].tolist(), strict=True))
    return device


def _wait_until_scored(server: Server, store: Store) -> float:
    """How long it takes until every row has been seen by a whole analysis [s]."""
    began = time.monotonic()
    while store.waiting() and time.monotonic() - began < MOST_WAIT_SECONDS:
        ensure_scorer(server.settings, Board(server.settings.board_folder))
        time.sleep(0.2)
    return time.monotonic() - began


def _faults(path: Path, store: Store, device: Device) -> list[str]:
    """What is not as it must be."""
    faults = []
    stored = store.readings(device.meter_id)
    told = dict(zip(to_epoch_seconds(pd.DatetimeIndex(stored.index)).tolist(), stored["kwh"].tolist(), strict=True))
    lost = [ts for ts, kwh in device.acknowledged.items() if told.get(ts) != kwh]
    strange = told.keys() - device.acknowledged.keys()
    if lost or strange:
        faults.append(f"{device.meter_id}: {len(lost)} acknowledged readings lost or changed, {len(strange)} from nowhere")
    scored, events = store.scored(device.meter_id), store.events(device.meter_id)
    alone = _imported_at_once(device)
    expected = alone.scored(device.meter_id)
    if scored["score"].isna().any():
        faults.append(f"{device.meter_id}: {int(scored['score'].isna().sum())} readings without a score")
    different = [name for name in ("score", "severity", "expected_kwh", "event_id") if not scored[name].equals(expected[name])]
    if different:
        faults.append(f"{device.meter_id}: not as imported at once: {', '.join(different)}")
    if [(one.event_id, one.start, one.end) for one in events] != [
        (one.event_id, one.start, one.end) for one in alone.events(device.meter_id)
    ]:
        faults.append(f"{device.meter_id}: other events than imported at once")
    with contextlib.closing(sqlite3.connect(path)) as connection:
        provisional = connection.execute("SELECT count(*) FROM events WHERE provisional").fetchone()[0]
        if provisional or connection.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
            faults.append(f"{provisional} provisional events are left, or the database is not whole")
    return faults


def _imported_at_once(device: Device) -> Store:
    """The readings in a store of their own, analysed once."""
    alone = open_store("sqlite://")
    alone.migrate()
    alone.add_meter(make_meter(device.meter_id, interval_minutes=INTERVAL_MINUTES))
    seconds = np.array(sorted(device.acknowledged), dtype=np.int64)
    kwh = [device.acknowledged[ts] for ts in seconds.tolist()]
    readings = pd.DataFrame({"kwh": kwh, "quality": pd.array(["actual"] * len(kwh), dtype="str")}, index=from_epoch_seconds(seconds))
    alone.append_readings([(device.meter_id, readings)])
    score_meter(alone, device.meter_id)
    return alone


if __name__ == "__main__":
    sys.exit(main(*(int(word) for word in sys.argv[1:])))
