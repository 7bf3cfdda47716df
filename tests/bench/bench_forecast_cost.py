"""What a forecast costs: the command and the dashboard's job on simulated households, with everything they start (Linux).

The peak of the largest process as the kernel keeps it, and that of all of them at one moment (proportional memory), looked at
ten times a second. What `getrusage` tells of a child would hold the memory of the process that started it.
"""

from __future__ import annotations

import dataclasses
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import psutil

from wattsup_core.service.imports import import_file
from wattsup_core.settings import Settings, job_environment
from wattsup_core.store import open_store

HISTORIES = (("a year of hours", 365, 60), ("two years of half-hours", 730, 30))
ROUNDS = 3
LOOK_SECONDS = 0.1


@dataclasses.dataclass(frozen=True, order=True)
class Cost:
    """Seconds on the clock and of processors, and the two peaks [MB]."""

    seconds: float
    processor_seconds: float
    largest_mb: float
    together_mb: float


def main() -> None:
    """Print one line for each history and way; the fastest of three rounds each."""
    print("| work | seconds | processor s | peak MB of one process | of all at once |\n|---|--:|--:|--:|--:|")
    with tempfile.TemporaryDirectory() as temporary:
        for words, days, interval in HISTORIES:
            folder = Path(temporary) / f"{days}-{interval}"
            folder.mkdir()
            path = folder / "home.csv"
            _run([sys.executable, "-m", "wattsup_core", "simulate", "--days", str(days), "--interval", str(interval), "--out", str(path)])
            order = _order(folder, path)
            _tell(f"`forecast` on {words}", [[sys.executable, "-m", "wattsup_core", "forecast", str(path)]] * ROUNDS)
            _tell(f"the job on {words}", [[sys.executable, "-P", "-m", "dashboard.jobs"]] * ROUNDS, order)


def _tell(work: str, commands: list[list[str]], order: str = "") -> None:
    cost = min(_run(command, order) for command in commands)
    print(f"| {work} | {cost.seconds:.1f} | {cost.processor_seconds:.1f} | {cost.largest_mb:.0f} | {cost.together_mb:.0f} |")


def _order(folder: Path, path: Path) -> str:
    """What the dashboard sends a job that forecasts this file's meter, whenever it was forecast last."""
    settings = Settings(database_url=f"sqlite:///{folder}/wattsup.db", jobs_url=f"diskcache://{folder}/jobs", sample=False)
    store = open_store(settings.database_url)
    store.migrate()
    (meter_id,) = import_file(store, path, path.name).meter_ids
    task = {"meter": meter_id, "days": 30, "method": "auto", "since": int(time.time()) + 10**6}
    return json.dumps({"job": "forecast", "key": "bench", "arguments": [task], "settings": dataclasses.asdict(settings)})


def _run(command: list[str], order: str = "") -> Cost:
    began = time.perf_counter()
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, env=job_environment())
    peaks = Peaks()
    watch = threading.Thread(target=peaks.watch, args=(process.pid,))
    watch.start()
    with process.stdin as pipe:
        pipe.write(order.encode())
    _, status, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    watch.join()
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return Cost(seconds, used.ru_utime + used.ru_stime, peaks.largest_mb, peaks.together_mb)


@dataclasses.dataclass
class Peaks:
    """What a process and those below it have taken at most, one by one and at one moment [MB]."""

    largest_mb: float = 0.0
    together_mb: float = 0.0

    def watch(self, pid: int) -> None:
        """Look until the process is gone."""
        process = psutil.Process(pid)
        time.sleep(LOOK_SECONDS)  # until it is itself: as it starts it shares the memory of this process
        while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
            self._look(process)
            time.sleep(LOOK_SECONDS)

    def _look(self, process: psutil.Process) -> None:
        try:
            family = [process, *process.children(recursive=True)]
        except psutil.NoSuchProcess:
            return
        looks = [_memory_mb(each.pid) for each in family]
        self.largest_mb = max(self.largest_mb, *(peak for peak, _ in looks))
        self.together_mb = max(self.together_mb, sum(now for _, now in looks))


def _memory_mb(pid: int) -> tuple[float, float]:
    """The most that a process has held, and its share of memory now [MB]; 0 when it is gone."""
    try:
        peak = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
        return int(peak[1]) / 1024 if peak else 0.0, psutil.Process(pid).memory_full_info().pss / 1024**2
    except (OSError, psutil.Error):
        return 0.0, 0.0
