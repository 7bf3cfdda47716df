"""Ten thousand meters that send every minute, and two hundred viewers: ``python -m tests.bench.soak_grid [METERS] [MINUTES] [VIEWERS]``.

Quarter-hourly meters with two weeks of history send a reading a minute through a hundred gateways, fifteen times faster than life, each
post with the readings of its meters and an Idempotency-Key. From arrival to score is from before a post until its readings have a score
in the database, which is looked at twice a second. Server, scorer and all clients share the machine; the clients' time is told.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import sys
import tempfile
import threading
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import psutil

from tests.bench.grid.fleet import Fleet
from tests.bench.grid.gateways import MINUTE_SECONDS, Posted, post_all
from tests.bench.grid.viewers import Watched, watch_all
from tests.e2e.conftest import Server, free_port
from wattsup_core.analysis.model_version import MODEL_VERSION
from wattsup_core.board import Board
from wattsup_core.service.access import issue_token
from wattsup_core.service.live.notices import holding_process
from wattsup_core.store import open_store
from wattsup_core.types import Scope

METERS, MINUTES, VIEWERS, GATEWAYS, DAYS = 10_000, 10, 200, 100, 14
LOOK_SECONDS = 0.5
AFTER_SECONDS = 90.0


class Watch:
    """Looks at the database and at the processes while the clients are at work."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._board = Board(server.settings.board_folder)
        self._path = server.folder / "wattsup.db"
        self.looked: dict[str, list[tuple[float, int]]] = {}
        self.cpu_seconds: dict[str, float] = {}
        self.peak_mb: dict[str, float] = {}
        self._is_on = True
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def stop(self) -> None:
        self._is_on = False
        self._thread.join()

    def _run(self) -> None:
        with contextlib.closing(sqlite3.connect(f"file:{self._path}?mode=ro", uri=True, timeout=30)) as connection:
            while self._is_on:
                now = time.time()
                for meter_id, seq in connection.execute("SELECT meter_id, looked_seq FROM meters"):
                    held = self.looked.setdefault(meter_id, [])
                    if not held or held[-1][1] != seq:
                        held.append((now, seq))
                self._weigh()
                time.sleep(LOOK_SECONDS)

    def _weigh(self) -> None:
        assert self._server.process is not None
        scorer = holding_process(self._board)
        with contextlib.suppress(psutil.Error):
            web = psutil.Process(self._server.process.pid)
            workers = [web, *(each for each in web.children() if "gunicorn" in " ".join(each.cmdline()))]
            self._note("web", workers)
        with contextlib.suppress(psutil.Error):
            if scorer is not None:
                self._note("scorer", [psutil.Process(scorer)])

    def _note(self, name: str, processes: list[psutil.Process]) -> None:
        times = [process.cpu_times() for process in processes]
        self.cpu_seconds[name] = sum(each.user + each.system for each in times)
        memory_mb = sum(process.memory_info().rss for process in processes) / 1e6
        self.peak_mb[name] = max(self.peak_mb.get(name, 0.0), memory_mb)


def main(meters: int = METERS, minutes: int = MINUTES, viewers: int = VIEWERS) -> int:
    """Soak, print what came of it; 1 when something was lost or refused."""
    fleet = Fleet(meters, DAYS, minutes)
    with tempfile.TemporaryDirectory() as folder, ProcessPoolExecutor(2, get_context("spawn")) as pool:
        os.environ["WATTSUP_SAMPLE"] = "0"
        server = Server(Path(folder), free_port())
        store = open_store(server.settings.database_url)
        store.migrate()
        fleet.fill(store)
        _count_as_analysed(server.folder / "wattsup.db")
        _, token = issue_token(store, None, Scope.WRITE)
        server.start()
        begin = time.time() + 10
        until = begin + minutes * MINUTE_SECONDS
        chosen = [f"m-{(place * (meters // viewers) + place) % meters}" for place in range(viewers)]  # of all gateways
        posting = pool.submit(post_all, server.port, token, fleet, GATEWAYS, minutes, begin)
        watching = pool.submit(watch_all, server.port, chosen, begin, until)
        watch = Watch(server)
        posted, watched = posting.result(), watching.result()
        time.sleep(AFTER_SECONDS)
        watch.stop()
        stored, scored = _count(server.folder / "wattsup.db", int(fleet.sent()[0][0]))
        server.stop(at_once=True)
    _print(posted, watched, watch, minutes)
    print(f"\nStored {stored} of {meters * minutes} readings, {scored} of them scored.")
    wrong = [*posted.wrong, *watched.wrong]
    print(f"Wrong answers: {len(wrong)}.", *wrong[:5], sep="\n")
    return int(bool(wrong) or stored != meters * minutes or scored != stored)


def _count_as_analysed(path: Path) -> None:
    """Spare ten thousand whole analyses before the start."""
    with contextlib.closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "UPDATE meters SET scored_seq = last_seq, looked_seq = last_seq, fresh_ts = NULL, model_version = ?", (MODEL_VERSION,)
        )


def _count(path: Path, first_ts: int) -> tuple[int, int]:
    """Readings from `first_ts` [s] on, and how many of them have a score."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        counts = [
            connection.execute(f"SELECT count(*) FROM {table} WHERE ts >= ?", (first_ts,)).fetchone()[0]  # noqa: S608
            for table in ("readings", "scores")
        ]
    return counts[0], counts[1]


def _lags(posted: Posted, watch: Watch) -> list[list[float]]:
    """From before each post to the score of each of its readings [s], by minute; infinite for one that never came."""
    by_minute: dict[int, list[float]] = {}
    begin = min(sent_at for sent_at, _, _ in posted.posts)
    for sent_at, _, seqs in posted.posts:
        lags = by_minute.setdefault(int((sent_at - begin) // MINUTE_SECONDS), [])
        for meter_id, seq in seqs.items():
            looks = watch.looked.get(meter_id, [])
            at = next((at for at, looked in looks if looked >= seq), float("inf"))
            lags.append(max(at - sent_at, 0.0))
    return [by_minute[minute] for minute in sorted(by_minute)]


def _print(posted: Posted, watched: Watched, watch: Watch, minutes: int) -> None:
    by_minute = _lags(posted, watch)
    everything = np.concatenate(by_minute)
    print("| minute | " + " | ".join(str(minute + 1) for minute in range(len(by_minute))) + " | all |")
    print("|---|" + "--:|" * (len(by_minute) + 1))
    for name, share in (("p50", 0.5), ("p99", 0.99)):
        figures = [np.quantile(lags, share, method="higher") for lags in (*by_minute, everything)]
        print(f"| arrival to score, {name} s | " + " | ".join(f"{figure:.1f}" for figure in figures) + " |")
    begin = min(sent_at for sent_at, _, _ in posted.posts)
    print(f"\n| asked, p95 ms by minute | {' | '.join(map(str, range(1, minutes + 1)))} | answers | median ms | p95 ms | slowest ms |")
    print("|---" + "|--:" * (minutes + 4) + "|")
    for name, took in (
        ("a gateway posts", [(sent_at, 1000 * seconds) for sent_at, seconds, _ in posted.posts]),
        ("a viewer asks for news", watched.news_ms),
        ("a viewer asks for rows", watched.rows_ms),
    ):
        print(f"| {name} | {' | '.join(_told(took, begin, minutes))} |")
    print("\n| process | processor s | share of one core % | peak MB |\n|---|--:|--:|--:|")
    clients = {"gateways": posted.cpu_seconds, "viewers": watched.cpu_seconds}
    for name, seconds in (watch.cpu_seconds | clients).items():
        memory = f"{watch.peak_mb[name]:.0f}" if name in watch.peak_mb else ""
        print(f"| {name} | {seconds:.0f} | {100 * seconds / (minutes * MINUTE_SECONDS):.0f} | {memory} |")


def _told(took: list[tuple[float, float]], begin: float, minutes: int) -> list[str]:
    """Of answers with the wall clock when they were asked for and how long they took [ms]: p95 of each minute, and all together."""
    asked_at, took_ms = np.array(took).T
    minute = ((asked_at - begin) // MINUTE_SECONDS).astype(int)
    parts = [took_ms[minute == one] for one in range(minutes)]
    by_minute = [f"{np.quantile(part, 0.95, method='higher'):.0f}" if part.size else "" for part in parts]
    p50, p95 = np.quantile(took_ms, [0.5, 0.95], method="higher")
    return [*by_minute, str(len(took)), f"{p50:.0f}", f"{p95:.0f}", f"{took_ms.max():.0f}"]


if __name__ == "__main__":
    sys.exit(main(*(int(word) for word in sys.argv[1:])))
