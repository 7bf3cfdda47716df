"""Reading files: seconds and peak memory, each file in a process of its own (Linux).

Four years of minutes as the UCI household writes them (2,075,259 rows, seven columns of measurements), two million rows with a
text of their own in each cell, and two years of half-hours.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

READ = """
import re, sys, time
from pathlib import Path
from wattsup_core.readers import read_file
began = time.perf_counter()
found = read_file(Path(sys.argv[1]))
took = time.perf_counter() - began
peak = re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())
print(found.report.stored, round(took, 2), int(peak[1]) // 1024)
"""


def main() -> None:
    """Print one line for each file."""
    random = np.random.default_rng(7)
    print("| file | size MB | rows stored | seconds | peak MB |\n|---|--:|--:|--:|--:|")
    with tempfile.TemporaryDirectory() as folder:
        for name, write in (
            ("minutes, UCI layout", _uci),
            ("two million distinct cells", _distinct),
            ("two years of half-hours", _half_hours),
        ):
            path = Path(folder) / "meter.csv"
            write(path, random)
            done = subprocess.run([sys.executable, "-c", READ, str(path)], capture_output=True, text=True, check=True)
            stored, seconds, memory_mb = done.stdout.split()
            print(f"| {name} | {path.stat().st_size / 1e6:.0f} | {int(stored):,} | {seconds} | {memory_mb} |")


def _uci(path: Path, random: np.random.Generator) -> None:
    stamps = pd.date_range("2006-12-16 17:24", periods=2_075_259, freq="min")
    kw = np.round(random.gamma(1.2, 0.9, len(stamps)) + 0.08, 3)
    frame = pd.DataFrame({"Date": stamps.strftime("%d/%m/%Y"), "Time": stamps.strftime("%H:%M:%S"), "Global_active_power": kw})
    others = {
        "Global_reactive_power": 0.418,
        "Voltage": 234.84,
        "Global_intensity": 18.4,
        "Sub_metering_1": 0,
        "Sub_metering_2": 1,
        "Sub_metering_3": 17,
    }
    frame = frame.assign(**others).astype({"Global_active_power": "object"})
    frame.loc[random.random(len(frame)) < 0.0125, "Global_active_power"] = "?"
    frame.to_csv(path, sep=";", index=False)


def _distinct(path: Path, random: np.random.Generator) -> None:
    stamps = pd.date_range("2020-01-01", periods=2_000_000, freq="min")
    pd.DataFrame({"timestamp": stamps.strftime("%Y-%m-%d %H:%M:%S"), "kwh": np.round(random.random(len(stamps)), 6)}).to_csv(
        path, index=False
    )


def _half_hours(path: Path, random: np.random.Generator) -> None:
    stamps = pd.date_range("2022-01-01", periods=35_040, freq="30min")
    pd.DataFrame({"timestamp": stamps.strftime("%Y-%m-%dT%H:%M:%SZ"), "kwh": np.round(random.random(len(stamps)), 3)}).to_csv(
        path, index=False
    )
