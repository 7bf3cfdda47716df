"""The meter of the large benchmarks: a simulated household that reads each minute for 1,389 days, 2,000,160 readings."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

DAYS = 1_389
ROWS = DAYS * 1_440


def write_file(path: Path) -> None:
    """Let the command line simulate it."""
    options = ["--days", str(DAYS), "--interval", "1", "--out", str(path)]
    subprocess.run([sys.executable, "-m", "wattsup_core", "simulate", *options], check=True, stdout=subprocess.DEVNULL)
