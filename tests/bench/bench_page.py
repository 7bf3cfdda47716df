"""The page in a browser and over HTTP: a first visit, and each zoom, pan, range and resolution of 2,000,160 readings.

The server is gunicorn as in the Procfile; browser, server and this program share the machine. A first visit is one of a browser
that has nothing of the page yet: bytes as they came over the wire, seconds until the chart is drawn, and until the server's answer
to a zoom pressed at that moment; processor seconds are those of browser, server and driver until the chart is drawn, which other
work on the machine does not change. The others are thirty random ones each, asked as the page asks: how long half of the answers and
95 of 100 took, and how large 95 of 100 are at most, first as the server packs them for a browser that takes all it offers (zstd), then
for one that takes no more than gzip, as over plain HTTP from another machine.
"""

from __future__ import annotations

import contextlib
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import psutil
from playwright.sync_api import Browser, sync_playwright

from tests.bench import large_meter
from tests.bench.page_client import PLAIN, Answer, PageClient
from tests.browser import find
from tests.e2e.conftest import FLAGS, Server, free_port
from wattsup_core.service.imports import import_file
from wattsup_core.service.sample import load_sample
from wattsup_core.store import open_store

VISITS = 5
ROUNDS = 30
SHORTEST = timedelta(hours=6)


def main() -> None:
    """Print one table of first visits and one of what follows them."""
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder), free_port())
        meters = _fill(server)
        server.start()
        try:
            for meter in meters.values():
                PageClient(server.port).page(f"?meter={meter}")  # a new process reads a meter once
            _print_visits(server, meters)
            _print_moves(PageClient(server.port), meters["2,000,160 readings"])
        finally:
            server.stop()


def _fill(server: Server) -> dict[str, str]:
    """The sample household and the large meter; their ids."""
    store = open_store(server.settings.database_url)
    store.migrate()
    load_sample(store, server.settings, lambda step, share: None)
    path = server.folder / "large.csv"
    large_meter.write_file(path)
    record = import_file(store, path, path.name)
    sample = next(meter.meter_id for meter in store.meters() if meter.is_sample)
    return {"sample household": sample, "2,000,160 readings": record.meter_ids[0]}


def _print_visits(server: Server, meters: dict[str, str]) -> None:
    print("| first visit | requests | MB on the wire | processor s | drawn after s | fastest | zoom answered after s |")
    print("|---|--:|--:|--:|--:|--:|--:|")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=FLAGS)
        for name, meter in meters.items():
            visits = [_visit(browser, f"{server.url}/?meter={meter}") for _ in range(VISITS)]
            count, size_mb, worked, drawn, answered = np.median(visits, axis=0)
            fastest = min(visit[3] for visit in visits)
            print(f"| {name} | {count:.0f} | {size_mb:.2f} | {worked:.1f} | {drawn:.1f} | {fastest:.1f} | {answered:.1f} |")
        browser.close()


def _visit(browser: Browser, url: str) -> tuple[int, float, float, float, float]:
    """Requests, MB, processor seconds and seconds until drawn, seconds until the first zoom was answered; of a browser profile
    without any history.
    """
    context = browser.new_context(viewport={"width": 1440, "height": 1000})
    page = context.new_page()
    sizes: list[float] = []
    network = context.new_cdp_session(page)
    network.send("Network.enable")
    network.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    began, worked_before = time.perf_counter(), _processor_seconds()
    page.goto(url, wait_until="commit")
    page.locator("#chart .scatterlayer .trace").first.wait_for(state="attached", timeout=60_000)
    drawn, worked = time.perf_counter() - began, _processor_seconds() - worked_before
    count, size_mb = len(sizes), sum(sizes) / 1e6
    with page.expect_response(lambda answer: "chart.figure@" in (answer.request.post_data or "")[:60]):
        page.get_by_role("button", name="Zoom in").click()
    answered = time.perf_counter() - began
    context.close()
    return count, size_mb, worked, drawn, answered


def _processor_seconds() -> float:
    """What the processes that this one has started have worked so far."""
    worked = 0.0
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            times = process.cpu_times()
            worked += times.user + times.system
    return worked


def _print_moves(client: PageClient, meter: str) -> None:
    search = f"?meter={meter}&range=all"
    home = client.home(search)
    print("\n| asked | half within ms | 95 of 100 within ms | 95 of 100 at most kB, by zstd | by gzip |\n|---|--:|--:|--:|--:|")
    for name, move in _moves(client, meter, home).items():
        next(move)("identity")
        modern = [next(move)("gzip, deflate, br, zstd") for _ in range(ROUNDS)]
        plain = [next(move)(PLAIN) for _ in range(ROUNDS)]
        times = [answer.took_ms for answer in modern]
        sizes = [np.percentile([answer.size_kb for answer in answers], 95) for answers in (modern, plain)]
        print(f"| {name} | {np.median(times):.0f} | {np.percentile(times, 95):.0f} | {sizes[0]:.0f} | {sizes[1]:.0f} |")


def _moves(client: PageClient, meter: str, home: dict[str, Any]) -> dict[str, Iterator[Callable[[str], Answer]]]:
    """For each kind of move an endless row of random ones; each takes the encodings that the browser names."""
    dice = random.Random(7)
    first, last = (datetime.fromisoformat(text) for text in home["limits"])
    search = f"?meter={meter}&range=all"

    def window() -> tuple[datetime, datetime]:
        """Anything from six hours to the whole, each magnitude as likely as the others."""
        length = SHORTEST * ((last - first) / SHORTEST) ** dice.random()
        start = first + (last - first - length) * dice.random()
        return start, start + length

    def ask(span: tuple[datetime, datetime], at: str = search) -> Callable[[str], Answer]:
        texts = [moment.isoformat(timespec="minutes") for moment in span]
        return lambda encoding: client.window(home, texts, at, encoding)

    def zooms() -> Iterator[Callable[[str], Answer]]:
        while True:
            yield ask(window())

    def pans() -> Iterator[Callable[[str], Answer]]:
        start, end = window()
        while True:
            if dice.random() < 0.2 or end > last:
                start, end = window()
            start, end = start + (end - start) / 2, end + (end - start) / 2
            yield ask((start, end))

    def ranges() -> Iterator[Callable[[str], Answer]]:
        while True:
            start, end = window()
            at = f"?meter={meter}&from={start:%Y-%m-%d}&to={end:%Y-%m-%d}"
            yield lambda encoding, at=at: client.page(at, encoding)

    def resolutions() -> Iterator[Callable[[str], Answer]]:
        while True:
            yield ask(window(), f"{search}&res={dice.choice(['raw', 'hour', 'day'])}")

    def everything() -> Iterator[Callable[[str], Answer]]:
        while True:
            yield ask((first, last), f"{search}&res=raw")

    return {
        "a zoom": zooms(),
        "a pan by half a window": pans(),
        "a range (the whole page)": ranges(),
        "a resolution": resolutions(),
        "every reading at once": everything(),
    }
