"""``detect`` on 2,000,160 minutes with ``--events``: seconds and peak memory, in a process of its own (Linux).

The last column compares with a plain ``pandas.read_csv`` of the same file in the same run, which is steadier than seconds are.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.bench import large_meter

PEAK = """
import re, sys
from pathlib import Path
def peak_mb():
    return int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1]) // 1024
"""
READ = PEAK + "import pandas; pandas.read_csv(sys.argv[1]); print(peak_mb())"
DETECT = PEAK + "from wattsup_core.__main__ import main; main(sys.argv[1:]); print(peak_mb())"
ROUNDS = 3


def main() -> None:
    """Print one line for pandas and one for `detect`; the fastest of three rounds each."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "meter.csv"
        large_meter.write_file(path)
        events = str(Path(folder) / "events.csv")
        read_s, read_mb = min(_run(READ, str(path)) for _ in range(ROUNDS))
        detect_s, detect_mb = min(_run(DETECT, "detect", str(path), "--events", events) for _ in range(ROUNDS))
        print(f"{large_meter.ROWS:,} rows, {path.stat().st_size / 1e6:.0f} MB.\n")
    print("| work | seconds | peak MB | times the plain read |\n|---|--:|--:|--:|")
    print(f"| pandas.read_csv | {read_s:.1f} | {read_mb} | 1 |")
    print(f"| detect --events | {detect_s:.1f} | {detect_mb} | {detect_s / read_s:.1f} |")


def _run(code: str, *arguments: str) -> tuple[float, int]:
    """Seconds of a whole process, its start included, and its peak memory [MB]."""
    began = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True)
    return time.perf_counter() - began, int(done.stdout.split()[-1])
