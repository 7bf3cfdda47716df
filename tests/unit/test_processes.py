"""Whether the process behind a name still runs, and whether it is known to have ended."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from tests.clocks import set_clock
from wattsup_core import processes
from wattsup_core.processes import ProcessMark, has_ended, new_holder

PROGRAM = "from wattsup_core.processes import new_holder; print(new_holder(), flush=True); input()"


@pytest.fixture
def own() -> ProcessMark:
    return ProcessMark.of(os.getpid())


def test_a_process_has_ended_when_it_is_killed_reaped_or_not() -> None:
    with subprocess.Popen([sys.executable, "-c", PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        holder = process.stdout.readline().strip()
        mark = ProcessMark.read(holder)
        assert mark is not None
        assert mark == replace(ProcessMark.of(process.pid), start=mark.start)
        assert not has_ended(holder)
        found = mark.find()
        assert found is not None
        assert found.pid == process.pid
        process.kill()
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)  # it is dead, and nobody has asked how it ended
        assert has_ended(holder)
    assert has_ended(holder)
    assert mark.find() is None


def test_a_mark_is_read_as_it_was_written(own: ProcessMark) -> None:
    read = ProcessMark.read(str(own))
    assert read == replace(own, start=pytest.approx(own.start, abs=0.01))
    assert ProcessMark.read(new_holder()) == read


def test_another_process_under_its_number_is_not_it(own: ProcessMark) -> None:
    assert not replace(own, start=own.start + 2).has_ended
    assert replace(own, start=own.start - 60).has_ended
    assert replace(own, start=own.start - 60).find() is None


@pytest.mark.parametrize("seconds", [1.0, -1.0, 86_400.0])
@pytest.mark.skipif(not psutil.LINUX, reason="elsewhere the system keeps the time of the start itself")
def test_a_clock_that_is_set_ends_nothing(own: ProcessMark, monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    before = psutil.Process().create_time()
    set_clock(monkeypatch, seconds)
    assert psutil.Process().create_time() == pytest.approx(before + seconds, abs=0.1)
    assert not own.has_ended
    assert own.find() is not None


def test_of_another_machine_or_container_nothing_is_known(own: ProcessMark, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = replace(own, pid=4_000_000)
    assert gone.has_ended
    for elsewhere in (replace(gone, host="elsewhere"), replace(gone, space="pid:[1]")):
        assert not elsewhere.has_ended
    assert replace(own, space="pid:[1]").find() is None
    assert replace(own, boot="an earlier one").has_ended, "it ran on this machine, before it was switched off"
    assert replace(own, boot="an earlier one").find() is None
    monkeypatch.setattr(socket, "gethostname", lambda: "elsewhere")
    assert not gone.has_ended
    assert own.find() is None


def test_a_process_of_another_container_is_not_taken_for_one_that_has_ended(own: ProcessMark) -> None:
    """In a real namespace of its own, as of a container that has the host's name: our number is nobody's there."""
    alone = ["unshare", "--user", "--map-root-user", "--fork", "--pid", "--mount-proc", sys.executable, "-c"]
    with suppress(FileNotFoundError):
        program = f"from wattsup_core.processes import has_ended; import psutil; print(psutil.pid_exists({own.pid}), has_ended('{own}'))"
        told = subprocess.run([*alone, program], capture_output=True, text=True, check=False)
        if told.returncode == 0:
            assert told.stdout.split() == ["False", "False"]
            return
    pytest.skip("no namespaces can be made here")


def test_where_the_system_tells_no_boot_and_no_space_processes_are_told_apart(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(processes, "BOOT", tmp_path / "none")
    monkeypatch.setattr(processes, "NUMBERED_IN", tmp_path / "none")
    own = ProcessMark.of(os.getpid())
    assert (own.boot, own.space) == ("", "")
    assert own.find() is not None
    assert replace(own, pid=4_000_000).has_ended


def test_names_are_told_apart() -> None:
    assert new_holder() != new_holder()


@pytest.mark.parametrize("holder", [None, 7, "", "s", "0f3a", "999999999-gone", "elsewhere/b/s/1/1/x", "////", "elsewhere/b/s/x/1/x"])
def test_of_what_is_not_known_nothing_is_said(holder: object) -> None:
    assert not has_ended(holder)


@pytest.mark.parametrize("pid", [-1, 10**30])
def test_a_number_that_no_process_can_have_is_of_none(own: ProcessMark, pid: int) -> None:
    assert replace(own, pid=pid).find() is None
