"""Jobs in processes of their own: started, watched, killed."""

from __future__ import annotations

import errno
import json
import logging
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest
from filelock import FileLock

from dashboard import jobs
from dashboard.background import JobRunner
from dashboard.jobs import Herald, catch_up, import_upload, perform, read_options
from tests.clocks import set_clock
from tests.factories import make_meter, make_readings, make_upload
from wattsup_core.board import Board
from wattsup_core.errors import BusyError
from wattsup_core.processes import ProcessMark
from wattsup_core.settings import Settings
from wattsup_core.store import open_store
from wattsup_core.types import ReadOptions

PATIENCE_SECONDS = 30.0


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(database_url=f"sqlite:///{tmp_path}/w.db", jobs_url=f"diskcache://{tmp_path}/jobs", sample=False)


@pytest.fixture
def runner(settings: Settings) -> JobRunner:
    return JobRunner(settings, {"catch_up": lambda step, share: [f"{step} {share:.0%}"]})


@pytest.fixture
def board(settings: Settings) -> Board:
    return Board(settings.board_folder)


@pytest.fixture
def held_back(settings: Settings) -> Iterator[None]:
    """Jobs wait for their turn, so that there is time to look at one."""
    settings.jobs_folder.mkdir(parents=True, exist_ok=True)
    with FileLock(settings.jobs_folder / "turn.lock"):
        yield


def store_meter(settings: Settings, meter_id: str = "m-home") -> None:
    store = open_store(settings.database_url)
    store.migrate()
    store.save_upload(make_upload(meter_ids=(meter_id,)), [(meter_id, make_readings(days=14))], new_meters=[make_meter(meter_id)])


def start(runner: JobRunner, task: dict[str, Any]) -> tuple[str, str]:
    key = runner.build_cache_key(catch_up, [task], [], None)
    return key, runner.call_job_fn(key, runner.make_job_fn(catch_up, True), [task], {})


def wait_for(look: Any) -> Any:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        found = look()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError("nothing came of it")


def outcome(runner: JobRunner, key: str, job: str) -> Any:
    def look() -> Any:
        result = runner.get_result(key, job)
        return None if result is runner.UNDEFINED else result

    return wait_for(look)


def pid_of(board: Board, job: str) -> int:
    mark = ProcessMark.read(board.get(f"job-{job}")["process"])
    assert mark is not None
    return mark.pid


def test_a_job_does_its_work_in_another_process(runner: JobRunner, settings: Settings) -> None:
    store_meter(settings)
    assert open_store(settings.database_url).state("m-home").is_pending
    key, job = start(runner, {"meters": ["m-home"]})
    assert outcome(runner, key, job) == {"value": {"meters": ["m-home"]}}
    assert not open_store(settings.database_url).state("m-home").is_pending


def test_a_mistake_comes_back_in_words(runner: JobRunner, settings: Settings) -> None:
    open_store(settings.database_url).migrate()
    key, job = start(runner, {"meters": ["nobody"]})
    refused = outcome(runner, key, job)["refused"]
    assert refused["message"]
    assert "Traceback" not in str(refused)


def test_a_result_is_given_once(runner: JobRunner, board: Board) -> None:
    board.put("key", {"value": 1})
    assert runner.result_ready("key")
    assert runner.get_result("key", None) == {"value": 1}
    assert runner.get_result("key", None) is runner.UNDEFINED


def test_the_same_question_twice_has_two_keys(runner: JobRunner) -> None:
    asked = {"meters": ["m-home"]}
    assert runner.build_cache_key(catch_up, [asked], [], None) != runner.build_cache_key(catch_up, [asked], [], None)


def test_progress_is_shown_as_the_callback_wants_it(runner: JobRunner, board: Board) -> None:
    board.put("key-job", "catch_up")
    board.put("key-progress", ["learning", 0.4])
    assert runner.get_progress("key") == ["learning 40%"]
    assert runner.get_progress("key") is None


@pytest.mark.usefixtures("held_back")
def test_a_job_that_waits_for_its_turn_says_so(runner: JobRunner) -> None:
    key, job = start(runner, {"meters": ["m-home"]})
    assert wait_for(lambda: runner.get_progress(key)) == ["waiting 0%"]
    assert runner.job_running(job)
    assert runner.get_result(key, job) is runner.UNDEFINED
    runner.terminate_job(job)


@pytest.mark.usefixtures("held_back")
def test_a_job_that_was_killed_is_told(runner: JobRunner, board: Board) -> None:
    key, job = start(runner, {"meters": ["m-home"]})
    wait_for(lambda: runner.get_progress(key))
    os.kill(pid_of(board, job), signal.SIGKILL)
    assert outcome(runner, key, job) == {"stopped": True, "stored": False}


@pytest.mark.usefixtures("held_back")
def test_a_job_that_falls_silent_is_ended_and_told(runner: JobRunner, board: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    key, job = start(runner, {"meters": ["m-home"]})
    wait_for(lambda: runner.get_progress(key))
    pid = pid_of(board, job)
    os.kill(pid, signal.SIGSTOP)
    monkeypatch.setattr("dashboard.background.SILENCE_SECONDS", 0.0)
    assert outcome(runner, key, job)["stopped"]
    wait_for(lambda: not _is_alive(pid))


@pytest.mark.usefixtures("held_back")
def test_a_cancelled_job_ends_and_says_whether_anything_was_stored(runner: JobRunner, board: Board) -> None:
    key, job = start(runner, {"meters": ["m-home"]})
    wait_for(lambda: runner.get_progress(key))
    pid = pid_of(board, job)
    runner.terminate_job(job)
    assert outcome(runner, key, job) == {"cancelled": True, "stored": False}
    wait_for(lambda: not _is_alive(pid))


@pytest.mark.parametrize(("step", "stored"), [("reading", False), ("learning", True), ("saving", True)])
@pytest.mark.usefixtures("held_back")
def test_a_cancelled_import_knows_what_was_stored(runner: JobRunner, board: Board, step: str, stored: bool) -> None:
    key, job = start(runner, {"meters": ["m-home"]})
    wait_for(lambda: runner.get_progress(key))
    board.put(f"{key}-step", step)
    runner.terminate_job(job)
    assert runner.get_result(key, job) == {"cancelled": True, "stored": stored}


@pytest.mark.usefixtures("held_back")
def test_a_page_that_asks_while_a_cancelled_job_dies_hears_of_the_cancelling(runner: JobRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    key, job = start(runner, {"meters": ["m-home"]})
    wait_for(lambda: runner.get_progress(key))
    kill, heard = runner._kill, []

    def kill_while_asked(dying: Any) -> None:
        kill(dying)
        heard.append(runner.get_result(key, job))

    monkeypatch.setattr(runner, "_kill", kill_while_asked)
    runner.terminate_job(job)
    assert heard == [{"cancelled": True, "stored": False}]


@pytest.mark.usefixtures("held_back")
def test_a_job_that_stores_is_left_to_finish_that(runner: JobRunner, board: Board) -> None:
    key, job = start(runner, {"meters": ["m-home"]})
    wait_for(lambda: runner.get_progress(key))
    board.put(f"{key}-step", "cleaning")
    runner.terminate_job(job)
    assert runner.job_running(job)
    assert board.get(f"{key}-cancel") is True
    os.kill(pid_of(board, job), signal.SIGKILL)


@pytest.mark.parametrize("job", [None, "", "1", pytest.param(str(os.getpid()), id="own"), "job", 0])
def test_only_what_was_started_here_is_killed(runner: JobRunner, job: Any) -> None:
    bystander = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        for named in (job, str(bystander.pid)):
            runner.terminate_job(named)
            assert not runner.job_running(named)
            assert not runner.terminate_unhealthy_job(named)
        assert bystander.poll() is None
    finally:
        bystander.kill()
        bystander.wait()


def test_a_process_that_has_taken_over_a_number_is_left_alone(runner: JobRunner, board: Board) -> None:
    bystander = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        another = replace(ProcessMark.of(bystander.pid), start=-60.0)
        board.put("job-old", {"process": str(another), "started": time.monotonic(), "key": "key"})
        assert not runner.job_running("old")
        runner.terminate_job("old")
        assert bystander.poll() is None
    finally:
        bystander.kill()
        bystander.wait()


@pytest.mark.usefixtures("held_back")
@pytest.mark.skipif(not psutil.LINUX, reason="elsewhere the system keeps the time of the start itself")
def test_a_job_goes_on_when_the_clock_is_set(runner: JobRunner, board: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    key, job = start(runner, {"meters": ["m-home"]})
    try:
        with monkeypatch.context() as later:
            set_clock(later, 3600.0)
            assert runner.job_running(job)
            assert runner.get_result(key, job) is runner.UNDEFINED
    finally:
        runner.terminate_job(job)
    assert not runner.job_running(job)


def test_only_jobs_can_be_started(runner: JobRunner) -> None:
    with pytest.raises(TypeError, match="not one of the jobs"):
        runner.make_job_fn(print, True)


@pytest.mark.usefixtures("held_back")
def test_a_job_ends_with_the_server_that_started_it(settings: Settings, board: Board) -> None:
    code = (
        "import sys, json; from dashboard.background import JobRunner; from dashboard.jobs import catch_up;"
        "from wattsup_core.settings import Settings; runner = JobRunner(Settings(**json.loads(sys.argv[1])), {});"
        "print(runner.call_job_fn('key', runner.make_job_fn(catch_up, True), [{'meters': ['m']}], {}), flush=True); sys.stdin.read()"
    )
    given = json.dumps({"database_url": settings.database_url, "jobs_url": settings.jobs_url})
    server = subprocess.Popen([sys.executable, "-c", code, given], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    pid = pid_of(board, server.stdout.readline().strip())
    wait_for(lambda: board.get("key-step"))
    server.kill()
    server.wait()
    wait_for(lambda: not _is_alive(pid))
    for pipe in (server.stdin, server.stdout):
        assert pipe is not None
        pipe.close()


def test_the_signing_secret_is_shared_and_kept(settings: Settings) -> None:
    first = JobRunner(settings, {}).get_or_create_signing_secret(lambda: b"one")
    second = JobRunner(settings, {}).get_or_create_signing_secret(lambda: b"two")
    assert first == second == b"one"


def test_a_bug_in_a_job_is_an_incident_in_the_log(
    settings: Settings, board: Board, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(settings: Settings, report: Any) -> dict[str, Any]:
        report("learning", 0.5)
        raise ZeroDivisionError("no such luck")

    monkeypatch.setitem(jobs.JOBS, "broken", broken)
    result = perform(settings, Herald(board, "key"), "broken", [])
    assert result["stored"] is True
    assert f"Incident {result['incident']}" in caplog.text
    assert "no such luck" not in str(result)


def test_a_full_disk_ends_a_job_in_words(settings: Settings, board: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(settings: Settings, report: Any) -> dict[str, Any]:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setitem(jobs.JOBS, "full", full)
    assert perform(settings, Herald(board, "key"), "full", [])["refused"]["message"] == "The disk is full."


@pytest.mark.parametrize(("step", "stored"), [("reading", {}), ("scoring", {"stored": True})])
def test_a_job_that_a_busy_database_ends_says_whether_the_readings_are_stored(
    settings: Settings, board: Board, monkeypatch: pytest.MonkeyPatch, step: str, stored: dict[str, Any]
) -> None:
    def busy(settings: Settings, report: Any) -> dict[str, Any]:
        report(step, 0.5)
        raise BusyError("The database is busy.", "Try again.")

    monkeypatch.setitem(jobs.JOBS, "busy", busy)
    outcome = perform(settings, Herald(board, "key"), "busy", [])
    assert outcome == {"refused": {"message": "The database is busy.", "hint": "Try again."}} | stored


def test_a_job_hears_that_it_was_cancelled(settings: Settings, board: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    def patient(settings: Settings, report: Any) -> dict[str, Any]:
        report("reading", 0.0)
        board.put("key-cancel", True)
        report("cleaning", 0.3)
        raise AssertionError("it went on")

    monkeypatch.setitem(jobs.JOBS, "patient", patient)
    assert perform(settings, Herald(board, "key"), "patient", []) == {"cancelled": True, "stored": False}


def test_progress_is_not_pinned_more_often_than_it_is_read(board: Board) -> None:
    herald = Herald(board, "key")
    herald("learning", 0.1)
    assert board.take("key-progress") == ["learning", 0.1]
    herald("learning", 0.11)
    assert board.take("key-progress") is None
    herald("scoring", 0.5)
    assert board.take("key-progress") == ["scoring", 0.5]
    assert board.get("key-step") == "scoring"


def test_a_missing_upload_is_refused(settings: Settings, board: Board) -> None:
    result = perform(settings, Herald(board, "key"), import_upload.__name__, [{"upload": "../../etc/passwd"}])
    assert result["refused"]["message"] == "The uploaded file is no longer here."


@pytest.mark.parametrize(
    "given", [None, [], "x", {"timezone": 5, "stamp": "middle", "date_order": "YMD", "cumulative": "yes", "unit": "l"}]
)
def test_options_that_make_no_sense_are_none(given: Any) -> None:
    assert read_options(given) == ReadOptions()


def test_options_are_taken_over() -> None:
    said = {"timezone": "Europe/Berlin", "stamp": "end", "date_order": "DMY", "cumulative": True, "browser_timezone": "Europe/Paris"}
    expected = ReadOptions("Europe/Berlin", "end", "DMY", cumulative=True, fallback_timezone="Europe/Paris", unit="kW")
    assert read_options(said | {"unit": "kW"}) == expected


def _is_alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_a_sign_of_life_that_fails_is_not_the_last(board: Board, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL)
    put, failed = board.put, []

    def put_later(name: str, value: Any) -> None:
        if len(failed) < 2:
            failed.append(name)
            raise sqlite3.OperationalError("database or disk is full")
        put(name, value)
        monkeypatch.setattr(jobs, "LONGEST_SECONDS", 0.0)

    def leave(_: int) -> None:
        raise InterruptedError

    monkeypatch.setattr(jobs, "BEAT_SECONDS", 0.01)
    monkeypatch.setattr(board, "put", put_later)
    monkeypatch.setattr(jobs.os, "_exit", leave)
    with pytest.raises(InterruptedError):
        jobs._keep_beating(board, "key", os.getppid())
    assert board.get("key-beat") > 0
