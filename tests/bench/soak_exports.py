"""Exports in a row while Chrome and its exporter are killed and stopped at random: ``python -m tests.bench.soak_exports [COUNT]``.

Each answer must be a right file or a clear 503. Then the server is killed, and nothing of Chrome may be left a minute later. Memory is
proportional (PSS) of everything under the exporter, sampled ten times a second; the exporter's own interpreter is told apart.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import random
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import psutil

from dashboard.exporting import record
from tests.e2e.conftest import Server, free_port
from wattsup_core.service.sample import load_sample
from wattsup_core.store import open_store

COUNT = 200
STARTS = {"png": b"\x89PNG\r\n\x1a\n", "svg": b"<svg ", "pdf": b"%PDF-"}
ENDS = {"png": b"IEND\xaeB`\x82", "svg": b"</svg>", "pdf": b"%%EOF"}
RANGES = ("24h", "7d", "30d", "90d", "1y", "all")
LEFT_SECONDS = 60.0


@dataclass
class Soak:
    """What happened so far."""

    server: Server
    meter: str
    dice: random.Random = field(default_factory=lambda: random.Random(7))
    outcomes: Counter[str] = field(default_factory=Counter)
    harms: Counter[str] = field(default_factory=Counter)
    warm_seconds: list[float] = field(default_factory=list)
    other_seconds: list[float] = field(default_factory=list)
    peak_mb: float = 0.0
    exporter_mb: float = 0.0
    seen: set[psutil.Process] = field(default_factory=set)

    def run(self, count: int) -> None:
        threading.Thread(target=self._weigh, daemon=True).start()
        is_warm = False
        for number in range(count):
            harm = self._harm() if number else ""
            seconds, is_right = self._ask()
            (self.warm_seconds if is_warm and not harm else self.other_seconds).append(seconds)
            is_warm = is_right and not harm.startswith("while")

    def _ask(self) -> tuple[float, bool]:
        form, theme = self.dice.choice(list(STARTS)), self.dice.choice(["light", "dark"])
        path = f"/download/chart.{form}?meter={self.meter}&range={self.dice.choice(RANGES)}&theme={theme}"
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=60)
        began = time.perf_counter()
        connection.request("GET", path)
        answer = connection.getresponse()
        body = answer.read()
        took = time.perf_counter() - began
        is_right = answer.status == 200 and body.startswith(STARTS[form]) and body.rstrip().endswith(ENDS[form])
        is_refused = answer.status == 503 and bool(json.loads(body)["error"]["message"])
        self.outcomes["a right file" if is_right else "a clear 503" if is_refused else f"WRONG: {answer.status} {body[:80]!r}"] += 1
        return took, is_right

    def _harm(self) -> str:
        """Do something to Chrome or its exporter, before the next order or while it is filled; its name, "" for nothing."""
        harms: dict[str, Callable[[], None]] = {
            "Chrome killed": lambda: self._send(self._chrome(), signal.SIGKILL),
            "Chrome stopped": lambda: self._send(self._chrome(), signal.SIGSTOP),
            "the exporter killed": lambda: self._send(self._exporter(), signal.SIGKILL),
            "the exporter stopped": lambda: self._send(self._exporter(), signal.SIGSTOP),
        }
        if self.dice.random() < 0.7:
            return ""
        name = self.dice.choice(list(harms))
        if self.dice.random() < 0.5:
            harms[name]()
        else:
            name = f"while at work: {name}"
            threading.Timer(self.dice.uniform(0.02, 0.5), harms[name.split(": ")[1]]).start()
        self.harms[name] += 1
        return name

    def _send(self, process: psutil.Process | None, sign: signal.Signals) -> None:
        with contextlib.suppress(psutil.NoSuchProcess):
            if process is not None:
                process.send_signal(sign)

    def _exporter(self) -> psutil.Process | None:
        known = record.read(self.server.settings.exporter_folder)
        with contextlib.suppress(psutil.NoSuchProcess):
            return psutil.Process(known.pid) if known else None
        return None

    def _tree(self) -> list[psutil.Process]:
        exporter = self._exporter()
        with contextlib.suppress(psutil.NoSuchProcess):
            return exporter.children(recursive=True) if exporter else []
        return []

    def _chrome(self) -> psutil.Process | None:
        return next(iter(self._tree()), None)

    def _weigh(self) -> None:
        while True:
            tree, exporter = self._tree(), self._exporter()
            self.seen |= {*tree, *([exporter] if exporter else [])}
            self.peak_mb = max(self.peak_mb, sum(_pss_mb(process) for process in tree))
            self.exporter_mb = max(self.exporter_mb, _pss_mb(exporter) if exporter else 0.0)
            time.sleep(0.1)


def _pss_mb(process: psutil.Process) -> float:
    with contextlib.suppress(psutil.Error):
        return float(process.memory_full_info().pss / 1e6)
    return 0.0


def left_over(soak: Soak) -> list[str]:
    """Every exporter and Chrome process that was ever seen and is still there, stopped or not."""
    found = []
    for process in soak.seen:
        with contextlib.suppress(psutil.NoSuchProcess):
            if process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
                found.append(f"{process.pid} {process.name()} {process.status()}")
    return found


def main(count: int = COUNT) -> int:
    """Soak, print what came of it; 1 when something was wrong or was left."""
    with tempfile.TemporaryDirectory() as name:
        server = Server(Path(name), free_port())
        store = open_store(server.settings.database_url)
        store.migrate()
        load_sample(store, server.settings, lambda step, share: None)
        server.start()
        soak = Soak(server, store.meters()[0].meter_id)
        soak.run(count)
        assert server.process is not None
        server.process.kill()  # the arbiter alone: its worker, and what that has started, must notice by themselves
        server.process.wait()
        deadline = time.monotonic() + LEFT_SECONDS
        while left_over(soak) and time.monotonic() < deadline:
            time.sleep(0.5)
        left = left_over(soak)
    _print(soak, left)
    return int(bool(left) or any(outcome.startswith("WRONG") for outcome in soak.outcomes))


def _print(soak: Soak, left: list[str]) -> None:
    print("| exports | " + " | ".join(soak.outcomes) + " | processes seen | left a minute later |")
    print("|--:|" + "--:|" * (len(soak.outcomes) + 2))
    print(
        f"| {sum(soak.outcomes.values())} | "
        + " | ".join(str(number) for number in soak.outcomes.values())
        + f" | {len(soak.seen)} | {len(left)} |\n"
    )
    print(f"Harms: {', '.join(f'{name} {number}' for name, number in sorted(soak.harms.items()))}.\n")
    print("| first s | warm median s | warm p95 s | slowest of all s | Chrome's peak MB | exporter's peak MB |\n|--:|--:|--:|--:|--:|--:|")
    warm, all_seconds = soak.warm_seconds, [*soak.warm_seconds, *soak.other_seconds]
    figures = (soak.other_seconds[0], np.median(warm), np.percentile(warm, 95), max(all_seconds))
    print("| " + " | ".join(f"{value:.1f}" for value in figures) + f" | {soak.peak_mb:.0f} | {soak.exporter_mb:.0f} |")
    for one in left:
        print("left:", one)


if __name__ == "__main__":
    sys.exit(main(*(int(word) for word in sys.argv[1:])))
