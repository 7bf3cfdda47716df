"""How much memory there is, and who needs room on a small machine."""

from __future__ import annotations

from pathlib import Path

import psutil
import pytest

from wattsup_core.service import room
from wattsup_core.service.turns import turn

WHOLE_MB = psutil.virtual_memory().total / room.MB


def limited(folder: Path, groups: str, **limits: str) -> float:
    """The memory by a machine whose files say so; each limit under its path with dots for slashes."""
    (folder / "groups").write_text(groups)
    for path, limit in limits.items():
        file = folder / "mounts" / path.replace("__", "/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(limit)
    return room.memory_mb(folder / "groups", folder / "mounts")


@pytest.mark.parametrize("limit", ["max\n", "9223372036854771712\n", ""])
def test_without_a_limit_it_is_the_machines(tmp_path: Path, limit: str) -> None:
    assert limited(tmp_path, "0::/\n", **{"memory.max": limit}) == pytest.approx(WHOLE_MB)
    assert room.memory_mb(tmp_path / "nowhere", tmp_path) == pytest.approx(WHOLE_MB)


def test_the_narrowest_group_around_counts(tmp_path: Path) -> None:
    limits = {"a__memory.max": str(300 * room.MB), "a__b__memory.max": str(200 * room.MB), "a__b__c__memory.max": "max"}
    assert limited(tmp_path, "0::/a/b/c\n", **limits) == 200


@pytest.mark.parametrize("path", ["memory__memory.limit_in_bytes", "memory__docker__x__memory.limit_in_bytes"])
def test_of_the_older_interface_the_group_for_memory_counts(tmp_path: Path, path: str) -> None:
    groups = "9:cpu,cpuacct:/docker/x\n4:memory:/docker/x\n"
    assert limited(tmp_path, groups, **{path: str(512 * room.MB)}) == 512


def test_on_a_large_machine_nobody_needs_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "is_small", lambda: False)
    with turn(tmp_path), room.held_by_chrome(tmp_path):
        assert not room.is_needed(tmp_path)


def test_on_a_small_one_a_job_or_chrome_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "is_small", lambda: True)
    assert not room.is_needed(tmp_path)
    for held in (turn, room.held_by_chrome):
        with held(tmp_path):
            assert room.is_needed(tmp_path)
        assert not room.is_needed(tmp_path)
