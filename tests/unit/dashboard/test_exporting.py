"""The exporter with a real Chrome, which is killed and stopped; and without one."""

from __future__ import annotations

import asyncio
import errno
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest
from filelock import FileLock

from dashboard.exporting import ExporterBusyError, ExportFailedError, GivenUpError, NoBrowserError, chrome, exporter, hung_up, record
from dashboard.exporting.exporter import Exporter
from dashboard.exporting.messages import pack, receive, send
from dashboard.exporting.record import QUEUE_FILE, Record
from dashboard.exporting.studio import Studio
from dashboard.exporting.waiting import SOCKET
from tests.browser import find
from tests.clocks import set_clock
from wattsup_core.processes import ProcessMark
from wattsup_core.service.turns import turn_lock
from wattsup_core.settings import Settings

FIGURE: dict[str, Any] = {"data": [{"type": "scatter", "x": [1, 2, 3], "y": [3, 1, 2]}], "layout": {"title": {"text": "Meter"}}}
STARTS = {"png": b"\x89PNG\r\n\x1a\n", "svg": b"<svg ", "pdf": b"%PDF-"}
PATIENCE_SECONDS = 60.0


@pytest.fixture(scope="module")
def browser() -> str:
    path = chrome.find("") or find()
    if path is None:
        pytest.skip("no Chrome was found: python -m tests.browser installs one, BROWSER_PATH names one")
    return path


@pytest.fixture(scope="module")
def settings(browser: str, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(jobs_url=f"diskcache://{tmp_path_factory.mktemp('exporting')}/jobs", browser_path=browser)


@pytest.fixture(scope="module")
def running(settings: Settings) -> Iterator[Exporter]:
    exporter = Exporter(settings)
    yield exporter
    exporter.close()


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def family(settings: Settings) -> list[psutil.Process]:
    """The exporter and everything under it."""
    known = record.read(settings.exporter_folder)
    assert known is not None
    exporter = psutil.Process(known.pid)
    return [exporter, *exporter.children(recursive=True)]


def are_gone(processes: list[psutil.Process]) -> bool:
    return not any(process.is_running() and process.status() != psutil.STATUS_ZOMBIE for process in processes)


@pytest.mark.parametrize("form", STARTS)
def test_a_figure_becomes_a_file(running: Exporter, form: str) -> None:
    assert running.draw(FIGURE, form, 600, 300).startswith(STARTS[form])


def test_a_png_has_twice_the_pixels_and_an_svg_holds_the_title(running: Exporter) -> None:
    png = running.draw(FIGURE, "png", 600, 300, 2.0)
    assert (int.from_bytes(png[16:20]), int.from_bytes(png[20:24])) == (1200, 600)
    assert b">Meter<" in running.draw(FIGURE, "svg", 600, 300)


def test_a_page_becomes_a_pdf(running: Exporter) -> None:
    assert running.print_page("<!DOCTYPE html><meta charset=utf-8><h1>A report</h1>").startswith(b"%PDF-")


def test_one_exporter_makes_file_after_file(running: Exporter, settings: Settings) -> None:
    before = record.read(settings.exporter_folder)
    running.draw(FIGURE, "svg", 600, 300)
    Exporter(settings).draw(FIGURE, "svg", 600, 300)  # as another worker of the server would ask
    assert record.read(settings.exporter_folder) == before


def test_threads_get_each_their_own_file(running: Exporter) -> None:
    def draw(name: str) -> None:
        figure = {**FIGURE, "layout": {"title": {"text": f"Meter {name}"}}}
        made[name] = running.draw(figure, "svg", 600, 300)

    made: dict[str, bytes] = {}
    threads = [threading.Thread(target=draw, args=(name,)) for name in "ABC"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [f">Meter {name}<".encode() in made[name] for name in "ABC"] == [True] * 3


@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGSTOP])
@pytest.mark.parametrize("at", [0, 1], ids=["the exporter", "Chrome"])
def test_after_a_blow_the_next_file_is_right_and_nothing_is_left(
    running: Exporter, settings: Settings, sign: signal.Signals, at: int
) -> None:
    running.draw(FIGURE, "svg", 600, 300)
    before = family(settings)
    before[at].send_signal(sign)
    assert running.draw(FIGURE, "png", 600, 300).startswith(STARTS["png"])
    assert record.read(settings.exporter_folder) is not None
    still = [process for process in before if process not in family(settings)]
    wait_until(lambda: are_gone(still))


def test_everything_goes_when_it_is_closed(running: Exporter, settings: Settings) -> None:
    running.draw(FIGURE, "svg", 600, 300)
    before = family(settings)
    assert len(before) >= 2
    running.close()
    wait_until(lambda: are_gone(before))


def test_the_group_goes_when_the_exporter_alone_is_killed_while_chrome_is_stopped(running: Exporter, settings: Settings) -> None:
    running.draw(FIGURE, "svg", 600, 300)
    before = family(settings)
    for process in before[1:]:
        process.suspend()
    before[0].kill()
    wait_until(lambda: are_gone(before))


def test_everything_goes_when_the_server_is_killed(settings: Settings) -> None:
    code = f"""
import sys, time
from dashboard.exporting import Exporter
from wattsup_core.settings import Settings
Exporter(Settings(jobs_url={settings.jobs_url!r}, browser_path={settings.browser_path!r})).draw({FIGURE!r}, "svg", 600, 300)
print("drawn", flush=True)
time.sleep(600)
"""
    server = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    assert server.stdout.readline() == "drawn\n"
    before = family(settings)
    server.kill()
    server.wait()
    server.stdout.close()
    wait_until(lambda: are_gone(before))


def test_an_idle_exporter_gives_its_memory_to_a_job(running: Exporter, settings: Settings) -> None:
    running.draw(FIGURE, "svg", 600, 300)
    before = family(settings)
    with turn_lock(settings.jobs_folder):
        wait_until(lambda: are_gone(before))


def test_an_exporter_whose_chrome_died_does_not_stay(running: Exporter, settings: Settings) -> None:
    running.draw(FIGURE, "svg", 600, 300)
    before = family(settings)
    before[1].kill()
    wait_until(lambda: are_gone(before))


def test_profiles_of_the_killed_are_swept(running: Exporter, settings: Settings) -> None:
    running.draw(FIGURE, "svg", 600, 300)
    running.close()
    running.draw(FIGURE, "svg", 600, 300)
    assert len(list(settings.exporter_folder.glob("profile-*"))) == 1


def test_who_does_not_know_the_password_gets_nothing(running: Exporter, settings: Settings) -> None:
    running.draw(FIGURE, "svg", 600, 300)
    known = record.read(settings.exporter_folder)
    assert known is not None
    deadline = time.monotonic() + 10
    with socket.create_connection(("127.0.0.1", known.port)) as wire:
        send(wire, pack({"figure": FIGURE, "format": "svg", "width": 9, "height": 9, "scale": 1, "password": "guess"}), deadline)
        with pytest.raises(ConnectionError):
            receive(wire, deadline)
    assert (settings.exporter_folder / record.FILE).stat().st_mode & 0o077 == 0


# without Chrome


def test_a_profile_is_swept_when_its_exporter_has_ended_and_one_from_elsewhere_when_it_is_a_day_old(tmp_path: Path) -> None:
    here, ended, elsewhere, abandoned = (record.new_profile(tmp_path) for _ in range(4))
    mark = str(ProcessMark.of(os.getpid()))
    (ended / record.OWNER).write_text(mark.rpartition("/")[0] + "/1.00")
    for profile in (elsewhere, abandoned):
        (profile / record.OWNER).write_text(f"another-{mark}")
    for profile in (here, abandoned):
        os.utime(profile / record.OWNER, (time.time() - 90_000,) * 2)
    record.sweep(tmp_path)
    assert set(tmp_path.iterdir()) == {here, elsewhere}


@pytest.fixture
def bare(tmp_path: Path) -> Settings:
    return Settings(jobs_url=f"diskcache://{tmp_path}/jobs", browser_path=str(tmp_path / "no-such-chrome"))


def test_a_browser_that_is_not_there_is_told(bare: Settings) -> None:
    with pytest.raises(NoBrowserError, match="This server has no Chrome"):
        Exporter(bare).draw(FIGURE, "png", 600, 300)


def test_no_browser_anywhere_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert chrome.find("") is None


def test_a_browser_that_is_named_wins(tmp_path: Path) -> None:
    named = tmp_path / "chrome"
    named.touch()
    assert chrome.find(str(named)) == str(named)


@pytest.mark.parametrize("lock", ["queue", "job"])
def test_who_waits_too_long_is_asked_to_come_again(bare: Settings, monkeypatch: pytest.MonkeyPatch, lock: str) -> None:
    monkeypatch.setattr(exporter, "WAIT_SECONDS", 0.2)
    bare.exporter_folder.mkdir(parents=True)
    held = FileLock(bare.exporter_folder / QUEUE_FILE) if lock == "queue" else turn_lock(bare.jobs_folder)
    with held, pytest.raises(ExporterBusyError, match="just now"):
        Exporter(bare).draw(FIGURE, "png", 600, 300)


def test_a_record_of_another_process_with_the_same_number_is_none(tmp_path: Path) -> None:
    record.write(tmp_path, Record(str(replace(ProcessMark.of(os.getpid()), start=-60.0)), 1, "x"))
    assert record.read(tmp_path) is None
    record.end(tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not psutil.LINUX, reason="elsewhere the system keeps the time of the start itself")
def test_an_exporter_is_alive_when_the_clock_was_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = Record.of_this_process(1)
    record.write(tmp_path, here)
    set_clock(monkeypatch, 3600.0)
    assert record.read(tmp_path) == here


@pytest.mark.parametrize("text", ["", "{", "[]", '{"process": 1}', '{"process": "x", "port": 1, "password": "x"}'])
def test_a_broken_record_is_none(tmp_path: Path, text: str) -> None:
    (tmp_path / record.FILE).write_text(text)
    assert record.read(tmp_path) is None


def test_messages_come_as_they_were_sent() -> None:
    one, other = socket.socketpair()
    body = bytes(range(256)) * 3000
    with one, other:
        sender = threading.Thread(target=send, args=(one, pack({"a": "ü"}, body), time.monotonic() + 10))
        sender.start()
        assert receive(other, time.monotonic() + 10) == ({"a": "ü", "size": len(body)}, body)
        sender.join()


def test_a_message_that_does_not_come_is_given_up() -> None:
    one, other = socket.socketpair()
    with one, other:
        one.sendall(b'{"size": 5}\nab')
        with pytest.raises(TimeoutError):
            receive(other, time.monotonic() + 0.1)


def test_who_hangs_up_in_the_queue_is_given_up_at_once(bare: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    bare.exporter_folder.mkdir(parents=True, exist_ok=True)
    monkeypatch.setattr(exporter, "WAIT_SECONDS", PATIENCE_SECONDS)
    with FileLock(bare.exporter_folder / QUEUE_FILE), pytest.raises(GivenUpError):
        Exporter(bare).wanted_while(lambda: True).draw(FIGURE, "png", 10, 10)


def test_who_hangs_up_while_a_file_is_made_gives_the_queue_free(running: Exporter, settings: Settings) -> None:
    running.draw(FIGURE, "svg", 600, 300)
    exporter_process = family(settings)[0]
    asked = threading.Event()
    exporter_process.suspend()  # it takes the order and does not answer
    try:
        with pytest.raises(GivenUpError):
            running.wanted_while(lambda: asked.is_set() or asked.set() is not None).draw(FIGURE, "png", 600, 300)
        with FileLock(settings.exporter_folder / QUEUE_FILE).acquire(timeout=0):
            pass  # nobody holds the queue
    finally:
        exporter_process.resume()
    assert running.draw(FIGURE, "svg", 600, 300).startswith(b"<svg ")
    assert family(settings)[0] == exporter_process


def test_a_socket_that_is_closed_tells_that_nobody_waits() -> None:
    ours, theirs = socket.socketpair()
    with ours:
        is_gone = hung_up({SOCKET: ours})
        assert not is_gone()
        theirs.send(b"more")
        assert not is_gone()
        assert ours.recv(4) == b"more"
        theirs.close()
        assert is_gone()
    assert is_gone()
    assert not hung_up({})()


def test_nothing_of_one_figure_is_left_for_the_next(browser: str, tmp_path: Path) -> None:
    async def draw_two() -> tuple[Any, Any]:
        studio = await Studio.open(browser, tmp_path)
        order = {"figure": FIGURE, "format": "svg", "width": 600, "height": 300, "scale": 1.0}
        try:
            await studio.make(order)
            kaleido = studio._kaleido
            handed_out = kaleido.reloading
            await studio.make(order)
            return handed_out, kaleido.reloading
        finally:
            await studio._kaleido.close()

    with ThreadPoolExecutor(1) as apart:  # a thread that drives a browser for other tests has a loop of its own
        first, second = apart.submit(lambda: asyncio.run(draw_two())).result()
    assert first.done()  # the page was loaded anew before the second figure came into it
    assert first is not second


@pytest.mark.parametrize("what", ["process", "thread"])
def test_an_exporter_that_cannot_be_started_is_told_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise (BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable") if what == "process" else RuntimeError("can't start"))

    monkeypatch.setattr(*((exporter.subprocess, "Popen") if what == "process" else (threading.Thread, "start")), refuse)
    with pytest.raises(ExportFailedError, match=r"^The file could not be made\.$"):
        Exporter(Settings(jobs_url=f"diskcache://{tmp_path}/jobs")).draw(FIGURE, "svg", 600, 300)
