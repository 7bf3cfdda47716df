"""A step of a command in a process of its own: its result, its progress, its refusals, and what becomes of it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable

import psutil
import pytest

from wattsup_core.commands.apart import run_apart
from wattsup_core.errors import BadRequestError, CancelledError
from wattsup_core.progress import Progress, no_progress


def add(first: int, second: int, progress: Progress) -> tuple[int, int]:
    progress("adding", 0.5)
    return first + second, os.getpid()


def refuse(progress: Progress) -> None:
    raise BadRequestError("It is so.", "Do that.")


def fail(progress: Progress) -> None:
    raise ZeroDivisionError("a mistake of ours")


def die(progress: Progress) -> None:
    os._exit(9)


def wait(progress: Progress) -> None:
    progress("waiting", float(os.getpid()))
    time.sleep(600)


def test_it_gives_the_result_and_tells_the_progress_from_another_process() -> None:
    told: list[tuple[str, float]] = []
    total, pid = run_apart(add, 2, 3, progress=lambda step, share: told.append((step, share)))
    assert (total, told) == (5, [("adding", 0.5)])
    assert pid != os.getpid()


def test_a_refusal_keeps_its_words() -> None:
    with pytest.raises(BadRequestError) as refused:
        run_apart(refuse, progress=no_progress)
    assert (refused.value.message, refused.value.hint) == ("It is so.", "Do that.")


@pytest.mark.parametrize(("work", "words"), [(fail, "a mistake of ours"), (die, "ended with status 9")])
def test_our_own_mistake_is_told_with_what_there_is_to_know(work: Callable[[Progress], None], words: str) -> None:
    with pytest.raises(RuntimeError, match=words):
        run_apart(work, progress=no_progress)


def test_who_stops_listening_stops_the_work() -> None:
    pids: list[int] = []

    def stop(step: str, pid: float) -> None:
        pids.append(int(pid))
        raise CancelledError("Cancelled.")

    with pytest.raises(CancelledError):
        run_apart(wait, progress=stop)
    assert not psutil.pid_exists(pids[0])


def tick(progress: Progress) -> None:
    while True:
        progress("ticking", float(os.getpid()))
        time.sleep(0.05)


def test_work_whose_parent_was_killed_ends_without_a_word() -> None:
    code = (
        "from tests.unit.commands.test_apart import tick; from wattsup_core.commands.apart import run_apart; "
        "run_apart(tick, progress=lambda step, pid: print(int(pid), flush=True))"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        assert psutil.pid_exists(pid)
        parent.kill()
        _, told = parent.communicate(timeout=60)  # until the other process, too, has closed its end
    assert told == ""


def test_the_command_has_loaded_nothing_heavy_while_anomalies_are_found() -> None:
    code = (
        "import sys, wattsup_core.commands.forecast, wattsup_core.commands.apart; print({'numpy', 'pandas', 'sklearn'} & set(sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "set()"
