"""Whether the process behind a claim has ended."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from wattsup_core.service.alerts.holders import has_ended, new_holder

PROGRAM = "from wattsup_core.service.alerts.holders import new_holder; print(new_holder(), flush=True); input()"


def test_a_process_has_ended_when_it_is_killed_reaped_or_not() -> None:
    with subprocess.Popen([sys.executable, "-c", PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        holder = process.stdout.readline().strip()
        assert not has_ended(holder)
        process.kill()
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)  # it is dead, and nobody has asked how it ended
        assert has_ended(holder)
    assert has_ended(holder)


def test_another_process_under_its_number_is_not_it() -> None:
    host, number, started, name = new_holder().split("/")
    assert not has_ended("/".join([host, number, started, name]))
    assert not has_ended("/".join([host, number, str(int(started) + 2), name]))
    assert has_ended("/".join([host, number, str(int(started) - 60), name]))


def test_names_are_told_apart() -> None:
    assert new_holder() != new_holder()


@pytest.mark.parametrize("holder", ["", "s", "0f3a", "elsewhere/1/1/x", "///", "elsewhere/999999999/1/x"])
def test_of_what_is_not_known_nothing_is_said(holder: str) -> None:
    assert not has_ended(holder)
