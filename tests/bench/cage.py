"""A control group for memory, to run programs in.

Needs Linux and the right to make such a group (root, or a container with its groups writable).
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path("/sys/fs/cgroup")


@dataclass(frozen=True)
class Cage:
    """A control group for memory; the names of its files differ between the two versions of the interface."""

    folder: Path
    limit: str
    peak: str
    events: str
    held: str

    def held_mb(self) -> float:
        """What the programs hold now [MB], without the page cache."""
        words = (self.folder / "memory.stat").read_text().split()
        return int(words[words.index(self.held) + 1]) / 2**20

    @property
    def peak_mb(self) -> float:
        return int((self.folder / self.peak).read_text()) / 2**20

    @property
    def prefix(self) -> tuple[str, ...]:
        """A command that runs another inside."""
        return ("sh", "-c", f'echo $$ > {self.folder}/cgroup.procs && exec "$@"', "sh")

    def kills(self) -> int:
        """How many processes were killed for want of memory."""
        words = (self.folder / self.events).read_text().split()
        return int(words[words.index("oom_kill") + 1])


@contextlib.contextmanager
def cage(limit_mb: int) -> Iterator[Cage]:
    """A control group of `limit_mb` below the one of this process, removed in the end."""
    entries = (line.split(":", 2) for line in Path("/proc/self/cgroup").read_text().splitlines())
    paths = {controllers: path for _, controllers, path in entries}
    if "memory" in paths:
        folder = ROOT / "memory" / paths["memory"].lstrip("/") / "wattsup-bench"
        made = Cage(folder, "memory.limit_in_bytes", "memory.max_usage_in_bytes", "memory.oom_control", "total_rss")
    else:
        folder = ROOT / paths[""].lstrip("/") / "wattsup-bench"
        made = Cage(folder, "memory.max", "memory.peak", "memory.events", "anon")
    folder.mkdir()
    try:
        (folder / made.limit).write_text(str(limit_mb * 2**20))
        yield made
    finally:
        deadline = time.monotonic() + 20
        while folder.exists() and time.monotonic() < deadline:
            with contextlib.suppress(OSError):
                folder.rmdir()
            time.sleep(0.2)
