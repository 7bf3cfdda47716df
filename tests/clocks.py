"""A clock that is set while processes run, as by NTP after the start of a machine that has no clock of its own."""

from __future__ import annotations

import io
from pathlib import Path

import psutil
import pytest


def set_clock(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """From now on Linux tells this process of a boot so much later, as it does when its clock was put forward by so much."""
    told = Path("/proc/stat").read_text()
    moved = told.replace(f"btime {psutil.boot_time():.0f}", f"btime {psutil.boot_time() + seconds:.0f}")
    assert moved != told
    real = psutil._pslinux.open_binary

    def open_binary(path: str) -> io.BufferedIOBase:
        return io.BytesIO(moved.encode()) if path == "/proc/stat" else real(path)

    monkeypatch.setattr(psutil._pslinux, "open_binary", open_binary)
